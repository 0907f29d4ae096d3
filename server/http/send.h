/* An answer's way out: handed to libmicrohttpd, whole or as its delivery says. */
#ifndef MAKESHIFT_HTTP_SEND_H
#define MAKESHIFT_HTTP_SEND_H

#include "server/base/attr.h"
#include "server/http/exchange.h"
#include "server/http/record.h"

struct MHD_Connection;

/* Sends the exchange's response, which goes on to STAGE_SENT. `record` is its connection's,
 * `seconds` what a client has for reading it, without the time in which nothing is sent. 0; 1: the
 * connection is to end as it is, by its delivery; negative: likewise, for it is broken, logged. */
MUST_USE int send_answer(struct MHD_Connection *connection, struct exchange *exchange,
                         struct record *record, unsigned seconds);

#endif
