#include "server/catalogue/collections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/base/str.h"

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* A collection that is right, with more in it. */
static const char *with(struct arena *arena, const char *more)
{
    return arena_printf(
        arena,
        "{\"things\": {\"many\": \"things\", \"id\": \"integer\", \"key\": [\"id\"],"
        " \"new\": {\"id\": 0, \"name\": \"\", \"thingId\": null}%s}}",
        more);
}

static void check_refusal(struct arena *arena, const char *content, const char *expected)
{
    const char *problem = NULL;
    struct collections *collections = collections_new(arena, content, &problem);
    collections_free(collections);
    assert_null(collections);
    assert_non_null(problem);
    if (str_equal(problem, expected)) {
        return;
    }
    fail_msg("%s", problem);
}

static void what_is_right_is_read(void **state)
{
    const char *problem = NULL;
    size_t count;
    struct collections *collections = collections_new(
        *state, with(*state, ", \"owner\": \"team\", \"refers\": {\"thingId\": \"things\"}"),
        &problem);
    assert_non_null(collections);
    const struct collection *things = collections_all(collections, &count);
    assert_int_equal(count, 1);
    assert_ptr_equal(collections_find(collections, "things"), things);
    assert_int_equal(things->owner, OWNER_TEAM);
    assert_int_equal(things->key_kind, KEY_INTEGER);
    assert_null(things->required);
    assert_null(collections_find(collections, "thing"));
    collections_free(collections);
}

static void a_misspelt_word_is_refused_with_the_one_that_was_meant(void **state)
{
    check_refusal(*state, with(*state, ", \"requird\": [\"name\"]"),
                  "/things/requird: unknown member, did you mean \"required\"?; expected one of "
                  "one, many, id, key, parameters, of, owner, required, new, rename, parse, apart, "
                  "optional, kept, touched, refers, sorted");
    check_refusal(*state, with(*state, ", \"sorted\": {\"by\": \"id\", \"dri\": \"asc\"}"),
                  "/things/sorted/dri: unknown member, did you mean \"dir\"?; expected one of by, "
                  "dir");
}

static void a_word_that_fewer_than_three_collections_need_is_none(void **state)
{
    check_refusal(
        *state, with(*state, ", \"inside\": \"data\""),
        "/things/inside: unknown member; expected one of one, many, id, key, parameters, "
        "of, owner, required, new, rename, parse, apart, optional, kept, touched, refers, "
        "sorted");
}

static void a_word_of_another_type_is_refused(void **state)
{
    static const struct {
        const char *more, *problem;
    } rows[] = {
        {", \"one\": 1", "/things/one: 1 is a number; expected a text"},
        {", \"required\": \"name\"",
         "/things/required: \"name\" is a string; expected a list of names"},
        {", \"required\": [1]", "/things/required/0: 1 is a number; expected a text"},
        {", \"parameters\": [\"thingId\"]",
         "/things/parameters/0: \"thingId\" is a string; expected a list of names"},
        {", \"rename\": {\"title\": true}",
         "/things/rename/title: true is a boolean; expected a text"},
        {", \"touched\": [\"name\"]", "/things/touched: a list stands there; expected an object"},
        {", \"owner\": \"nobody\"",
         "/things/owner: \"nobody\" is none of the words; expected none, user, organization or "
         "team"},
        {", \"of\": {\"collection\": \"things\"}",
         "/things/of/parameters: is missing; expected a list of lists of names"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_refusal(*state, with(*state, rows[i].more), rows[i].problem);
    }
}

static void a_member_that_no_document_has_is_refused_with_the_nearest(void **state)
{
    static const struct {
        const char *more, *problem;
    } rows[] = {
        {", \"required\": [\"nmae\"]",
         "/things/required/0: \"nmae\" is no member of \"new\"; expected one such as \"name\""},
        {", \"touched\": {\"naem\": \"{now}\"}",
         "/things/touched/naem: \"naem\" is no member of \"new\"; expected one such as \"name\""},
        {", \"sorted\": {\"by\": \"nam\", \"dir\": \"asc\"}",
         "/things/sorted/by: \"nam\" is no member of \"new\"; expected one such as \"name\""},
        {", \"refers\": {\"thingsId\": \"things\"}",
         "/things/refers/thingsId: \"thingsId\" is no member of \"new\"; expected one such as "
         "\"thingId\""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_refusal(*state, with(*state, rows[i].more), rows[i].problem);
    }
}

static void a_collection_that_is_none_is_refused_with_the_nearest(void **state)
{
    check_refusal(*state, with(*state, ", \"refers\": {\"thingId\": \"thing\"}"),
                  "/things/refers/thingId: \"thing\" is no collection; expected one such as "
                  "\"things\"");
    check_refusal(
        *state, with(*state, ", \"of\": {\"collection\": \"thinsg\", \"parameters\": [[\"id\"]]}"),
        "/things/of: \"thinsg\" is no collection; expected one such as \"things\"");
}

static void what_is_no_json_or_says_a_word_twice_is_refused(void **state)
{
    check_refusal(*state, with(*state, ", \"many\": \"things\""),
                  "line 1: duplicate object key near '\"many\"'");
    check_refusal(
        *state, "[]",
        "(the document): a list stands there; expected an object of at most 128 collections");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_is_read),
        cmocka_unit_test(a_misspelt_word_is_refused_with_the_one_that_was_meant),
        cmocka_unit_test(a_word_that_fewer_than_three_collections_need_is_none),
        cmocka_unit_test(a_word_of_another_type_is_refused),
        cmocka_unit_test(a_member_that_no_document_has_is_refused_with_the_nearest),
        cmocka_unit_test(a_collection_that_is_none_is_refused_with_the_nearest),
        cmocka_unit_test(what_is_no_json_or_says_a_word_twice_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
