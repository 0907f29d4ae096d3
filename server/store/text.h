/* Texts that repeat in every grant, kept once and pointed to by number. Inside the store only. */
#ifndef MAKESHIFT_STORE_TEXT_H
#define MAKESHIFT_STORE_TEXT_H

#include "server/base/attr.h"
#include "server/store/db_private.h"

/* The number of `text`, added when it is new, as a value to bind; NULL gives SQL's NULL. 0 or
 * DB_BROKEN. */
MUST_USE int text_intern(struct db *db, const char *text, struct value *number);

#endif
