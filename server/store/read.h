/* A row of a query as a record, for `struct rows`; the columns are those of the statements that
 * select such a row. Inside the store only. */
#ifndef MAKESHIFT_STORE_READ_H
#define MAKESHIFT_STORE_READ_H

#include "server/store/db_private.h"

void read_grant(struct query *query, struct arena *arena, void *to);   /* struct grant_row */
void read_session(struct query *query, struct arena *arena, void *to); /* struct session_row */
void read_user(struct query *query, struct arena *arena, void *to);    /* struct user_row */

#endif
