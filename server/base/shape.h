/* What a JSON value must look like, as a table; and the refusal that says where one does not. */
#ifndef MAKESHIFT_BASE_SHAPE_H
#define MAKESHIFT_BASE_SHAPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

enum shape_type {
    SHAPE_TEXT,
    SHAPE_INTEGER,
    SHAPE_BOOLEAN,
    SHAPE_LIST,
    SHAPE_RECORD,   /* an object with these members */
    SHAPE_MAP,      /* an object whose members have names of their own */
    SHAPE_DURATION, /* "5m" or a number of seconds, from `min` to `max` milliseconds */
    SHAPE_ANY,      /* any value but null and the empty text */
    SHAPE_NUMBER,   /* with or without a fraction */
    SHAPE_NULL,
    SHAPE_JSON,   /* any value at all */
    SHAPE_EITHER, /* of several shapes the first whose type the value has */
};

struct shape;

struct shape_member {
    const char *name; /* NULL ends the table */
    const struct shape *shape;
    bool required;
};

struct shape {
    enum shape_type type;
    const char *expected; /* goes after "expected": "an integer from 1 to 600" */
    int64_t min, max; /* of a text its bytes, of a number its value, of a list or map its items */
    /* SHAPE_TEXT: what is wrong with the text, in words that go after it, or NULL. SHAPE_MAP: with
     * a name; NULL: nothing. */
    const char *(*fault)(struct arena *arena, const char *text);
    /* SHAPE_JSON: the same of a value that may be anything. */
    const char *(*value_fault)(struct arena *arena, const json_t *value);
    /* SHAPE_TEXT: the word that was probably meant, where `fault` finds fault; NULL: none. */
    const char *(*nearest)(const char *text);
    const char *const *words;           /* SHAPE_TEXT: all it may be; NULL-terminated */
    bool secret;                        /* SHAPE_TEXT: a refusal does not show it */
    const struct shape *item;           /* SHAPE_LIST, SHAPE_MAP */
    bool unique;                        /* SHAPE_LIST: no item stands twice */
    const char *or_word;                /* SHAPE_LIST: this text may stand in its place */
    const struct shape_member *members; /* SHAPE_RECORD */
    const struct shape *const *either;  /* SHAPE_EITHER: NULL-terminated; no two of one type */
    bool localised; /* the member may stand again with # and a language tag (OIDC Core 5.2) */
    bool open;      /* SHAPE_RECORD: members that are not in the table are passed over */
};

/* Where a value stands: a member or, when `member` is NULL, an item of its parent. */
struct place {
    const struct place *parent; /* NULL: the whole document */
    const char *member;
    size_t index;
};

/* What is wrong with a document, in parts; all of them in the arena or static. */
struct shape_fault {
    const char *pointer;  /* RFC 6901; "" is the whole document */
    const char *problem;  /* the whole as one line */
    const char *expected; /* "one of advance, set, freeze" */
    const char *actual;   /* the value, as far as it may be shown; NULL: not */
    const char *nearest;  /* the word that was probably meant; NULL: none */
};

/* 0; 1 when the document differs from the shape: `*fault` says where, what and how. */
MUST_USE int shape_judge(struct arena *arena, const struct shape *shape, json_t *document,
                         struct shape_fault *fault);

/* 0; 1 when the value at `place` differs from the shape: `*problem` says where, what and how. */
MUST_USE int shape_check(struct arena *arena, const struct shape *shape, const struct place *place,
                         json_t *value, const char **problem);

/* A refusal in shape_check's words, for rules that no shape holds. Gives 1, so that a rule can
 * return it. `value` NULL: nothing of it is shown; `wrong` goes after the value, `expected` after
 * "expected".
 */
MUST_USE int shape_refuse(struct arena *arena, const struct place *place, const json_t *value,
                          const char *wrong, const char *expected, const char **problem);

/* The parts of such a line, but for the value, which is not told from what is wrong with it. */
void shape_fault_read(struct arena *arena, const char *problem, struct shape_fault *fault);

/* The place as a JSON pointer (RFC 6901). */
const char *shape_pointer(struct arena *arena, const struct place *place);

#endif
