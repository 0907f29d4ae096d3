/* What a test looks at: codes and tokens, sessions and consents, a page at a time, in the order of
 * their keys. A page costs what it returns, unless a filter leaves most of the rows out. Grants
 * are listed with them. */
#ifndef MAKESHIFT_STORE_LISTS_H
#define MAKESHIFT_STORE_LISTS_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/store/sessions.h"
#include "server/store/tokens.h"

/* Rows of a user, a client, a grant; 0 is any. */
struct list_filter {
    int64_t user;
    int64_t client;
    int64_t grant;
    int64_t limit;     /* at most so many rows */
    int64_t after;     /* grants: those of higher ids; 0: from the first */
    struct hash since; /* the others: those behind this one; all zero: from the first */
};

enum token_row_kind { TOKEN_ROW_ACCESS, TOKEN_ROW_REFRESH, TOKEN_ROW_CODE, TOKEN_ROW__MAX };

/* A token or a code, which is known by its hash alone. */
struct token_row {
    struct hash hash;
    int64_t grant; /* 0: of a code nobody has redeemed */
    int64_t client;
    int64_t user; /* 0: none */
    const char *scope;
    int64_t generation; /* of a refresh token: 1, 2, ...; else 0 */
    int64_t issued_at;  /* 0: it is not known of a refresh token */
    int64_t expires_at; /* of a refresh token: its family's */
    int64_t revoked_at; /* by itself or with its grant; 0: not */
    int64_t taken_at;   /* a refresh token or a code: when it was spent; 0: not */
    enum grant_end end; /* of its grant */
    bool is_replaced;   /* a refresh token: another took its place before it was spent */
};

MUST_USE int lists_tokens(struct db *db, enum token_row_kind kind, const struct list_filter *filter,
                          struct arena *arena, const struct token_row **rows, size_t *count);
/* Grants, with a leaf as its hash, never as a token. */
MUST_USE int lists_grants(struct db *db, const struct list_filter *filter, struct arena *arena,
                          const struct grant_row **rows, size_t *count);
/* Sessions; of the filter, the user alone counts. Those that have expired stand there until they
 * are swept. */
MUST_USE int lists_sessions(struct db *db, const struct list_filter *filter, struct arena *arena,
                            const struct session_row **rows, size_t *count);

struct consent_listed {
    int64_t user;
    int64_t client;
    const char *scope; /* space-separated */
};

/* Consents behind the user and client of `after`; of the filter, the user and the client count. */
MUST_USE int lists_consents(struct db *db, const struct list_filter *filter,
                            const struct consent_listed *after, struct arena *arena,
                            const struct consent_listed **rows, size_t *count);

#endif
