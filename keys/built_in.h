/* Test keys that are part of the program, for tenants that bring none: nobody waits for one to be
 * made, and the same tenant signs the same bytes in each run. Everybody has them. */
#ifndef MAKESHIFT_KEYS_BUILT_IN_H
#define MAKESHIFT_KEYS_BUILT_IN_H

#include "keys/key.h"

#define BUILT_IN_KEYS 64 /* of each algorithm */

/* The key of that number, modulo BUILT_IN_KEYS, which goes by a kid that is `name`'s alone. Parsed
 * when first asked for. Never NULL. */
struct key *built_in_key(enum alg alg, unsigned number, const char *name);

/* The number that a name begins with: its own, as far as there are so many. */
unsigned built_in_number(const char *name);

#endif
