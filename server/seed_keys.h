/* The keys of a fixture: read before anything is put, recorded with it, and then hung on the ring. */
#ifndef MAKESHIFT_SEED_KEYS_H
#define MAKESHIFT_SEED_KEYS_H

#include <jansson.h>
#include <stdbool.h>

#include "keys/ring.h"
#include "server/base/arena.h"
#include "server/store/db.h"

struct published_key {
    struct published_key *next;
    struct key *key;
    int64_t until; /* seconds since the epoch */
};

struct signing_key {
    struct key *key; /* NULL: none, or not yet: it is to be generated */
    const char *pem; /* as it is recorded */
};

struct seed_keys {
    struct arena *arena;
    const char *algs; /* names of those that are served, space-separated */
    bool generates;
    struct signing_key signers[ALG__MAX];
    struct published_key *published; /* the others */
};

/* Reads what `fixture` says of its keys; files are looked for beside `path` (NULL: the embedded fixture). Keys of
 * algorithms that are not served are read as well, and left. 0; 1: *problem says where and what. seed_keys_fini either
 * way. */
int seed_keys_read(struct seed_keys *keys, const json_t *fixture, const char *path,
                   const char **problem);
void seed_keys_fini(struct seed_keys *keys);

/* Records the signers, generating those that are to be and are not in the store either, and retires the ones before
 * them: their last tokens have expired after `longest` seconds. Negative: broken. */
int seed_keys_put(struct seed_keys *keys, struct db *db, int64_t tenant, int64_t now,
                  int64_t longest);

/* Moves all of them to the ring. */
void seed_keys_hang(struct seed_keys *keys, struct ring *ring);

#endif
