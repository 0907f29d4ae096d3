/* The rows of a query as records in the arena. Inside the store only. */
#ifndef MAKESHIFT_STORE_ROWS_H
#define MAKESHIFT_STORE_ROWS_H

#include "server/base/attr.h"
#include "server/store/db_private.h"

struct rows {
    size_t size; /* of one */
    void (*read)(struct query *query, struct arena *arena, void *row);
    void *at; /* what rows_read gives: so many */
    size_t count;
};

/* 0, or DB_BROKEN with no rows. */
MUST_USE int rows_read(struct query *query, struct arena *arena, struct rows *rows);

/* The first row alone: 0 read, 1 there is none, DB_BROKEN. */
MUST_USE int rows_one(struct query *query, struct arena *arena,
                      void (*read)(struct query *query, struct arena *arena, void *row), void *row);

#endif
