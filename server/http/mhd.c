/* What libmicrohttpd calls, and how it is started and stopped; send.h has the way out.
 *
 * What the library refuses itself, in HTML of its own and with the connection closed, because no
 * handler ever sees it: a request line without a version (400), HTTP/0.9 and HTTP/2 (505), a header
 * line without a colon (400), malformed chunks (400), a line and headers larger than
 * CONNECTION_MEMORY (414 or 431), a Content-Length that is no number (400) or beyond 64 bits (413).
 * The last two it answers with its head sent twice (0.9.75); the status and the end are right.
 * 1.0 is asked to be strict: then also what wire.h sees before, no Host, an unknown coding (400).
 */
#include "server/http/mhd.h"
#include "server/base/memory.h"

#include <microhttpd.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/http/deadlines.h"
#include "server/http/defaults.h"
#include "server/http/exchange.h"
#include "server/http/hold.h"
#include "server/http/library.h"
#include "server/http/listen.h"
#include "server/http/record.h"
#include "server/http/send.h"
#include "server/http/target.h"
#include "server/http/wire.h"

#define CONNECTION_MEMORY ((size_t)48 * 1024) /* line, headers, and the answer's headers */
#define CONNECTIONS_PER_IP 4096u
/* RFC 8996: nothing older than TLS 1.2. RFC 9325 4.1: no key exchange without forward secrecy. */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"

struct mhd {
    struct mhd_options options;
    void *context; /* of options.hooks */
    struct listeners listeners;
    struct MHD_Daemon *daemons[LISTEN_MAX];
    struct exchanges *exchanges;
    struct deadlines *deadlines;
    struct holds *holds;
    bool sees_wire; /* wire.h's checks fit this library; else it has to be strict itself */
};

/* The library's word for a connection, and ours. */
struct connection {
    struct deadline deadline;
    struct record record;
    bool has_asked;     /* a request line came */
    bool refused_early; /* the client may still be sending */
};

static struct connection *ours_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Leads the exchange on, and sends what came of it. */
static enum MHD_Result answer(struct mhd *mhd, struct MHD_Connection *connection,
                              struct exchange *exchange)
{
    if (hold_is_gone(&exchange->hold)) {
        return MHD_NO; /* so that it is closed as left, whatever else would come of it */
    }
    if (!exchange_lead_on(exchange, mhd->options.hooks, mhd->context) ||
        exchange->stage != STAGE_HELD_AFTER) {
        return MHD_YES;
    }
    if (exchanges_are_draining(mhd->exchanges)) {
        exchange->response.close = true;
    }
    /* A client that does not read its answer is cut off as one that does not send its body. */
    deadline_set(exchange->deadline, CLIENT_READS, mhd->options.body_seconds);
    return send_answer(connection, exchange, &ours_of(connection)->record,
                       mhd->options.body_seconds) == 0
               ? MHD_YES
               : MHD_NO;
}

static void *on_line(void *context, const char *target, struct MHD_Connection *connection)
{
    struct mhd *mhd = context;
    struct exchange *exchange = exchange_take(mhd->exchanges);
    struct connection *ours = ours_of(connection);
    ours->has_asked = true;
    exchange->deadline = &ours->deadline;
    exchange->hold =
        (struct hold){.holds = mhd->holds, .connection = connection, .fd = ours->deadline.fd};
    exchange->target = arena_strdup(exchange->request.arena, target);
    exchange->target_at = target;
    /* The library would parse the query into the connection's memory, for nobody; and when that
     * memory runs out it forgets the connection (0.9.75). So it finds an empty one, in its own
     * buffer. */
    char *query = (char *)(uintptr_t)strchr(target, '?');
    if (query != NULL && query[1] != '\0') {
        query[1] = '\0';
    }
    deadline_set(exchange->deadline, CLIENT_SENDS, mhd->options.header_seconds);
    return exchange;
}

