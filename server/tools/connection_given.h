/* One run of a connection: what the command line gave, read and opened. */
#ifndef MAKESHIFT_TOOLS_CONNECTION_GIVEN_H
#define MAKESHIFT_TOOLS_CONNECTION_GIVEN_H

#include "server/connection/source.h"
#include "server/tools/callback.h"
#include "server/tools/connection_show.h"
#include "server/tools/connection_wire.h"
#include "server/tools/given.h"
#include "server/tools/tool.h"

struct running {
    const struct tool_run *run;
    struct given given;
    struct source source;
    struct engine engine;
    struct wire wire;
    struct shown shown;
    struct shown_loss loss;
    struct callback callback; /* where a person comes back to */
    const char *store;        /* a file; NULL: none */
    bool walks;               /* --auto */
};

/* Reads the connection, and what `running->given` says: 0; or how the tool ends, and a line says
 * why. */
enum tool_exit connection_given_read(struct running *running, const char *file);

/* Opens what a run needs beside that: the callback, the transcript. As above. */
enum tool_exit connection_given_open(struct running *running);
void connection_given_close(struct running *running);

#endif
