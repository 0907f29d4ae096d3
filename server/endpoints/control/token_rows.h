/* Codes and tokens as the control door shows them. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_TOKEN_ROWS_H
#define MAKESHIFT_ENDPOINTS_CONTROL_TOKEN_ROWS_H

#include "server/endpoints/control/named.h"

extern const char *const token_row_names[]; /* by enum token_row_kind; ends with NULL */

/* Rows of some kinds, one after the other in the order of their ids. */
struct token_rows {
    const struct token_row *at[TOKEN_ROW__MAX];
    size_t count[TOKEN_ROW__MAX];
    size_t taken[TOKEN_ROW__MAX];
};

/* The next of them, and its kind; NULL at the end. */
const struct token_row *token_rows_next(struct token_rows *rows, enum token_row_kind *kind);

/* {"id","fingerprint","kind","state",...}; `*shown` is a new reference. */
MUST_USE struct verdict token_row_show(struct names *names, enum token_row_kind kind,
                                       const struct token_row *row, json_t **shown);

/* Why a grant was revoked: by its name; NULL: it was not. */
const char *token_row_end(enum grant_end end);

#endif
