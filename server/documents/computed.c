#include "server/documents/computed.h"

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/parts.h"
#include "server/documents/script.h"

#define DEPTH_MAX 1000 /* of documents below each other */

/* What a member is made from. */
struct source {
    const struct world *world;
    const struct collection *collection; /* of `json` */
    const json_t *json;
    const json_t *how;
};

static const char *word(const struct source *source, const char *name)
{
    return json_string_value(json_object_get(source->how, name));
}

/* The number of the team or the organization that the document is in, or is. */
static int64_t owner(const struct source *source, enum owner which)
{
    static const char *const own[OWNER__MAX] = {
        [OWNER_ORGANIZATION] = "organizations", [OWNER_TEAM] = "teams"};
    bool is_itself = str_equal(source->collection->name, own[which]);
    return json_integer_value(
        json_object_get(source->json, is_itself ? "id" : owner_members[which]));
}

/* Documents of another collection that are in the same team or organization. */
static struct verdict list_beside(const struct source *source, const char *collection,
                                  json_t **list)
{
    const struct world *world = source->world;
    const struct documents_filter filter = {
        .collection = collection,
        .organization = owner(source, OWNER_ORGANIZATION),
        .team = owner(source, OWNER_TEAM),
    };
    const struct document_row *rows;
    size_t count;
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(*list, stored_json(&rows[i]));
    }
    return ALLOWED;
}

static json_t *id_of(const struct source *source, const json_t *json)
{
    return json_object_get(json, json_string_value(json_array_get(source->collection->key, 0)));
}

/* The keys of what is below those in `keys`, level by level, behind them. */
static struct verdict add_below(const struct source *source, json_t *keys)
{
    json_auto_t *all = NULL;
    TRY(list_beside(source, source->collection->name, &all));
    for (size_t i = 0; i < json_array_size(keys); i++) {
        for (size_t j = 0; j < json_array_size(all); j++) {
            const json_t *other = json_array_get(all, j);
            if (json_equal(json_object_get(other, word(source, "below")),
                           json_array_get(keys, i)) &&
                !json_has(keys, id_of(source, other))) {
                json_array_append(keys, id_of(source, other));
            }
        }
    }
    return ALLOWED;
}

static bool is_as(const json_t *json, const json_t *where)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)where, name, value)
    {
        if (!json_equal(json_object_get(json, name), value)) {
            return false;
        }
    }
    return true;
}

/* How many are counted, and the last of them: a new reference, NULL when there is none. */
static struct verdict count(const struct source *source, json_int_t *number, json_t **last)
{
    const char *by = word(source, "by");
    json_auto_t *keys = json_array();
    json_auto_t *others = NULL;
    json_array_append(keys, id_of(source, source->json));
    if (word(source, "below") != NULL) {
        TRY(add_below(source, keys));
    }
    TRY(list_beside(source, word(source, "of"), &others));
    *number = 0;
    *last = NULL;
    for (size_t i = json_array_size(others); i > 0; i--) {
        json_t *other = json_array_get(others, i - 1);
        if ((by == NULL || json_has(keys, json_object_get(other, by))) &&
            is_as(other, json_object_get(source->how, "where"))) {
            *last = *last != NULL ? *last : json_incref(other);
            (*number)++;
        }
    }
    return ALLOWED;
}

static struct verdict make_from(const struct source *source, json_t **value)
{
    json_int_t number;
    json_auto_t *last = NULL;
    TRY(count(source, &number, &last));
    json_t *member = json_object_get(last, word(source, "member"));
    *value = member != NULL ? json_incref(member) : json_null();
    return ALLOWED;
}

static struct verdict make_count(const struct source *source, json_t **value)
{
    json_int_t number;
    json_auto_t *last = NULL;
    TRY(count(source, &number, &last));
    *value = json_integer(number);
    return ALLOWED;
}

static struct verdict make_any(const struct source *source, json_t **value)
{
    json_int_t number;
    json_auto_t *last = NULL;
    TRY(count(source, &number, &last));
    *value = json_boolean(number > 0);
    return ALLOWED;
}

/* Where the document stands, for what is part of it or beside it. */
static struct document_row place_of(const struct source *source)
{
    const char *member;
    return (struct document_row){
        .collection = source->collection->name,
        .parent = "",
        .key = document_key_of(source->world->arena, source->collection, source->json, &member),
    };
}

static struct verdict make_bytes(const struct source *source, json_t **value)
{
    const struct world *world = source->world;
    const struct document_row place = place_of(source);
    const struct documents_filter filter = {.collection = word(source, "of"),
                                            .parent = document_path(world->arena, &place)};
    const struct document_row *rows;
    size_t number;
    long long size = 0;
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &number) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < number; i++) {
        size += (long long)rows[i].size;
    }
    *value = json_string(arena_printf(world->arena, "%lld", size));
    return ALLOWED;
}

static const char *name_of(const struct source *source, const json_t *json)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    return arena_strdup(source->world->arena, name != NULL ? name : "");
}

static const json_t *find(const struct source *source, const json_t *list, const json_t *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (json_equal(id_of(source, item), id)) {
            return item;
        }
    }
    return NULL;
}

static struct verdict make_path(const struct source *source, json_t **value)
{
    json_auto_t *all = NULL;
    const char *path = NULL;
    const json_t *at = source->json;
    TRY(list_beside(source, source->collection->name, &all));
    for (int depth = 0; at != NULL && depth < DEPTH_MAX; depth++) {
        path = path == NULL
                   ? name_of(source, at)
                   : arena_printf(source->world->arena, "%s/%s", name_of(source, at), path);
        at = find(source, all, json_object_get(at, word(source, "by")));
    }
    *value = json_string(path);
    return ALLOWED;
}

static struct verdict make_part(const struct source *source, json_t **value)
{
    const struct document_row place = place_of(source);
    TRY(parts_get(source->world, &place, word(source, "of"), value));
    *value = *value != NULL ? *value : json_object();
    return ALLOWED;
}

static struct verdict make_arguments(const struct source *source, json_t **value)
{
    const char *code = json_string_value(json_object_get(source->json, word(source, "of")));
    *value = json_string(script_arguments(source->world->arena, code != NULL ? code : ""));
    return ALLOWED;
}

static const struct {
    const char *is;
    struct verdict (*make)(const struct source *source, json_t **value);
} makers[] = {
    {"from", make_from},           {"count", make_count}, {"any", make_any},
    {"bytes", make_bytes},         {"path", make_path},   {"part", make_part},
    {"arguments", make_arguments},
};

struct verdict computed_value(const struct world *world, const struct collection *collection,
                              const json_t *json, const json_t *how, json_t **value)
{
    const struct source source = {world, collection, json, how};
    const char *is = word(&source, "is");
    for (size_t i = 0; i < COUNT(makers); i++) {
        if (str_equal(makers[i].is, is)) {
            return makers[i].make(&source, value);
        }
    }
    *value = json_null();
    return ALLOWED;
}
