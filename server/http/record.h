/* TLS records on their way to the socket. libmicrohttpd makes one of an answer's head and one of
 * its body; they leave together, so that the client is woken once. */
#ifndef MAKESHIFT_HTTP_RECORD_H
#define MAKESHIFT_HTTP_RECORD_H

#include <stdbool.h>

/* Of one connection; lives in it. */
struct record {
    int fd;
    bool more; /* the next record is to wait for the one behind it */
};

/* `session` is GnuTLS's, of the connection `fd`. */
void record_attach(struct record *record, void *session, int fd);

#endif
