#include "server/http/record.h"

#include <gnutls/gnutls.h>
#include <stdint.h>
#include <sys/socket.h>

/* The kernel holds a record back for a fifth of a second at most, should no other follow. */
static ssize_t push(gnutls_transport_ptr_t context, const giovec_t *pieces, int count)
{
    struct record *record = context;
    struct msghdr message = {.msg_iov = (void *)(uintptr_t)pieces, .msg_iovlen = (size_t)count};
    int flags = MSG_NOSIGNAL | (record->more ? MSG_MORE : 0);
    record->more = false;
    return sendmsg(record->fd, &message, flags);
}

void record_attach(struct record *record, void *session, int fd)
{
    record->fd = fd;
    record->session = session;
    if (session == NULL) {
        return;
    }
    gnutls_transport_set_ptr2(session, (gnutls_transport_ptr_t)(intptr_t)fd, record);
    gnutls_transport_set_vec_push_function(session, push);
}

bool record_write(struct record *record, const char *bytes, size_t size)
{
    record->more = false;
    if (record->session != NULL) {
        return gnutls_record_send(record->session, bytes, size) > 0;
    }
    return send(record->fd, bytes, size, MSG_NOSIGNAL) > 0;
}
