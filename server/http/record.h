/* Bytes on their way to the socket, in TLS records or plain. libmicrohttpd makes one of an answer's
 * head and one of its body; they leave together, so that the client is woken once. */
#ifndef MAKESHIFT_HTTP_RECORD_H
#define MAKESHIFT_HTTP_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/attr.h"

/* Of one connection; lives in it. */
struct record {
    int fd;
    void *session; /* NULL: plain */
    bool more;     /* the next record is to wait for the one behind it */
};

/* `session` is GnuTLS's, of the connection `fd`; NULL: plain. */
void record_attach(struct record *record, void *session, int fd);

/* Sends bytes past the library, as many as the socket has room for: 16 KiB is little. False: the
 * client is gone. */
MUST_USE bool record_write(struct record *record, const char *bytes, size_t size);

#endif
