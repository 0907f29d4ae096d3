/* One action on a served connection, in an arena of its own: from its first step to its last, a
 * person's way between them included. */
#ifndef MAKESHIFT_TOOLS_ACTING_H
#define MAKESHIFT_TOOLS_ACTING_H

#include "server/base/str.h"
#include "server/connection/flow.h"
#include "server/tools/connection_given.h"

struct acting {
    struct arena *arena;
    struct tool_run run;
    struct engine engine;
    struct wire wire;
    struct shown shown;
    struct str_buf told; /* what was shown of it */
    char state[FLOW_STATE_SIZE];
    const char *url; /* where the person was sent to */
    int64_t until;   /* ms of clock_ticks_ms: how long they are waited for */
};

/* `kept` is what a store has; NULL: nothing yet. */
struct acting *acting_new(const struct running *made, const char *kept);

/* On standard error, unmixed with what other connections print. */
void acting_print_failure(const struct acting *acting, const struct failure *failure);

void acting_free(struct acting *acting);

#endif
