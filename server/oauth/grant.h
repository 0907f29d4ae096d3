/* TABLE of grant types, and the token request (RFC 6749 3.2). */
#ifndef MAKESHIFT_OAUTH_GRANT_H
#define MAKESHIFT_OAUTH_GRANT_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/auth_method.h"
#include "server/oauth/token.h"

enum grant_type {
    GRANT_AUTHORIZATION_CODE,
    GRANT_REFRESH_TOKEN,
    GRANT_CLIENT_CREDENTIALS,
    GRANT_TYPE__MAX
};

struct grant_type_row {
    const char *name;
    unsigned needs; /* bits of enum service: other profiles do not serve it */
    struct verdict (*answer)(struct tenant *tenant, struct arena *arena,
                             const struct client_row *client, const struct form *form,
                             struct token_answer *answer);
};
extern const struct grant_type_row grant_type_table[GRANT_TYPE__MAX];

/* As profile_mend, for the grant type of that name. */
const char *grant_type_mend(struct arena *arena, const struct profile *profile, const char *name);

/* Judges a token request and issues what it earns. */
MUST_USE struct verdict grant_answer(struct tenant *tenant, struct arena *arena,
                                     const struct credentials *credentials, const struct form *form,
                                     struct token_answer *answer);

/* The rows of the table, each in a file of its own. */
MUST_USE struct verdict code_grant(struct tenant *tenant, struct arena *arena,
                                   const struct client_row *client, const struct form *form,
                                   struct token_answer *answer);
MUST_USE struct verdict refresh_grant(struct tenant *tenant, struct arena *arena,
                                      const struct client_row *client, const struct form *form,
                                      struct token_answer *answer);
MUST_USE struct verdict client_grant(struct tenant *tenant, struct arena *arena,
                                     const struct client_row *client, const struct form *form,
                                     struct token_answer *answer);

/* Whether `text` is a refresh token that `client` could spend now, and of which grant and user;
 * INVALID_GRANT otherwise. Nothing is spent, and a spent one that is shown here harms nothing. */
MUST_USE struct verdict refresh_recognise(struct tenant *tenant, struct arena *arena,
                                          const struct client_row *client, const char *text,
                                          struct grant_row *grant, struct user_row *user);

#endif
