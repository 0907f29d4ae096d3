#include "server/base/nearest.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 64 /* longer words are nobody's slip of the hand */

static size_t least(size_t a, size_t b, size_t c)
{
    size_t d = a < b ? a : b;
    return d < c ? d : c;
}

/* Levenshtein's distance, one row of the matrix at a time. */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t width = strlen(b);
    if (strlen(a) > WORD_MAX || width > WORD_MAX) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= width; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            size_t above = row[j];
            size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = least(above + 1, row[j - 1] + 1, changed);
            diagonal = above;
        }
    }
    return row[width];
}

void nearest_init(struct nearest *nearest, const char *word)
{
    *nearest = (struct nearest){.word = word, .distance = SIZE_MAX};
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t apart = distance(nearest->word, candidate);
    if (apart < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = apart;
    }
}

const char *nearest_text(const struct nearest *nearest)
{
    /* A third of the word may differ, and a short word may lack two letters. */
    size_t allowed = strlen(nearest->word) / 3;
    allowed = allowed < 2 ? 2 : allowed;
    return nearest->distance <= allowed ? nearest->best : NULL;
}
