#include "server/make/mirror.h"

#include "server/base/attr.h"

static void free_document(struct document *document)
{
    document_fini(document);
}

/* The other document's members become those of `source`; NULL: null. */
static void take_members(const json_t *members, const json_t *source, json_t *other)
{
    const char *name;
    json_t *from;
    json_object_foreach((json_t *)(uintptr_t)members, name, from)
    {
        json_t *value = json_object_get(source, json_string_value(from));
        json_object_set_new(other, name, value != NULL ? json_incref(value) : json_null());
    }
}

/* Whether the other one speaks of `document`: its first mirrored member is the number. */
static bool speaks_of(const json_t *members, const json_t *document, const json_t *other)
{
    void *first = json_object_iter((json_t *)(uintptr_t)members);
    return json_equal(json_object_get(other, json_object_iter_key(first)),
                      json_object_get(document, json_string_value(json_object_iter_value(first))));
}

enum mirrored { MIRRORED_GONE, MIRRORED_THERE };

/* What `document` names is told that it is there, or that it is gone. */
static struct verdict tell(const struct api *api, const struct document_row *row,
                           const json_t *document, enum mirrored mirrored)
{
    const json_t *rule = catalogue_collection(api->make->catalogue, row->collection)->mirrored;
    const json_t *members = json_object_get(rule, "members");
    const json_t *number =
        json_object_get(document, json_string_value(json_object_get(rule, "by")));
    const struct document_row wanted = {
        .collection = json_string_value(json_object_get(rule, "collection")),
        .parent = "",
        .key = arena_printf(api->arena, "%lld", (long long)json_integer_value(number)),
    };
    AUTO(free_document) struct document other = {0};
    int found = json_is_integer(number) ? documents_get(api->tenant->db, api->tenant->id, &wanted,
                                                        api->arena, &other.row)
                                        : 1;
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0 || other.row.team != row->team) {
        return ALLOWED;
    }
    other.json = stored_json(&other.row);
    if (mirrored == MIRRORED_GONE && !speaks_of(members, document, other.json)) {
        return ALLOWED;
    }
    take_members(members, mirrored == MIRRORED_THERE ? document : NULL, other.json);
    return stored_change(api, &other.row, other.json) == 0 ? ALLOWED : error_store_broken();
}

static bool is_same(const json_t *rule, const json_t *old, const json_t *new)
{
    const char *by = json_string_value(json_object_get(rule, "by"));
    const char *name;
    json_t *from;
    json_object_foreach(json_object_get(rule, "members"), name, from)
    {
        const char *member = json_string_value(from);
        if (!json_equal(json_object_get(old, member), json_object_get(new, member))) {
            return false;
        }
    }
    return json_equal(json_object_get(old, by), json_object_get(new, by));
}

struct verdict mirror_put(const struct api *api, const struct document_row *row, const json_t *old,
                          const json_t *new)
{
    const json_t *rule = catalogue_collection(api->make->catalogue, row->collection)->mirrored;
    if (rule == NULL || is_same(rule, old, new)) {
        return ALLOWED;
    }
    if (old != NULL) {
        TRY(tell(api, row, old, MIRRORED_GONE));
    }
    return new != NULL ? tell(api, row, new, MIRRORED_THERE) : ALLOWED;
}
