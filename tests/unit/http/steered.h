/* A server whose exchanges wait, and end, as their path says; over plain HTTP or TLS. */
#ifndef MAKESHIFT_TESTS_HTTP_STEERED_H
#define MAKESHIFT_TESTS_HTTP_STEERED_H

#include "server.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "tls.h"

#define HOST "Host: localhost\r\n"
#define LAST "Connection: close\r\n"
#define BODY_SIZE 40000
#define STEERED_MAX 1100

/* What one exchange was asked and told. */
struct guest {
    struct exchange *exchange;
    int asked;
    bool is_held, is_released;
};

struct steered {
    struct mhd *mhd;
    uint16_t port;
    bool is_tls;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct guest *guests[STEERED_MAX]; /* that are open */
    size_t guest_count, held_count;
    int opened, asked, answered, closed, malformed;
    int asked_when_stopping;
    int fates[FATE_MALFORMED + 1];
    char target[100]; /* of the last malformed */
    enum stage closed_at;
    double first_asked_at, last_asked_at;
};

static inline double steered_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline bool steered_starts(const struct exchange *exchange, const char *start)
{
    return strncmp(exchange->request.path, start, strlen(start)) == 0;
}

static inline long steered_number(const struct exchange *exchange)
{
    const char *path = exchange->request.path;
    return strtol(strrchr(path, '/') + 1, NULL, 10);
}

static inline void steered_open(void *context, struct exchange *exchange)
{
    struct steered *steered = context;
    struct guest *guest = arena_alloc(exchange->request.arena, sizeof(*guest));
    *guest = (struct guest){.exchange = exchange};
    exchange->call = guest;
    pthread_mutex_lock(&steered->lock);
    steered->opened++;
    steered->guests[steered->guest_count++] = guest;
    pthread_cond_broadcast(&steered->changed);
    pthread_mutex_unlock(&steered->lock);
}

/* The body is of digits, so that a piece that is missing shows. */
static inline void steered_answer(void *context, struct exchange *exchange)
{
    struct steered *steered = context;
    static char body[BODY_SIZE];
    pthread_mutex_lock(&steered->lock);
    steered->answered++;
    for (size_t i = 0; body[BODY_SIZE - 1] == '\0' && i < BODY_SIZE; i++)
        body[i] = (char)('0' + i % 10);
    pthread_mutex_unlock(&steered->lock);
    struct delivery *delivery = &exchange->delivery;
    if (steered_starts(exchange, "/close/") || steered_starts(exchange, "/after/close/"))
        delivery->end = DELIVERY_CLOSE;
    if (steered_starts(exchange, "/reset/"))
        delivery->end = DELIVERY_RESET;
    if (steered_starts(exchange, "/malformed/"))
        delivery->end = DELIVERY_MALFORMED;
    if (steered_starts(exchange, "/cut/"))
        *delivery = (struct delivery){.end = DELIVERY_CUT, .cut = (size_t)steered_number(exchange)};
    if (steered_starts(exchange, "/dribble/")) {
        delivery->dribble_bytes = (size_t)steered_number(exchange);
        delivery->dribble_ms = steered_starts(exchange, "/dribble/long/") ? 3600000 : 5;
    }
    int status = exchange->refusal.status != 0 ? exchange->refusal.status : 200;
    if (steered_starts(exchange, "/cut/none/"))
        response_redirect(&exchange->response, 302, "/");
    else
        response_body_static(&exchange->response, status, "text/plain", body, BODY_SIZE);
}

static inline void steered_close(void *context, const struct exchange *exchange)
{
    struct steered *steered = context;
    pthread_mutex_lock(&steered->lock);
    for (size_t i = 0; i < steered->guest_count; i++) {
        if (steered->guests[i]->exchange == exchange)
            steered->guests[i] = steered->guests[--steered->guest_count];
    }
    const struct guest *guest = exchange->call;
    steered->held_count -= guest->is_held && !guest->is_released ? 1 : 0;
    steered->closed++;
    steered->fates[exchange->fate]++;
    steered->closed_at = exchange->stage;
    pthread_cond_broadcast(&steered->changed);
    pthread_mutex_unlock(&steered->lock);
}

