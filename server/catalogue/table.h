/* Tables as text: a row a line, columns with tabs between them, lines that begin with # are for
 * people. */
#ifndef MAKESHIFT_CATALOGUE_TABLE_H
#define MAKESHIFT_CATALOGUE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/arena.h"

#define TABLE_COLUMNS_MAX 8

struct table {
    const char *at; /* the rest */
    size_t columns; /* of each row */
};

/* The next row's columns, in the arena; false at the end. A row with fewer or more columns ends the
 * process: the tables are built in. The first row, which has the columns' names, is passed over. */
bool table_next(struct table *table, struct arena *arena, const char *columns[TABLE_COLUMNS_MAX]);
struct table table_begin(const char *text, size_t columns);

#endif
