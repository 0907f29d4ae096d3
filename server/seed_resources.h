/* What a fixture says of the API's documents, judged: organizations, teams, resources, and the users' API tokens. */
#ifndef MAKESHIFT_SEED_RESOURCES_H
#define MAKESHIFT_SEED_RESOURCES_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/make/make.h"

/* Whether the fixture says more of documents than the ids and names of organizations and teams. Else it can be judged and
 * put while `make` is not loaded. */
bool seed_resources_any(const json_t *fixture);

/* Judges /resources and the scopes of API tokens; the rest of the fixture has passed its shape. 0; 1 when something is
 * wrong: `*problem` is one line with the JSON pointer, what stood there and what was expected. */
int seed_resources_check(struct arena *arena, const struct make *make, const json_t *fixture,
                         const char **problem);

/* Adds the built-in resources, those of them whose organization, team and parent the fixture has. */
void seed_resources_fill(struct arena *arena, const struct make *make, json_t *fixture);

/* What a document is part of: the key's parts, as a list of texts. */
#define SEED_OF "of"

/* The document of the fixture that another is part of; NULL: it is not there. */
const json_t *seed_find_parent(struct arena *arena, const json_t *fixture,
                               const struct collection *collection, const json_t *document);

/* The item of a list with that id; NULL: none. */
const json_t *seed_find_by_id(const json_t *list, const json_t *id);

#endif