/* The target was taken as it stood; what the library makes of it is not looked at. */
static size_t leave_encoded(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static enum MHD_Result collect(void *context, enum MHD_ValueKind kind, const char *name,
                               size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    (void)name_size;
    wire_collect(context, name, value, value_size);
    return MHD_YES;
}

/* Names and values stay in the connection's memory, which lives as long as the request. `line` is
 * where the request line lies, `line_end` its end. */
static void collect_headers(struct mhd *mhd, struct MHD_Connection *connection,
                            struct request *request, const char *line, const char *line_end)
{
    int count = MHD_get_connection_values_n(connection, MHD_HEADER_KIND, NULL, NULL);
    struct wire_collected collected = {.request = request, .end = mhd->sees_wire ? line_end : NULL};
    if (count > 0) {
        collected.headers = arena_alloc(request->arena, (size_t)count * sizeof(struct header));
        request->headers = collected.headers;
        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect, &collected);
    }
    if (!mhd->sees_wire || request->malformed != NULL) {
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    request->malformed = wire_flaw_behind(collected.end, line + info->header_size);
}

/* The line and the headers are there: judge them before any of the body is read. */
static enum MHD_Result open_exchange(struct mhd *mhd, struct MHD_Connection *connection,
                                     struct exchange *exchange, const char *method,
                                     const char *version)
{
    struct request *request = &exchange->request;
    /* A request that could be taken but no more be answered is not taken. */
    if (!exchange_enter(mhd->exchanges, exchange)) {
        return MHD_NO;
    }
    deadline_set(exchange->deadline, CLIENT_SENDS, mhd->options.body_seconds);
    request->method = method_named(method);
    request->http_1_0 = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;
    target_parse(request, exchange->target);
    /* The version follows the target and a blank; when it doesn't, a NUL byte cut the target short.
     * */
    if (mhd->sees_wire && version != exchange->target_at + strlen(exchange->target) + 1) {
        request->malformed = "the request target has a NUL byte";
    }
    collect_headers(mhd, connection, request, method, version + strlen(version));
    exchange_judge(exchange, mhd->options.gate, mhd->options.hooks, mhd->context);
    if (exchange->refusal.status == 0 ||
        (mhd->options.certificate != NULL && exchange_drops_body(exchange))) {
        return MHD_YES;
    }
    ours_of(connection)->refused_early = true;
    return answer(mhd, connection, exchange);
}

static enum MHD_Result close_exchange(struct mhd *mhd, struct MHD_Connection *connection,
                                      struct exchange *exchange)
{
    if (exchanges_are_over(mhd->exchanges)) {
        exchange->fate = FATE_DROPPED;
        return MHD_NO;
    }
    /* The rest of the body is there: the handler may take the time it needs. */
    deadline_clear(exchange->deadline);
    if (exchange->body_dropped > 0) {
        exchange->refusal = gate_refuse_body(mhd->options.gate, &exchange->request);
    }
    return answer(mhd, connection, exchange);
}

/* Called when the headers are whole, for each piece of the body, and when the body is whole. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **request_context)
{
    (void)url;
    struct mhd *mhd = context;
    struct exchange *exchange = *request_context;
    if (exchange->stage == STAGE_READ) {
        return open_exchange(mhd, connection, exchange, method, version);
    }
    if (*size == 0) {
        return close_exchange(mhd, connection, exchange);
    }
    exchange_put(exchange, bytes, *size);
    *size = 0;
    /* An answer cannot be given before the end of a body; one without end gets none. */
    if (exchange->body_dropped <= EXCHANGE_DROPPED_MAX) {
        return MHD_YES;
    }
    exchange->fate = FATE_DROPPED;
    return MHD_NO;
}

static enum ending ending_of(enum MHD_RequestTerminationCode code)
{
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        return ENDED_WELL;
    }
    return code == MHD_REQUEST_TERMINATED_WITH_ERROR ? ENDED_BY_US : ENDED_BY_CLIENT;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection;
    struct mhd *mhd = context;
    struct exchange *exchange = *request_context;
    *request_context = NULL;
    if (exchange == NULL) {
        return;
    }
    deadline_set(exchange->deadline, CLIENT_SENDS, mhd->options.idle_seconds);
    exchange_end(exchange, ending_of(code), mhd->options.hooks, mhd->context);
    exchange_give(mhd->exchanges, exchange);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct mhd *mhd = context;
    struct connection *ours = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        bool is_plain = ours->record.session != NULL && !ours->has_asked &&
                        wire_saw_plain_http(ours->deadline.fd);
        if (ours->refused_early || is_plain) {
            wire_forget_unread(ours->deadline.fd);
        }
        if (!ours->has_asked && ours->record.session == NULL &&
            wire_was_answered(ours->deadline.fd)) {
            exchanges_tell_line(mhd->exchanges, mhd->options.hooks, mhd->context);
        }
        deadlines_remove(mhd->deadlines, &ours->deadline);
        free(ours);
        return;
    }
    ours = memory_new(sizeof(*ours));
    *socket_context = ours;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    deadlines_add(mhd->deadlines, &ours->deadline, info->connect_fd, mhd->options.header_seconds);
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    record_attach(&ours->record, info != NULL ? info->tls_session : NULL, ours->deadline.fd);
}

/* Who comes while we finish is sent away. (MHD_quiesce_daemon would leave them waiting, but its
 * threads and ours then both take the socket out of an epoll set, and 0.9.75 aborts when they
 * meet.) */
static enum MHD_Result on_accept(void *cls, const struct sockaddr *address, socklen_t size)
{
    const struct mhd *mhd = cls;
    (void)address;
    (void)size;
    return exchanges_are_draining(mhd->exchanges) ? MHD_NO : MHD_YES;
}

