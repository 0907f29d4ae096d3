/* Documents behind Make's API: made, listed, read, changed and deleted, in every collection there
 * is. */
#include "tests/unit/endpoints/bodies.h"
#include "tests/unit/endpoints/steps.h"

/* -- collections --------------------------------------------------------------------------------
 */

static const char *const key_forms[KEY_KIND__MAX] = {
    [KEY_INTEGER] = "^[1-9][0-9]*$",
    [KEY_UUID] = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    [KEY_HEX] = "^[0-9a-f]{32}$",
    [KEY_NAME] = "^[^/\\]+$",
};

static const char *as_text(struct api *api, const json_t *json)
{
    return json_word(api->arena, json);
}

/* One for which there is still room: an organization has one structure of custom properties. */
static const char *body_that_fits(struct api *api, const struct collection *collection)
{
    json_auto_t *body = body_for(collection);
    if (str_equal(collection->name, "scenarios")) {
        return SCENARIO("Made", 1, "");
    }
    if (str_equal(collection->name, "custom-property-structures")) {
        json_auto_t *other = json_at(
            api_ok(api, OWNER, "POST /organizations", "{'name':'Another'}"), "/organization/id");
        json_object_set(body, "belongerId", other);
    }
    return as_text(api, body);
}

/* Of each collection, the first operation that does this, and no other. */
struct operations {
    const struct operation *create, *list, *read, *update, *delete;
};

static bool does(const struct operation *operation, const struct collection *collection,
                 enum verb verb)
{
    const char *end = verb == VERB_CREATE   ? "-create"
                      : verb == VERB_LIST   ? "-list"
                      : verb == VERB_UPDATE ? "-update"
                                            : "-delete";
    return operation->collection == collection && !operation->is_beyond &&
           (operation->verb == verb || (verb != VERB_READ && operation->verb == VERB_SPECIAL &&
                                        str_ends(operation->name, end)));
}

static const struct operation *first_that(struct api *api, const struct collection *collection,
                                          enum verb verb)
{
    size_t count;
    const struct operation *operations = catalogue_operations(api->world->catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        if (does(&operations[i], collection, verb)) {
            return &operations[i];
        }
    }
    return NULL;
}

static struct operations operations_of(struct api *api, const struct collection *collection)
{
    return (struct operations){.create = first_that(api, collection, VERB_CREATE),
                               .list = first_that(api, collection, VERB_LIST),
                               .read = first_that(api, collection, VERB_READ),
                               .update = first_that(api, collection, VERB_UPDATE),
                               .delete = first_that(api, collection, VERB_DELETE)};
}

/* `test` with each collection that has such an operation, of which there are so many at least. */
static void each_collection(struct api *api, enum verb verb, size_t least,
                            void (*test)(struct api *api, const struct collection *collection,
                                         const struct operations *operations))
{
    size_t count, tested = 0;
    catalogue_read(api->world->catalogue);
    const struct collection *collections = catalogue_collections(api->world->catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        const struct operations operations = operations_of(api, &collections[i]);
        if ((verb == VERB_CREATE ? operations.create : operations.list) != NULL) {
            test(api, &collections[i], &operations);
            tested++;
        }
    }
    assert_true(tested >= least);
}

/* -- one document -------------------------------------------------------------------------------
 */

/* The call of an operation on the document with this key, a list of texts. */
static const char *call_at(struct api *api, const struct collection *collection,
                           const struct operation *operation, const json_t *key)
{
    struct path_value given[3] = {0};
    const json_t *names = path_names(operation, collection->parameters);
    assert_true(json_array_size(names) < COUNT(given));
    assert_true(names == NULL || json_array_size(names) == json_array_size(key));
    for (size_t i = 0; i < json_array_size(names); i++) {
        given[i] = (struct path_value){json_string_value(json_array_get(names, i)),
                                       json_string_value(json_array_get(key, i))};
    }
    return path_call(api, operation, given);
}

/* Its key, a list of texts; the caller's. */
static json_t *key_of(struct api *api, const struct collection *collection, const json_t *document)
{
    json_t *key = json_array();
    size_t index;
    json_t *member;
    json_array_foreach(collection->key, index, member)
    {
        const json_t *value = json_object_get(document, json_string_value(member));
        json_array_append_new(key, json_string(as_text(api, value)));
    }
    return key;
}

