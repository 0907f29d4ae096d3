/* What a tool shows of an answer. */
#ifndef MAKESHIFT_TOOLS_SHOW_H
#define MAKESHIFT_TOOLS_SHOW_H

#include "server/tools/call.h"
#include "server/tools/given.h"
#include "server/tools/tool.h"

#define SHOW_OPTIONS "output json"

/* The answer on standard output or in the file of --output, JSON in lines or, with --json, in one;
 * a refusal, as problem details tell it, on standard error, and TOOL_REFUSED, or
 * TOOL_NOT_TRUE where it says that something is not so. */
enum tool_exit show_answer(const struct tool_run *run, const struct given *given,
                           const struct call_answer *answer);

/* True for a status from 200 to 299. */
bool show_is_done(const struct call_answer *answer);

/* Writes a file of this name, readable by its owner alone; it is whole, or as it was. No device,
 * pipe or link is replaced. */
enum tool_exit show_write(const struct tool_run *run, const char *file, const char *bytes,
                          size_t size);

/* Why it cannot be, before there is anything to write. NULL: it can, unless the disk fills up. */
const char *show_write_fault(struct arena *arena, const char *file);

#endif
