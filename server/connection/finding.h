/* What a check found in a connection. */
#ifndef MAKESHIFT_CONNECTION_FINDING_H
#define MAKESHIFT_CONNECTION_FINDING_H

#include "server/connection/source.h"

enum finding_level { FINDING_ERROR, FINDING_WARNING, FINDING_LEVEL__MAX };
extern const char *const finding_level_names[FINDING_LEVEL__MAX]; /* error warning */

struct finding {
    const char *rule; /* a name of check_rule_table */
    enum finding_level level;
    const char *file;
    size_t line;         /* from 1; 0: of the file as a whole */
    const char *pointer; /* RFC 6901; "": the document */
    const char *problem; /* a sentence without a full stop */
    const char *found;   /* what stood there; NULL: nothing to show */
    const char *expected;
    const char *nearest; /* the word that was probably meant; NULL: none */
    size_t number;       /* of all that were put */
};

struct findings {
    struct arena *arena;
    struct finding *all;
    size_t count, room;
    size_t errors;
};

/* Keeps a copy; its texts are borrowed. */
void findings_put(struct findings *findings, const struct finding *finding);

/* In the order of file, as they were put, and line. */
void findings_sort(struct findings *findings);

/* "FILE:LINE: error: /pointer: ...", whatever the file holds */
const char *finding_line(struct arena *arena, const struct finding *finding);

#endif
