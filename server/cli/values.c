#include "server/cli/values.h"

#include <ctype.h>
#include <string.h>

#include "keys/certificate.h"
#include "server/base/str.h"
#include "server/base/url.h"

const char *const tls_names[TLS__MAX] = {[TLS_OFF] = "off", [TLS_AUTO] = "auto"};

#define TENANTS_MAX 100000
#define JOURNAL_MAX 1000000
#define GUESSES_MAX 1000000
#define THREADS_MAX 256
#define TIMEOUT_MAX 3600

/* The place of `value` among `count` names, or `count`. */
static size_t name_find(const char *const *names, size_t count, const char *value)
{
    size_t i = 0;
    while (i < count && !str_equal(names[i], value)) {
        i++;
    }
    return i;
}

static const char *set_host(struct config *config, struct arena *arena, const char *value)
{
    size_t size = strlen(value);
    /* As a URL writes an IPv6 address. */
    bool bracketed = size > 2 && value[0] == '[' && value[size - 1] == ']';
    config->host = bracketed ? arena_strndup(arena, value + 1, size - 2) : value;
    return value[0] != '\0' ? NULL : "a host name or an address";
}

static const char *read_port(const char *value, uint16_t *out)
{
    int64_t port = 0;
    if (!str_to_int64(value, 0, 65535, &port)) {
        return str_starts(value, "tcp://")
                   ? "a port: 0 to 65535; Kubernetes sets it so beside a service named makeshift: "
                     "say enableServiceLinks: false in the pod"
                   : "a port: 0 to 65535";
    }
    *out = (uint16_t)port;
    return NULL;
}

static const char *set_port(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    return read_port(value, &config->port);
}

static const char *set_https_port(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->has_https_port = true;
    return read_port(value, &config->https_port);
}

/* OpenID Connect Discovery 3: scheme, host, and maybe port and path; no query or fragment. A
 * trailing slash would be doubled where /.well-known/ is appended (4.1). */
static const char *set_issuer(struct config *config, struct arena *arena, const char *value)
{
    static const char expected[] =
        "an issuer: http or https, a host, perhaps a port and a path; no "
        "user, query, fragment or trailing slash";
    struct url url = {0};
    if (url_parse(arena, value, &url) != NULL || !url_is_web(&url) || url.userinfo != NULL ||
        url.query != NULL || url.fragment != NULL || str_ends(value, "/")) {
        return expected;
    }
    config->issuer = value;
    return NULL;
}

static const char *set_allow_host(struct config *config, struct arena *arena, const char *value)
{
    struct url url = {0};
    const char *text = arena_printf(arena, "http://%s", value);
    if (url_parse(arena, text, &url) != NULL || strlen(url.host) != strlen(value)) {
        return "a host name without scheme, port and path";
    }
    size_t count = 0;
    while (config->allow_hosts[count] != NULL) {
        count++;
    }
    if (count == CONFIG_ALLOW_HOSTS_MAX) {
        return "allowed: 32 names are the limit";
    }
    config->allow_hosts[count] = url.host;
    return NULL;
}

static const char *set_tls(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->tls = (enum tls_mode)name_find(tls_names, TLS__MAX, value);
    return config->tls != TLS__MAX ? NULL : "a way to have a certificate: off or auto";
}

/* What a name has that is none, and how to write it. */
static const char *no_name(const char *value)
{
    const char *colon = strchr(value, ':');
    if (value[0] == '\0') {
        return "a host name or an address; leave the empty item out";
    }
    if (strpbrk(value, " \t") != NULL) {
        return "a host name or an address; leave the blanks out, and give each name by itself";
    }
    if (strchr(value, '/') != NULL) {
        return "a host name or an address; leave the scheme and the path out";
    }
    if (strchr(value, '_') != NULL) {
        /* GnuTLS ends the handshake of a client that asks for such a name. */
        return "a host name or an address; give the host a name without underscores, such as an "
               "alias";
    }
    return colon != NULL && strchr(colon + 1, ':') == NULL
               ? "a host name or an address; leave the port out"
               : "a host name or an address";
}

