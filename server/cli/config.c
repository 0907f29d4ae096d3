#include "server/cli/config.h"

#include <string.h>
#include <strings.h>

#include "server/base/attr.h"
#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/cli/values.h"
#include "server/process/supervised.h"

#define PREFIX OPTION_PREFIX

const char config_version[] = MAKESHIFT_VERSION;

/* The state of one reading. */
struct config_reading {
    const struct command *commands; /* what an unknown option may have been meant for, too */
    struct arena *arena;
    struct config *config;
    bool given[OPTION__MAX]; /* on the command line */
    const char
        *sources[OPTION__MAX]; /* the flag or the variable that set it; NULL: the default holds */
    const char *problem;
};

static enum option option_of_flag(const char *flag, size_t size)
{
    size_t i = 0;
    while (i < OPTION__MAX && (strlen(option_table[i].flag) != size ||
                               strncmp(option_table[i].flag, flag, size) != 0)) {
        i++;
    }
    return (enum option)i;
}

static enum option option_of_variable(const char *name)
{
    size_t i = 0;
    while (i < OPTION__MAX && !str_equal(option_table[i].environment, name)) {
        i++;
    }
    return (enum option)i;
}

static const char *unknown_flag(const struct config_reading *reading, const char *flag)
{
    struct arena *arena = reading->arena;
    struct nearest nearest;
    nearest_init(&nearest, flag);
    for (size_t i = 0; i < OPTION__MAX; i++) {
        nearest_offer(&nearest, option_table[i].flag);
    }
    for (const struct command *command = reading->commands; command->word != NULL; command++) {
        if (str_equal(command->word, flag)) {
            return arena_printf(arena, "%s takes no value", flag);
        }
        nearest_offer(&nearest, command->word);
    }
    const char *meant = nearest_text(&nearest);
    return meant != NULL
               ? arena_printf(arena, "unknown option %s; did you mean %s?", flag, meant)
               : arena_printf(arena, "unknown option %s; makeshift --help lists them all", flag);
}

/* Those that `makeshift ctl` and its like read: they may be set where a server is started, too. */
static bool is_of_tools(const char *name)
{
    static const char *const names[] = {PREFIX "URL", PREFIX "CA"};
    size_t i = 0;
    while (i < COUNT(names) && !str_equal(names[i], name)) {
        i++;
    }
    return i < COUNT(names);
}

/* A variable that is an option but for a slip would silently do nothing. Another one that begins
 * like ours may be somebody's own (or Kubernetes', for a service named makeshift). */
static int unknown_variable(struct config_reading *reading, const char *name)
{
    struct config *config = reading->config;
    struct nearest nearest;
    if (is_of_tools(name)) {
        return 0;
    }
    nearest_init(&nearest, name + strlen(PREFIX));
    for (size_t i = 0; i < OPTION__MAX; i++) {
        nearest_offer(&nearest, option_table[i].environment + strlen(PREFIX));
    }
    if (nearest_is_slip(&nearest)) {
        reading->problem = arena_printf(
            reading->arena, "unknown environment variable %s; did you mean " PREFIX "%s?", name,
            nearest.best);
        return 1;
    }
    config->strangers = config->strangers == NULL
                            ? name
                            : arena_printf(reading->arena, "%s, %s", config->strangers, name);
    return 0;
}

/* `source` is how the person wrote it: the flag or the variable. */
static int option_set(struct config_reading *reading, enum option option, const char *source,
                      const char *value)
{
    const char *expected = value_set(reading->config, reading->arena, option, value);
    reading->sources[option] = source;
    if (expected == NULL) {
        return 0;
    }
    reading->problem =
        arena_printf(reading->arena, "%s: \"%s\" is not %s", source, value, expected);
    return 1;
}

static int environment_one(struct config_reading *reading, const char *entry)
{
    size_t size = strcspn(entry, "=");
    const char *name = arena_strndup(reading->arena, entry, size);
    const char *value = entry[size] == '=' ? entry + size + 1 : "";
    enum option option = option_of_variable(name);
    if (option == OPTION__MAX) {
        return unknown_variable(reading, name);
    }
    /* Container tools can only empty a variable, not take it away: empty is not given. */
    if (value[0] == '\0' || reading->given[option]) {
        return 0;
    }
    if (!option_table[option].repeats) {
        return option_set(reading, option, name, value);
    }
    char *rest = arena_strdup(reading->arena, value);
    for (char *one = strsep(&rest, ","); one != NULL; one = strsep(&rest, ",")) {
        if (option_set(reading, option, name, one) != 0) {
            return 1;
        }
    }
    return 0;
}

