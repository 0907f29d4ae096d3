/* Make's API: its tables, which take longer to read than all else at the start. The server is ready before they are; a call
 * of the API waits for them. Read-only once loaded; threads share it. */
#ifndef MAKESHIFT_MAKE_MAKE_H
#define MAKESHIFT_MAKE_MAKE_H

#include "server/make/catalogue.h"
#include "server/make/roles.h"

struct make_gate;
struct make {
    struct catalogue *catalogue; /* NULL until make_load */
    struct roles *roles;
    struct make_gate *gate; /* what make_await waits at */
};

struct make *make_new(void);
void make_free(struct make *make); /* NULL is fine */

/* Reads the tables, once: later calls do nothing. Not for two threads at a time. */
void make_load(struct make *make);

/* Lets the calls of the API through: `outcome` is 0, or negative when what is behind it could not be put there. */
void make_open(struct make *make, int outcome);

/* Waits for make_open, and tells its outcome. */
int make_await(const struct make *make);

#endif
