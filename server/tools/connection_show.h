/* How a connection's steps are shown as they happen: in words, as lines of JSON, in a file. */
#ifndef MAKESHIFT_TOOLS_CONNECTION_SHOW_H
#define MAKESHIFT_TOOLS_CONNECTION_SHOW_H

#include <stdio.h>

#include "server/connection/engine.h"
#include "server/tools/tool.h"

/* What could not be shown. */
struct shown_loss {
    int stdout_why, transcript_why; /* errno; 0: nothing was lost */
};

struct shown {
    struct arena *arena;
    const json_t *connection; /* whose expressions stand beside what they became */
    FILE *transcript;         /* NULL: none */
    bool is_json;
    struct shown_loss *loss; /* is told of it */
};

/* One event of the engine's. */
void shown_event(const struct shown *shown, const struct iml_value *event);

/* The same in words: lines, each with an end. */
const char *shown_event_text(const struct shown *shown, const struct iml_value *event);

/* Why a step failed, in our words and as Make would show it. */
void shown_failure(const struct shown *shown, const struct failure *failure);

/* The two by themselves: our line, and the answer of Make's API about a connection that failed, as
 * public reports show it. */
const char *shown_failure_text(const struct shown *shown, const struct failure *failure);
const char *shown_as_make(struct arena *arena, const struct failure *failure);

/* Ends with this unless what was shown did not arrive: then a line says so. */
enum tool_exit shown_end(const struct shown_loss *loss, const struct tool_run *run,
                         enum tool_exit end);

/* That a step does not run. */
const char *shown_skip_text(struct arena *arena, enum step step);

/* A line about what goes on; none where it is JSON. */
void shown_line(const struct shown *shown, const char *line);

#endif
