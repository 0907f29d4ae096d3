#include "server/http/library.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

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

int epoll_wait(int fd, struct epoll_event *events, int count_max, int timeout_ms)
{
    static _Thread_local bool was_full;
    int count = epoll_pwait(fd, events, count_max, was_full ? 0 : timeout_ms, NULL);
    was_full = count == count_max;
    return count;
}
