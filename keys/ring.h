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

/* What a key on the ring does. One that is off stays, as what the ring lends stays good, but is
 * neither published nor found. */
enum key_state { KEY_SIGNS, KEY_NEXT, KEY_RETIRED, KEY_OFF, KEY_STATE__MAX };
extern const char *const key_state_names[KEY_STATE__MAX]; /* signs next retired off */

/* Adds a key that is published before it signs. Takes the key. */
void ring_add_next(struct ring *ring, struct key *key);

/* Gives a key another state; `until` counts for one that is retired. One that signs takes the place
 * of the one before, which stays published. 0; 1: there is no such key, be it off. */
MUST_USE int ring_turn(struct ring *ring, const char *kid, enum key_state state, int64_t until);

/* All of them are off. */
void ring_turn_off(struct ring *ring);

/* [{"kid","alg","state","until"}] in the order added; those that are off are left out. A new
 * reference. */
json_t *ring_list(const struct ring *ring);

/* The key to sign with, borrowed for as long as the ring lives; NULL when there is none. */
const struct key *ring_signer(const struct ring *ring, enum alg alg);

/* A published key, or NULL. Borrowed. */
const struct key *ring_find(const struct ring *ring, const char *kid);

/* {"keys":[...]}: the signing keys, then the retired ones whose time has not come at `now`.
 * A new reference. */
json_t *ring_jwks(const struct ring *ring, int64_t now);

#endif
