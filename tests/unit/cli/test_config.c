#include "commands.h"

#include "server/cli/config.h"
#include "server/cli/help.h"

static char *const no_environment[] = {NULL};

/* NULL, or the problem. */
static const char *read_line(struct arena *arena, const char *line, char *const *environment,
                             struct config *config)
{
    struct invocation invocation = called_with(arena, line);
    invocation.environment = environment;
    command_find(&invocation);
    int outcome = config_read(&invocation, config);
    assert_int_equal(outcome, invocation.problem == NULL ? 0 : 1);
    return invocation.problem;
}

static void without_options_the_defaults_hold(void **state)
{
    struct config config;
    assert_null(read_line(*state, "makeshift", no_environment, &config));
    assert_string_equal(config.host, "localhost");
    assert_int_equal(config.port, 8080);
    assert_null(config.port_file);
    assert_null(config.issuer);
    assert_null(config.allow_hosts[0]);
    assert_null(config.db);
    assert_null(config.fixtures);
    assert_null(config.profile);
    assert_int_equal(config.login, LOGIN_AUTO);
    assert_int_equal(config.explain, EXPLAIN_FULL);
    assert_false(config.seeded);
    assert_false(config.clock.fixed);
    assert_int_equal(config.clock.offset, 0);
    assert_int_equal(config.threads, 0);
    assert_int_equal(config.header_timeout, 10);
    assert_int_equal(config.body_timeout, 30);
    assert_int_equal(config.idle_timeout, 60);
    assert_int_equal(config.stop_timeout, 5);
    assert_int_equal(config.log_level, LOG_INFO);
    assert_int_equal(config.log_format, LOG_TEXT);
}

static void each_option_reaches_its_place(void **state)
{
    struct config config;
    assert_null(read_line(*state,
                          "makeshift serve --host ::1 --port=0 --port-file p --login page "
                          "--db d --fixtures f --profile standard --explain=terse",
                          no_environment, &config));
    assert_string_equal(config.host, "::1");
    assert_int_equal(config.port, 0);
    assert_string_equal(config.port_file, "p");
    assert_string_equal(config.db, "d");
    assert_string_equal(config.fixtures, "f");
    assert_string_equal(config.profile, "standard");
    assert_int_equal(config.login, LOGIN_PAGE);
    assert_int_equal(config.explain, EXPLAIN_TERSE);
    assert_null(read_line(*state,
                          "makeshift --seed 42 --clock 2026-01-01T00:00:00Z --threads 3 "
                          "--log-level=debug --log-format=json --header-timeout 1 "
                          "--body-timeout 2 --idle-timeout 3 --stop-timeout 3600",
                          no_environment, &config));
    assert_true(config.seeded);
    assert_int_equal(config.seed, 42);
    assert_true(config.clock.fixed);
    assert_int_equal(config.clock.at, 1767225600);
    assert_int_equal(config.threads, 3);
    assert_int_equal(config.header_timeout, 1);
    assert_int_equal(config.body_timeout, 2);
    assert_int_equal(config.idle_timeout, 3);
    assert_int_equal(config.stop_timeout, 3600);
    assert_int_equal(config.log_level, LOG_DEBUG);
    assert_int_equal(config.log_format, LOG_JSON);
}

static void every_option_has_a_variable_and_the_command_line_wins_over_it(void **state)
{
    char port[] = "MAKESHIFT_PORT=1234", login[] = "MAKESHIFT_LOGIN=page";
    char *const environment[] = {port, login, NULL};
    struct config config;
    assert_null(read_line(*state, "makeshift --port 99", environment, &config));
    assert_int_equal(config.port, 99);
    assert_int_equal(config.login, LOGIN_PAGE);
    for (size_t i = 0; i < OPTION__MAX; i++) {
        assert_memory_equal(option_table[i].environment, "MAKESHIFT_", 10);
        assert_int_equal(strlen(option_table[i].flag) - 2,
                         strlen(option_table[i].environment) - 10);
    }
}