static void suspend(void *connection)
{
    MHD_suspend_connection(connection);
}

static void resume(void *connection)
{
    MHD_resume_connection(connection);
}

static const struct hold_means means = {.suspend = suspend, .resume = resume};

static struct MHD_Daemon *start_daemon(struct mhd *mhd, int fd, unsigned limit)
{
    /* With epoll the library spins while a handshake waits for the client (0.9.75); with poll it
     * sleeps. */
    bool is_tls = mhd->options.certificate != NULL;
    unsigned flags =
        MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_SUPPRESS_DATE_NO_CLOCK |
        (is_tls ? MHD_USE_TLS | MHD_USE_POLL_INTERNAL_THREAD : MHD_USE_EPOLL_INTERNAL_THREAD);
    /* The library takes options of TLS only with its flag. */
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)mhd->options.certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)mhd->options.certificate_key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
        {MHD_OPTION_END, 0, NULL},
    };
    /* The logger comes first: the library uses it for what it finds wrong with the rest. */
    return MHD_start_daemon(
        flags, 0, on_accept, mhd, on_request, mhd, MHD_OPTION_EXTERNAL_LOGGER, library_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, mhd->options.threads,
        MHD_OPTION_CONNECTION_LIMIT, limit, MHD_OPTION_PER_IP_CONNECTION_LIMIT, CONNECTIONS_PER_IP,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
        MHD_OPTION_URI_LOG_CALLBACK, on_line, mhd, MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded,
        NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, mhd, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, mhd, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_STRICT_FOR_CLIENT,
        !mhd->sees_wire, MHD_OPTION_ARRAY, is_tls ? tls : &tls[COUNT(tls) - 1], MHD_OPTION_END);
}

int mhd_bind(const struct mhd_options *options, struct mhd **out, uint16_t *port)
{
    struct listeners listeners = {0};
    int outcome = listen_open(options->host, options->port, &listeners);
    if (outcome != MHD_LISTENING) {
        return outcome;
    }
    struct mhd *mhd = memory_new(sizeof(*mhd));
    mhd->options = *options;
    defaults_fill(&mhd->options);
    mhd->listeners = listeners;
    *port = listeners.port;
    *out = mhd;
    return MHD_LISTENING;
}

bool mhd_is_loopback(const struct mhd *mhd)
{
    return listen_is_loopback(&mhd->listeners);
}

int mhd_start(struct mhd *mhd, void *context)
{
    mhd->context = context;
    signal(SIGPIPE, SIG_IGN);
    mhd->sees_wire = strncmp(MHD_get_version(), "0.9.", 4) == 0;
    mhd->exchanges = exchanges_new();
    mhd->deadlines = deadlines_new(defaults_tick_ms(&mhd->options));
    mhd->holds = holds_new(&means);
    if (mhd->exchanges == NULL || mhd->deadlines == NULL || mhd->holds == NULL) {
        return -1;
    }
    unsigned limit = listen_connections_max(&mhd->listeners, &mhd->options);
    for (size_t i = 0; i < mhd->listeners.count; i++) {
        mhd->daemons[i] = start_daemon(mhd, mhd->listeners.list[i].fd, limit);
        if (mhd->daemons[i] == NULL) {
            mhd->listeners.list[i].fd = -1; /* the library closed it */
            log_message(LOG_ERROR,
                        "libmicrohttpd did not start; with --log-level debug it says why");
            return -1;
        }
    }
    return 0;
}

static void end(struct mhd *mhd)
{
    for (size_t i = 0; i < mhd->listeners.count; i++) {
        if (mhd->daemons[i] != NULL) {
            MHD_stop_daemon(mhd->daemons[i]);
            mhd->listeners.list[i].fd = -1; /* the library closed it */
        }
        mhd->daemons[i] = NULL;
    }
    listen_close(&mhd->listeners);
}

void mhd_stop(struct mhd *const *servers, size_t count, unsigned seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)seconds;
    for (size_t i = 0; i < count && servers[i] != NULL; i++) {
        exchanges_drain(servers[i]->exchanges);
        holds_end(servers[i]->holds);
    }
    for (size_t i = 0; i < count && servers[i] != NULL; i++) {
        exchanges_wait(servers[i]->exchanges, &until);
    }
    for (size_t i = 0; i < count && servers[i] != NULL; i++) {
        end(servers[i]);
    }
}

void mhd_free(struct mhd *mhd)
{
    if (mhd == NULL) {
        return;
    }
    mhd_stop(&mhd, 1, 0);
    deadlines_free(mhd->deadlines);
    holds_free(mhd->holds);
    exchanges_free(mhd->exchanges);
    free(mhd);
}
