/* Where what the control door was told is kept, a row for each thing (server/store/told.h): whoever
 * holds things in memory writes here what is to be there after the end of the process. */
#ifndef MAKESHIFT_TENANT_LEDGER_H
#define MAKESHIFT_TENANT_LEDGER_H

#include <jansson.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/oauth/tenant.h"

struct ledger {
    const struct tenant *tenant; /* whose database it is; NULL: nothing is kept */
    const char *kind;            /* of store/told.h */
};

/* Each borrows the JSON. 0, or negative: the store is broken (logged). */
MUST_USE int ledger_put(const struct ledger *ledger, int64_t id, const json_t *json);
MUST_USE int ledger_delete(const struct ledger *ledger, int64_t id);
MUST_USE int ledger_clear(const struct ledger *ledger);

/* What became of one that is there: while a request is answered, which a broken store does not
 * stop (logged). */
void ledger_change(const struct ledger *ledger, int64_t id, const json_t *json);

/* All, by number: a new reference; NULL: the store is broken. */
MUST_USE json_t *ledger_list(const struct ledger *ledger);

/* The one of number 0, a new reference: 0; 1: there is none; negative. */
MUST_USE int ledger_get(const struct ledger *ledger, json_t **json);

#endif
