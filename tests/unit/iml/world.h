/* What the tests of IML share: variables, and expressions compared as JSON. */
#ifndef MAKESHIFT_TESTS_IML_WORLD_H
#define MAKESHIFT_TESTS_IML_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/iml/iml.h"
#include "server/iml/write.h"

#define NOW INT64_C(1767225600000) /* 2026-01-01T00:00:00.000Z */

struct example {
    const char *expression, *json;
};

static const char variables[] =
    "{\"a\":1,\"t\":\"text\",\"none\":null,\"list\":[{\"n\":1,\"t\":\"x\"},{\"n\":2,\"t\":\"y\"},"
    "{\"n\":2,\"t\":\"z\"}],\"numbers\":[3,1,2],\"words\":[\"b\",\"A\",\"c\",\"b\"],"
    "\"odd name\":{\"in.ner\":5},\"nested\":[1,[2,[3,[]]],4],"
    "\"expires\":{\"$date\":\"2026-01-01T00:10:00.000Z\"},\"bytes\":{\"$buffer\":\"/wBh\"}}";

static inline int begin(void **state)
{
    struct arena *arena = arena_new();
    struct iml *iml = arena_alloc(arena, sizeof(*iml));
    json_t *json = json_loads(variables, 0, NULL);
    *iml = (struct iml){.arena = arena,
                        .data = iml_read(arena, json, IML_DATES_MARKED),
                        .now = NOW,
                        .zone = "UTC",
                        .random = random_new_seeded(1, 1)};
    json_decref(json);
    *state = iml;
    return 0;
}

static inline int end(void **state)
{
    struct iml *iml = *state;
    random_free(iml->random);
    arena_free(iml->arena);
    return 0;
}

static inline const char *json_of(struct iml *iml, const struct iml_value *value)
{
    struct str_buf text;
    str_buf_init(&text, iml->arena);
    iml_write_json(&text, value, IML_DATES_AS_TEXT);
    return value->type == IML_UNDEFINED ? "undefined" : str_buf_text(&text);
}

/* The value's JSON; "undefined"; or "! " and what is wrong. */
static inline const char *value_of(struct iml *iml, const char *expression)
{
    struct iml_value value = {0};
    if (iml_evaluate_bare(iml, expression, strlen(expression), &value) != 0) {
        return arena_printf(iml->arena, "! %s", iml->fault.problem);
    }
    return json_of(iml, &value);
}

static inline void assert_examples(struct iml *iml, const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *json = value_of(iml, examples[i].expression);
        if (strcmp(json, examples[i].json) != 0) {
            fail_msg("%s is %s, not %s", examples[i].expression, json, examples[i].json);
        }
    }
}

/* The expression refuses, and its fault says these words. */
static inline void assert_refused(struct iml *iml, const char *expression, const char *words)
{
    const char *said = value_of(iml, expression);
    if (said[0] != '!' || strstr(said, words) == NULL) {
        fail_msg("%s is %s, and does not say '%s'", expression, said, words);
    }
}

#endif