static const char *set_tls_name(struct config *config, struct arena *arena, const char *value)
{
    size_t count = 0;
    size_t size = strlen(value);
    /* As a URL writes an IPv6 address. */
    bool bracketed = size > 2 && value[0] == '[' && value[size - 1] == ']';
    while (config->tls_names[count] != NULL) {
        count++;
    }
    if (count == TLS_NAMES_MAX) {
        return "allowed: 32 names are the limit";
    }
    char *name = bracketed ? arena_strndup(arena, value + 1, size - 2) : arena_strdup(arena, value);
    for (char *at = name; *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    config->tls_names[count] = name;
    return certificate_may_name(name) ? NULL : no_name(value);
}

static const char *set_watch(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->watch = str_equal(value, "on");
    return config->watch || str_equal(value, "off") ? NULL : "on or off";
}

static const char *set_profile(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->profile = value;
    return profile_find(value) != NULL ? NULL : "a profile: make, make-published or standard";
}

static const char *set_login(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->login = (enum login_mode)name_find(login_names, LOGIN__MAX, value);
    return config->login != LOGIN__MAX ? NULL : "a way to sign in: auto or page";
}

static const char *set_explain(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->explain = (enum explain_mode)name_find(explain_names, EXPLAIN__MAX, value);
    return config->explain != EXPLAIN__MAX ? NULL : "a way to refuse: full or terse";
}

static const char *set_seed(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    int64_t seed = 0;
    if (!str_to_int64(value, 0, INT64_MAX, &seed)) {
        return "a seed: a whole number from 0 to 9223372036854775807";
    }
    config->seed = (uint64_t)seed;
    config->seeded = true;
    return NULL;
}

static const char *set_guesses(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    return str_to_int64(value, 0, GUESSES_MAX, &config->guesses)
               ? NULL
               : "a number of wrong secrets: 0 to 1000000, 0 being any number";
}

static const char *set_while(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    return str_to_int64(value, 1, INT32_MAX, &config->companion)
               ? NULL
               : "the id of a process: a number from 1 on";
}

static const char *set_journal(struct config *config, struct arena *arena, const char *value)
{
    int64_t count;
    (void)arena;
    if (!str_to_int64(value, 0, JOURNAL_MAX, &count)) {
        return "a number of exchanges: 0 to 1000000, 0 being none";
    }
    config->journal = (size_t)count;
    return NULL;
}

static const char *set_tenants(struct config *config, struct arena *arena, const char *value)
{
    int64_t count;
    (void)arena;
    if (!str_to_int64(value, 0, TENANTS_MAX, &count)) {
        return "a number of tenants: 0 to 100000";
    }
    config->tenants = (size_t)count;
    return NULL;
}

static const char *set_control(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    bool is_on = str_equal(value, "on");
    if (is_on || str_equal(value, "off")) {
        config->control = is_on ? CONTROL_ON : CONTROL_OFF;
        return NULL;
    }
    config->control = CONTROL_PORT;
    return read_port(value, &config->control_port) == NULL ? NULL : "on, off or a port: 0 to 65535";
}

/* RFC 6750 2.1: what an Authorization header can carry. */
static const char *set_control_token(struct config *config, struct arena *arena, const char *value)
{
    static const char bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-._~+/";
    size_t size = strspn(value, bytes);
    (void)arena;
    config->control_token = value;
    return size > 0 && value[size + strspn(value + size, "=")] == '\0'
               ? NULL
               : "a token: letters, digits and - . _ ~ + /, with = at its end alone";
}

static const char *set_clock(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    if (clock_parse(value, &config->clock) != 0) {
        return "a time: 2026-01-01T00:00:00Z, +90d, -2h, +30m, +45s or now";
    }
    /* The store writes 0 for a moment that has not come: then, nothing could be spent or
     * revoked. */
    return clock_now(&config->clock) > 0 ? NULL : "a time after 1970-01-01T00:00:00Z";
}

static const char *set_threads(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    int64_t threads = 0;
    if (!str_to_int64(value, 0, THREADS_MAX, &threads)) {
        return "a number of threads: 0 to 256, 0 being one per core";
    }
    config->threads = (unsigned)threads;
    return NULL;
}

static const char *read_timeout(const char *value, unsigned *out)
{
    int64_t seconds = 0;
    if (!str_to_int64(value, 1, TIMEOUT_MAX, &seconds)) {
        return "a number of seconds: 1 to 3600";
    }
    *out = (unsigned)seconds;
    return NULL;
}

static const char *set_header_timeout(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    return read_timeout(value, &config->header_timeout);
}

static const char *set_body_timeout(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    return read_timeout(value, &config->body_timeout);
}

static const char *set_idle_timeout(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    return read_timeout(value, &config->idle_timeout);
}

static const char *set_stop_timeout(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    return read_timeout(value, &config->stop_timeout);
}

static const char *set_log_level(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->log_level = (enum log_level)name_find(log_level_names, LOG_LEVEL__MAX, value);
    return config->log_level != LOG_LEVEL__MAX ? NULL : "a level: error, warn, info or debug";
}

static const char *set_log_format(struct config *config, struct arena *arena, const char *value)
{
    (void)arena;
    config->log_format = (enum log_format)name_find(log_format_names, LOG_FORMAT__MAX, value);
    return config->log_format != LOG_FORMAT__MAX ? NULL : "a log format: text or json";
}

typedef const char *setter(struct config *config, struct arena *arena, const char *value);

/* An option that is not here takes a text. */
static setter *const setters[OPTION__MAX] = {
    [OPTION_HOST] = set_host,
    [OPTION_PORT] = set_port,
    [OPTION_ISSUER] = set_issuer,
    [OPTION_ALLOW_HOST] = set_allow_host,
    [OPTION_TLS] = set_tls,
    [OPTION_TLS_NAME] = set_tls_name,
    [OPTION_HTTPS_PORT] = set_https_port,
    [OPTION_WATCH] = set_watch,
    [OPTION_WHILE] = set_while,
    [OPTION_PROFILE] = set_profile,
    [OPTION_LOGIN] = set_login,
    [OPTION_EXPLAIN] = set_explain,
    [OPTION_GUESSES] = set_guesses,
    [OPTION_SEED] = set_seed,
    [OPTION_CLOCK] = set_clock,
    [OPTION_JOURNAL] = set_journal,
    [OPTION_CONTROL] = set_control,
    [OPTION_CONTROL_TOKEN] = set_control_token,
    [OPTION_TENANTS] = set_tenants,
    [OPTION_THREADS] = set_threads,
    [OPTION_HEADER_TIMEOUT] = set_header_timeout,
    [OPTION_BODY_TIMEOUT] = set_body_timeout,
    [OPTION_IDLE_TIMEOUT] = set_idle_timeout,
    [OPTION_STOP_TIMEOUT] = set_stop_timeout,
    [OPTION_LOG_LEVEL] = set_log_level,
    [OPTION_LOG_FORMAT] = set_log_format,
};

/* Those that take any text but an empty one. */
static const char *set_text(struct config *config, enum option option, const char *value)
{
    const struct {
        const char **text;
        const char *expected;
    } texts[OPTION__MAX] = {
        [OPTION_PORT_FILE] = {&config->port_file, "a file name"},
        [OPTION_TLS_DIR] = {&config->tls_dir, "a directory"},
        [OPTION_TLS_CERT] = {&config->tls_cert, "a file name"},
        [OPTION_TLS_KEY] = {&config->tls_key, "a file name"},
        [OPTION_DB] = {&config->db, "a file name"},
        [OPTION_EXPORT_ON_EXIT] = {&config->export_on_exit, "a file name"},
        [OPTION_FIXTURES] = {&config->fixtures, "a file name"},
        [OPTION_FIXTURES_JSON] = {&config->fixtures_json, "a fixture as JSON"},
        [OPTION_JOURNAL_FILE] = {&config->journal_file, "a file name"},
    };
    if (texts[option].text == NULL) {
        return "a text"; /* no other option comes here */
    }
    *texts[option].text = value;
    return value[0] != '\0' ? NULL : texts[option].expected;
}

const char *value_set(struct config *config, struct arena *arena, enum option option,
                      const char *value)
{
    return setters[option] != NULL ? setters[option](config, arena, value)
                                   : set_text(config, option, value);
}
