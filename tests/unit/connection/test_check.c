/* What a check finds, and where: also of files that nobody wrote by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/base/str.h"
#include "server/connection/check.h"

#define MANY 20000

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

static struct findings check_text(struct arena *arena, const char *text, size_t size)
{
    struct findings findings = {.arena = arena};
    int fd = memfd_create("connection", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, size), size);
    check_file(arena, arena_printf(arena, "/proc/self/fd/%d", fd), &findings);
    close(fd);
    findings_sort(&findings);
    return findings;
}

/* The first finding of that pointer. */
static size_t line_of(const struct findings *findings, const char *pointer)
{
    size_t i = 0;
    while (i < findings->count && strcmp(findings->all[i].pointer, pointer) != 0) {
        i++;
    }
    return i < findings->count ? findings->all[i].line : 0;
}

static void each_finding_has_the_line_of_its_value(void **state)
{
    static const char text[] = "{ \"a\\\"b\": {}, \"token\": [\n"
                               "  {\"url\": \"/x\", \"qs\": [[1,\n"
                               "    {\"}\": \"{{\"},\n"
                               "    \"{{\"], /* \" */ true,\n"
                               "  -1e5\n"
                               "  ,\"{{\"]\n"
                               "  },\n"
                               "  {\"nothing\"\n"
                               "  :\n"
                               "  false}]}\n";
    const struct findings findings = check_text(*state, text, strlen(text));
    static const struct {
        const char *pointer;
        size_t line;
    } rows[] = {{"/token/0/url", 2},      {"/token/0/qs", 2},   {"/token/0/qs/0/1/}", 3},
                {"/token/0/qs/0/2", 4},   {"/token/0/qs/3", 6}, {"/token/1", 8},
                {"/token/1/nothing", 10}, {"/a\"b", 1}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(line_of(&findings, rows[i].pointer), rows[i].line);
    }
}

/* Lines that are searched from the file's beginning take minutes here. */
static void very_many_findings_are_told_at_once_in_the_order_of_the_file(void **state)
{
    struct str_buf text;
    str_buf_init(&text, *state);
    str_buf_put(&text, "{\"token\": [\n");
    for (int i = 0; i < MANY; i++) {
        str_buf_printf(&text, "%s{\"url\": \"/%d\", \"qs\": {\"state\": \"{{\"}, \"wrong\": 1}\n",
                       i == 0 ? "" : ",", i);
    }
    str_buf_put(&text, "]}\n");
    const struct findings findings = check_text(*state, str_buf_text(&text), text.size);
    size_t line = 1;
    for (size_t i = 0; i < findings.count; i++) {
        assert_true(findings.all[i].line == line || findings.all[i].line == line + 1);
        line = findings.all[i].line;
    }
    assert_int_equal(line, MANY + 1);
    assert_true(findings.count >= 3 * MANY);
}

/* Names that are sought anew for each expression take minutes here. */
static void very_many_names_that_nothing_sets_are_told_at_once(void **state)
{
    struct str_buf text;
    str_buf_init(&text, *state);
    str_buf_put(&text, "{\"token\": [{\"temp\": {\"verifier\": 1}}");
    for (int i = 0; i < MANY; i++) {
        str_buf_printf(&text, ",\n{\"temp\": {\"x%d\": 1}, \"body\": \"{{temp.%s}}{{temp.x%d}}\"}",
                       i, i == 0 ? "verifer" : "nothing", i);
    }
    str_buf_put(&text, "]}");
    const struct findings findings = check_text(*state, str_buf_text(&text), text.size);
    size_t unset = 0;
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *one = &findings.all[i];
        bool is_it = strcmp(one->rule, "unset") == 0;
        unset += is_it ? 1 : 0;
        assert_true(!is_it || unset > 1 || strcmp(one->nearest, "verifier") == 0);
    }
    assert_int_equal(unset, MANY);
}

static void a_comment_without_an_end_is_told_where_it_begins(void **state)
{
    static const char text[] = "{\n\"token\": {}\n/* } \n /";
    const struct findings findings = check_text(*state, text, strlen(text));
    assert_int_equal(findings.count, 1);
    assert_int_equal(findings.all[0].line, 3);
    assert_string_equal(findings.all[0].problem,
                        "a comment that /* begins has no end; expected */ behind it");
}

/* A NUL is not where a text ends. */
static void a_comment_may_hold_anything(void **state)
{
    static const char text[] = "/* \0 */ // \0\n\"\"";
    const struct findings findings = check_text(*state, text, sizeof(text) - 1);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.all[0].rule, "json");
    assert_null(strstr(findings.all[0].problem, "comment"));
}

static void what_a_file_holds_moves_no_cursor(void **state)
{
    static const char text[] = "{\"token\":{\"\\u001b[2J\\n\\u202e\":1,\"method\":\"\\u009b2J\"}}";
    const struct findings findings = check_text(*state, text, strlen(text));
    assert_true(findings.count >= 2);
    for (size_t i = 0; i < findings.count; i++) {
        const char *line = finding_line(*state, &findings.all[i]);
        assert_null(strpbrk(line, "\x1b\n"));
        assert_null(strstr(line, "\xe2\x80\xae"));
        assert_null(strstr(line, "\xc2\x9b"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finding_has_the_line_of_its_value),
        cmocka_unit_test(very_many_findings_are_told_at_once_in_the_order_of_the_file),
        cmocka_unit_test(very_many_names_that_nothing_sets_are_told_at_once),
        cmocka_unit_test(a_comment_without_an_end_is_told_where_it_begins),
        cmocka_unit_test(a_comment_may_hold_anything),
        cmocka_unit_test(what_a_file_holds_moves_no_cursor),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
