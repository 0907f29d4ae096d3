/* Preloaded into the server: a signal seems to interrupt each of these calls, once, before it does
 * anything (EINTR). How often is counted in the file that INTERRUPTED names, a 64-bit number for
 * each row of `names`. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { READ, WRITE, PREAD, PWRITE, RECV, SEND, ACCEPT, EPOLL, CALLS };
static const char *const names[CALLS] = {"read", "write", "pread64", "pwrite64",
                                         "recv", "send",  "accept4", "epoll_pwait"};
static _Atomic uint64_t *counts;
static _Thread_local int was_interrupted[CALLS];

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("INTERRUPTED");
    int fd = path != NULL ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || ftruncate(fd, CALLS * sizeof(*counts)) != 0) {
        abort();
    }
    counts = mmap(NULL, CALLS * sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (counts == MAP_FAILED) {
        abort();
    }
}

/* Whether this call is the one that is interrupted; the one after it is let through. */
static int interrupts(int call)
{
    was_interrupted[call] = !was_interrupted[call];
    if (!was_interrupted[call] || counts == NULL) {
        return 0;
    }
    atomic_fetch_add(&counts[call], 1);
    errno = EINTR;
    return 1;
}

/* The next definition of the call, which may be a sanitizer's. */
#define PASS_ON(call, type, parameters, ...)                                                       \
    static type(*real) parameters;                                                                 \
    if (interrupts(call)) {                                                                        \
        return -1;                                                                                 \
    }                                                                                              \
    if (real == NULL) {                                                                            \
        *(void **)&real = dlsym(RTLD_NEXT, names[call]);                                           \
    }                                                                                              \
    return real(__VA_ARGS__)

ssize_t read(int fd, void *bytes, size_t size)
{
    PASS_ON(READ, ssize_t, (int, void *, size_t), fd, bytes, size);
}

/* An eventfd, which has no type, takes what is written at once: nothing can interrupt that. */
static int never_waits(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == 0;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (never_waits(fd)) {
        return syscall(SYS_write, fd, bytes, size);
    }
    PASS_ON(WRITE, ssize_t, (int, const void *, size_t), fd, bytes, size);
}

ssize_t pread64(int fd, void *bytes, size_t size, off64_t at)
{
    PASS_ON(PREAD, ssize_t, (int, void *, size_t, off64_t), fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
    PASS_ON(PWRITE, ssize_t, (int, const void *, size_t, off64_t), fd, bytes, size, at);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    PASS_ON(RECV, ssize_t, (int, void *, size_t, int), fd, bytes, size, flags);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    PASS_ON(SEND, ssize_t, (int, const void *, size_t, int), fd, bytes, size, flags);
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
    PASS_ON(ACCEPT, int, (int, struct sockaddr *, socklen_t *, int), fd, address, size, flags);
}

/* What epoll_wait of server/http/library.c asks. */
int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout, const sigset_t *mask)
{
    PASS_ON(EPOLL, int, (int, struct epoll_event *, int, int, const sigset_t *), fd, events, count,
            timeout, mask);
}
