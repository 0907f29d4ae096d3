/* The faults that have names: those of fixtures/faults.json, which is built in, and for each bad
 * token one that spoils ID tokens. */
#ifndef MAKESHIFT_TENANT_FAULT_CATALOGUE_H
#define MAKESHIFT_TENANT_FAULT_CATALOGUE_H

#include <jansson.h>

#include "server/tenant/fault_shape.h"

/* [{"name", "says", "match", "when", "do", "times"?}, ...]. A new reference. */
json_t *fault_catalogue(void);

/* The bad tokens, as the catalogue shows them: [{"name", "says", "client": "refuse" | "accept",
 * "clause", "of": ["id", "access"]}, ...]. A new reference. */
json_t *fault_catalogue_tokens(void);

/* The fault of that name, without its name and sentence. A new reference; NULL: there is none, and
 * `nearest` is the name that was probably meant, or "". */
json_t *fault_catalogue_get(const char *name, char nearest[FAULT_NAME_SIZE]);

#endif
