#include "server/cli/serve.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/memory.h"
#include "server/base/new_file.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/cli/attention.h"
#include "server/cli/banner.h"
#include "server/cli/exit_files.h"
#include "server/cli/listening.h"
#include "server/cli/ready.h"
#include "server/endpoints/endpoints.h"
#include "server/endpoints/maker.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/endpoints/template.h"
#include "server/fixture/load.h"
#include "server/process/egress.h"
#include "server/tls/tls.h"

#define HOSTS_MAX (CONFIG_ALLOW_HOSTS_MAX + TLS_NAMES_MAX + 6)

static const char *const loopback_names[] = {"localhost", "127.0.0.1", "[::1]"};

struct server {
    const struct config *config;
    struct arena *arena;
    struct maker maker;
    struct made *made;     /* the default tenant; the endpoints own it once there are any */
    struct tenant *tenant; /* of what was made */
    const char *issuer;    /* its own, which a start goes on to name while it is served */
    const char *hosts[HOSTS_MAX];
    struct gate gate;
    struct catalogue *catalogue;
    struct endpoints *endpoints;
    struct tls tls;
    struct listening listening;
    struct attention attention;
    const char **problem;
};

static int fail(struct server *server, const char *problem)
{
    *server->problem = problem;
    return 1;
}

static void server_fini(struct server *server)
{
    listening_fini(&server->listening);
    endpoints_free(server->endpoints);
    made_free(server->made);
    catalogue_free(server->catalogue);
    template_free(server->maker.template);
    attention_end(&server->attention);
}

/* A file is read once, here: tenants that are made later, and a reset, begin with what is served,
 * whatever became of the file; and what comes later of one that is watched is compared with it.
 * One that cannot be read is refused where it is loaded. */
static const char *fixture_text(struct server *server)
{
    const struct config *config = server->config;
    const char *why = NULL;
    if (config->fixtures == NULL) {
        return config->fixtures_json;
    }
    const char *text = fixture_file_text(server->arena, config->fixtures, &why);
    server->attention.text = text == NULL ? NULL : memory_need(strdup(text));
    /* What went through standard input is not there to be refused later. */
    if (text == NULL && str_equal(config->fixtures, "-")) {
        *server->problem = arena_printf(server->arena, "standard input: %s", why);
    }
    return text;
}

static void set_maker(struct server *server)
{
    const struct config *config = server->config;
    server->catalogue = catalogue_new();
    server->maker = (struct maker){
        .catalogue = server->catalogue,
        .fixture_path = config->fixtures,
        .fixture_text = fixture_text(server),
        .profile = config->profile,
        .template = template_new(),
        .db = config->db,
        .options =
            {
                .clock = config->clock,
                .seeded = config->seeded,
                .seed = config->seed,
                .login = config->login,
                .explain = config->explain,
                .guesses = config->guesses,
            },
    };
}

static int make_tenant(struct server *server)
{
    set_maker(server);
    if (*server->problem != NULL) {
        return 1;
    }
    const struct maker_wish wish = {
        .name = REALM_DEFAULT,
        .db = server->config->db,
        .options = server->maker.options,
    };
    const char *why;
    int outcome = maker_make(&server->maker, &wish, server->arena, &server->made, &why);
    if (outcome == MAKER_NO_DB) {
        return fail(server, arena_printf(server->arena, "--db: %s", why));
    }
    if (outcome == MAKER_NO_FIXTURE) {
        return fail(server, why);
    }
    if (outcome == MAKER_NOT_STORED) {
        return fail(server, "the fixture cannot be stored; the log has the reason");
    }
    if (outcome < 0) {
        return fail(server, "--db: the database failed; the log has its reason");
    }
    server->tenant = made_tenant(server->made);
    return 0;
}

static int read_tls(struct server *server)
{
    const struct config *config = server->config;
    const struct tls_asked asked = {
        .any = config_has_tls(config),
        .cert = config->tls_cert,
        .key = config->tls_key,
        .directory = config->tls_dir,
        .names = config->tls_names,
        .issuer = config->issuer,
        .host = config->host,
    };
    return tls_read(&asked, server->arena, &server->tls, server->problem);
}

