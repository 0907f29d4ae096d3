#include "server/base/candidate.h"

#include <ctype.h>
#include <string.h>

void candidates_init(struct candidates *candidates, struct arena *arena, char *const *words)
{
    *candidates = (struct candidates){.begun = ""};
    str_buf_init(&candidates->lines, arena);
    for (; *words != NULL; words++) {
        candidates->begun = *words;
    }
}

void candidate_offer(struct candidates *candidates, const char *word, const char *help)
{
    if (str_starts(word, candidates->begun)) {
        str_buf_printf(&candidates->lines, "%s\t%s\n", word, help);
    }
}

void candidate_offer_values(struct candidates *candidates, const char *argument, const char *help)
{
    char *rest = arena_strdup(candidates->lines.arena, argument);
    for (char *one = strsep(&rest, "|"); one != NULL; one = strsep(&rest, "|")) {
        if (islower((unsigned char)*one)) {
            candidate_offer(candidates, one, help);
        }
    }
}
