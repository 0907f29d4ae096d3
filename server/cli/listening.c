#include "server/cli/listening.h"

#include "server/base/str.h"
#include "server/endpoints/registry.h"

#define PORTS_MAX 3

static const char *problem_of(struct arena *arena, const struct config *config, const char *option,
                              unsigned port, int outcome)
{
    switch ((enum mhd_outcome)outcome) {
    case MHD_LISTENING:
        return NULL;
    case MHD_PORT_TAKEN:
        return arena_printf(arena,
                            "port %u is taken; choose another with %s, or %s 0 for a free one",
                            port, option, option);
    case MHD_BAD_HOST:
        return arena_printf(
            arena, "--host: %s is no name or address of this machine; try localhost", config->host);
    case MHD_NOT_ALLOWED:
        return arena_printf(arena, "port %u needs privileges; choose one above 1023 with %s", port,
                            option);
    }
    return "the network failed; the log has its reason";
}

/* What one port is, beside what all are. */
struct one {
    const char *option;
    uint16_t port;
    bool is_https;
    const struct exchange_hooks *hooks;
};

/* Of each that may be open: its database, the log, and one that comes and goes. */
static unsigned files_of_tenants(const struct config *config)
{
    size_t open = config->tenants < REGISTRY_AWAKE_MAX ? config->tenants : REGISTRY_AWAKE_MAX;
    return config->db != NULL ? (unsigned)open * 3 : 0;
}

static int open_one(const struct listening_asked *asked, const struct one *one, struct arena *arena,
                    struct mhd **mhd, uint16_t *port, const char **problem)
{
    const struct config *config = asked->config;
    const struct mhd_options options = {
        .host = config->host,
        .port = one->port,
        .threads = config->threads,
        .header_seconds = config->header_timeout,
        .body_seconds = config->body_timeout,
        .idle_seconds = config->idle_timeout,
        .beside = (unsigned)config->has_https_port + (config->control == CONTROL_PORT),
        .files = files_of_tenants(config),
        .certificate = one->is_https ? asked->tls->certificate : NULL,
        .certificate_key = one->is_https ? asked->tls->key : NULL,
        .gate = asked->gate,
        .hooks = one->hooks,
    };
    int outcome = mhd_bind(&options, mhd, port);
    *problem = problem_of(arena, config, one->option, one->port, outcome);
    return outcome == MHD_LISTENING ? 0 : 1;
}

int listening_open(const struct listening_asked *asked, struct arena *arena,
                   struct listening *listening, const char **problem)
{
    const struct config *config = asked->config;
    const struct {
        struct one one;
        bool is_asked;
        struct mhd **mhd;
        uint16_t *port;
    } rows[PORTS_MAX] = {
        {{"--port", config->port, !config->has_https_port, &endpoints_hooks},
         true,
         &listening->http,
         &listening->port},
        {{"--https-port", config->https_port, true, &endpoints_hooks},
         config->has_https_port,
         &listening->https,
         &listening->https_port},
        /* As --port is spoken to. */
        {{"--control", config->control_port, !config->has_https_port, &endpoints_door_hooks},
         config->control == CONTROL_PORT,
         &listening->door,
         &listening->door_port},
    };
    for (size_t i = 0; i < PORTS_MAX; i++) {
        if (rows[i].is_asked &&
            open_one(asked, &rows[i].one, arena, rows[i].mhd, rows[i].port, problem) != 0) {
            return 1;
        }
    }
    return 0;
}

int listening_start(const struct listening *listening, struct endpoints *endpoints)
{
    struct mhd *const all[PORTS_MAX] = {listening->http, listening->https, listening->door};
    for (size_t i = 0; i < PORTS_MAX; i++) {
        if (all[i] != NULL && mhd_start(all[i], endpoints) < 0) {
            return -1;
        }
    }
    return 0;
}

void listening_stop(const struct listening *listening, unsigned seconds)
{
    struct mhd *const all[PORTS_MAX] = {listening->http, listening->https, listening->door};
    struct mhd *bound[PORTS_MAX] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < PORTS_MAX; i++) {
        if (all[i] != NULL) {
            bound[count++] = all[i];
        }
    }
    mhd_stop(bound, count, seconds);
}

void listening_fini(struct listening *listening)
{
    mhd_free(listening->door);
    mhd_free(listening->https);
    mhd_free(listening->http);
}