static int listen_at_all(struct server *server)
{
    const struct listening_asked asked = {
        .config = server->config, .tls = &server->tls, .gate = &server->gate};
    return listening_open(&asked, server->arena, &server->listening, server->problem);
}

static void set_gate(struct server *server)
{
    const struct config *config = server->config;
    struct url issuer = {0};
    size_t count = 0;
    for (size_t i = 0; i < COUNT(loopback_names); i++) {
        server->hosts[count++] = loopback_names[i];
    }
    url_parse(server->arena, server->issuer, &issuer);
    server->hosts[count++] = issuer.host;
    server->hosts[count++] = config->host;
    for (size_t i = 0; config->allow_hosts[i] != NULL; i++) {
        server->hosts[count++] = config->allow_hosts[i];
    }
    for (size_t i = 0; config->tls_names[i] != NULL; i++) {
        server->hosts[count++] = config->tls_names[i];
    }
    server->gate =
        (struct gate){.hosts = server->hosts,
                      .any_host = !mhd_is_loopback(server->listening.http),
                      .makes_certificate = config->tls == TLS_AUTO,
                      .locked_prefix = "/_makeshift/",
                      .open_path = "/_makeshift/health",
                      .large_prefix = arena_printf(server->arena, "%s/api/v2/", issuer.path),
                      .tenant_prefix = "/t/",
                      .tenant_large_prefix = "/api/v2/"};
}

static void name_issuer(struct server *server)
{
    const char *given = server->config->issuer;
    bool is_https = server->tls.certificate != NULL;
    unsigned port =
        server->listening.https != NULL ? server->listening.https_port : server->listening.port;
    server->issuer = given != NULL ? given
                                   : arena_printf(server->arena, "http%s://localhost:%u",
                                                  is_https ? "s" : "", port);
}

static const char *said_fixtures(const struct config *config)
{
    if (config->fixtures_json != NULL) {
        return "--fixtures-json";
    }
    return config->fixtures == NULL ? "built in" : config->fixtures;
}

static void log_start(const struct server *server)
{
    const struct config *config = server->config;
    const int64_t port = server->listening.port;
    const struct log_field fields[] = {
        {.name = "issuer", .value = server->issuer},
        {.name = "host", .value = config->host},
        {.name = "port", .number = &port},
        {.name = "db",
         .value = config->db == NULL ? "in memory: state and new keys end with the process"
                                     : config->db},
        {.name = "fixtures", .value = said_fixtures(config)},
        {.name = "profile", .value = server->tenant->profile->name},
        {.name = "login",
         .value = config->login == LOGIN_AUTO ? "auto: signs in the user of login_hint, else the "
                                                "session's, else the first; no page"
                                              : "page"},
    };
    log_event(LOG_INFO, "serving, for tests only", fields, COUNT(fields));
    tls_log(&server->tls, server->listening.https != NULL ? server->listening.https_port
                                                          : server->listening.port);
    if (config_has_tls(config) && config_issuer_is_plain(config)) {
        log_message(LOG_WARN,
                    "%s is the issuer: discovery leads to http, and cookies are not Secure, though "
                    "https is served too",
                    config->issuer);
    }
    if (server->listening.door != NULL) {
        const int64_t door_port = server->listening.door_port;
        const struct log_field at[] = {{.name = "port", .number = &door_port}};
        log_event(LOG_INFO, "the control door", at, COUNT(at));
    }
    if (server->gate.any_host) {
        log_message(LOG_WARN,
                    "%s is reached from beyond this machine: anybody there can sign in as anybody",
                    config->host);
    }
}

static void greet(const struct server *server)
{
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    struct tenant tenant = *server->tenant;
    tenant.issuer = server->issuer;
    const char *banner = banner_text(server->arena, server->config, &tenant, server->tls.ca_path);
    fputs(banner == NULL ? "" : banner, stderr);
}

/* The issuer without its path: tenants beside the default hang at the root. */
static const char *origin_of(const struct server *server)
{
    const char *issuer = server->issuer;
    return arena_strndup(server->arena, issuer, strlen(issuer) - strlen(route_base_path(issuer)));
}