static json_t *unwrapped(const struct collection *collection, json_t *answer)
{
    return collection->one == NULL ? answer : json_object_get(answer, collection->one);
}

/* The documents that the list has, borrowed; there is nothing else in the answer. */
static json_t *rows_of(struct api *api, const struct collection *collection,
                       const struct operation *list)
{
    const char *call = path_call(api, list, NULL);
    json_t *answer = api_ok(api, OWNER, call, NULL);
    json_t *rows = json_object_get(answer, collection->many);
    bool has_more = str_equal(collection->name, "data-store-records");
    bool has_spec = json_object_get(answer, "spec") != NULL &&
                    json_object_get(answer, "strict") != NULL &&
                    json_object_get(answer, "count") != NULL;
    if (!json_is_array(rows) || json_object_get(answer, "pg") == NULL ||
        json_object_size(answer) != (has_more ? 5 : 2) || has_spec != has_more) {
        fail_msg("%s: other members: %s", call, as_text(api, answer));
    }
    return rows;
}

/* Each member that is not optional is there. */
static void assert_has_needed(struct api *api, const struct collection *collection,
                              const json_t *document)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)collection->fresh, name, value)
    {
        if (!holds(collection->optional, name) && json_object_get(document, name) == NULL) {
            fail_msg("%s: no %s: %s", collection->name, name, as_text(api, document));
        }
    }
}

static void assert_believable(struct api *api, const struct collection *collection,
                              const struct operations *operations)
{
    json_t *rows = rows_of(api, collection, operations->list);
    size_t index;
    json_t *row;
    assert_true(json_array_size(rows) > 0);
    json_array_foreach(rows, index, row)
    {
        const char *name;
        json_t *value;
        assert_has_needed(api, collection, row);
        json_object_foreach(row, name, value)
        {
            if (json_object_get(collection->fresh, name) == NULL ||
                (json_is_string(value) && *json_string_value(value) == '{')) {
                fail_msg("%s: %s is %s", collection->name, name, as_text(api, value));
            }
        }
    }
}

static void each_collection_has_a_believable_document_at_first(void **state)
{
    each_collection(*state, VERB_LIST, 38, assert_believable);
}

/* -- from its making to its end -----------------------------------------------------------------
 */

struct life {
    struct api *api;
    const struct collection *collection;
    const struct operations *operations;
    json_t *before; /* what was listed; NULL: there is no list */
    json_t *made;
    json_t *key;
};

static void assert_listed(const struct life *life, bool has_made)
{
    if (life->before == NULL) {
        return;
    }
    json_t *rows = rows_of(life->api, life->collection, life->operations->list);
    size_t count = json_array_size(life->before);
    if (!has_made) {
        assert_true(json_equal(rows, life->before));
        return;
    }
    assert_int_equal(json_array_size(rows), count + 1);
    for (size_t i = 0; i <= count; i++) {
        json_auto_t *there = key_of(life->api, life->collection, json_array_get(rows, i));
        json_auto_t *earlier = key_of(life->api, life->collection, json_array_get(life->before, i));
        if (!json_equal(there, i == count ? life->key : earlier)) {
            fail_msg("%s: another key: %s", life->collection->name, as_text(life->api, there));
        }
    }
}

static void assert_made(struct life *life)
{
    const struct operation *create = life->operations->create;
    json_t *answer = api_ok(life->api, OWNER, path_call(life->api, create, NULL),
                            body_that_fits(life->api, life->collection));
    life->made = unwrapped(life->collection, answer);
    life->key = api_keep(life->api, key_of(life->api, life->collection, life->made));
    const char *key = json_string_value(json_array_get(life->key, 0));
    if (!api_matches(key_forms[life->collection->key_kind], key)) {
        fail_msg("%s: %s is no key", life->collection->name, key);
    }
    assert_has_needed(life->api, life->collection, life->made);
    assert_listed(life, true);
}

