/* How a command is used, in words: made from its usage and the table of options. */
#ifndef MAKESHIFT_TOOLS_USAGE_H
#define MAKESHIFT_TOOLS_USAGE_H

#include "server/tools/given.h"
#include "server/tools/tool.h"

/* "--client-id" of "match.client_id". */
const char *usage_flag(struct arena *arena, const char *word);

/* The command's options and those that all commands have, as words. */
const char *usage_options(struct arena *arena, const struct usage *usage);

/* "ctl fault add [NAME]". */
const char *usage_words(struct arena *arena, const struct usage *usage);

/* "makeshift ctl fault add [FAULT] [OPTIONS]". */
const char *usage_line(struct arena *arena, const struct usage *usage);

/* All of it: line, help, options, example. */
const char *usage_text(struct arena *arena, const struct usage *usage);

/* Reads the arguments. False: the run is over, with `*end`, as they are wrong or asked for help. */
bool usage_read(const struct tool_run *run, const struct usage *usage, struct given *given,
                enum tool_exit *end);

#endif
