#include "commands.h"

static void a_word_that_is_no_command_is_told_with_the_nearest(void **state)
{
    static const struct {
        const char *line, *problem;
    } rows[] = {
        {"m gredy", "there is no command gredy; did you mean greedy? makeshift --help lists them"},
        {"m xyzzyx", "there is no command xyzzyx; makeshift --help lists them"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct invocation invocation = called_with(*state, rows[i].line);
        assert_int_equal(command_find(&invocation)->run(&invocation), COMMAND_WRONG);
        assert_string_equal(invocation.problem, rows[i].problem);
    }
}

static void a_command_with_dashes_wins_over_mistakes_and_another_stands_first(void **state)
{
    static const struct {
        const char *line, *word, *rest; /* the first argument that is left */
    } rows[] = {
        {"m", "serve", NULL},
        {"m --port 1", "serve", "--port"},
        {"m serve --port 1", "serve", "--port"},
        {"m other", "other", NULL},
        {"m start", "", "start"},
        {"m help", "--help", "--help"},
        {"m -h", "--help", "-h"},
        {"m help greedy one", "greedy", "one"},
        {"m help other", "--help", "other"},
        {"m --port other", "serve", "--port"},
        {"m --prot --help", "--help", "--prot"},
        {"m other --help", "--help", "other"},
        {"m greedy --help", "greedy", "--help"},
        {"m --help greedy", "--help", "--help"},
        {"m --port greedy --help", "--help", "--port"},
        {"m greedy -h", "greedy", "-h"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct invocation invocation = called_with(*state, rows[i].line);
        assert_string_equal(command_find(&invocation)->word, rows[i].word);
        const char *rest = invocation.arguments[0];
        assert_string_equal(rest == NULL ? "" : rest, rows[i].rest == NULL ? "" : rows[i].rest);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_that_is_no_command_is_told_with_the_nearest),
        cmocka_unit_test(a_command_with_dashes_wins_over_mistakes_and_another_stands_first),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
