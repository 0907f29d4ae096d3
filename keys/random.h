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

/* As above, of one tenant among others: each name has streams of its own. NULL: the nameless one's,
 * which are random_new_seeded's. */
struct random *random_new_named(uint64_t seed, const char *name, uint64_t run);

/* How many bytes of the stream were drawn, and going back, or on, to where so many were: what
 * follows repeats. The system's randomness has no position: 0, and nothing to seek. */
uint64_t random_position(struct random *random);
void random_seek(struct random *random, uint64_t position);

void random_free(struct random *random); /* NULL is fine */

/* Never fails: when the system has no randomness to give, the process logs that and aborts. */
void random_bytes(struct random *random, void *out, size_t size);

/* `size` random bytes as base64url text; `out` holds B64URL_SIZE(size) bytes. */
void random_text(struct random *random, char *out, size_t size);

#endif
