/* How a command is used, in words: made from its usage and the table of options. */
#ifndef MAKESHIFT_TOOLS_USAGE_H
#define MAKESHIFT_TOOLS_USAGE_H

#include "server/base/arena.h"

/* A command's own words: positions, and options. */
struct usage {
    const char *words;   /* "clock advance" */
    const char *takes;   /* "advance", "?name"; NULL: nothing */
    const char *options; /* "match times"; NULL: none */
    const char *repeats; /* those of them that may be given more than once; NULL: none */
    const char *help;    /* one sentence */
    const char *example; /* what stands behind the words in an example; NULL: nothing */
};

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

#endif
