/* A request as JSON, to be compared with matches: what it is, what it carries, what is known of it.
 * Its members are those of match.h, and:
 *
 *   user_names  e-mail and preferred_username of its user
 *   body_size   bytes, where there is a body
 *
 * Secrets in it are fingerprints. `header` has names in lower case. A body that is no JSON and no
 * form is not shown. */
#ifndef MAKESHIFT_TENANT_SUBJECT_H
#define MAKESHIFT_TENANT_SUBJECT_H

#include <jansson.h>
#include <stddef.h>

#include "server/base/arena.h"
#include "server/http/request.h"
#include "server/oauth/tenant.h"
#include "server/tenant/endpoint.h"

/* Texts are NULL where there is none. */
struct subject {
    enum endpoint endpoint;
    const char *operation; /* of Make's API */
    const char *method;
    const char *path;   /* as sent, without what the tenant's issuer has of it */
    const char *secret; /* where in `path` a secret begins, to its end */
    const char *query;  /* as sent, without the ? */
    const struct header *headers;
    size_t header_count;
    const char *body;
    size_t body_size, body_kept; /* of what came, and of what is at `body`, which may be less */
    const char *client;          /* NULL: the one that the request claims */
    const char *user;            /* sub */
    const json_t *user_names;    /* borrowed */
    const char *scope;
    int status; /* 0: not answered yet */
    const char *error;
};

/* A new reference. The arena is for what lies between. */
json_t *subject_json(struct arena *arena, const struct subject *subject);

/* What takes longest to tell; the rest is always there. */
enum subject_parts {
    SUBJECT_PARAMETERS = 1,
    SUBJECT_HEADER = 2,
    SUBJECT_BODY = 4,
    SUBJECT_ALL = 7,
};

/* The parts that a match compares. */
unsigned subject_parts_of(const json_t *match);

/* Sets its members in an object. */
void subject_put(struct arena *arena, const struct subject *subject, unsigned parts,
                 json_t *object);

/* What a user is called besides the sub, as a list; empty when there is no such user. A new
 * reference. */
json_t *subject_user_names(const struct tenant *tenant, struct arena *arena, const char *sub);

/* Sets client, user, scope by the token that the request presents, if it is known here: a bearer's,
 * an API token, a refresh token or a code at the token endpoint. For a subject before the handler;
 * nothing is noted anywhere. The texts are in the arena. */
void subject_present(const struct tenant *tenant, struct arena *arena, struct subject *subject);

#endif
