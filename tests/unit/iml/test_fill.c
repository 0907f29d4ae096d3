/* Texts and documents with expressions in them, and what bounds a run. */
#include "tests/unit/iml/world.h"

#include "server/base/attr.h"
#include "server/base/clock.h"

static const char *filled(struct iml *iml, const char *document)
{
    json_auto_t *json = json_loads(document, JSON_DECODE_ANY, NULL);
    struct iml_value value = {0};
    const char *pointer = NULL;
    assert_non_null(json);
    if (iml_fill(iml, json, &value, &pointer) != 0) {
        return arena_printf(iml->arena, "! %s: %s", pointer, iml->fault.problem);
    }
    return json_of(iml, &value);
}

static void a_whole_value_keeps_its_type_and_a_part_is_text(void **state)
{
    assert_string_equal(filled(*state, "[\"{{a}}\",\"{{a}}!\",\"{{list[1]}}\",\"{{t}}{{a}}\"]"),
                        "[1,\"1!\",{\"n\":1,\"t\":\"x\"},\"text1\"]");
}

static void what_is_not_there_leaves_its_member_out_and_is_empty_in_text(void **state)
{
    assert_string_equal(filled(*state, "{\"x\":\"{{missing}}\",\"y\":\"<{{missing}}>\","
                                       "\"z\":\"{{none}}\",\"w\":[\"{{missing}}\"]}"),
                        "{\"y\":\"<>\",\"z\":null,\"w\":[null]}");
}

static void names_hold_expressions(void **state)
{
    assert_string_equal(filled(*state, "{\"{{t}}_{{a}}\":{\"{{list[2].t}}\":true}}"),
                        "{\"text_1\":{\"y\":true}}");
}

static void what_holds_no_expression_stays_as_it_is(void **state)
{
    static const char document[] = "{\"a\":[1,2.5,true,null,\"}} { {\",\"\"],\"b\":{}}";
    assert_string_equal(filled(*state, document), document);
}

static void inside_of_text_an_array_has_commas_and_a_collection_is_json(void **state)
{
    assert_string_equal(
        filled(*state, "\"{{numbers}};{{list[1]}};{{expires}};{{true}}\""),
        "\"3,1,2;{\\\"n\\\":1,\\\"t\\\":\\\"x\\\"};2026-01-01T00:10:00.000Z;true\"");
}

static void a_fault_is_told_with_the_place_of_its_text(void **state)
{
    struct iml *iml = *state;
    const char *said = filled(iml, "{\"a\":[{\"b/c\":\"ab{{1 +}}\"}]}");
    assert_string_equal(said, "! /a/0/b~1c: '}}' stands where a value is due");
    assert_int_equal(iml->fault.at, 7);
    assert_non_null(strstr(filled(iml, "{\"{{\":1}"), "! /{{: "));
}

static void dates_and_buffers_are_found_again_where_they_are_marked(void **state)
{
    struct iml *iml = *state;
    struct str_buf text;
    str_buf_init(&text, iml->arena);
    iml_write_json(&text, &iml->data, IML_DATES_MARKED);
    json_auto_t *json = json_loads(str_buf_text(&text), 0, NULL);
    const struct iml_value again = iml_read(iml->arena, json, IML_DATES_MARKED);
    const struct iml_value plain = iml_read(iml->arena, json, IML_DATES_AS_TEXT);
    assert_true(iml_same(&again, &iml->data));
    assert_false(iml_same(&plain, &iml->data));
    assert_int_equal(iml_member(&again, "expires").type, IML_DATE);
    assert_int_equal(iml_member(&again, "bytes").type, IML_BUFFER);
}

static const char *repeated(struct iml *iml, const char *open, const char *inner, const char *close,
                            size_t times)
{
    struct str_buf text;
    str_buf_init(&text, iml->arena);
    for (size_t i = 0; i < times; i++) {
        str_buf_put(&text, open);
    }
    str_buf_put(&text, inner);
    for (size_t i = 0; i < times; i++) {
        str_buf_put(&text, close);
    }
    return str_buf_text(&text);
}

static void expressions_that_are_too_deep_are_refused(void **state)
{
    struct iml *iml = *state;
    assert_refused(iml, repeated(iml, "(", "1", ")", 10000), "too deep");
    assert_refused(iml, repeated(iml, "!", "1", "", 10000), "too deep");
    assert_refused(iml, repeated(iml, "lower(", "t", ")", 10000), "too deep");
    assert_refused(iml, repeated(iml, "{{", "t", "}}", 10000), "too deep");
    assert_refused(iml, repeated(iml, "list[", "1", "]", 10000), "too deep");
    assert_refused(iml, repeated(iml, "", "a", ".b", 10000), "too long a chain");
    assert_refused(iml, repeated(iml, "1+", "1", "", 10000), "too long a chain");
    assert_string_equal(value_of(iml, repeated(iml, "(", "1", ")", 90)), "1");
    assert_string_equal(value_of(iml, repeated(iml, "1+", "1", "", 500)), "501");
}

/* Each run has its own to spend. */
static struct iml fresh(const struct iml *iml)
{
    return (struct iml){.arena = iml->arena,
                        .data = iml->data,
                        .now = iml->now,
                        .zone = iml->zone,
                        .random = iml->random};
}

static struct iml_member many(struct iml *iml, size_t count)
{
    struct iml_value *items = arena_alloc(iml->arena, count * sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        items[i] = iml_number((double)i);
    }
    return (struct iml_member){.name = "many", .value = iml_array(items, count)};
}

#define LONG 4000000 /* bytes */

static void what_takes_or_makes_too_much_is_refused(void **state)
{
    struct iml run = fresh(*state);
    const struct iml_member member = many(*state, 100000);
    run.data = iml_collection(&member, 1);
    assert_refused(&run, "distinct(many)", "too many steps");
    run = fresh(*state);
    const char *text = arena_alloc(run.arena, LONG);
    const struct iml_member bytes = {.name = "long", .value = iml_text_n(text, LONG - 1)};
    run.data = iml_collection(&bytes, 1);
    assert_refused(&run, repeated(&run, "long + ", "long", "", 20), "makes too much");
    assert_refused(&run, "split(long, \"\")", "makes too much");
    run = fresh(*state);
    run.until = clock_ticks_ms() - 1;
    run.steps = 1023;
    assert_refused(&run, "1 + 1", "too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_value_keeps_its_type_and_a_part_is_text),
        cmocka_unit_test(what_is_not_there_leaves_its_member_out_and_is_empty_in_text),
        cmocka_unit_test(names_hold_expressions),
        cmocka_unit_test(what_holds_no_expression_stays_as_it_is),
        cmocka_unit_test(inside_of_text_an_array_has_commas_and_a_collection_is_json),
        cmocka_unit_test(a_fault_is_told_with_the_place_of_its_text),
        cmocka_unit_test(dates_and_buffers_are_found_again_where_they_are_marked),
        cmocka_unit_test(expressions_that_are_too_deep_are_refused),
        cmocka_unit_test(what_takes_or_makes_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