static inline void steered_malformed(void *context, const struct exchange *exchange)
{
    struct steered *steered = context;
    const struct request *request = &exchange->request;
    pthread_mutex_lock(&steered->lock);
    steered->malformed++;
    snprintf(steered->target, sizeof(steered->target), "%s?%s", request->path,
             request->query != NULL ? request->query : "(none)");
    pthread_cond_broadcast(&steered->changed);
    pthread_mutex_unlock(&steered->lock);
}

static inline int64_t steered_hold(struct steered *steered, struct guest *guest)
{
    if (guest->is_released)
        return 0;
    steered->held_count += guest->is_held ? 0 : 1;
    guest->is_held = true;
    return EXCHANGE_WAIT_LONG;
}

/* /before waits there until it is released, /after there, /ms/N for so long, /self wakes itself,
 * /often/N waits until it was asked so often. */
static inline int64_t steered_wait(void *context, struct exchange *exchange)
{
    struct steered *steered = context;
    struct guest *guest = exchange->call;
    bool is_before = exchange->stage == STAGE_HELD_BEFORE;
    int64_t ms = 0;
    pthread_mutex_lock(&steered->lock);
    guest->asked++;
    steered->asked++;
    steered->asked_when_stopping += exchange_is_stopping(exchange);
    steered->first_asked_at = guest->asked == 1 ? steered_now() : steered->first_asked_at;
    steered->last_asked_at = steered_now();
    if (steered_starts(exchange, is_before ? "/before" : "/after"))
        ms = steered_hold(steered, guest);
    if (is_before && steered_starts(exchange, "/ms/"))
        ms = guest->asked == 1 ? steered_number(exchange) : 0;
    if (is_before && steered_starts(exchange, "/often/"))
        ms = guest->asked < steered_number(exchange) ? EXCHANGE_WAIT_LONG : 0;
    if (is_before && steered_starts(exchange, "/self/") && guest->asked == 1) {
        exchange_wake(exchange);
        exchange_wake(exchange);
        ms = EXCHANGE_WAIT_LONG;
    }
    pthread_cond_broadcast(&steered->changed);
    pthread_mutex_unlock(&steered->lock);
    return ms;
}

static inline struct steered *steered_start(bool is_tls, unsigned body_seconds)
{
    static const char *const hosts[] = {"localhost", NULL};
    static const struct gate gate = {.hosts = hosts};
    static const struct exchange_hooks hooks = {.open = steered_open,
                                                .answer = steered_answer,
                                                .close = steered_close,
                                                .wait = steered_wait,
                                                .malformed = steered_malformed};
    struct steered *steered = calloc(1, sizeof(*steered));
    const struct mhd_options options = {
        .host = "127.0.0.1",
        .threads = 2,
        .header_seconds = body_seconds,
        .body_seconds = body_seconds,
        .gate = &gate,
        .hooks = &hooks,
        .certificate = is_tls ? tls_certificate() : NULL,
        .certificate_key = is_tls ? tls_key() : NULL,
    };
    pthread_mutex_init(&steered->lock, NULL);
    pthread_cond_init(&steered->changed, NULL);
    steered->is_tls = is_tls;
    assert_int_equal(mhd_bind(&options, &steered->mhd, &steered->port), MHD_LISTENING);
    assert_int_equal(mhd_start(steered->mhd, steered), 0);
    return steered;
}

static inline void steered_free(struct steered *steered)
{
    mhd_free(steered->mhd);
    pthread_cond_destroy(&steered->changed);
    pthread_mutex_destroy(&steered->lock);
    free(steered);
}