static int environment_read(struct config_reading *reading, char *const *environment)
{
    for (char *const *entry = environment; *entry != NULL; entry++) {
        if (str_starts(*entry, PREFIX) && environment_one(reading, *entry) != 0) {
            return 1;
        }
    }
    return 0;
}

/* Reads the option at *argument, moving it on when the value is a word of its own. */
static int flag_read(struct config_reading *reading, char *const **argument)
{
    const char *flag = **argument;
    size_t size = strcspn(flag, "=");
    enum option option = option_of_flag(flag, size);
    const char *name = arena_strndup(reading->arena, flag, size);
    if (option == OPTION__MAX) {
        reading->problem = unknown_flag(reading, name);
        return 1;
    }
    if (reading->given[option] && !option_table[option].repeats) {
        reading->problem = arena_printf(reading->arena, "%s stands twice; give it once", name);
        return 1;
    }
    reading->given[option] = true;
    const char *value = flag[size] == '=' ? flag + size + 1 : NULL;
    if (value == NULL) {
        value = option_table[option].argument == NULL ? "on" : *++*argument;
    }
    if (value == NULL) {
        reading->problem = arena_printf(reading->arena, "%s needs a value: %s %s", name, name,
                                        option_table[option].argument);
        return 1;
    }
    return option_set(reading, option, name, value);
}

static int arguments_read(struct config_reading *reading, char *const *argument)
{
    for (; *argument != NULL; argument++) {
        if ((*argument)[0] != '-') {
            reading->problem = arena_printf(reading->arena,
                                            "unknown word %s; makeshift takes options "
                                            "(makeshift --help)",
                                            *argument);
            return 1;
        }
        if (flag_read(reading, &argument) != 0) {
            return 1;
        }
    }
    return 0;
}

bool config_has_tls(const struct config *config)
{
    return config->tls == TLS_AUTO || config->tls_cert != NULL;
}

bool config_issuer_is_plain(const struct config *config)
{
    return config->issuer != NULL && strncasecmp(config->issuer, "http:", strlen("http:")) == 0;
}

/* As the person wrote it: "--tls", or "MAKESHIFT_TLS". */
static const char *said(const struct config_reading *reading, enum option option)
{
    const char *source = reading->sources[option];
    return source != NULL ? source : option_table[option].flag;
}

static const char *said_tls(const struct config_reading *reading)
{
    return arena_printf(reading->arena, "%s%s%s", said(reading, OPTION_TLS),
                        str_starts(said(reading, OPTION_TLS), PREFIX) ? "=" : " ",
                        tls_names[reading->config->tls]);
}

/* A certificate of one's own. */
static const char *between_own(const struct config_reading *reading)
{
    const struct config *config = reading->config;
    bool has_key = config->tls_key != NULL;
    if ((config->tls_cert != NULL) != has_key) {
        return arena_printf(reading->arena, "%s needs %s, the file with its %s",
                            said(reading, has_key ? OPTION_TLS_KEY : OPTION_TLS_CERT),
                            option_table[has_key ? OPTION_TLS_CERT : OPTION_TLS_KEY].flag,
                            has_key ? "certificate" : "key");
    }
    if (config->tls_cert == NULL || reading->sources[OPTION_TLS] == NULL) {
        return NULL;
    }
    return arena_printf(
        reading->arena, "%s %s, and %s names one; give one of the two", said_tls(reading),
        config->tls == TLS_AUTO ? "makes a certificate" : "serves without a certificate",
        said(reading, OPTION_TLS_CERT));
}

/* What is about the certificate that --tls auto makes. */
static const char *about_made(const struct config_reading *reading, enum option option)
{
    const struct config *config = reading->config;
    if (config->tls == TLS_AUTO || reading->sources[option] == NULL) {
        return NULL;
    }
    const char *fix = "give --tls auto too";
    if (config->tls_cert != NULL) {
        fix =
            arena_printf(reading->arena, "leave it out beside %s%s", said(reading, OPTION_TLS_CERT),
                         option == OPTION_TLS_NAME
                             ? ", and give --allow-host for each name that is to be answered"
                             : "");
    }
    return arena_printf(reading->arena, "%s is about the certificate that --tls auto makes; %s",
                        said(reading, option), fix);
}

