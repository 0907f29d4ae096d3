/* Make's API: its tables. Reading them takes longer than all else at the start, and most tests never ask: so it is done when the
 * first call of the API comes. Read-only from then on; threads share it. */
#ifndef MAKESHIFT_MAKE_MAKE_H
#define MAKESHIFT_MAKE_MAKE_H

#include "server/catalogue/catalogue.h"

struct make_once;
struct make {
    struct catalogue *catalogue; /* NULL until make_load */
    struct make_once *once;
};

/* `complete` puts what is behind the API, with the tables loaded, when make_ready is first called; 0 or negative. NULL:
 * nothing. */
struct make *make_new(int (*complete)(void *context), void *context);
void make_free(struct make *make); /* NULL is fine */

/* Reads the tables, once: later calls do nothing. Not for two threads at a time. */
void make_load(struct make *make);

/* The tables and what is behind them are there when this returns 0; negative: it could not be put, and the next call tries
 * again. For any thread. */
int make_ready(struct make *make);

#endif
