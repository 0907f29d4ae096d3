/* TABLE of a tenant's issuers. Make has two: its own, and one below it for clients of its MCP
 * server, which register themselves or stand in the fixture as its. Both share endpoints and keys;
 * a client belongs to one, and sees that one's name in `iss`. */
#ifndef MAKESHIFT_OAUTH_ISSUER_H
#define MAKESHIFT_OAUTH_ISSUER_H

#include "server/oauth/tenant.h"
#include "server/store/clients.h"

enum issuer_id { ISSUER_MAIN, ISSUER_MCP, ISSUER__MAX };

struct issuer_row {
    const char *name; /* what a fixture calls it */
    const char *path; /* below the tenant's issuer; "": that one itself */
};
extern const struct issuer_row issuer_table[ISSUER__MAX];

/* The one that a fixture calls so, or ISSUER__MAX. */
enum issuer_id issuer_find(const char *name);

/* The issuer's name: the tenant's, and the path. */
const char *issuer_name(const struct tenant *tenant, struct arena *arena, enum issuer_id issuer);

/* The name of the client's. */
const char *issuer_of(const struct tenant *tenant, struct arena *arena,
                      const struct client_row *client);

/* Whether `name` is one of them; NULL is not. */
bool issuer_is_ours(const struct tenant *tenant, struct arena *arena, const char *name);

#endif
