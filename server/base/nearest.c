#include "server/base/nearest.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 64 /* longer words are nobody's slip of the hand */

static size_t least(size_t a, size_t b, size_t c)
{
    size_t d = a < b ? a : b;
    return d < c ? d : c;
}

/* Upper and lower case are one letter: who takes the one for the other means the same word. */
static bool is_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* True when the last two letters of `a`, of i letters, are those of `b`, of j, the other way
 * round. */
static bool is_swap(const char *a, size_t i, const char *b, size_t j)
{
    return i > 1 && j > 1 && is_letter(a[i - 1], b[j - 2]) && is_letter(a[i - 2], b[j - 1]);
}

/* Levenshtein's distance, where two letters that changed places count once (optimal string
 * alignment): of the matrix, the row at hand and the two above it. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1] = {{0}};
    size_t height = strlen(a), width = strlen(b);
    if (height > WORD_MAX || width > WORD_MAX) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= width; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= height; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= width; j++) {
            size_t changed = above[j - 1] + (is_letter(a[i - 1], b[j - 1]) ? 0 : 1);
            size_t swapped = is_swap(a, i, b, j) ? before[j - 2] + 1 : SIZE_MAX;
            row[j] = least(least(above[j] + 1, row[j - 1] + 1, changed), swapped, SIZE_MAX);
        }
    }
    return rows[height % 3][width];
}

void nearest_init(struct nearest *nearest, const char *word)
{
    *nearest = (struct nearest){.word = word, .rank = SIZE_MAX, .distance = SIZE_MAX};
}

/* A word of three letters or more that the candidate begins with was cut short. */
static bool is_cut(const char *word, const char *candidate)
{
    size_t size = strlen(word);
    return size >= 3 && strncasecmp(word, candidate, size) == 0;
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t apart = distance(nearest->word, candidate);
    size_t rank = apart > 1 && apart != SIZE_MAX && is_cut(nearest->word, candidate) ? 1 : apart;
    if (rank < nearest->rank || (rank == nearest->rank && apart < nearest->distance)) {
        nearest->best = candidate;
        nearest->rank = rank;
        nearest->distance = apart;
    }
}

const char *nearest_text(const struct nearest *nearest)
{
    /* A third of the word may differ; of a short one a letter, or it is another word. */
    size_t size = strlen(nearest->word), third = size / 3;
    size_t allowed = size < 5 ? 1 : third < 2 ? 2 : third;
    return nearest->rank <= allowed ? nearest->best : NULL;
}

bool nearest_is_slip(const struct nearest *nearest)
{
    size_t size = strlen(nearest->word);
    return size > 2 && nearest->distance <= 1 + size / 6;
}
