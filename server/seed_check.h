/* Judges a fixture whole, before anything of it is put anywhere. */
#ifndef MAKESHIFT_SEED_CHECK_H
#define MAKESHIFT_SEED_CHECK_H

#include <jansson.h>

#include "server/base/arena.h"

/* `fixture` has its scopes, the default ones where the file has none. 0; 1 when it is wrong: `*problem` is
 * one line with the JSON pointer, what stood there and what was expected. */
int seed_check(struct arena *arena, json_t *fixture, const char **problem);

#endif
