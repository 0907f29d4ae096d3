/* What the process does with all that is served, beside answering. */
#ifndef MAKESHIFT_ENDPOINTS_UPKEEP_H
#define MAKESHIFT_ENDPOINTS_UPKEEP_H

#include <jansson.h>

#include "server/endpoints/site.h"

/* All that the journals of all tenants have, a tenant after the other, the oldest first: as the
 * door shows it, with "tenant" in front. */
void upkeep_read_journals(const struct site *site,
                          void (*visit)(void *context, const json_t *entry), void *context);

/* The default tenant's database with its private keys, as an SQLite file. 0; negative: broken,
 * logged. */
MUST_USE int upkeep_image(const struct site *site, struct db_image *image);

/* The server's fixture is this text from now on, which its file has: of the default tenant, whose
 * grants stay, and of those that will be made. 0; 1: it is wrong, `*why` (in the arena) is a line
 * with the JSON pointer, and all is as before; negative: the database did not take it, logged. */
MUST_USE int upkeep_renew(const struct site *site, const char *text, struct arena *arena,
                          const char **why);

#endif
