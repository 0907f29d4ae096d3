#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/html.h"
#include "tests/unit/base/fixture.h"

static const struct html_value values[] = {{"name", "<b>\"Tom\" & 'Ann'</b>"},
                                           {"empty", ""},
                                           {"absent", NULL},
                                           {"raw", "<i>x</i>"},
                                           {"nam", "shorter"}};

static const char *fill(struct arena *arena, const char *text)
{
    return html_fill(arena, text, values, COUNT(values));
}

static void characters_with_a_meaning_are_escaped(void **state)
{
    assert_string_equal(html_escape(*state, "<a href=\"x\" id='y'>&amp;"),
                        "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
    assert_string_equal(html_escape(*state, ""), "");
    assert_string_equal(html_escape(*state, "\xc3\xa9"), "\xc3\xa9");
}

static void
a_page_says_its_text_without_head_styles_and_tags_and_no_more_than_is_asked_for(void **state)
{
    const char *page = "<!DOCTYPE html>\n<html><head><title>T</title></head><body>\n <header>Mine"
                       "</header><style>p{}</style><SCRIPT>if (a<b) x()</SCRIPT><p>Tom &amp;\n Ann"
                       "&nbsp;<br>say &#39;no&#39;</p>";
    assert_string_equal(html_text(*state, page, 100), "Mine Tom & Ann&nbsp; say 'no'");
    assert_string_equal(html_text(*state, page, 6), "Mine T");
    assert_string_equal(html_text(*state, "\xc3\xa9\xc3\xa9", 3), "\xc3\xa9");
    assert_string_equal(html_text(*state, "<head><p>unclosed", 9), "unclosed");
    assert_string_equal(html_text(*state, "a <b", 9), "a");
    assert_string_equal(html_text(*state, "<p>Shop</p><main id=m>Closed</main><p>2026", 9),
                        "Closed");
}

static void holes_are_filled_with_escaped_values(void **state)
{
    assert_string_equal(fill(*state, "Hi {{name}}, {{nam}}!"),
                        "Hi &lt;b&gt;&quot;Tom&quot; &amp; &#39;Ann&#39;&lt;/b&gt;, shorter!");
}

static void triple_braces_put_the_value_as_it_is(void **state)
{
    assert_string_equal(fill(*state, "[{{{raw}}}]{{nam}}"), "[<i>x</i>]shorter");
}

static void a_hole_without_a_value_is_empty(void **state)
{
    assert_string_equal(fill(*state, "[{{empty}}{{absent}}{{unknown}}{{{unknown}}}]"), "[]");
}

static void blocks_stay_when_their_value_is_there(void **state)
{
    assert_string_equal(fill(*state, "{{#nam}}yes {{nam}}{{/nam}}{{^nam}}no{{/nam}}"),
                        "yes shorter");
    assert_string_equal(fill(*state, "{{#empty}}yes{{/empty}}{{^empty}}no{{/empty}}"), "no");
    assert_string_equal(fill(*state, "{{#absent}}yes{{/absent}}{{^absent}}no{{/absent}}"), "no");
}

static void blocks_nest(void **state)
{
    assert_string_equal(fill(*state, "{{#nam}}a{{#empty}}b{{#nam}}c{{/nam}}d{{/empty}}e{{/nam}}f"),
                        "aef");
    assert_string_equal(fill(*state, "{{#empty}}a{{^empty}}b{{/empty}}c{{/empty}}d"), "d");
}

static void a_value_that_looks_like_a_hole_is_not_filled(void **state)
{
    static const struct html_value tricky[] = {{"a", "{{b}}"}, {"b", "secret"}};
    assert_string_equal(html_fill(*state, "{{a}}{{{a}}}", tricky, COUNT(tricky)), "{{b}}{{b}}");
}

static void braces_left_open_are_text(void **state)
{
    assert_string_equal(fill(*state, "{ {{nam"), "{ {{nam");
    assert_string_equal(fill(*state, "a } }} b"), "a } }} b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(characters_with_a_meaning_are_escaped),
        WITH_ARENA(a_page_says_its_text_without_head_styles_and_tags_and_no_more_than_is_asked_for),
        WITH_ARENA(holes_are_filled_with_escaped_values),
        WITH_ARENA(triple_braces_put_the_value_as_it_is),
        WITH_ARENA(a_hole_without_a_value_is_empty),
        WITH_ARENA(blocks_stay_when_their_value_is_there),
        WITH_ARENA(blocks_nest),
        WITH_ARENA(a_value_that_looks_like_a_hole_is_not_filled),
        WITH_ARENA(braces_left_open_are_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
