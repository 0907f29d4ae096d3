/* The keys a tenant signs with and those it still publishes. Thread-safe: one lock, in ring.c. */
#ifndef MAKESHIFT_KEYS_RING_H
#define MAKESHIFT_KEYS_RING_H

#include <stdint.h>

#include "keys/key.h"

struct ring;

struct ring *ring_new(void);
void ring_free(struct ring *ring); /* NULL is fine */

/* Adds a key as the one to sign with for its algorithm and takes it (a key with the same kid that
 * is there already stays, and the new one is freed). The one before it stays published. */
void ring_add(struct ring *ring, struct key *key);

/* Adds a key that is published only: one that has been replaced, until `until` (seconds since the
 * epoch), when the last token it signed has expired. Takes the key. */
void ring_add_retired(struct ring *ring, struct key *key, int64_t until);

/* The key to sign with, borrowed for as long as the ring lives; NULL when there is none. */
const struct key *ring_signer(const struct ring *ring, enum alg alg);

/* A published key, or NULL. Borrowed. */
const struct key *ring_find(const struct ring *ring, const char *kid);

/* {"keys":[...]}: the signing keys, then the retired ones whose time has not come at `now`.
 * A new reference. */
json_t *ring_jwks(const struct ring *ring, int64_t now);

#endif
