/* What tests of this room write as JSON. */
#ifndef MAKESHIFT_TESTS_TENANT_GIVEN_H
#define MAKESHIFT_TESTS_TENANT_GIVEN_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/arena.h"

/* JSON with ' for ". The caller owns it. */
static inline json_t *given(const char *text)
{
    char *copy = strdup(text);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    json_t *value = json_loads(copy, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    free(copy);
    if (value == NULL) {
        abort(); /* the test is wrong */
    }
    return value;
}

/* The other way round, in the arena. */
static inline const char *told(struct arena *arena, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    for (char *c = text; *c != '\0'; c++) {
        *c = *c == '"' ? '\'' : *c;
    }
    const char *copy = arena_strdup(arena, text);
    free(text);
    return copy;
}

static inline int given_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static inline int drop_given_arena(void **state)
{
    arena_free(*state);
    return 0;
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, given_arena, drop_given_arena)

#endif
