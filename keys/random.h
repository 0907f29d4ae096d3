/* Random bytes: the system's, or a stream that a seed replays. Thread-safe. */
#ifndef MAKESHIFT_KEYS_RANDOM_H
#define MAKESHIFT_KEYS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random;

struct random *random_new_system(void);

/* The stream of (seed, run): the same pair gives the same bytes, asked for in the same order and
 * sizes. `run` counts the starts on one database file, so that a second start does not repeat the
 * first one's tokens. Predictable by design: whoever knows the seed knows every token. */
struct random *random_new_seeded(uint64_t seed, uint64_t run);
void random_free(struct random *random); /* NULL is fine */

/* Never fails: when the system has no randomness to give, the process logs that and aborts. */
void random_bytes(struct random *random, void *out, size_t size);

/* `size` random bytes as base64url text; `out` holds B64URL_SIZE(size) bytes. */
void random_text(struct random *random, char *out, size_t size);

#endif
