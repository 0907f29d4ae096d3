#include "keys/die.h"

#include <stdio.h>
#include <stdlib.h>

void die(const char *why)
{
    fprintf(stderr, "level=error event=\"%s\"\n", why);
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