/* Waits until a counter has that value; false: in SILENCE_SECONDS it had not. */
static inline bool steered_becomes(struct steered *steered, const void *counter, size_t size,
                                   size_t value)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SILENCE_SECONDS;
    int error = 0;
    bool is_there = false;
    pthread_mutex_lock(&steered->lock);
    while (!is_there && error == 0) {
        size_t now =
            size == sizeof(int) ? (size_t) * (const int *)counter : *(const size_t *)counter;
        is_there = now == value;
        if (!is_there)
            error = pthread_cond_timedwait(&steered->changed, &steered->lock, &until);
    }
    pthread_mutex_unlock(&steered->lock);
    return is_there;
}

#define BECOMES(steered, member, value)                                                            \
    steered_becomes((steered), &(steered)->member, sizeof((steered)->member), (size_t)(value))

static inline void steered_release(struct steered *steered)
{
    pthread_mutex_lock(&steered->lock);
    for (size_t i = 0; i < steered->guest_count; i++) {
        struct guest *guest = steered->guests[i];
        steered->held_count -= guest->is_held && !guest->is_released ? 1 : 0;
        guest->is_released = true;
        exchange_wake(guest->exchange);
    }
    pthread_mutex_unlock(&steered->lock);
}

/* A client: connected, its handshake done. */
struct client {
    int fd;
    gnutls_session_t session; /* NULL: plain */
};

static inline struct client client_of(const struct steered *steered)
{
    const struct server here = {.port = steered->port};
    struct client client = {.fd = client_connect(&here)};
    if (steered->is_tls)
        client.session = tls_connect(client.fd);
    return client;
}

static inline void client_say(struct client *client, const char *text)
{
    size_t size = strlen(text);
    if (client->session == NULL) {
        client_send(client->fd, text, size);
        return;
    }
    for (ssize_t sent; size > 0; text += sent, size -= (size_t)sent) {
        sent = gnutls_record_send(client->session, text, size); /* a record at a time */
        if (sent < 0)
            return; /* the server may have heard enough */
    }
}

static inline struct client client_get(const struct steered *steered, const char *path)
{
    char request[200];
    struct client client = client_of(steered);
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n" HOST "\r\n", path);
    client_say(&client, request);
    return client;
}

/* A piece; 0 at the end, negative when the connection was reset (-ECONNRESET) or so. */
static inline ssize_t client_piece(struct client *client, char *to, size_t room)
{
    if (client->session != NULL)
        return tls_read(client->session, to, room);
    ssize_t got = recv(client->fd, to, room, 0);
    return got < 0 ? -errno : got;
}

struct heard {
    char *text; /* to be freed */
    size_t size;
    ssize_t end; /* 0: closed; negative: as client_piece */
};

/* All until the end, or until so many bytes of body came. */
static inline struct heard client_hear(struct client *client, size_t body_size)
{
    struct heard heard = {.text = calloc(1, 1), .end = 1};
    for (;;) {
        heard.text = realloc(heard.text, heard.size + 4097);
        heard.end = client_piece(client, heard.text + heard.size, 4096);
        if (heard.end <= 0)
            return heard;
        heard.size += (size_t)heard.end;
        heard.text[heard.size] = '\0';
        const char *body = strstr(heard.text, "\r\n\r\n");
        if (body != NULL && heard.size - (size_t)(body + 4 - heard.text) >= body_size)
            return heard;
    }
}

static inline size_t heard_body_size(const struct heard *heard)
{
    const char *body = strstr(heard->text, "\r\n\r\n");
    return body == NULL ? 0 : heard->size - (size_t)(body + 4 - heard->text);
}

static inline bool client_has_heard_nothing(const struct client *client)
{
    struct pollfd polled = {.fd = client->fd, .events = POLLIN};
    return poll(&polled, 1, 0) == 0;
}

static inline void client_leave(struct client *client)
{
    if (client->session != NULL)
        gnutls_deinit(client->session);
    close(client->fd);
}

#endif
