/* An allocator that runs out, for LD_PRELOAD: the n-th allocation fails, once, as each may
 * (C17 7.22.3). The file that OOM_FILE names holds n; it counts from SIGUSR2 on, or from the start
 * with OOM_AT_START. The file is empty when n has been taken from it: a signal comes some time
 * after it was sent. At SIGUSR1 the file gets how many are left, for who counts how many there are.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static atomic_long left; /* until the failure; 0 and below: it has been */
static const char *file;

static int is_last(void)
{
    return atomic_load(&left) > 0 && atomic_fetch_sub(&left, 1) == 1;
}

void *malloc(size_t size)
{
    if (is_last()) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (is_last()) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    if (is_last()) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(block, size);
}

static void arm(int number)
{
    (void)number;
    char digits[24] = "";
    int kept = errno, fd = open(file, O_RDWR);
    if (fd >= 0) {
        ssize_t got = read(fd, digits, sizeof(digits) - 1);
        atomic_store(&left, got > 0 ? strtol(digits, NULL, 10) : 0);
        int ignored = ftruncate(fd, 0);
        (void)ignored;
        close(fd);
    }
    errno = kept;
}

/* How many are left, for who counts how many there are. */
static void tell(int number)
{
    (void)number;
    char text[24];
    int kept = errno, fd = open(file, O_WRONLY | O_TRUNC);
    if (fd >= 0) {
        int size = snprintf(text, sizeof(text), "%ld", atomic_load(&left));
        ssize_t ignored = write(fd, text, (size_t)size);
        (void)ignored;
        close(fd);
    }
    errno = kept;
}

__attribute__((constructor)) static void begin(void)
{
    file = getenv("OOM_FILE");
    if (file != NULL) {
        signal(SIGUSR2, arm);
        signal(SIGUSR1, tell);
        if (getenv("OOM_AT_START") != NULL) {
            arm(0);
        }
    }
}