static void an_empty_variable_counts_as_not_set(void **state)
{
    char port[] = "MAKESHIFT_PORT=", other[] = "OTHER=1";
    char *const environment[] = {port, other, NULL};
    struct config config;
    assert_null(read_line(*state, "makeshift", environment, &config));
    assert_int_equal(config.port, 8080);
}

static void allowed_hosts_add_up_in_lower_case(void **state)
{
    char hosts[] = "MAKESHIFT_ALLOW_HOST=one.test,Two.test";
    char *const environment[] = {hosts, NULL};
    struct config config;
    assert_null(read_line(*state, "makeshift --allow-host A.test --allow-host [::1]",
                          no_environment, &config));
    assert_string_equal(config.allow_hosts[0], "a.test");
    assert_string_equal(config.allow_hosts[1], "[::1]");
    assert_null(config.allow_hosts[2]);
    assert_null(read_line(*state, "makeshift", environment, &config));
    assert_string_equal(config.allow_hosts[0], "one.test");
    assert_string_equal(config.allow_hosts[1], "two.test");
}

static void an_issuer_may_have_a_port_and_a_path(void **state)
{
    static const char *const good[] = {"http://localhost:1", "https://auth.example.com",
                                       "https://example.com/tenant/a", "http://[::1]:8080"};
    for (size_t i = 0; i < COUNT(good); i++) {
        struct config config;
        const char *line = arena_printf(*state, "makeshift --issuer %s", good[i]);
        assert_null(read_line(*state, line, no_environment, &config));
        assert_string_equal(config.issuer, good[i]);
    }
}

static void what_is_no_issuer_is_refused(void **state)
{
    static const char *const bad[] = {
        "localhost:8080",       "//localhost",        "ftp://localhost",     "http://localhost/",
        "http://localhost?a=b", "http://localhost#a", "http://me@localhost", "http://",
        "https://a/b/"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct config config;
        const char *line = arena_printf(*state, "makeshift --issuer %s", bad[i]);
        const char *problem = read_line(*state, line, no_environment, &config);
        assert_non_null(problem);
        assert_non_null(strstr(problem, "is not an issuer"));
    }
}

