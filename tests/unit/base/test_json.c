#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/json.h"
#include "tests/unit/base/fixture.h"

static void text_is_compact_and_keeps_the_order_of_members(void **state)
{
    size_t size = 0;
    json_t *value = json_pack("{s:i, s:[s, n], s:{}}", "z", 1, "a", "x\"y", "m");
    assert_string_equal(json_text(*state, value, &size),
                        "{\"z\":1,\"a\":[\"x\\\"y\",null],\"m\":{}}");
    assert_int_equal(size, 32);
    json_decref(value);
}

static void a_value_that_is_no_object_has_a_text_too(void **state)
{
    json_t *value = json_string("a");
    assert_string_equal(json_text(*state, value, NULL), "\"a\"");
    json_decref(value);
}

static void absent_and_empty_texts_set_no_member(void **state)
{
    json_t *object = json_object();
    json_put_text(object, "one", NULL);
    json_put_text(object, "two", "");
    json_put_text(object, "three", "3");
    assert_string_equal(json_text(*state, object, NULL), "{\"three\":\"3\"}");
    json_decref(object);
}

static void words_become_an_array(void **state)
{
    json_t *words = json_words(" openid  email");
    json_t *none = json_words("");
    assert_string_equal(json_text(*state, words, NULL), "[\"openid\",\"email\"]");
    assert_string_equal(json_text(*state, none, NULL), "[]");
    json_decref(words);
    json_decref(none);
}

/* RFC 7396, Appendix A: what is a patch of an object there. */
static void an_object_is_patched_as_the_rfc_shows(void **state)
{
    static const struct {
        const char *object, *patch, *expected;
    } rows[] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        json_t *object = json_loads(rows[i].object, 0, NULL);
        json_t *patch = json_loads(rows[i].patch, 0, NULL);
        json_merge_patch(object, patch);
        assert_string_equal(json_text(*state, object, NULL), rows[i].expected);
        json_decref(object);
        json_decref(patch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(text_is_compact_and_keeps_the_order_of_members),
        WITH_ARENA(a_value_that_is_no_object_has_a_text_too),
        WITH_ARENA(absent_and_empty_texts_set_no_member),
        WITH_ARENA(words_become_an_array),
        WITH_ARENA(an_object_is_patched_as_the_rfc_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
