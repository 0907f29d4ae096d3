/* Users, and what they bring: names of claims, languages. */
#ifndef MAKESHIFT_STORE_USERS_H
#define MAKESHIFT_STORE_USERS_H

#include "server/base/attr.h"
#include "server/store/db.h"

#define USER_PASSWORD_HASH_SIZE 32

struct user_row {
    int64_t id; /* set by users_put; stable as long as the sub is there, never given to another */
    const char *sub;
    const char *email;            /* NULL when there is none */
    const char *claims;           /* a JSON object: OpenID Connect's standard claims and others */
    const char *memberships;      /* roles in organizations and teams: server/oauth/membership.h */
    const uint8_t *password_hash; /* USER_PASSWORD_HASH_SIZE bytes; NULL: one click signs in */
};

/* Adds, or replaces by sub keeping the id. */
MUST_USE int users_put(struct db *db, const struct user_row *row);

/* 0 found; 1 there is none. */
MUST_USE int users_get(struct db *db, int64_t id, struct arena *arena, struct user_row *row);
/* By subject, else by e-mail, else by preferred_username, both in any case (of two that differ in
 * case alone, the one that is equal). */
MUST_USE int users_find(struct db *db, const char *hint, struct arena *arena, struct user_row *row);
/* All, in the fixture's order. */
MUST_USE int users_list(struct db *db, struct arena *arena, const struct user_row **rows,
                        size_t *count);
/* The first `limit` of them. */
MUST_USE int users_first(struct db *db, int64_t limit, struct arena *arena,
                         const struct user_row **rows, size_t *count);
/* `limit` of them, behind the one of this subject; NULL, or nobody's: from the first. */
MUST_USE int users_page(struct db *db, const char *after, int64_t limit, struct arena *arena,
                        const struct user_row **rows, size_t *count);
/* As clients_mark and clients_sweep; the order is that of the puts since the mark. */
MUST_USE int users_mark(struct db *db);
MUST_USE int users_sweep(struct db *db);
MUST_USE int users_delete(struct db *db, int64_t id);

/* The names of the fixture's own "claims", and the "locales" of all, as JSON arrays. */
MUST_USE int directory_put(struct db *db, const char *what, const char *json);
/* 0 found; 1 there is none. */
MUST_USE int directory_get(struct db *db, const char *what, struct arena *arena, const char **json);

#endif
