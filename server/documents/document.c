#include "server/documents/document.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/oauth/texts.h"

#define KEY_MAX 255

void document_fini(struct document *document)
{
    json_decref(document->json);
}

/* What a key is made of: as a path can have it. A number is one where the collection's default
 * is. */
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

struct verdict document_refuse_missing(const struct world *world,
                                       const struct collection *collection, const char *key)
{
    const char *one = collection->one != NULL ? collection->one : collection->name;
    return REFUSED(NOT_FOUND, .check = collection->name,
                   .detail =
                       arena_printf(world->arena, "there is no %s '%s' that you can see", one, key),
                   .expected = "one that exists, in a team or organization of the user",
                   .actual = key, .clause = "RFC 9110 15.5.5");
}

/* Below any parent: the first with that key. */
static int find_anywhere(const struct world *world, const struct collection *collection,
                         const char *key, struct document_row *row)
{
    const struct documents_filter filter = {.collection = collection->name};
    const struct document_row *rows;
    size_t count;
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &count) != 0) {
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

struct verdict document_find(const struct world *world, const struct collection *collection,
                             const char *parent, const char *key, struct document *document)
{
    const struct document_row wanted = {
        .collection = collection->name, .parent = parent, .key = key};
    int found = parent == NULL
                    ? find_anywhere(world, collection, key, &document->row)
                    : documents_get(world->tenant->db, &wanted, world->arena, &document->row);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return document_refuse_missing(world, collection, key);
    }
    return ALLOWED;
}

struct verdict document_load(const struct world *world, const struct collection *collection,
                             const char *parent, const char *key, struct document *document)
{
    TRY(document_find(world, collection, parent, key, document));
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

/* What the path says stays, as does what the collection has as kept or fixed, the key and the
 * owner. */
static bool is_fixed(const struct collection *collection, const char *member)
{
    return fill_is_of_path(json_object_get(collection->fresh, member)) ||
           json_has_text(collection->key, member) || json_has_text(collection->kept, member) ||
           str_equal(member, owner_members[OWNER_USER]) ||
           str_equal(member, owner_members[OWNER_ORGANIZATION]) ||
           str_equal(member, owner_members[OWNER_TEAM]);
}

struct verdict document_check(const struct world *world, const struct collection *collection,
                              const json_t *body, const json_t *document)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        const json_t *example = json_object_get(collection->fresh, name);
        const json_t *old = json_object_get(document, name);
        if (example != NULL && !document_has_type(value, example)) {
            return input_refuse(world->arena, name,
                                arena_printf(world->arena, "is %s", document_type_name(value)),
                                document_type_name(example));
        }
        bool is_changed = old != NULL ? is_fixed(collection, name) && !json_equal(old, value)
                                      : document != NULL && json_has_text(collection->kept, name);
        if (is_changed) {
            return input_refuse(world->arena, name, "cannot be changed",
                                old != NULL ? json_text(world->arena, old, NULL)
                                            : "what the server keeps");
        }
    }
    return ALLOWED;
}

/* What was not given stands there as the table has it. */
void document_settle(const struct world *world, const struct collection *collection,
                     const char *parent, json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)collection->fresh, name, value)
    {
        if (fill_is_composed(value) && json_equal(json_object_get(json, name), value)) {
            json_object_set_new(json, name, fill_composed(world, value, json, parent));
        }
    }
}

void document_touch(const struct world *world, const struct collection *collection, json_t *json)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)collection->touched, name, value)
    {
        json_object_set_new(json, name,
                            fill_is_composed(value) ? fill_composed(world, value, json, "")
                                                    : fill_value(world, value, 0, NULL));
    }
}
