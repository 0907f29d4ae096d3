#include "server/base/memory.h"

#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Not through the log: formatting a line there allocates from an arena. As there, nobody waits for
 * who reads it. */
void memory_exhausted(void)
{
    static const char line[] = "level=error event=\"out of memory\"\n";
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&room, 1, 0) == 1) {
        ssize_t ignored = write(STDERR_FILENO, line, sizeof(line) - 1);
        (void)ignored;
    }
    abort();
}

void *memory_need(void *memory)
{
    if (memory == NULL) {
        memory_exhausted();
    }
    return memory;
}

void *memory_new(size_t size)
{
    return memory_need(calloc(1, size));
}

char *memory_strdup(const char *text)
{
    return memory_need(strdup(text));
}

/* jansson asks for nothing of size 0, for which malloc may give NULL. */
static void *allocate(size_t size)
{
    return memory_need(malloc(size));
}

void memory_setup(void)
{
    json_set_alloc_funcs(allocate, free);
}
