/* The secrets that a run has met: they are not shown wherever they stand. */
#ifndef MAKESHIFT_CONNECTION_KNOWN_H
#define MAKESHIFT_CONNECTION_KNOWN_H

#include "server/iml/value.h"

#define KNOWN_MAX 64 /* texts */

struct known {
    const char *all[KNOWN_MAX]; /* the longest first: one may hold another */
    size_t count;
};

/* Learns the texts in the value that go by the names of secrets. Of an answer, what is more often
 * said of a secret is passed over: a `code`, plain words. */
enum known_from { KNOWN_FROM_US, KNOWN_FROM_ANSWER };
void known_learn(struct known *known, struct arena *arena, const struct iml_value *value,
                 enum known_from from);

/* Learns what was masked in `shown`, which is the value but for that. */
void known_learn_masked(struct known *known, struct arena *arena, const struct iml_value *value,
                        const struct iml_value *shown);

/* The text, with a mask in the place of each. */
const char *known_hide(const struct known *known, struct arena *arena, const char *text);

#endif
