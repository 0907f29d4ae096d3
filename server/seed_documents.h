/* What stands behind the API at first: organizations, teams and resources, and the users' API tokens. */
#ifndef MAKESHIFT_SEED_DOCUMENTS_H
#define MAKESHIFT_SEED_DOCUMENTS_H

#include <jansson.h>

#include "server/make/make.h"
#include "server/oauth/tenant.h"

/* Puts what the fixture says, within a transaction, after its users. Resources only into a store where none were put yet,
 * so that what a test has changed stays changed. `tenant` has its store, clock and randomness; `make` is loaded if
 * seed_resources_any. 0; negative: broken. */
int seed_documents_put(struct tenant *tenant, struct arena *arena, const struct make *make,
                       const json_t *fixture);

/* What the fixture left open: the other members of organizations and teams, and the built-in resources when it had none. In
 * a transaction of its own; `make` is loaded. 0; negative: broken. */
int seed_documents_complete(struct tenant *tenant, const struct make *make);

#endif
