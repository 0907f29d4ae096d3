#include "server/http/library_log.h"

#include <stdio.h>
#include <string.h>

#include "server/base/log.h"

void library_log(void *context, const char *format, va_list arguments)
{
    (void)context;
    if (!log_enabled(LOG_DEBUG)) {
        return;
    }
    char line[256];
    vsnprintf(line, sizeof(line), format, arguments);
    line[strcspn(line, "\n")] = '\0';
    log_message(LOG_DEBUG, "libmicrohttpd: %s", line);
}
