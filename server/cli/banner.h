/* What a person at a terminal sees when the server is ready. */
#ifndef MAKESHIFT_CLI_BANNER_H
#define MAKESHIFT_CLI_BANNER_H

#include "server/cli/config.h"
#include "server/oauth/tenant.h"

/* The endpoints, the clients, and, for the built-in fixture, a line of curl that signs in.
 * `ca_path`: what curl has to trust; NULL: nothing of ours. NULL when the store is broken. */
const char *banner_text(struct arena *arena, const struct config *config,
                        const struct tenant *tenant, const char *ca_path);

#endif
