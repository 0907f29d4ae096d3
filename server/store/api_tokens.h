/* API tokens of users, which last until they are deleted, and how often the API was called. */
#ifndef MAKESHIFT_STORE_API_TOKENS_H
#define MAKESHIFT_STORE_API_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"

struct api_token_row {
    struct hash hash;
    int64_t user;
    const char *label;
    const char *scope;  /* space-separated */
    const char *masked; /* what is shown of it */
    int64_t created_at; /* milliseconds; with the user it names the token */
    bool of_fixture;    /* it goes when the fixture no longer has it */
};

/* Adds, or replaces by hash; `created_at` is moved on until no other token of the user has it. */
MUST_USE int api_tokens_put(struct db *db, const struct api_token_row *row);

/* 0 found; 1 there is none. */
MUST_USE int api_tokens_get(struct db *db, const struct hash *hash, struct arena *arena,
                            struct api_token_row *row);

/* The API tokens of a user, oldest first. */
MUST_USE int api_tokens_list(struct db *db, int64_t user, struct arena *arena,
                             const struct api_token_row **rows, size_t *count);

/* 0 deleted; 1 there was none. */
MUST_USE int api_tokens_delete(struct db *db, int64_t user, int64_t created_at);

/* Deletes the API tokens that a fixture gave: the fixture is put in their place. */
MUST_USE int api_tokens_clear_fixture(struct db *db);
/* Of them, those of one user. */
MUST_USE int api_tokens_clear_fixture_of(struct db *db, int64_t user);

/* What an organization may call in a minute; 0: any number, or there is no such organization. 0 or
 * negative. */
MUST_USE int api_limit_get(struct db *db, int64_t organization, int64_t *limit);

/* One call more in this minute (counted from the epoch) for an organization: `*calls` with this
 * one. */
MUST_USE int api_calls_count(struct db *db, int64_t organization, int64_t minute, int64_t *calls);

#endif
