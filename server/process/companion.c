#include "server/process/companion.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

/* PR_SET_PDEATHSIG is about the thread that forked, which may end long before its process does; and
 * a parent may be gone before it is asked for. A descriptor is about the process. */
int companion_begin(struct companion *companion, int64_t pid)
{
    *companion = (struct companion){.pid = pid, .fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0)};
    return companion->fd < 0 && companion_is_gone(companion) ? 1 : 0;
}

void companion_end(struct companion *companion)
{
    if (companion->fd >= 0) {
        close(companion->fd);
    }
    *companion = COMPANION_NONE;
}

/* Without a descriptor (before Linux 5.3, or where a filter forbids it) the id is looked at. */
bool companion_is_gone(const struct companion *companion)
{
    struct pollfd file = {.fd = companion->fd, .events = POLLIN};
    if (companion->fd >= 0) {
        return poll(&file, 1, 0) == 1;
    }
    return companion->pid > 0 && kill((pid_t)companion->pid, 0) != 0 && errno == ESRCH;
}
