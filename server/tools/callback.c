#include "server/tools/callback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/form.h"
#include "server/base/str.h"
#include "server/base/url.h"

#define REQUEST_MAX 16384 /* bytes */
#define REQUEST_TIME 5000 /* ms for a browser to send one */
#define CALLERS 16        /* at once */

static int bind_loopback(uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 8) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static unsigned port_of(int fd)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof(address);
    return getsockname(fd, (struct sockaddr *)&address, &size) == 0 ? ntohs(address.sin_port) : 0;
}

const char *callback_fault(struct arena *arena, const char *uri)
{
    struct url parts = {0};
    const char *fault = url_parse(arena, uri, &parts);
    fault = fault != NULL            ? fault
            : !url_is_web(&parts)    ? "has a scheme that is neither http nor https"
            : parts.fragment != NULL ? "has a fragment, which RFC 6749 3.1.2 forbids"
                                     : NULL;
    return fault == NULL ? NULL
                         : arena_printf(arena,
                                        "--redirect-uri: '%s' %s; expected a URL such as "
                                        "http://localhost:8085" CALLBACK_PATH,
                                        uri, fault);
}

int callback_open(struct arena *arena, const char *uri, const char *path, struct callback *callback,
                  const char **problem)
{
    struct url parts = {0};
    int64_t port = 0;
    if (uri != NULL && (url_parse(arena, uri, &parts) != NULL || !url_is_loopback(&parts) ||
                        (parts.port != NULL && !str_to_int64(parts.port, 1, 65535, &port)))) {
        *problem = arena_printf(arena, "--redirect-uri: '%s' is no place of this machine", uri);
        return 1;
    }
    callback->fd = bind_loopback((uint16_t)port);
    if (callback->fd < 0) {
        *problem =
            arena_printf(arena, "--redirect-uri: port %d cannot be listened at: %s; name another",
                         (int)port, strerror(errno));
        return 1;
    }
    callback->uri =
        port != 0 ? uri
                  : arena_printf(arena, "http://%s:%u%s", uri == NULL ? "localhost" : parts.host,
                                 port_of(callback->fd), uri == NULL ? path : parts.path);
    return 0;
}

void callback_close(struct callback *callback)
{
    if (callback->fd >= 0) {
        (void)close(callback->fd);
        callback->fd = -1;
    }
}

/* Who has connected, and what they have sent so far. */
struct caller {
    int fd; /* negative: nobody */
    char *request;
    size_t size;
    int64_t until;
};

static bool is_whole(const struct caller *caller)
{
    return strstr(caller->request, "\r\n\r\n") != NULL;
}

static void close_caller(struct caller *caller)
{
    if (caller->fd >= 0) {
        (void)close(caller->fd);
        caller->fd = -1;
    }
}

/* The query of a GET of the callback's path; NULL: it asks for something else. */
static const char *query_of(struct arena *arena, const struct callback *callback,
                            const char *request)
{
    struct url parts = {0};
    if (url_parse(arena, callback->uri, &parts) != NULL || !str_starts(request, "GET ")) {
        return NULL;
    }
    const char *target = request + strlen("GET ");
    size_t path = strcspn(target, " ?");
    if (path != strlen(parts.path) || memcmp(target, parts.path, path) != 0 ||
        target[path] != '?') {
        return NULL;
    }
    return arena_strndup(arena, target + path + 1, strcspn(target + path + 1, " \r"));
}

static void answer(struct arena *arena, int fd, const char *status, const char *text)
{
    const char *page = arena_printf(arena,
                                    "<!doctype html><meta charset=utf-8><title>makeshift"
                                    "</title><p>%s</p>\n",
                                    text);
    const char *all = arena_printf(arena,
                                   "HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\n"
                                   "Content-Length: %zu\r\nCache-Control: no-store\r\n"
                                   "Connection: close\r\n\r\n%s",
                                   status, strlen(page), page);
    (void)!send(fd, all, strlen(all), MSG_NOSIGNAL);
}

