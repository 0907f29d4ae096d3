#include "server/documents/refers.h"

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"

#define DEPTH_MAX 1000     /* of documents below each other */
#define DELETED "%s-trash" /* the collection of what may come back */

/* One member that names a document. */
struct reference {
    const struct collection *of; /* that has the member */
    const char *member;
    const struct collection *to;
};

static struct reference reference_of(const struct world *world, const struct collection *of,
                                     const char *member, const json_t *to)
{
    return (struct reference){of, member,
                              catalogue_collection(world->catalogue, json_string_value(to))};
}

static const char *one_of(const struct collection *collection)
{
    return collection->one != NULL ? collection->one : collection->name;
}

/* The key as paths have it; NULL: the value is none. */
static const char *key_text(const struct world *world, const struct collection *to,
                            const json_t *value)
{
    bool is_number = to->key_kind == KEY_INTEGER;
    if (is_number ? !json_is_integer(value) : !json_is_string(value)) {
        return NULL;
    }
    return is_number ? json_text(world->arena, value, NULL)
                     : arena_strdup(world->arena, json_string_value(value));
}

static bool is_beside(const struct collection *to, const struct document_row *named,
                      const struct document_row *row)
{
    return (to->owner != OWNER_TEAM || named->team == row->team) &&
           (to->owner != OWNER_ORGANIZATION || named->organization == row->organization);
}

/* 0 found beside `row`; 1 it is not; DB_BROKEN. */
static int find(const struct world *world, const struct collection *to, const char *key,
                const struct document_row *row, struct document_row *named)
{
    const struct document_row wanted = {.collection = to->name, .parent = "", .key = key};
    int found = key == NULL ? 1 : documents_get(world->tenant->db, &wanted, world->arena, named);
    return found == 0 && !is_beside(to, named, row) ? 1 : found;
}

static const char *where(const struct world *world, const struct collection *to,
                         const struct document_row *row)
{
    switch (to->owner) {
    case OWNER_TEAM:
        return arena_printf(world->arena, " in team %lld", (long long)row->team);
    case OWNER_ORGANIZATION:
        return arena_printf(world->arena, " in organization %lld", (long long)row->organization);
    case OWNER_NONE:
    case OWNER_USER:
    case OWNER__MAX:
        break;
    }
    return "";
}

static struct verdict refuse(const struct world *world, const struct reference *reference,
                             const json_t *value, const struct document_row *row)
{
    const char *place = where(world, reference->to, row);
    const char *member = json_string_value(json_array_get(reference->to->key, 0));
    return input_refuse(world->arena, input_name(reference->of, reference->member),
                        arena_printf(world->arena, "there is no %s %s%s", one_of(reference->to),
                                     json_text(world->arena, value, NULL), place),
                        arena_printf(world->arena, "the %s of one%s, or null", member, place));
}

/* What a document is in is not in the document. */
static struct verdict check_above(const struct world *world, const struct reference *reference,
                                  const struct document_row *row, struct document_row above)
{
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        if (str_equal(above.key, row->key)) {
            return input_refuse(world->arena, input_name(reference->of, reference->member),
                                arena_printf(world->arena, "puts %s %s below itself",
                                             one_of(reference->to), row->key),
                                "one that is not below it, or null");
        }
        json_auto_t *json = stored_json(&above);
        const char *key = key_text(world, reference->to, json_object_get(json, reference->member));
        int found = find(world, reference->to, key, row, &above);
        if (found < 0) {
            return error_store_broken();
        }
        if (found > 0) {
            break;
        }
    }
    return ALLOWED;
}

static struct verdict check(const struct world *world, const struct collection *collection,
                            const struct reference *reference, const struct document_row *row,
                            const json_t *value)
{
    struct document_row named = {0};
    if (value == NULL || json_is_null(value)) {
        return ALLOWED;
    }
    int found = find(world, reference->to, key_text(world, reference->to, value), row, &named);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return refuse(world, reference, value, row);
    }
    return reference->to == collection ? check_above(world, reference, row, named) : ALLOWED;
}

struct verdict refers_check(const struct world *world, const struct collection *collection,
                            const struct document_row *row, const json_t *members)
{
    const char *name;
    json_t *to;
    json_object_foreach((json_t *)(uintptr_t)collection->refers, name, to)
    {
        const struct reference reference = reference_of(world, collection, name, to);
        TRY(check(world, collection, &reference, row, json_object_get(members, name)));
    }
    return ALLOWED;
}

struct verdict refers_drop(const struct world *world, const struct collection *collection,
                           const struct document_row *row, const json_t *members, json_t *json)
{
    const char *name;
    json_t *to;
    json_object_foreach((json_t *)(uintptr_t)collection->refers, name, to)
    {
        struct document_row named = {0};
        const struct reference reference = reference_of(world, collection, name, to);
        const char *key = key_text(world, reference.to, json_object_get(json, name));
        int found = json_object_get(members, name) != NULL
                        ? 0
                        : find(world, reference.to, key, row, &named);
        if (found < 0) {
            return error_store_broken();
        }
        if (found > 0) {
            json_object_set_new(json, name, json_null());
        }
    }
    return ALLOWED;
}

/* In one document: whether a member named it. */
static bool forget_in(const struct world *world, const struct collection *collection,
                      const struct document_row *gone, json_t *json)
{
    bool named = false;
    const char *name;
    json_t *to;
    json_object_foreach((json_t *)(uintptr_t)collection->refers, name, to)
    {
        const struct reference reference = reference_of(world, collection, name, to);
        if (str_equal(reference.to->name, gone->collection) &&
            str_equal(key_text(world, reference.to, json_object_get(json, name)), gone->key)) {
            json_object_set_new(json, name, json_null());
            named = true;
        }
    }
    return named;
}

static struct verdict forget_among(const struct world *world, const struct collection *collection,
                                   const char *name, const struct document_row *gone)
{
    const struct documents_filter filter = {
        .collection = name, .organization = gone->organization, .team = gone->team};
    const struct document_row *rows;
    size_t count;
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        struct document_row row = rows[i];
        json_auto_t *json = stored_json(&row);
        if (forget_in(world, collection, gone, json) && stored_change(world, &row, json) != 0) {
            return error_store_broken();
        }
    }
    return ALLOWED;
}

static bool names(const struct collection *collection, const char *other)
{
    const char *name;
    json_t *to;
    json_object_foreach((json_t *)(uintptr_t)collection->refers, name, to)
    {
        if (str_equal(json_string_value(to), other)) {
            return true;
        }
    }
    return false;
}

struct verdict refers_forget(const struct world *world, const struct document_row *gone)
{
    size_t count;
    const struct collection *rows = catalogue_collections(world->catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        if (!names(&rows[i], gone->collection)) {
            continue;
        }
        TRY(forget_among(world, &rows[i], rows[i].name, gone));
        TRY(forget_among(world, &rows[i], arena_printf(world->arena, DELETED, rows[i].name), gone));
    }
    return ALLOWED;
}
