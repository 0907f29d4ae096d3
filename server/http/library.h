/* What libmicrohttpd is given that it has not of its own.
 *
 * Its log: a line of ours for each of its messages.
 *
 * A wait that ends. With epoll it fetches 128 events at a time (0.9.75), and where it got as many,
 * it asks again before it looks at them, for as long as before: for ever, as a rule. Were there no
 * more, those 128 connections would wait until somebody else came. So this room has an epoll_wait
 * of its own, which every library of the process calls in place of libc's: behind a full answer,
 * the same thread's next wait takes no time. */
#ifndef MAKESHIFT_HTTP_LIBRARY_H
#define MAKESHIFT_HTTP_LIBRARY_H

#include <stdarg.h>

#include "server/base/attr.h"

/* Logs at LOG_DEBUG, one line for each message. */
void library_log(void *context, const char *format, va_list arguments) PRINTF(2, 0);

#endif
