/* TABLE of protected resources, and whom an access token is meant for (RFC 8707; RFC 9068 2.2, 4;
 * RFC 9728). */
#ifndef MAKESHIFT_OAUTH_RESOURCE_H
#define MAKESHIFT_OAUTH_RESOURCE_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/token.h"

/* The issuer itself stands for what is served beside it: UserInfo, and the API. */
enum resource_id { RESOURCE_ISSUER, RESOURCE_API, RESOURCE_MCP, RESOURCE__MAX };

struct resource_row {
    const char
        *path; /* below the tenant's issuer, and what the store calls it; "": the issuer itself */
    const char *title; /* for people */
    const char *scope; /* that opens it; NULL: it depends */
    bool is_guarded; /* by the issuer of the same path alone: its metadata names no other (RFC 9728
                        2) */
};
extern const struct resource_row resource_table[RESOURCE__MAX];

/* What the issuer of that path guards: where the tokens of its clients are for that ask for nothing
 * else. */
const struct resource_row *resource_of_issuer(const char *path);

/* Below the MCP server's path are those of Make's other transports, which are the same resource:
 * ALLOWED, or NOT_FOUND when `below` (without its slash) is none of them. NULL is the path itself.
 */
MUST_USE struct verdict resource_check_transport(const char *below);

/* The resource's URL (RFC 8707 2). */
const char *resource_url(const struct tenant *tenant, struct arena *arena,
                         enum resource_id resource);

/* May be sent several times (RFC 8707 2), here for one resource alone: INVALID_TARGET for more. */
#define RESOURCE_PARAMETER "resource"

/* The parameter `resource` of an authorization request, as the store has it (NULL: the issuer).
 * Without it, a client's tokens are for what its own issuer guards. INVALID_TARGET when it is none
 * of the table's, or guarded by another issuer than the client's: `*refused_by` is then that one's
 * name. */
MUST_USE struct verdict resource_read(const struct tenant *tenant, struct arena *arena,
                                      const struct form *form, const struct client_row *client,
                                      const char **resource, const char **refused_by);

/* The parameter at the token endpoint: if it is there, the one that was granted. */
MUST_USE struct verdict resource_confirm(const struct tenant *tenant, struct arena *arena,
                                         const struct form *form, const char *granted);

/* `aud` of a client's token: the resource, or what the client's registration has in the place of
 * the issuer; with openid the issuer too, whose UserInfo endpoint it then opens. A new reference.
 */
json_t *resource_audience(const struct tenant *tenant, struct arena *arena,
                          const struct client_row *client, const char *granted, const char *scope);

/* INVALID_TOKEN unless the token is meant for `resource` (RFC 9700 2.3). */
MUST_USE struct verdict resource_check(const struct tenant *tenant, struct arena *arena,
                                       const struct bearer *bearer, enum resource_id resource);

#endif
