#include "server/tenant/match.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/tenant/fingerprint.h"
#include "server/tenant/match_value.h"

/* One subject beside one match. */
struct comparison {
    struct arena *arena;
    const json_t *subject;
    json_t *list; /* of the differences; NULL: nobody reads them */
    size_t count; /* of them */
};

/* `expected` is taken. */
static void differ(struct comparison *comparison, const struct place *place, json_t *expected,
                   const json_t *actual)
{
    json_t *difference = json_object();
    const char *member = shape_pointer(comparison->arena, place);
    json_object_set_new(difference, "member", json_string(member));
    json_object_set_new(difference, "expected", expected);
    json_object_set_new(difference, "actual",
                        actual != NULL ? json_deep_copy(actual) : json_null());
    json_array_append_new(comparison->list, difference);
}

static void compare_value(struct comparison *comparison, enum match_names names,
                          const struct place *place, const json_t *expected, const json_t *actual)
{
    struct arena *arena = comparison->arena;
    if (match_value_fits(arena, names, place->member, expected, actual)) {
        return;
    }
    comparison->count++;
    if (comparison->list != NULL) {
        differ(comparison, place, match_value_shown(arena, names, place->member, expected), actual);
    }
}

static void compare_plain(struct comparison *comparison, const struct place *place,
                          const json_t *expected)
{
    compare_value(comparison, MATCH_PLAIN, place, expected,
                  json_object_get(comparison->subject, place->member));
}

/* `fits` knows of a text what equality does not. */
static void compare_by(struct comparison *comparison, const struct place *place,
                       const json_t *expected, const json_t *actual,
                       bool (*fits)(struct arena *arena, const char *wanted, const char *text))
{
    const char *wanted = json_string_value(expected);
    const char *text = json_string_value(actual);
    if (wanted == NULL || text == NULL || !fits(comparison->arena, wanted, text)) {
        compare_value(comparison, MATCH_HEADER, place, expected, actual);
    }
}

static bool is_same_method(struct arena *arena, const char *wanted, const char *text)
{
    (void)arena;
    return strcasecmp(wanted, text) == 0;
}

static void compare_method(struct comparison *comparison, const struct place *place,
                           const json_t *expected)
{
    compare_by(comparison, place, expected, json_object_get(comparison->subject, place->member),
               is_same_method);
}

static bool has_words(struct arena *arena, const char *wanted, const char *text)
{
    return *str_words_without(arena, wanted, text) == '\0';
}

static void compare_scope(struct comparison *comparison, const struct place *place,
                          const json_t *expected)
{
    compare_by(comparison, place, expected, json_object_get(comparison->subject, place->member),
               has_words);
}

static void compare_user(struct comparison *comparison, const struct place *place,
                         const json_t *expected)
{
    const json_t *names = json_object_get(comparison->subject, "user_names");
    if (!match_value_fits(comparison->arena, MATCH_PLAIN, place->member, expected, names)) {
        compare_plain(comparison, place, expected);
    }
}

static void compare_status(struct comparison *comparison, const struct place *place,
                           const json_t *expected)
{
    const json_t *actual = json_object_get(comparison->subject, place->member);
    const char *class = json_string_value(expected);
    json_int_t status = json_integer_value(actual);
    bool fits = class != NULL ? status / 100 == class[0] - '0'
                              : actual != NULL && status == json_integer_value(expected);
    if (fits) {
        return;
    }
    comparison->count++;
    if (comparison->list != NULL) {
        differ(comparison, place, json_deep_copy(expected), actual);
    }
}

static void compare_parameters(struct comparison *comparison, const struct place *place,
                               const json_t *expected)
{
    const json_t *actual = json_object_get(comparison->subject, place->member);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)expected, name, value)
    {
        const struct place here = {.parent = place, .member = name};
        compare_value(comparison, MATCH_PARAMETER, &here, value, json_object_get(actual, name));
    }
}

/* The pairs that are wanted, among others (RFC 6265 4.2.1). */
static bool has_cookies(struct arena *arena, const char *wanted, const char *text)
{
    const char *shown = fingerprint_header(arena, "Cookie", wanted);
    struct str_buf words, given;
    str_buf_init(&words, arena);
    str_buf_init(&given, arena);
    str_buf_put(&words, shown);
    str_buf_put(&given, text);
    char *const both[] = {words.text, given.text};
    for (size_t i = 0; i < COUNT(both); i++) {
        for (char *c = both[i]; *c != '\0'; c++) {
            *c = *c == ';' ? ' ' : *c;
        }
    }
    return has_words(arena, words.text, given.text);
}

