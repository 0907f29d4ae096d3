/* Preloaded into the server: whoever takes a listening socket out of an epoll set finds that
 * another thread has just done so. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>

int epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    int (*real)(int, int, int, struct epoll_event *) = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "epoll_ctl");
    int outcome = real(set, operation, fd, event);
    int is_listening = 0;
    socklen_t size = sizeof(is_listening);
    if (operation == EPOLL_CTL_DEL && outcome == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) == 0 && is_listening) {
        errno = ENOENT;
        return -1;
    }
    return outcome;
}
