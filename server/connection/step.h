/* TABLE of the steps that a connection has: its directives, in Make's order. */
#ifndef MAKESHIFT_CONNECTION_STEP_H
#define MAKESHIFT_CONNECTION_STEP_H

#include <stdbool.h>

enum step {
    STEP_PREAUTHORIZE,
    STEP_REQUEST_TOKEN, /* OAuth 1 */
    STEP_AUTHORIZE,
    STEP_TOKEN,
    STEP_ACCESS_TOKEN, /* OAuth 1 */
    STEP_INFO,
    STEP_REFRESH,
    STEP_INVALIDATE,
    STEP__MAX
};

struct step_row {
    const char *name; /* the directive */
    const char *says; /* what it is for */
};
extern const struct step_row step_table[STEP__MAX];

/* STEP__MAX: there is none of that name. */
enum step step_find(const char *name);

#endif
