/* The words that say which command of ctl is meant, wherever options stand between them. */
#ifndef MAKESHIFT_TOOLS_CTL_WORDS_H
#define MAKESHIFT_TOOLS_CTL_WORDS_H

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/tools/ctl_table.h"

struct ctl_words {
    const char *resource, *verb; /* NULL: not given; of a command of one word there is no verb */
    const struct ctl_row *row;   /* NULL: there is no such command */
    bool asks_for_help;
    char *const *rest; /* all other arguments; NULL ends them */
};

/* 0; 1: `*problem` says which option in front of the words there is not. */
MUST_USE int ctl_words_read(struct arena *arena, char *const *arguments, struct ctl_words *words,
                            const char **problem);

#endif