static const char *door_origin(const struct server *server)
{
    bool is_https = server->tls.certificate != NULL && server->listening.https == NULL;
    struct url issuer = {0};
    url_parse(server->arena, server->issuer, &issuer);
    return server->listening.door == NULL
               ? NULL
               : arena_printf(server->arena, "http%s://%s:%u", is_https ? "s" : "", issuer.host,
                              server->listening.door_port);
}

static struct lock lock_of(const struct server *server)
{
    const struct config *config = server->config;
    return (struct lock){
        .is_off = config->control == CONTROL_OFF,
        .is_unasked =
            server->gate.any_host && config->control != CONTROL_ON && config->control_token == NULL,
        .port = server->listening.door_port,
        .origin = door_origin(server),
        .token = config->control_token,
    };
}

static int start(struct server *server)
{
    name_issuer(server);
    set_gate(server);
    const struct endpoints_options options = {
        .issuer = server->issuer,
        .made = server->made,
        .maker = &server->maker,
        .origin = origin_of(server),
        .tenants_max = server->config->tenants,
        .journal_entries = server->config->journal,
        .lock = lock_of(server),
    };
    server->made = NULL; /* the endpoints own it now */
    server->endpoints = endpoints_new(&options);
    server->gate.knows_host = endpoints_know_host;
    server->gate.context = server->endpoints;
    if (server->endpoints == NULL) {
        return fail(server, "--db: the database failed; the log has its reason");
    }
    /* After the last name was looked up, and before there are threads. */
    if (egress_forbid() != 0) {
        log_message(LOG_INFO, "this system cannot keep the server from calling out; it does not");
    }
    exit_files_clear(server->config);
    const char *path = server->config->port_file;
    if (path != NULL) {
        new_file_clear(path); /* the ports are ours: nothing but the network can fail now */
    }
    if (listening_start(&server->listening, server->endpoints) != 0) {
        return fail(server, "the network failed; the log has its reason");
    }
    if (path != NULL &&
        ready_write_port(server->arena, path, server->listening.port, server->problem) != 0) {
        return 1; /* before anybody is told that the server is ready */
    }
    log_start(server);
    greet(server);
    const struct ready ready = {
        .issuer = server->issuer,
        .port = server->listening.port,
        .https_port = server->listening.https_port,
        .control_port = server->listening.door_port,
        .ca_path = server->tls.ca_path,
    };
    ready_print(server->arena, &ready);
    return 0;
}

static enum command_end serve(const struct config *config, struct arena *arena,
                              const char **problem)
{
    AUTO(server_fini)
    struct server server = {
        .config = config,
        .arena = arena,
        .problem = problem,
        .attention = ATTENTION_NONE,
    };
    if (attention_begin(&server.attention, config, arena, problem) != 0) {
        return COMMAND_WRONG;
    }
    if (config->port_file != NULL &&
        ready_check_port_file(arena, config->port_file, problem) != 0) {
        return COMMAND_WRONG;
    }
    if (exit_files_check(config, arena, problem) != 0 || make_tenant(&server) != 0 ||
        read_tls(&server) != 0 || listen_at_all(&server) != 0 || start(&server) != 0) {
        return COMMAND_WRONG;
    }
    attention_wait(&server.attention, server.endpoints);
    listening_stop(&server.listening, config->stop_timeout);
    return exit_files_write(config, server.endpoints, arena, problem) == 0 ? COMMAND_DONE
                                                                           : COMMAND_WRONG;
}

enum command_end serve_run(struct invocation *invocation)
{
    struct config config = {0};
    if (config_read(invocation, &config) != 0) {
        return COMMAND_WRONG;
    }
    log_setup(config.log_level, config.log_format);
    if (config.strangers != NULL) {
        log_message(LOG_WARN,
                    "%s: no option of this program, and ignored (makeshift --help lists those "
                    "that count)",
                    config.strangers);
    }
    return serve(&config, invocation->arena, &invocation->problem);
}
