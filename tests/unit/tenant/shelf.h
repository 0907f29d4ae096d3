/* A journal with a pool of its own. */
#ifndef MAKESHIFT_TESTS_TENANT_SHELF_H
#define MAKESHIFT_TESTS_TENANT_SHELF_H

#include <stdlib.h>

#include "server/tenant/journal.h"

struct shelf {
    struct journal_pool *pool;
    struct journal *journal;
};

static inline struct shelf shelf_new(size_t entries)
{
    struct journal_pool *pool = journal_pool_new(JOURNAL_BYTES);
    return (struct shelf){.pool = pool, .journal = journal_new(pool, entries)};
}

/* Nothing of it may be left. */
static inline void shelf_free(struct shelf *shelf)
{
    journal_free(shelf->journal);
    if (journal_pool_bytes(shelf->pool) != 0) {
        abort();
    }
    journal_pool_free(shelf->pool);
}

#endif
