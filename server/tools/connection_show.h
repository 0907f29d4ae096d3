/* How a connection's steps are shown as they happen: in words, as lines of JSON, in a file. */
#ifndef MAKESHIFT_TOOLS_CONNECTION_SHOW_H
#define MAKESHIFT_TOOLS_CONNECTION_SHOW_H

#include <stdio.h>

#include "server/connection/engine.h"

struct shown {
    struct arena *arena;
    const json_t *connection; /* whose expressions stand beside what they became */
    FILE *transcript;         /* NULL: none */
    bool is_json;
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

/* A line about what goes on; none where it is JSON. */
void shown_line(const struct shown *shown, const char *line);

#endif
