#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/attr.h"
#include "server/base/shape_schema.h"

static const char *const words[] = {"a", "b", NULL};
static const struct shape text = {.type = SHAPE_TEXT, .min = 5, .max = 9};
static const struct shape word = {.type = SHAPE_TEXT, .max = 1, .words = words};
static const struct shape count = {.type = SHAPE_INTEGER, .min = 1, .max = INT64_MAX};
static const struct shape tagged = {.type = SHAPE_TEXT, .max = 9, .localised = true};
static const struct shape nothing = {.type = SHAPE_NULL};
static const struct shape *const either[] = {&count, &nothing, NULL};
static const struct shape_member members[] = {
    {"n", &count, true}, {"t", &tagged, false}, {NULL, NULL, false}};

static const struct {
    struct shape shape;
    const char *schema;
} rows[] = {
    {{.type = SHAPE_TEXT, .max = 9, .expected = "a text"},
     "{\"type\":\"string\",\"maxLength\":9,\"description\":\"a text\"}"},
    /* Five bytes are two characters at least. */
    {{.type = SHAPE_TEXT, .min = 5, .max = 9},
     "{\"type\":\"string\",\"minLength\":2,\"maxLength\":9}"},
    {{.type = SHAPE_TEXT, .max = 1, .words = words},
     "{\"type\":\"string\",\"enum\":[\"a\",\"b\"]}"},
    {{.type = SHAPE_INTEGER, .min = 1, .max = INT64_MAX}, "{\"type\":\"integer\",\"minimum\":1}"},
    {{.type = SHAPE_NUMBER, .min = 0, .max = 1},
     "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}"},
    {{.type = SHAPE_BOOLEAN}, "{\"type\":\"boolean\"}"},
    {{.type = SHAPE_NULL}, "{\"type\":\"null\"}"},
    {{.type = SHAPE_JSON}, "{}"},
    {{.type = SHAPE_ANY}, "{\"not\":{\"enum\":[null,\"\"]}}"},
    {{.type = SHAPE_LIST, .min = 1, .max = 3, .item = &word, .unique = true},
     "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":[\"a\",\"b\"]},\"minItems\":1,"
     "\"maxItems\":3,\"uniqueItems\":true}"},
    {{.type = SHAPE_LIST, .max = 3, .item = &nothing, .or_word = "all"},
     "{\"oneOf\":[{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"maxItems\":3},"
     "{\"const\":\"all\"}]}"},
    {{.type = SHAPE_MAP, .max = 2, .item = &text},
     "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\",\"minLength\":2,"
     "\"maxLength\":9},\"maxProperties\":2}"},
    {{.type = SHAPE_RECORD, .members = members},
     "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1},"
     "\"t\":{\"type\":\"string\",\"maxLength\":9}},\"required\":[\"n\"],"
     "\"patternProperties\":{\"^t#\":{\"type\":\"string\",\"maxLength\":9}},"
     "\"additionalProperties\":false}"},
    {{.type = SHAPE_RECORD, .members = &members[2], .open = true},
     "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":true}"},
    {{.type = SHAPE_EITHER, .either = either},
     "{\"oneOf\":[{\"type\":\"integer\",\"minimum\":1},{\"type\":\"null\"}]}"},
    {{.type = SHAPE_DURATION, .min = 1000, .max = 5000},
     "{\"oneOf\":[{\"type\":\"string\",\"pattern\":\"^-?[0-9]{1,15}(ms|s|m|h|d)?$\"},"
     "{\"type\":\"number\",\"minimum\":1,\"maximum\":5}],\"examples\":[\"5m\",300]}"},
};

static void a_shape_is_the_schema_of_what_it_takes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_auto_t *expected = json_loads(rows[i].schema, 0, NULL);
        json_auto_t *schema = shape_schema(&rows[i].shape);
        assert_non_null(expected);
        if (!json_equal(schema, expected)) {
            fail_msg("row %zu: %s", i, json_dumps(schema, 0));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shape_is_the_schema_of_what_it_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