static void assert_read(const struct life *life)
{
    if (life->operations->read != NULL) {
        const char *call = call_at(life->api, life->collection, life->operations->read, life->key);
        json_t *read = api_ok(life->api, OWNER, call, NULL);
        if (!json_equal(unwrapped(life->collection, read), life->made)) {
            fail_msg("%s: reads otherwise", call);
        }
    }
}

static void assert_changed(const struct life *life)
{
    if (life->operations->update == NULL) {
        return;
    }
    bool is_variable = strstr(life->collection->name, "variables") != NULL;
    const char *member = json_object_get(life->made, "label") != NULL ? "label" : "name";
    const char *change = is_variable ? "{'value':'changed'}"
                                     : arena_printf(life->api->arena, "{'%s':'Changed'}", member);
    json_auto_t *wanted = json_copy(life->made);
    json_auto_t *more = json_from(change);
    json_object_update(wanted, more);
    if (str_equal(life->collection->name, "folders")) {
        json_object_set_new(wanted, "path", json_string("Changed"));
    }
    const char *call = call_at(life->api, life->collection, life->operations->update, life->key);
    json_t *changed = unwrapped(life->collection, api_ok(life->api, OWNER, call, change));
    if (!json_equal(changed, wanted)) {
        fail_msg("%s: changed otherwise: %s", call, as_text(life->api, changed));
    }
}

static void assert_deleted(const struct life *life)
{
    const struct operation *delete = life->operations->delete;
    bool is_input = path_misses_as_input(life->collection);
    if (delete == NULL) {
        return;
    }
    const char *call = call_at(life->api, life->collection, delete, life->key);
    const char *confirmed = arena_printf(life->api->arena, "%s?confirmed=true", call);
    if (delete->needs_confirmation) {
        const struct api_answer asked =
            api_refused(life->api, OWNER, call, NULL, 406, "IM004", "confirmed=true");
        assert_string_equal(text_of(asked.json, "message"), "Confirmation required");
    }
    json_t *answer = api_ok(life->api, OWNER, confirmed, NULL);
    assert_int_equal(json_object_size(answer), 1);
    const json_t *named = json_object_iter_value(json_object_iter(answer));
    assert_string_equal(as_text(life->api, named), json_string_value(json_array_get(life->key, 0)));
    api_refused(life->api, OWNER, confirmed, NULL, is_input ? 400 : 404,
                is_input ? "IM005" : "SC404", NULL);
    assert_listed(life, false);
}

static void assert_lives(struct api *api, const struct collection *collection,
                         const struct operations *operations)
{
    struct life life = {.api = api, .collection = collection, .operations = operations};
    if (operations->list != NULL) {
        life.before = rows_of(api, collection, operations->list);
    }
    assert_made(&life);
    assert_read(&life);
    assert_changed(&life);
    assert_deleted(&life);
}

static void a_document_is_made_listed_read_changed_and_deleted(void **state)
{
    each_collection(*state, VERB_CREATE, 27, assert_lives);
}

/* -- what a new one needs -----------------------------------------------------------------------
 */

static void assert_asks(struct api *api, const struct collection *collection,
                        const struct operations *operations)
{
    const struct body_row *row = body_row_of(collection);
    json_auto_t *otherwise = row == NULL || row->needed == NULL ? NULL : json_from(row->needed);
    const json_t *needed = otherwise == NULL ? collection->required : otherwise;
    json_auto_t *body = body_for(collection);
    const char *name;
    json_t *value;
    size_t asked = 0;
    json_object_foreach(body, name, value)
    {
        if (holds(needed, name)) {
            json_auto_t *sent = json_copy(body);
            json_object_del(sent, name);
            api_refused(api, OWNER, path_call(api, operations->create, NULL), as_text(api, sent),
                        400, "IM005", arena_printf(api->arena, "^%s: is ", name));
            asked++;
        }
    }
    assert_true(asked > 0 || json_array_size(collection->required) == 0);
}

static void what_a_new_document_needs_is_asked_for_by_name(void **state)
{
    each_collection(*state, VERB_CREATE, 27, assert_asks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_collection_has_a_believable_document_at_first),
        TEST(a_document_is_made_listed_read_changed_and_deleted),
        TEST(what_a_new_document_needs_is_asked_for_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
