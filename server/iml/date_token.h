/* TABLE of the tokens of formatDate and parseDate: YYYY, MM, ... */
#ifndef MAKESHIFT_IML_DATE_TOKEN_H
#define MAKESHIFT_IML_DATE_TOKEN_H

#include <stdbool.h>

#include "server/iml/calendar.h"

enum date_form {
    FORM_NUMBER,   /* `width` digits or more */
    FORM_ORDINAL,  /* 1st, 2nd, 3rd, 4th */
    FORM_NAME,     /* of `names`, from `first` on; so many letters as `width`, or all */
    FORM_HALF,     /* am or pm */
    FORM_FRACTION, /* `width` digits of a second */
    FORM_OFFSET,   /* +02:00; with `width` 1, +0200 */
    FORM_LETTERS,  /* of the zone: CET */
    FORM_SECONDS,  /* since 1970 */
    FORM_MS,
};

/* What a token sets when it is read. */
enum date_part {
    PART_NONE, /* it is only written */
    PART_YEAR,
    PART_SHORT_YEAR, /* 69 to 99 are of the last century */
    PART_MONTH,
    PART_DAY,
    PART_YEARDAY,
    PART_WEEKDAY, /* read past */
    PART_HOUR,
    PART_HALF,
    PART_MINUTE,
    PART_SECOND,
    PART_MS,
    PART_OFFSET,
    PART_INSTANT,
    PART__MAX
};

struct date_token {
    const char *text;
    enum date_form form;
    enum date_part part;
    unsigned width;
    unsigned digits_max; /* that are read */
    bool is_large;       /* AM, not am */
    int64_t (*get)(const struct calendar *calendar);
    const char *const *names; /* NULL-terminated */
    int64_t first;
};

extern const struct date_token date_token_table[];
extern const size_t date_token_count;

/* The longest token that the text begins with; NULL: none. */
const struct date_token *date_token_find(const char *text);

/* The text in brackets that the format begins with, which stands for itself, and how much of the
 * format it is; NULL: it begins with none. */
const char *date_token_literal(const char *format, size_t *size, size_t *taken);

extern const char *const date_token_months[];
extern const char *const date_token_weekdays[]; /* from Sunday */

#endif
