/* Dates as texts of a format that the caller gives, in tokens (date_token_table). */
#ifndef MAKESHIFT_IML_DATE_TEXT_H
#define MAKESHIFT_IML_DATE_TEXT_H

#include "server/base/str.h"
#include "server/iml/calendar.h"

/* Gives an enum calendar_outcome. */
MUST_USE int date_format(struct str_buf *out, int64_t at, const char *format, const char *zone);

/* Reads a text; what the format does not say is that of `now`, and behind the largest part that it
 * says, the least. 0; 1: `*problem` says why not. */
struct date_reading {
    const char *text, *format, *zone;
    int64_t now;
};
MUST_USE int date_parse(struct arena *arena, const struct date_reading *reading, int64_t *at,
                        const char **problem);

#endif