bool callback_has_mark(struct arena *arena, const char *query, const struct engine_mark *mark)
{
    struct form form = {0};
    const char *bad = NULL;
    return form_parse(arena, query, strlen(query), &form, &bad) == FORM_OK && mark->value != NULL &&
           form_count(&form, mark->name) == 1 &&
           str_equal(form_get(&form, mark->name), mark->value);
}

/* The query of the callback that is meant; NULL: this was none. */
static const char *judge(struct arena *arena, const struct callback *callback,
                         const struct caller *caller, const struct engine_mark *mark)
{
    const char *query = is_whole(caller) ? query_of(arena, callback, caller->request) : NULL;
    if (query == NULL) {
        answer(arena, caller->fd, "404 Not Found", "Nothing is here but the callback.");
        return NULL;
    }
    if (!callback_has_mark(arena, query, mark)) {
        fprintf(stderr, "a callback came with another %s, and was refused\n", mark->name);
        answer(arena, caller->fd, "400 Bad Request", "This callback belongs to another sign-in.");
        return NULL;
    }
    answer(arena, caller->fd, "200 OK",
           "The connection goes on where it was begun. Close this page.");
    return query;
}

/* Browsers open connections ahead that they may never use: nobody waits for these. */
static void take_caller(struct arena *arena, int listener, struct caller *callers)
{
    size_t at = 0;
    while (at < CALLERS && callers[at].fd >= 0) {
        at++;
    }
    int fd = at < CALLERS ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
    if (fd >= 0) {
        char *request = callers[at].request;
        request = request == NULL ? arena_alloc(arena, REQUEST_MAX + 1) : request;
        memset(request, 0, REQUEST_MAX + 1);
        callers[at] =
            (struct caller){.fd = fd, .request = request, .until = clock_ticks_ms() + REQUEST_TIME};
    }
}

/* True: nothing more is expected of this caller. */
static bool read_caller(struct caller *caller, bool is_readable)
{
    if (is_readable) {
        ssize_t got =
            recv(caller->fd, caller->request + caller->size, REQUEST_MAX - caller->size, 0);
        caller->size += got > 0 ? (size_t)got : 0;
        return got <= 0 || caller->size == REQUEST_MAX || is_whole(caller);
    }
    return caller->until <= clock_ticks_ms();
}

/* Until one of them can be read, or is late. */
static void wait_for(const struct callback *callback, const struct caller *callers, int64_t until,
                     struct pollfd *polled)
{
    bool has_room = false;
    for (size_t i = 0; i < CALLERS; i++) {
        bool is_there = callers[i].fd >= 0;
        polled[i] = (struct pollfd){.fd = callers[i].fd, .events = POLLIN};
        until = is_there && callers[i].until < until ? callers[i].until : until;
        has_room = has_room || !is_there;
    }
    polled[CALLERS] = (struct pollfd){.fd = has_room ? callback->fd : -1, .events = POLLIN};
    int64_t left = until - clock_ticks_ms();
    (void)poll(polled, CALLERS + 1, left > 0 ? (int)left : 0);
}

const char *callback_wait(struct arena *arena, const struct callback *callback,
                          const struct engine_mark *mark, int64_t patience)
{
    struct caller callers[CALLERS];
    struct pollfd polled[CALLERS + 1];
    int64_t until = clock_ticks_ms() + patience;
    const char *query = NULL;
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.fd = -1};
    }
    while (query == NULL && clock_ticks_ms() < until) {
        wait_for(callback, callers, until, polled);
        for (size_t i = 0; i < CALLERS && query == NULL; i++) {
            if (callers[i].fd >= 0 && read_caller(&callers[i], polled[i].revents != 0)) {
                query = judge(arena, callback, &callers[i], mark);
                close_caller(&callers[i]);
            }
        }
        if (polled[CALLERS].revents != 0) {
            take_caller(arena, callback->fd, callers);
        }
    }
    for (size_t i = 0; i < CALLERS; i++) {
        close_caller(&callers[i]);
    }
    return query;
}
