/* The keys of a fixture: read before anything is put, recorded with it, and then hung on the ring. */
#ifndef MAKESHIFT_SEED_KEYS_H
#define MAKESHIFT_SEED_KEYS_H

#include <jansson.h>

#include "keys/ring.h"
#include "server/base/arena.h"
#include "server/store/db.h"

struct published_key {
    struct published_key *next;
    struct key *key;
    int64_t until; /* seconds since the epoch */
};

struct seed_keys {
    struct arena *arena;
    struct key *signer;              /* NULL until seed_keys_put, when it is to be generated */
    const char *pem;                 /* the signer's, as it is recorded */
    struct published_key *published; /* the others */
};

/* Reads what `fixture` says of its keys; files are looked for beside `path` (NULL: the embedded
 * fixture). 0; 1: *problem says where and what. seed_keys_fini either way. */
int seed_keys_read(struct seed_keys *keys, const json_t *fixture, const char *path,
                   const char **problem);
void seed_keys_fini(struct seed_keys *keys);

/* Records the signer, generating it when there is none in the store either, and retires the one before
 * it: its last token has expired after `longest` seconds. Negative: broken. */
int seed_keys_put(struct seed_keys *keys, struct db *db, int64_t tenant, int64_t now,
                  int64_t longest);

/* Moves all of them to the ring. */
void seed_keys_hang(struct seed_keys *keys, struct ring *ring);

#endif
