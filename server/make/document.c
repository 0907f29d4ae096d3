#include "server/make/document.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/make/fill.h"
#include "server/oauth/texts.h"

#define KEY_MAX 255

void document_fini(struct document *document)
{
    json_decref(document->json);
}

/* The values of these parameters with slashes between them; NULL unless the path has them all. */
static const char *joined_values(const struct api *api, const json_t *names)
{
    const char *joined = NULL;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *value = api_path_value(api, json_string_value(json_array_get(names, i)));
        if (value == NULL) {
            return NULL;
        }
        joined = joined == NULL ? value : arena_printf(api->arena, "%s/%s", joined, value);
    }
    return joined;
}

struct verdict document_key(const struct api *api, const struct collection *collection,
                            const json_t *parameters, const char **key)
{
    *key = NULL;
    for (size_t i = 0; i < json_array_size(parameters) && *key == NULL; i++) {
        *key = joined_values(api, json_array_get(parameters, i));
    }
    int64_t number;
    if (*key == NULL || collection->key_kind != KEY_INTEGER ||
        str_to_int64(*key, 1, INT32_MAX, &number)) {
        return ALLOWED;
    }
    return api_refuse_input(api->arena, collection->one,
                            arena_printf(api->arena, "'%s' in the path is no number", *key),
                            "a number from 1 to 2147483647");
}

/* What a key is made of: as a path can have it. A number is one where the collection's default is. */
static const char *key_text(struct arena *arena, const struct collection *collection,
                            const json_t *value, const char *member)
{
    int64_t number = json_integer_value(value);
    bool is_number = json_is_integer(json_object_get(collection->fresh, member)) ||
                     collection->key_kind == KEY_INTEGER;
    if (is_number) {
        bool is_usable = json_is_integer(value) && number > 0 && number <= INT32_MAX;
        return is_usable ? arena_printf(arena, "%lld", (long long)number) : NULL;
    }
    const char *text = json_string_value(value);
    bool is_usable = text != NULL && *text != '\0' && strlen(text) <= KEY_MAX &&
                     strpbrk(text, "/\\") == NULL && text_printable(arena, text) == NULL;
    return is_usable ? arena_strdup(arena, text) : NULL;
}

const char *document_key_of(struct arena *arena, const struct collection *collection,
                            const json_t *document, const char **member)
{
    const char *key = NULL;
    for (size_t i = 0; i < json_array_size(collection->key); i++) {
        *member = json_string_value(json_array_get(collection->key, i));
        const char *text = key_text(arena, collection, json_object_get(document, *member), *member);
        if (text == NULL) {
            return NULL;
        }
        key = key == NULL ? text : arena_printf(arena, "%s/%s", key, text);
    }
    return key;
}

struct verdict document_refuse_missing(const struct api *api, const struct collection *collection,
                                       const char *key)
{
    const char *one = collection->one != NULL ? collection->one : collection->name;
    return REFUSED(NOT_FOUND, .check = collection->name,
                   .detail =
                       arena_printf(api->arena, "there is no %s '%s' that you can see", one, key),
                   .expected = "one that exists, in a team or organization of the user",
                   .actual = key, .clause = "RFC 9110 15.5.5");
}

/* Below any parent: the first with that key. */
static int find_anywhere(const struct api *api, const struct collection *collection,
                         const char *key, struct document_row *row)
{
    const struct documents_filter filter = {.collection = collection->name};
    const struct document_row *rows;
    size_t count;
    if (documents_list(api->tenant->db, &filter, api->arena, &rows, &count) != 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < count; i++) {
        if (str_equal(rows[i].key, key)) {
            *row = rows[i];
            return 0;
        }
    }
    return 1;
}

struct verdict document_find(const struct api *api, const struct collection *collection,
                             const char *parent, const char *key, struct document *document)
{
    const struct document_row wanted = {
        .collection = collection->name, .parent = parent, .key = key};
    int found = parent == NULL
                    ? find_anywhere(api, collection, key, &document->row)
                    : documents_get(api->tenant->db, &wanted, api->arena, &document->row);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return document_refuse_missing(api, collection, key);
    }
    return ALLOWED;
}

struct verdict document_load(const struct api *api, const struct collection *collection,
                             const char *parent, const char *key, struct document *document)
{
    TRY(document_find(api, collection, parent, key, document));
    document->json = stored_json(&document->row);
    return ALLOWED;
}

const char *document_type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "a list";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
        return "an integer";
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        return "null";
    }
    return "a value";
}

/* A default that is a placeholder says nothing about the type but for texts. */
bool document_has_type(const json_t *value, const json_t *example)
{
    const char *text = json_string_value(example);
    bool is_open = text != NULL && *text == '{';
    if (is_open || json_is_null(example) || json_is_null(value)) {
        return true;
    }
    if (json_is_real(example)) {
        return json_is_number(value);
    }
    return document_type_name(value) == document_type_name(example);
}

#define PATH "{path:"

/* What the path says stays, as does what the collection has as kept or fixed, the key and the owner. */
static bool is_fixed(const struct collection *collection, const char *member)
{
    const char *text = json_string_value(json_object_get(collection->fresh, member));
    return (text != NULL && str_starts(text, PATH)) || json_has_text(collection->key, member) ||
           json_has_text(collection->kept, member) || json_has_text(collection->fixed, member) ||
           str_equal(member, owner_members[OWNER_USER]) ||
           str_equal(member, owner_members[OWNER_ORGANIZATION]) ||
           str_equal(member, owner_members[OWNER_TEAM]);
}

/* Of a new document: what the path says is not what a body says. */
static struct verdict check_path(const struct api *api, const char *name, const json_t *value,
                                 const json_t *example)
{
    const char *text = json_string_value(example);
    json_auto_t *said = text != NULL && str_starts(text, PATH) ? fill(api, example, 0) : NULL;
    return said == NULL || json_is_null(said) || json_equal(said, value)
               ? ALLOWED
               : api_refuse_input(api->arena, name, "is another than in the path",
                                  json_text(api->arena, said, NULL));
}

struct verdict document_check(const struct api *api, const struct collection *collection,
                              const json_t *body, const json_t *document)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        const json_t *example = json_object_get(collection->fresh, name);
        const json_t *old = json_object_get(document, name);
        bool is_empty = str_equal(name, collection->inside) && json_is_null(value);
        if (example != NULL && (is_empty || !document_has_type(value, example))) {
            return api_refuse_input(api->arena, name,
                                    arena_printf(api->arena, "is %s", document_type_name(value)),
                                    document_type_name(example));
        }
        bool is_changed = old != NULL ? is_fixed(collection, name) && !json_equal(old, value)
                                      : document != NULL && json_has_text(collection->kept, name);
        if (is_changed) {
            return api_refuse_input(api->arena, name, "cannot be changed",
                                    old != NULL ? json_text(api->arena, old, NULL)
                                                : "what the server keeps");
        }
        if (document == NULL) {
            TRY(check_path(api, name, value, example));
        }
    }
    return ALLOWED;
}

/* What was not given stands there as the table has it. */
void document_settle(const struct api *api, const struct collection *collection, const char *parent,
                     json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)collection->fresh, name, value)
    {
        if (fill_is_composed(value) && json_equal(json_object_get(json, name), value)) {
            json_object_set_new(json, name, fill_composed(api, value, json, parent));
        }
    }
}

void document_touch(const struct api *api, const struct collection *collection, json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)collection->touched, name, value)
    {
        json_object_set_new(json, name,
                            fill_is_composed(value) ? fill_composed(api, value, json, "")
                                                    : fill(api, value, 0));
    }
}
