/* TABLE of all that a tool can be given, by position or as an option, and what it means. */
#ifndef MAKESHIFT_TOOLS_OPTION_H
#define MAKESHIFT_TOOLS_OPTION_H

#include <stdbool.h>
#include <stddef.h>

enum option_kind {
    OPTION_TEXT,
    OPTION_VALUE, /* a number where it reads as one, else a text */
    OPTION_JSON,  /* JSON; @FILE reads it from a file, @- from standard input */
    OPTION_LIST,  /* values separated by commas */
    OPTION_FLAG,  /* stands alone, and means true */
};

struct option_row {
    const char *name;     /* "client_id": the member that is sent; --client-id */
    const char *argument; /* "ID", as usage shows it; NULL for a flag */
    enum option_kind kind;
    bool local;              /* it is for the tool, and not sent */
    bool repeats;            /* it may be given again and again */
    const char *environment; /* the variable that stands for it; NULL: none */
    const char *says;        /* a phrase for the help */
};

extern const struct option_row option_table[];
extern const size_t option_count;

/* The row of a word, whose last member it is: "match.client_id". The word stands in a table of the
 * program's own, so that there is a row. */
const struct option_row *option_of(const char *word, size_t size);

#endif
