/* One run of expressions: what they see, what they may spend, and what went wrong. */
#ifndef MAKESHIFT_IML_RUN_H
#define MAKESHIFT_IML_RUN_H

#include "keys/random.h"
#include "server/base/attr.h"
#include "server/iml/value.h"

#define IML_DEPTH_MAX 100                /* of what stands in each other */
#define IML_STEPS_MAX 1000000            /* of a run */
#define IML_BYTES_MAX (64 * 1024 * 1024) /* that it makes */
#define IML_TIME_MAX 5000                /* ms that it takes */
#define IML_NOTES_MAX 16

struct iml_fault {
    size_t at;           /* bytes in front of it in the text that was parsed */
    const char *problem; /* a sentence without a full stop */
    const char *nearest; /* the word that was probably meant; NULL: none */
};

struct iml {
    struct arena *arena;
    struct iml_value data; /* a collection: the variables */
    int64_t now;           /* ms since 1970 */
    const char *zone;      /* of the IANA; in which dates are read and written */
    struct random *random;

    struct iml_fault fault;
    const char *notes[IML_NOTES_MAX]; /* what went well and may surprise */
    size_t note_count;

    bool is_located; /* fault.at is that of the innermost expression */
    size_t depth, steps, bytes;
    int64_t until; /* on the clock that never jumps; 0: no step was made */
};

/* Says what is wrong. */
void iml_fail(struct iml *iml, const char *problem);

/* The same; gives 1, so that a rule can return it. */
MUST_USE int iml_refuse(struct iml *iml, const char *problem);

/* Counts steps. 0; 1: there were too many of them, or they took too long. */
MUST_USE int iml_spend(struct iml *iml, size_t steps);

/* Zeroed memory of the arena. NULL: the run has made too much, and its fault says so. */
void *iml_make(struct iml *iml, size_t count, size_t size);

/* The same with a copy of a text, and a NUL behind it. */
char *iml_make_text(struct iml *iml, const char *bytes, size_t size);

/* Keeps a sentence, once. */
void iml_note(struct iml *iml, const char *sentence);

#endif
