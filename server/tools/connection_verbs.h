/* TABLE of the verbs of `makeshift connection`. */
#ifndef MAKESHIFT_TOOLS_CONNECTION_VERBS_H
#define MAKESHIFT_TOOLS_CONNECTION_VERBS_H

#include "server/tools/tool.h"
#include "server/tools/usage.h"

struct connection_verb {
    const char *word; /* NULL ends the table */
    const struct usage *usage;
    enum tool_exit (*run)(struct tool_run *run);
};
extern const struct connection_verb connection_verb_table[];

/* Judges files, and prints what it found: 1 when one is wrong. */
extern const struct usage connection_check_usage;
enum tool_exit connection_check_run(struct tool_run *run);

/* Connects, refreshes, invalidates. From 10 on, how it ends is the step that failed. */
extern const struct usage connection_run_usage;
enum tool_exit connection_run_run(struct tool_run *run);

/* A page that connects, refreshes, ...; stays until it is interrupted. */
extern const struct usage connection_serve_usage;
enum tool_exit connection_serve_run(struct tool_run *run);

#endif
