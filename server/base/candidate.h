/* What may stand next on a command line, as the completions of shells read it: lines of a word, a
 * tab and what it is for. */
#ifndef MAKESHIFT_BASE_CANDIDATE_H
#define MAKESHIFT_BASE_CANDIDATE_H

#include "server/base/str.h"

struct candidates {
    struct str_buf lines;
    const char *begun; /* what was typed of the word so far */
};

/* Of the words typed behind the program's name, NULL at their end, the last is the one begun. */
void candidates_init(struct candidates *candidates, struct arena *arena, char *const *words);

/* Offers the word if it goes on from what was typed. */
void candidate_offer(struct candidates *candidates, const char *word, const char *help);

/* Offers each value of an argument such as "on|off|N"; a name in capitals is none. */
void candidate_offer_values(struct candidates *candidates, const char *argument, const char *help);

#endif
