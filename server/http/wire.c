#include "server/http/wire.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "server/base/log.h"

static const char flaw[] =
    "a header line is folded, has no name, has a NUL byte, or does not end in CR LF";

/* Bytes from `from` to `to`, which may lie in different pieces of memory; wraps when `to` is lower.
 * */
static size_t distance(const char *from, const char *to)
{
    return (uintptr_t)to - (uintptr_t)from;
}

static const char *flaw_between(const char *end, const char *name)
{
    /* RFC 9112 2.2 lets us take a lone LF for a line's end; a proxy may not, so we don't. */
    return distance(end, name) == 2 ? NULL : flaw;
}

const char *wire_flaw_behind(const char *end, const char *headers_end)
{
    return distance(end, headers_end) == 4 ? NULL : flaw;
}

static const char *trimmed(struct arena *arena, const char *value, size_t size)
{
    size_t kept = size;
    while (kept > 0 && (value[kept - 1] == ' ' || value[kept - 1] == '\t')) {
        kept--;
    }
    return kept == size ? value : arena_strndup(arena, value, kept);
}

/* What the library (0.9.75) reads itself, and for another word when a blank stands behind it: it
 * would wait for a body without an end, or leave the client waiting to be told to go on. */
static bool blank_misleads(const char *name)
{
    return strcasecmp(name, "Transfer-Encoding") == 0 || strcasecmp(name, "Expect") == 0;
}

void wire_collect(struct wire_collected *collected, const char *name, const char *value,
                  size_t value_size)
{
    struct request *request = collected->request;
    if (value == NULL) {
        value = "";
    }
    if (collected->end != NULL && request->malformed == NULL) {
        request->malformed = flaw_between(collected->end, name);
        collected->end = value + value_size;
    }
    const char *kept = trimmed(request->arena, value, value_size);
    if (kept != value && blank_misleads(name)) {
        request->malformed = "a blank stands behind the value of Transfer-Encoding or Expect";
    }
    collected->headers[request->header_count++] = (struct header){.name = name, .value = kept};
}

void wire_forget_unread(int fd)
{
    char bytes[4096];
    for (size_t size = 0; size < WIRE_DROPPED_MAX;) {
        ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (got <= 0) {
            return;
        }
        size += (size_t)got;
    }
}

bool wire_saw_plain_http(int fd)
{
    static const char version[] = " HTTP/1.";
    char start[1024];
    ssize_t got = recv(fd, start, sizeof(start), MSG_PEEK | MSG_DONTWAIT);
    if (got <= 0 || memmem(start, (size_t)got, version, strlen(version)) == NULL) {
        return false;
    }
    log_message(LOG_WARN,
                "plain HTTP came to the HTTPS port; the client's URL has to begin with https://");
    return true;
}

bool wire_was_answered(int fd)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_bytes_sent > 0;
}