static const char *between_control(const struct config_reading *reading)
{
    const struct config *config = reading->config;
    uint16_t port = config->control_port;
    if (config->control != CONTROL_PORT || port == 0) {
        return NULL;
    }
    bool is_https = config->has_https_port && port == config->https_port;
    if (port != config->port && !is_https) {
        return NULL;
    }
    return arena_printf(
        reading->arena,
        "%s is the port of %s; give another, or 0 for a free one, or on to share it",
        said(reading, OPTION_CONTROL), said(reading, is_https ? OPTION_HTTPS_PORT : OPTION_PORT));
}

static const char *between_ports(const struct config_reading *reading)
{
    const struct config *config = reading->config;
    const char *https_port = said(reading, OPTION_HTTPS_PORT);
    if (config->has_https_port && !config_has_tls(config)) {
        return arena_printf(reading->arena,
                            "%s needs a certificate: give --tls auto, or --tls-cert and --tls-key",
                            https_port);
    }
    if (config->has_https_port && config->https_port != 0 && config->https_port == config->port) {
        return arena_printf(reading->arena,
                            "%s is the port of %s; give another, or 0 for a free one", https_port,
                            said(reading, OPTION_PORT));
    }
    if (config_has_tls(config) && !config->has_https_port && config_issuer_is_plain(config)) {
        return arena_printf(reading->arena,
                            "%s begins with http, but https alone is served; begin it with "
                            "https://, or give --https-port to serve http too",
                            said(reading, OPTION_ISSUER));
    }
    return NULL;
}

/* One fixture by a file, and one as text: the command line's wins over the environment's. */
static const char *between_fixtures(const struct config_reading *reading)
{
    struct config *config = reading->config;
    bool path = reading->given[OPTION_FIXTURES], text = reading->given[OPTION_FIXTURES_JSON];
    if (config->fixtures == NULL || config->fixtures_json == NULL) {
        return NULL;
    }
    if (path == text) {
        return arena_printf(reading->arena, "%s and %s both bring a fixture; give one of the two",
                            said(reading, OPTION_FIXTURES), said(reading, OPTION_FIXTURES_JSON));
    }
    *(path ? &config->fixtures_json : &config->fixtures) = NULL;
    return NULL;
}

static const char *between_watch(const struct config_reading *reading)
{
    const struct config *config = reading->config;
    bool has_file = config->fixtures != NULL && !str_equal(config->fixtures, "-");
    return !config->watch || has_file
               ? NULL
               : arena_printf(reading->arena, "%s needs a file to watch; give --fixtures FILE",
                              said(reading, OPTION_WATCH));
}

static const char *between_journals(const struct config_reading *reading)
{
    const struct config *config = reading->config;
    return config->journal_file == NULL || config->journal > 0
               ? NULL
               : arena_printf(reading->arena,
                              "%s needs a journal; leave %s out, or give it a number above 0",
                              said(reading, OPTION_JOURNAL_FILE), said(reading, OPTION_JOURNAL));
}

/* What two options say together; NULL: all is well. */
static const char *between_options(const struct config_reading *reading)
{
    const char *problem = between_own(reading);
    problem = problem != NULL ? problem : between_fixtures(reading);
    problem = problem != NULL ? problem : between_watch(reading);
    problem = problem != NULL ? problem : between_journals(reading);
    problem = problem != NULL ? problem : about_made(reading, OPTION_TLS_NAME);
    problem = problem != NULL ? problem : about_made(reading, OPTION_TLS_DIR);
    problem = problem != NULL ? problem : between_control(reading);
    return problem != NULL ? problem : between_ports(reading);
}

int config_read(struct invocation *invocation, struct config *config)
{
    struct arena *arena = invocation->arena;
    struct config_reading reading = {
        .commands = invocation->commands, .arena = arena, .config = config};
    *config = (struct config){0};
    for (size_t i = 0; i < OPTION__MAX; i++) {
        if (option_table[i].fallback != NULL) {
            value_set(config, arena, (enum option)i, option_table[i].fallback);
        }
    }
    int wrong = arguments_read(&reading, invocation->arguments) != 0 ||
                environment_read(&reading, invocation->environment) != 0;
    config->hangup_reads = config->watch || supervised(invocation->environment);
    invocation->problem = wrong != 0 ? reading.problem : between_options(&reading);
    return invocation->problem != NULL;
}
