/* What libmicrohttpd has to say, in our log. */
#ifndef MAKESHIFT_HTTP_LIBRARY_LOG_H
#define MAKESHIFT_HTTP_LIBRARY_LOG_H

#include <stdarg.h>

#include "server/base/attr.h"

/* Logs at LOG_DEBUG, one line for each message. */
void library_log(void *context, const char *format, va_list arguments) PRINTF(2, 0);

#endif
