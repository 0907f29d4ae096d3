/* What a command line gives to a command.
 *
 * A command lists the words it takes, separated by spaces: names of option_table, with a path in
 * front where the value goes deeper ("match.client_id"). Those it takes by position may be left out
 * when a ? stands in front of them ("?name"). */
#ifndef MAKESHIFT_TOOLS_GIVEN_H
#define MAKESHIFT_TOOLS_GIVEN_H

#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/tools/option.h"
#include "server/tools/usage.h"

#define GIVEN_MAX 64

struct given_value {
    const char *word; /* "match.client_id" */
    const struct option_row *option;
    const char *text; /* NULL for a flag */
};

struct given {
    struct given_value values[GIVEN_MAX];
    size_t count;
    bool help; /* --help was there, and nothing else counts */
};

/* 0; 1: `*problem` says what is wrong and how to mend it. Variables stand for what is left out. */
MUST_USE int given_read(struct arena *arena, const struct usage *usage, char *const *arguments,
                        struct given *given, const char **problem);

/* The value of a word; NULL: it was not given. Of a flag, "". */
const char *given_text(const struct given *given, const char *word);

/* The milliseconds of a duration; `fallback` when it was not given. 0; 1: it is no duration, and
 * `*problem` says so. */
MUST_USE int given_duration(const struct given *given, struct arena *arena, const char *word,
                            int64_t fallback, int64_t *ms, const char **problem);

#endif
