#include "keys/die.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void die(const char *why)
{
    /* Nobody waits for who reads it. */
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&room, 1, 0) == 1) {
        fprintf(stderr, "level=error event=\"%s\"\n", why);
    }
    abort();
}

void *die_or_new(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory) {
        die("out of memory");
    }
    return memory;
}