static const char *in_lower_case(struct arena *arena, const char *name)
{
    char *copy = arena_strdup(arena, name);
    for (char *c = copy; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return copy;
}

static void compare_header(struct comparison *comparison, const struct place *place,
                           const json_t *expected)
{
    const json_t *sent = json_object_get(comparison->subject, place->member);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)expected, name, value)
    {
        const struct place here = {.parent = place,
                                   .member = in_lower_case(comparison->arena, name)};
        const json_t *actual = json_object_get(sent, here.member);
        if (str_equal(here.member, "cookie")) {
            compare_by(comparison, &here, value, actual, has_cookies);
        } else {
            compare_value(comparison, MATCH_HEADER, &here, value, actual);
        }
    }
}

static void compare_json(struct comparison *comparison, const struct place *place,
                         const json_t *expected, const json_t *actual);

static bool is_among(const struct comparison *comparison, const struct place *place,
                     const json_t *expected, const json_t *list)
{
    bool found = false;
    for (size_t i = 0; !found && i < json_array_size(list); i++) {
        struct comparison one = {.arena = comparison->arena};
        compare_json(&one, place, expected, json_array_get(list, i));
        found = one.count == 0;
    }
    return found;
}

static void differ_in_body(struct comparison *comparison, const struct place *place,
                           const json_t *expected, const json_t *actual)
{
    comparison->count++;
    if (comparison->list != NULL) {
        differ(comparison, place, fingerprint_json(comparison->arena, place->member, expected),
               actual);
    }
}

static void compare_list(struct comparison *comparison, const struct place *place,
                         const json_t *expected, const json_t *actual)
{
    for (size_t i = 0; i < json_array_size(expected); i++) {
        const struct place here = {.parent = place, .index = i};
        const json_t *item = json_array_get(expected, i);
        if (!is_among(comparison, &here, item, actual)) {
            differ_in_body(comparison, &here, item, actual);
        }
    }
}

static void compare_object(struct comparison *comparison, const struct place *place,
                           const json_t *expected, const json_t *actual)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)expected, name, value)
    {
        const struct place here = {.parent = place, .member = name};
        compare_json(comparison, &here, value, json_object_get(actual, name));
    }
}

static bool scalar_fits(struct arena *arena, const char *name, const json_t *expected,
                        const json_t *actual)
{
    if (json_is_number(expected) && json_is_number(actual)) {
        return json_equal(expected, actual) ||
               json_number_value(expected) == json_number_value(actual);
    }
    json_auto_t *shown = fingerprint_json(arena, name, expected);
    return json_equal(expected, actual) || json_equal(shown, actual);
}

static void compare_json(struct comparison *comparison, const struct place *place,
                         const json_t *expected, const json_t *actual)
{
    if (json_is_object(expected) && json_is_object(actual)) {
        compare_object(comparison, place, expected, actual);
        return;
    }
    if (json_is_array(expected) && json_is_array(actual)) {
        compare_list(comparison, place, expected, actual);
        return;
    }
    bool is_text = json_is_null(expected) || match_pattern(expected) != NULL;
    bool fits = is_text
                    ? !json_is_array(actual) && match_value_fits(comparison->arena, MATCH_PARAMETER,
                                                                 place->member, expected, actual)
                    : scalar_fits(comparison->arena, place->member, expected, actual);
    if (!fits) {
        differ_in_body(comparison, place, expected, actual);
    }
}

static void compare_body(struct comparison *comparison, const struct place *place,
                         const json_t *expected)
{
    compare_json(comparison, place, expected, json_object_get(comparison->subject, place->member));
}

struct member {
    const char *name;
    void (*compare)(struct comparison *comparison, const struct place *place,
                    const json_t *expected);
};

/* What is cheap to tell comes first. */
static const struct member member_table[] = {
    {"endpoint", compare_plain},   {"method", compare_method},   {"status", compare_status},
    {"path", compare_plain},       {"client_id", compare_plain}, {"user", compare_user},
    {"grant_type", compare_plain}, {"operation", compare_plain}, {"error", compare_plain},
    {"scope", compare_scope},      {"header", compare_header},   {"parameters", compare_parameters},
    {"body", compare_body},
};

/* Counts, and lists unless `list` is NULL, at most `most` differences. */
static size_t compare(const json_t *match, const json_t *subject, json_t *list, size_t most)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct comparison comparison = {.arena = arena, .subject = subject, .list = list};
    const struct place root = {0};
    for (size_t i = 0; i < COUNT(member_table) && comparison.count < most; i++) {
        const struct place here = {.parent = &root, .member = member_table[i].name};
        const json_t *expected = json_object_get(match, here.member);
        if (expected != NULL) {
            member_table[i].compare(&comparison, &here, expected);
        }
    }
    return comparison.count;
}

bool match_fits(const json_t *match, const json_t *subject)
{
    return compare(match, subject, NULL, 1) == 0;
}

size_t match_distance(const json_t *match, const json_t *subject)
{
    return compare(match, subject, NULL, SIZE_MAX);
}

json_t *match_differences(const json_t *match, const json_t *subject)
{
    json_t *list = json_array();
    compare(match, subject, list, SIZE_MAX);
    return list;
}
