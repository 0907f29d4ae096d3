/* XML in a response, as Make's documentation has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/connection/xml.h"
#include "server/iml/write.h"

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

static const char *json_of(struct arena *arena, const char *xml)
{
    struct iml_value value = {0};
    struct str_buf text;
    const char *problem = NULL;
    if (xml_read(arena, xml, strlen(xml), &value, &problem) != 0) {
        return arena_printf(arena, "! %s", problem);
    }
    str_buf_init(&text, arena);
    iml_write_json(&text, &value, IML_DATES_AS_TEXT);
    return str_buf_text(&text);
}

struct example {
    const char *xml, *json;
};

static void check_all(struct arena *arena, const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *json = json_of(arena, examples[i].xml);
        if (strcmp(json, examples[i].json) != 0) {
            fail_msg("%s is %s, not %s", examples[i].xml, json, examples[i].json);
        }
    }
}

/* What these ways lead to: body.data[].text[], body.data[].text[]._value,
 * body.data[].text[]._attributes.foo, body.data[].items[].item. */
static void elements_are_arrays_as_makes_documentation_says(void **state)
{
    static const struct example examples[] = {
        {"<data>\n    <text>Hello, world</text>\n</data>",
         "{\"data\":[{\"text\":[\"Hello, world\"]}]}"},
        {"<data><text foo=\"bar\">Hello, world</text></data>",
         "{\"data\":[{\"text\":[{\"_attributes\":{\"foo\":\"bar\"},\"_value\":\"Hello, "
         "world\"}]}]}"},
        {"<data><items length='2'><item><name>Foo</name></item>\n<item><name>Bar</name></item>"
         "</items></data>",
         "{\"data\":[{\"items\":[{\"item\":[{\"name\":[\"Foo\"]},{\"name\":[\"Bar\"]}],"
         "\"_attributes\":{\"length\":\"2\"}}]}]}"},
    };
    check_all(*state, examples, COUNT(examples));
}

static void what_is_rarer_is_read_as_xml_1_0_says(void **state)
{
    static const struct example examples[] = {
        {"\xef\xbb\xbf<?xml version=\"1.0\"?><!DOCTYPE a [<!ELEMENT a ANY>]>\n<!-- c --><a/>\n<!-- "
         "d -->",
         "{\"a\":[\"\"]}"},
        {"<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x20ac;&#128512;</a>",
         "{\"a\":[\"<&>\\\"'A\u20ac\U0001F600\"]}"},
        {"<a><![CDATA[<b>&amp;]]></a>", "{\"a\":[\"<b>&amp;\"]}"},
        {"<s:a xmlns:s='u'>x<!-- no -->y<?pi z?></s:a >",
         "{\"s:a\":[{\"_attributes\":{\"xmlns:s\":\"u\"},\"_value\":\"xy\"}]}"},
        {"<a>one<b/>two</a>", "{\"a\":[{\"b\":[\"\"],\"_value\":\"onetwo\"}]}"},
        {"<a x=\"&quot;1'\"></a>",
         "{\"a\":[{\"_attributes\":{\"x\":\"\\\"1'\"},\"_value\":\"\"}]}"},
    };
    check_all(*state, examples, COUNT(examples));
}

static void what_is_no_xml_says_why(void **state)
{
    static const struct example examples[] = {
        {"", "! it has no element"},
        {"{}", "! it has no element"},
        {"<a>", "! the element 'a' has no end"},
        {"<a></b>", "! the element 'a' ends as another"},
        {"<a/><b/>", "! something stands behind its root"},
        {"<a", "! a tag has no end"},
        {"<a></a", "! a tag has no end"},
        {"<a b></a>", "! an attribute has no value"},
        {"<a b=c></a>", "! an attribute's value has no quotation marks"},
        {"<a b='c", "! an attribute's value has no end"},
        {"<a>&nbsp;</a>", "! the entity 'nbsp' is not known"},
        {"<a>& b</a>", "! an & begins no reference"},
        {"<a>&#0;</a>", "! a reference names no character"},
        {"<a>&#xd800;</a>", "! a reference names no character"},
        {"<a>&#x;</a>", "! a reference names no character"},
        {"<a>&#+65;</a>", "! a reference names no character"},
        {"<a>&#x0x41;</a>", "! a reference names no character"},
        {"<a><![CDATA[</a>", "! a CDATA section has no end"},
        {"<!-- ", "! a comment has no end"},
        {"<a>\xff</a>", "! it is not in UTF-8"},
        {"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "! the entity 'e' is not known"},
    };
    check_all(*state, examples, COUNT(examples));
}

/* Neither the stack nor time runs out for what a server sends. */
static void depth_is_bounded_and_width_costs_what_it_is(void **state)
{
    enum { MANY = 100000 };
    struct str_buf deep, wide;
    str_buf_init(&deep, *state);
    str_buf_init(&wide, *state);
    str_buf_put(&wide, "<a>");
    for (size_t i = 0; i < MANY; i++) {
        str_buf_put(&deep, "<a>");
        str_buf_put(&wide, "<b/>");
    }
    str_buf_put(&wide, "</a>");
    assert_string_equal(json_of(*state, str_buf_text(&deep)),
                        "! its elements stand too deep in one another");
    assert_int_equal(strlen(json_of(*state, str_buf_text(&wide))), 3 * MANY + 16 - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_arrays_as_makes_documentation_says),
        cmocka_unit_test(what_is_rarer_is_read_as_xml_1_0_says),
        cmocka_unit_test(what_is_no_xml_says_why),
        cmocka_unit_test(depth_is_bounded_and_width_costs_what_it_is),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
