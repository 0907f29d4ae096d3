/* What the tools share: how one is run, how it ends, and what it says when it fails. */
#ifndef MAKESHIFT_TOOLS_TOOL_H
#define MAKESHIFT_TOOLS_TOOL_H

#include "server/base/arena.h"
#include "server/tools/usage.h"

enum tool_exit {
    TOOL_DONE = 0,
    TOOL_NOT_TRUE = 1,    /* what was asked or waited for is not so */
    TOOL_WRONG = 2,       /* the command line is wrong */
    TOOL_UNREACHABLE = 3, /* nobody answered, or not as makeshift does */
    TOOL_REFUSED = 4,     /* the server refused it, or its answer could not be kept */
};

/* One run of a tool. */
struct tool_run {
    const char *word;       /* "wait": what was asked for */
    char *const *arguments; /* behind the word; NULL ends them */
    struct arena *arena;
    const struct tool *tools; /* all there are */
};

struct tool {
    const char *word; /* NULL ends the table */
    const char *help; /* one sentence */
    enum tool_exit (*run)(struct tool_run *run);
    const struct usage *usage; /* what it takes; NULL: words of its own come first, or nothing */
};

/* "makeshift WORD: TEXT" on standard error, in one line whatever the text holds. Gives `end`. */
enum tool_exit tool_fail(const struct tool_run *run, enum tool_exit end, const char *text);

/* The text on standard output; TOOL_REFUSED, and a line on standard error, when it has not
 * arrived there. */
enum tool_exit tool_print(const struct tool_run *run, const char *text);
enum tool_exit tool_print_bytes(const struct tool_run *run, const char *bytes, size_t size);

#endif
