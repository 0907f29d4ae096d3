/* What libmicrohttpd 0.9 hides from its callers, told from where header lines lie in its read
 * buffer.
 *
 * The library ends a value at a NUL byte, glues a folded line (RFC 9112 5.2) to the *name* before
 * it, and takes a line without a name for the end of the headers: each a way to show one request to
 * a proxy and another to us. Sound headers lie as `name`, NUL (it was the colon), blanks, `value`,
 * two NULs (they were CR LF), the next name, and so on; behind the last value come four, for CR LF
 * CR LF. */
#ifndef MAKESHIFT_HTTP_WIRE_H
#define MAKESHIFT_HTTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/request.h"

/* A request's headers, one by one. `headers` has room for all. `end` is where the request line
 * ends; NULL when the library's memory says nothing. What is wrong between one line and the next
 * becomes the request's `malformed`; blanks around a value are not part of it (RFC 9112 5.1), and
 * the library takes off the leading ones alone. */
struct wire_collected {
    struct request *request;
    struct header *headers;
    const char *end; /* of the line so far */
};
void wire_collect(struct wire_collected *collected, const char *name, const char *value,
                  size_t value_size);

/* What is wrong between `end` and the first byte behind the headers, or NULL. */
const char *wire_flaw_behind(const char *end, const char *headers_end);

/* Closing with unread bytes resets the connection, and a reset may overtake the answer (RFC 9112
 * 9.6): reads and forgets what the client has sent by now, up to WIRE_DROPPED_MAX bytes. */
#define WIRE_DROPPED_MAX (1024 * 1024)
void wire_forget_unread(int fd);

/* For a handshake that failed: true when the unread rest of what the client sent is that of a plain
 * request line. The log then says so, as the client is told nothing. */
bool wire_saw_plain_http(int fd);

/* For a connection without TLS: true when a byte was ever written to it. */
bool wire_was_answered(int fd);

#endif
