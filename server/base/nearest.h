/* The nearest of several words, for "did you mean". */
#ifndef MAKESHIFT_BASE_NEAREST_H
#define MAKESHIFT_BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

struct nearest {
    const char *word; /* what was written */
    const char *best; /* the nearest candidate so far */
    size_t distance;  /* of the best: letters that differ */
    size_t rank;      /* the same, and 1 where the word is the best one cut short */
};

/* `word` is borrowed, and so is each candidate. */
void nearest_init(struct nearest *nearest, const char *word);
void nearest_offer(struct nearest *nearest, const char *candidate);

/* The candidate that a slip of the hand may have meant, or NULL when none is near. */
const char *nearest_text(const struct nearest *nearest);

/* True when the word is so near the best candidate that nothing else can have been meant: one
 * letter is wrong, or two that changed places, and in a long word one in six more. */
bool nearest_is_slip(const struct nearest *nearest);

#endif
