/* A server that echoes what its handler saw, and a client that sends bytes as they are. */
#ifndef MAKESHIFT_TESTS_HTTP_SERVER_H
#define MAKESHIFT_TESTS_HTTP_SERVER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/mhd.h"

#define SILENCE_SECONDS 10 /* after which a test gives up */

struct server {
    struct mhd *mhd;
    uint16_t port;
    int entered[2]; /* a pipe: /wait writes a byte when it is reached, */
    int release[2]; /* and reads one before it goes on */
    atomic_int whole, cut;
};

static inline void server_open(void *context, struct exchange *exchange)
{
    exchange->call = context;
}

static inline void server_answer(void *context, struct exchange *exchange)
{
    struct server *server = context;
    const struct request *request = &exchange->request;
    struct response *response = &exchange->response;
    if (exchange->refusal.status != 0) {
        const char *reason = exchange->refusal.reason;
        response_body(response, exchange->refusal.status, "text/plain", reason, strlen(reason));
        return;
    }
    if (strcmp(request->path, "/none") == 0)
        return;
    char byte = 'x';
    if (strcmp(request->path, "/wait") == 0 && write(server->entered[1], &byte, 1) == 1 &&
        read(server->release[0], &byte, 1) != 1)
        return;
    const char *method = method_names[request->method];
    const char *text =
        arena_printf(request->arena, "%s %s ?%s %zu:%.20s", method != NULL ? method : "other",
                     request->path, request->query != NULL ? request->query : "(none)",
                     request->body_size, request->body != NULL ? request->body : "(none)");
    response_body(response, 200, "text/plain", text, strlen(text));
}

/* Counts what was sent whole, and what was not. */
static inline void server_close(void *context, const struct exchange *exchange)
{
    struct server *server = context;
    atomic_fetch_add(exchange->is_whole ? &server->whole : &server->cut, 1);
}

static inline struct server *server_start_with(unsigned header_seconds, unsigned body_seconds,
                                               unsigned threads)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1", "::1", NULL};
    static const struct gate gate = {.hosts = hosts};
    static const struct exchange_hooks hooks = {
        .open = server_open, .answer = server_answer, .close = server_close};
    struct server *server = calloc(1, sizeof(*server));
    const struct mhd_options options = {
        .host = "localhost",
        .threads = threads,
        .header_seconds = header_seconds,
        .body_seconds = body_seconds,
        .gate = &gate,
        .hooks = &hooks,
    };
    assert_int_equal(pipe(server->entered), 0);
    assert_int_equal(pipe(server->release), 0);
    assert_int_equal(mhd_bind(&options, &server->mhd, &server->port), MHD_LISTENING);
    assert_int_equal(mhd_start(server->mhd, server), 0);
    return server;
}

static inline struct server *server_start(unsigned header_seconds, unsigned body_seconds)
{
    return server_start_with(header_seconds, body_seconds, 2);
}

static inline void server_free(struct server *server)
{
    mhd_free(server->mhd);
    for (int i = 0; i < 2; i++) {
        close(server->entered[i]);
        close(server->release[i]);
    }
    free(server);
}

/* -1 when nobody listens there. */
static inline int client_connect_v6(uint16_t port)
{
    const struct sockaddr_in6 address = {
        .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback, .sin6_port = htons(port)};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline int client_connect(const struct server *server)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                        .sin_port = htons(server->port)};
    const struct timeval patience = {.tv_sec = SILENCE_SECONDS};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    return fd;
}

static inline void client_send(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0)
            return; /* the server may have heard enough */
        bytes += sent;
        size -= (size_t)sent;
    }
}

/* Reads until the server closes, or until `stop` was read (NULL: never). To be freed. */
static inline char *client_read(int fd, const char *stop)
{
    size_t size = 0;
    char *text = calloc(1, 1);
    while (stop == NULL || strstr(text, stop) == NULL) {
        text = realloc(text, size + 4097);
        ssize_t got = recv(fd, text + size, 4096, 0);
        assert_true(got >= 0 || size > 0);
        if (got <= 0)
            break;
        size += (size_t)got;
        text[size] = '\0';
    }
    return text;
}

/* One connection, until the server closes it. To be freed. */
static inline char *client_ask(const struct server *server, const char *bytes, size_t size)
{
    int fd = client_connect(server);
    client_send(fd, bytes, size);
    char *answer = client_read(fd, NULL);
    close(fd);
    return answer;
}

/* 0 when it is no answer. */
static inline int status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

#endif
