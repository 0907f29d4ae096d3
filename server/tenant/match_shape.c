#include "server/tenant/match.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/pattern.h"
#include "server/base/str.h"
#include "server/tenant/endpoint.h"
#include "server/tenant/match_value.h"

#define TEXT_MAX 16384 /* bytes: the longest target there is */
#define NAMES_MAX 64
#define BODY_DEPTH 32

static const char *pattern_fault(struct arena *arena, const char *text)
{
    const char *fault = NULL;
    struct pattern *pattern = pattern_new(arena, text, &fault);
    pattern_free(pattern);
    return fault;
}

static const char *class_fault(struct arena *arena, const char *text)
{
    (void)arena;
    return *text >= '1' && *text <= '5' && str_equal(text + 1, "xx") ? NULL
                                                                     : "is no class of statuses";
}

static const char *patterns_fault(struct arena *arena, const json_t *value)
{
    const char *expression = match_pattern(value);
    const char *fault = expression != NULL ? pattern_fault(arena, expression) : NULL;
    for (size_t i = 0; fault == NULL && i < json_array_size(value); i++) {
        fault = patterns_fault(arena, json_array_get(value, i));
    }
    for (void *at = json_object_iter((json_t *)(uintptr_t)value); fault == NULL && at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)value, at)) {
        fault = patterns_fault(arena, json_object_iter_value(at));
    }
    return fault;
}

/* Bodies are told in JSON's own words; a pattern in one is found wherever it stands. */
static const char *body_fault(struct arena *arena, const json_t *value)
{
    if (!json_is_within(value, BODY_DEPTH)) {
        return "is too deep";
    }
    const char *fault = patterns_fault(arena, value);
    return fault != NULL ? arena_printf(arena, "holds a pattern that %s", fault) : NULL;
}

static const struct shape pattern_text = {SHAPE_TEXT, .expected = "a regular expression", .min = 1,
                                          .max = PATTERN_MAX, .fault = pattern_fault};
static const struct shape pattern = {
    SHAPE_RECORD, .expected = "{\"pattern\": a regular expression}",
    .members = (const struct shape_member[]){{"pattern", &pattern_text, true}, {0}}};
static const struct shape text = {SHAPE_TEXT, .expected = "a text", .max = TEXT_MAX};
static const struct shape null = {SHAPE_NULL, .expected = "null"};
static const struct shape value = {SHAPE_EITHER,
                                   .expected = "a text or {\"pattern\": a regular expression}",
                                   .either = (const struct shape *const[]){&text, &pattern, NULL}};
static const struct shape value_or_null = {
    SHAPE_EITHER,
    .expected = "a text, {\"pattern\": a regular expression}, or null where it is not sent",
    .either = (const struct shape *const[]){&text, &pattern, &null, NULL}};
static const struct shape names = {SHAPE_MAP, .expected = "an object: a value for each name",
                                   .max = NAMES_MAX, .item = &value_or_null};

#define ENDPOINTS                                                                                  \
    "one of authorize, sign_in, consent, token, userinfo, jwks, metadata, resource_metadata, "     \
    "revoke, introspect, logout, register, registration, mcp, api"
static const struct shape endpoint_text = {SHAPE_TEXT, .expected = ENDPOINTS, .max = TEXT_MAX,
                                           .words = &endpoint_words[1]};
static const struct shape endpoint = {
    SHAPE_EITHER, .expected = ENDPOINTS,
    .either = (const struct shape *const[]){&endpoint_text, &pattern, NULL}};

static const struct shape status_number = {SHAPE_INTEGER, .expected = "a status from 100 to 599",
                                           .min = 100, .max = 599};
static const struct shape status_class = {SHAPE_TEXT,
                                          .expected = "a class of statuses, \"1xx\" to \"5xx\"",
                                          .min = 3, .max = 3, .fault = class_fault};
static const struct shape status = {
    SHAPE_EITHER, .expected = "a status from 100 to 599, or a class: \"5xx\"",
    .either = (const struct shape *const[]){&status_number, &status_class, NULL}};
static const struct shape body = {
    SHAPE_JSON, .expected = "JSON with regular expressions as patterns", .value_fault = body_fault};

const struct shape match_shape = {SHAPE_RECORD, .expected = "an object: what a request must have",
                                  .members =
                                      (const struct shape_member[]){{"endpoint", &endpoint, false},
                                                                    {"method", &value, false},
                                                                    {"path", &value, false},
                                                                    {"parameters", &names, false},
                                                                    {"header", &names, false},
                                                                    {"body", &body, false},
                                                                    {"client_id", &value, false},
                                                                    {"user", &value, false},
                                                                    {"grant_type", &value, false},
                                                                    {"scope", &value, false},
                                                                    {"operation", &value, false},
                                                                    {"status", &status, false},
                                                                    {"error", &value, false},
                                                                    {0}}};

const char *match_of_answer(const json_t *match)
{
    static const char *const members[] = {"status", "error"};
    size_t i = 0;
    while (i < COUNT(members) && json_object_get(match, members[i]) == NULL) {
        i++;
    }
    return i < COUNT(members) ? members[i] : NULL;
}
