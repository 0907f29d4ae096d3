#include "server/endpoints/host_log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"

#define HOST_SIZE 264 /* a name, a colon, a port and a NUL (RFC 1035 2.3.4) */

struct host_log {
    pthread_mutex_t lock;
    size_t count;
    char hosts[HOST_LOG_MAX][HOST_SIZE];
};

struct host_log *host_log_new(void)
{
    struct host_log *log = memory_new(sizeof(*log));
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

void host_log_free(struct host_log *log)
{
    if (log != NULL) {
        pthread_mutex_destroy(&log->lock);
        free(log);
    }
}

/* The issuer has no slash behind its host unless there is a path. */
static bool is_issuers(const char *issuer, const char *host)
{
    const char *own = strstr(issuer, "://") + strlen("://");
    size_t size = strlen(host);
    return strncasecmp(own, host, size) == 0 && (own[size] == '\0' || own[size] == '/');
}

/* True once for each name, as long as there is room. */
static bool is_new(struct host_log *log, const char *host)
{
    size_t at = 0;
    pthread_mutex_lock(&log->lock);
    while (at < log->count && strcasecmp(log->hosts[at], host) != 0) {
        at++;
    }
    bool is_added = at == log->count && at < HOST_LOG_MAX;
    if (is_added) {
        memcpy(log->hosts[at], host, strlen(host) + 1);
        log->count++;
    }
    pthread_mutex_unlock(&log->lock);
    return is_added;
}

/* Of what the gate refused only 421 (RFC 9110 15.5.20) was asked by a name. */
static bool is_asked_by_name(const struct call *call, int refused)
{
    return call_is_steered(call) && (refused == 0 || refused == 421);
}

void host_log_see(struct host_log *log, const struct call *call, int refused)
{
    const struct request *request = call->request;
    const char *issuer = call->tenant->issuer;
    const char *host =
        request->authority != NULL ? request->authority : request_header(request, "Host");
    if (!log_enabled(LOG_INFO) || !is_asked_by_name(call, refused) || host == NULL ||
        strlen(host) >= HOST_SIZE || is_issuers(issuer, host) || !is_new(log, host)) {
        return;
    }
    const struct log_field fields[] = {
        {.name = "request", .number = &call->number},
        {.name = "host", .value = host},
        {.name = "issuer", .value = issuer},
        {.name = "mend",
         .value = arena_printf(
             call->arena, "makeshift doctor %s --as %s says what there is to mend", issuer, host)},
    };
    log_event(LOG_INFO, "asked by another name than the issuer's", fields, COUNT(fields));
}
