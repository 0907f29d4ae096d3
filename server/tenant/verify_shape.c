#include <stddef.h>

#include "server/base/attr.h"
#include "server/tenant/match.h"
#include "server/tenant/verify.h"

#define STEPS_EXPECTED "a list of 1 to 20 matches, in the order in which they are to come"
#define TIMES_EXPECTED "exactly, or at_least, at_most or both"

static const struct shape count = {SHAPE_INTEGER, .expected = "a number of entries, 0 or more",
                                   .min = 0, .max = INT32_MAX};
static const struct shape times = {
    SHAPE_RECORD, .expected = TIMES_EXPECTED,
    .members = (const struct shape_member[]){
        {"exactly", &count, false}, {"at_least", &count, false}, {"at_most", &count, false}, {0}}};
static const struct shape steps = {SHAPE_LIST, .expected = STEPS_EXPECTED, .min = 1, .max = 20,
                                   .item = &match_shape};
static const struct shape within = {SHAPE_DURATION, .expected = "a duration, \"10s\"", .min = 0,
                                    .max = INT64_MAX};
static const struct shape wait = {SHAPE_DURATION, .expected = "a duration up to 10m", .min = 0,
                                  .max = VERIFY_WAIT_MAX};
static const struct shape since = {SHAPE_INTEGER, .expected = "the id of an entry", .min = 0,
                                   .max = INT64_MAX};

const struct shape verify_shape = {
    SHAPE_RECORD, .expected = "an object with \"match\" or \"sequence\"",
    .members = (const struct shape_member[]){{"match", &match_shape, false},
                                             {"times", &times, false},
                                             {"sequence", &steps, false},
                                             {"within", &within, false},
                                             {"since", &since, false},
                                             {"wait", &wait, false},
                                             {0}}};

static const char *times_fault(const json_t *asked, const json_t *given)
{
    bool is_exact = json_object_get(given, "exactly") != NULL;
    if (json_object_size(given) == 0 || (is_exact && json_object_size(given) > 1)) {
        return TIMES_EXPECTED;
    }
    return json_object_get(asked, "sequence") != NULL ? "no times beside a sequence" : NULL;
}

const char *verify_fault(const json_t *asked, const char **pointer)
{
    const json_t *given = json_object_get(asked, "times");
    bool has_match = json_object_get(asked, "match") != NULL;
    bool has_sequence = json_object_get(asked, "sequence") != NULL;
    *pointer = "";
    if (has_match == has_sequence) {
        return "match or sequence, one of them";
    }
    *pointer = "/times";
    return given != NULL ? times_fault(asked, given) : NULL;
}