/* The line, and all that stands to be said about it. */
static void each_mistake_is_told_with_its_remedy(void **state)
{
    static const struct {
        const char *line, *problem;
    } rows[] = {
        {"m --prot 1", "unknown option --prot; did you mean --port?"},
        {"m --prot=1", "unknown option --prot; did you mean --port?"},
        {"m --certificates", "unknown option --certificates; makeshift --help lists them all"},
        {"m -p", "unknown option -p; makeshift --help lists them all"},
        {"m --port 1 serve", "unknown word serve; makeshift takes options (makeshift --help)"},
        {"m --port", "--port needs a value: --port N"},
        {"m --port 1 --port 2", "--port stands twice; give it once"},
        {"m --port x", "--port: \"x\" is not a port: 0 to 65535"},
        {"m --port tcp://10.0.0.1:8080",
         "--port: \"tcp://10.0.0.1:8080\" is not a port: 0 to 65535; Kubernetes sets it so beside "
         "a "
         "service named makeshift: say enableServiceLinks: false in the pod"},
        {"m --port 65536", "--port: \"65536\" is not a port: 0 to 65535"},
        {"m --port -1", "--port: \"-1\" is not a port: 0 to 65535"},
        {"m --port=", "--port: \"\" is not a port: 0 to 65535"},
        {"m --host=", "--host: \"\" is not a host name or an address"},
        {"m --db=", "--db: \"\" is not a file name"},
        {"m --fixtures=", "--fixtures: \"\" is not a file name"},
        {"m --fixtures-json=", "--fixtures-json: \"\" is not a fixture as JSON"},
        {"m --fixtures f --fixtures-json {}",
         "--fixtures and --fixtures-json both bring a fixture; give one of the two"},
        {"m --port-file=", "--port-file: \"\" is not a file name"},
        {"m --profile mak",
         "--profile: \"mak\" is not a profile: make, make-published or standard"},
        {"m --login Auto", "--login: \"Auto\" is not a way to sign in: auto or page"},
        {"m --explain no", "--explain: \"no\" is not a way to refuse: full or terse"},
        {"m --seed -1",
         "--seed: \"-1\" is not a seed: a whole number from 0 to 9223372036854775807"},
        {"m --clock noon",
         "--clock: \"noon\" is not a time: 2026-01-01T00:00:00Z, +90d, -2h, +30m, +45s or now"},
        {"m --clock 1970-01-01T00:00:00Z",
         "--clock: \"1970-01-01T00:00:00Z\" is not a time after 1970-01-01T00:00:00Z"},
        {"m --clock -300000d", "--clock: \"-300000d\" is not a time after 1970-01-01T00:00:00Z"},
        {"m --header-timeout 0", "--header-timeout: \"0\" is not a number of seconds: 1 to 3600"},
        {"m --stop-timeout 3601", "--stop-timeout: \"3601\" is not a number of seconds: 1 to 3600"},
        {"m --threads 257",
         "--threads: \"257\" is not a number of threads: 0 to 256, 0 being one per core"},
        {"m --log-level x", "--log-level: \"x\" is not a level: error, warn, info or debug"},
        {"m --log-format x", "--log-format: \"x\" is not a log format: text or json"},
        {"m --allow-host a:1",
         "--allow-host: \"a:1\" is not a host name without scheme, port and path"},
        {"m --help=x", "--help takes no value"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config config;
        const char *problem = read_line(*state, rows[i].line, no_environment, &config);
        assert_non_null(problem);
        assert_string_equal(problem, rows[i].problem);
    }
}

static void a_wrong_variable_is_a_mistake_too(void **state)
{
    static const struct {
        const char *entry, *problem;
    } rows[] = {
        {"MAKESHIFT_PROT=1",
         "unknown environment variable MAKESHIFT_PROT; did you mean MAKESHIFT_PORT?"},
        {"MAKESHIFT_PORT=x", "MAKESHIFT_PORT: \"x\" is not a port: 0 to 65535"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *const environment[] = {arena_strdup(*state, rows[i].entry), NULL};
        struct config config;
        const char *problem = read_line(*state, "makeshift", environment, &config);
        assert_non_null(problem);
        assert_string_equal(problem, rows[i].problem);
    }
}

static void more_allowed_hosts_than_there_is_room_for_are_refused(void **state)
{
    char entry[256] = "MAKESHIFT_ALLOW_HOST=a";
    for (size_t i = 0; i < CONFIG_ALLOW_HOSTS_MAX; i++) {
        strncat(entry, ",b", sizeof(entry) - strlen(entry) - 1);
    }
    char *const environment[] = {entry, NULL};
    struct config config;
    assert_non_null(read_line(*state, "makeshift", environment, &config));
}

static void a_watch_needs_no_value_but_a_file(void **state)
{
    char variable[] = "MAKESHIFT_WATCH=on";
    char *const watching[] = {variable, NULL};
    struct config config;
    assert_null(read_line(*state, "m --watch --fixtures a.json", no_environment, &config));
    assert_true(config.watch && config.hangup_reads);
    assert_null(read_line(*state, "m --fixtures a.json --watch=off", watching, &config));
    assert_false(config.watch || config.hangup_reads);
    assert_string_equal(read_line(*state, "m", watching, &config),
                        "MAKESHIFT_WATCH needs a file to watch; give --fixtures FILE");
    assert_string_equal(read_line(*state, "m --watch=yes", no_environment, &config),
                        "--watch: \"yes\" is not on or off");
}

static void help_names_every_command_option_variable_and_default(void **state)
{
    const char *help = help_text(*state, commands);
    for (const struct command *row = commands; row->word != NULL; row++) {
        assert_non_null(
            strstr(help, arena_printf(*state, "  %s\n      %s\n", row->word, row->help)));
    }
    for (size_t i = 0; i < OPTION__MAX; i++) {
        const struct option_row *row = &option_table[i];
        const char *argument =
            row->argument == NULL ? "" : arena_printf(*state, " %s", row->argument);
        assert_non_null(strstr(help, arena_printf(*state, "  %s%s\n", row->flag, argument)));
        assert_non_null(strstr(help, row->environment));
        assert_non_null(strstr(help, row->help));
        assert_true(row->fallback == NULL ||
                    strstr(help, arena_printf(*state, "default %s", row->fallback)) != NULL);
    }
}

static void the_fixture_of_the_command_line_wins_over_that_of_the_environment(void **state)
{
    char json[] = "MAKESHIFT_FIXTURES_JSON={}", path[] = "MAKESHIFT_FIXTURES=a.json";
    char *const as_text[] = {json, NULL}, *const as_file[] = {path, NULL};
    char *const both[] = {json, path, NULL};
    struct config config;
    assert_null(read_line(*state, "m --fixtures -", as_text, &config));
    assert_string_equal(config.fixtures, "-");
    assert_null(config.fixtures_json);
    assert_null(read_line(*state, "m --fixtures-json {}", as_file, &config));
    assert_string_equal(config.fixtures_json, "{}");
    assert_null(config.fixtures);
    assert_null(read_line(*state, "m --fixtures b.json", both, &config));
    assert_null(config.fixtures_json);
    assert_string_equal(read_line(*state, "m", both, &config),
                        "MAKESHIFT_FIXTURES and MAKESHIFT_FIXTURES_JSON both bring a fixture; "
                        "give one of the two");
}

static void a_variable_that_is_near_no_option_is_set_aside(void **state)
{
    static const char *const near[] = {"PROT", "HOSTS", "FIXTURE", "LOGLEVEL", "PROFLIE"};
    char url[] = "MAKESHIFT_SERVICE=http://localhost:8080", bin[] = "MAKESHIFT_BIN=a";
    char home[] = "MAKESHIFT_HOME=", port[] = "MAKESHIFT_PORT=99", root[] = "MAKESHIFT_ROOT=/";
    char *const environment[] = {url, bin, home, port, root, NULL};
    struct config config;
    assert_null(read_line(*state, "makeshift", environment, &config));
    assert_int_equal(config.port, 99);
    assert_string_equal(config.strangers,
                        "MAKESHIFT_SERVICE, MAKESHIFT_BIN, MAKESHIFT_HOME, MAKESHIFT_ROOT");
    for (size_t i = 0; i < COUNT(near); i++) {
        char *const one[] = {arena_printf(*state, "MAKESHIFT_%s=1", near[i]), NULL};
        assert_non_null(read_line(*state, "makeshift", one, &config));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_the_defaults_hold),
        cmocka_unit_test(each_option_reaches_its_place),
        cmocka_unit_test(every_option_has_a_variable_and_the_command_line_wins_over_it),
        cmocka_unit_test(an_empty_variable_counts_as_not_set),
        cmocka_unit_test(allowed_hosts_add_up_in_lower_case),
        cmocka_unit_test(an_issuer_may_have_a_port_and_a_path),
        cmocka_unit_test(what_is_no_issuer_is_refused),
        cmocka_unit_test(each_mistake_is_told_with_its_remedy),
        cmocka_unit_test(a_wrong_variable_is_a_mistake_too),
        cmocka_unit_test(more_allowed_hosts_than_there_is_room_for_are_refused),
        cmocka_unit_test(a_watch_needs_no_value_but_a_file),
        cmocka_unit_test(help_names_every_command_option_variable_and_default),
        cmocka_unit_test(the_fixture_of_the_command_line_wins_over_that_of_the_environment),
        cmocka_unit_test(a_variable_that_is_near_no_option_is_set_aside),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
