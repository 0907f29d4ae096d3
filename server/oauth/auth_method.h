/* TABLE of the ways in which a client authenticates (RFC 6749 2.3; OpenID Connect Core 9), and the
 * request's one. */
#ifndef MAKESHIFT_OAUTH_AUTH_METHOD_H
#define MAKESHIFT_OAUTH_AUTH_METHOD_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/oauth/client.h"

/* What a request says about who sends it. NULL: not sent. */
struct credentials {
    const char *body_id, *body_secret; /* client_id, client_secret in the form */
    bool has_header;                   /* an Authorization header was sent */
    const char *header_problem;        /* why the header could not be read; NULL: it could */
    const char *basic_id, *basic_secret;
    const char *basic_raw_secret; /* as it came, before it was form-decoded */
    const char *assertion_type,
        *assertion;               /* client_assertion_type, client_assertion (RFC 7521 4.2) */
    const char *const *audiences; /* whom an assertion may be for; NULL-terminated */
};

enum auth_method {
    AUTH_CLIENT_SECRET_POST,
    AUTH_CLIENT_SECRET_BASIC,
    AUTH_PRIVATE_KEY_JWT,
    AUTH_NONE,
    AUTH_METHOD__MAX
};

/* What a client must have been registered with, to prove itself. */
enum auth_proof { PROOF_NONE, PROOF_SECRET, PROOF_KEYS };

struct auth_method_row {
    const char *name; /* token_endpoint_auth_method */
    enum auth_proof proof;
    /* Whether the request uses it, and for which client (NULL: it does not say). */
    bool (*is_used)(const struct credentials *credentials);
    const char *(*client_id)(struct arena *arena, const struct credentials *credentials);
    /* INVALID_CLIENT unless the client is who it says. */
    struct verdict (*prove)(struct tenant *tenant, struct arena *arena,
                            const struct credentials *credentials, const struct client_row *client);
};
extern const struct auth_method_row auth_method_table[AUTH_METHOD__MAX];

/* The one of that name, or AUTH_METHOD__MAX. */
enum auth_method auth_method_find(const char *name);

/* INVALID_CLIENT unless the client is known, registered for the one method that the request uses,
 * and proves itself (RFC 6749 2.3, 3.2.1). INVALID_REQUEST when it uses two, or its header cannot
 * be read. */
MUST_USE struct verdict client_authenticate(struct tenant *tenant, struct arena *arena,
                                            const struct credentials *credentials,
                                            struct client_row *client);

/* The proofs of the table, each in a file of its own. */
MUST_USE struct verdict client_secret_prove(struct tenant *tenant, struct arena *arena,
                                            const struct credentials *credentials,
                                            const struct client_row *client);
MUST_USE struct verdict client_assertion_prove(struct tenant *tenant, struct arena *arena,
                                               const struct credentials *credentials,
                                               const struct client_row *client);

#endif
