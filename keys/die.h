/* What keys/ cannot go on without: one line on stderr, and the end. */
#ifndef MAKESHIFT_KEYS_DIE_H
#define MAKESHIFT_KEYS_DIE_H

#include <stddef.h>

__attribute__((noreturn)) void die(const char *why);

/* Zeroed memory for free(); when there is none, the process dies of it. */
void *die_or_new(size_t size);

#endif
