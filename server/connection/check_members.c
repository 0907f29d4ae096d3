/* What may stand where: TABLES of a connection's members, after Make's published JSON schemas. */
#include "server/connection/check_members.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/str.h"

enum kind {
    KIND_TEXT = 1,
    KIND_NUMBER = 2,
    KIND_BOOLEAN = 4,
    KIND_OBJECT = 8,
    KIND_ARRAY = 16,
    KIND_ANY = 31 | 32, /* null as well */
};

struct known_member {
    const char *name;                  /* NULL ends a table; "*" is any name */
    unsigned kinds;                    /* of enum kind; an expression may stand for each */
    const char *expected;              /* goes after "expected" */
    const char *const *words;          /* all that a text may be */
    const struct known_member *inside; /* of an object, or of the objects of an array */
    bool is_count;                     /* a number from 1, which may stand in a text */
    size_t most;                       /* characters of a text, expressions as they stand; 0: any */
    bool is_for_modules;
};

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", NULL};
static const char *const request_types[] = {
    "json", "urlencoded", "multipart/form-data", "text", "string", "raw", "binary", NULL};
static const char *const response_types[] = {"automatic", "json",   "urlencoded", "text", "raw",
                                             "string",    "binary", "xml",        NULL};
static const char *const signature_methods[] = {"HMAC-SHA1", "RSA-SHA1", "PLAINTEXT", NULL};
static const char *const transport_methods[] = {"header", "query", "body", NULL};
static const char *const metadata_types[] = {"text", "email", NULL};
static const char *const error_types[] = {"RuntimeError",
                                          "DataError",
                                          "RateLimitError",
                                          "OutOfSpaceError",
                                          "ConnectionError",
                                          "InvalidConfigurationError",
                                          "InvalidAccessTokenError",
                                          "IncompleteDataError",
                                          "DuplicateDataError",
                                          NULL};

/* OAuth 1's, of the connection and of each request. */
static const struct known_member oauth_members[] = {
    {.name = "consumer_key", .kinds = KIND_TEXT, .expected = "a text"},
    {.name = "consumer_secret", .kinds = KIND_TEXT, .expected = "a text"},
    {.name = "private_key", .kinds = KIND_TEXT, .expected = "a key in PEM"},
    {.name = "token", .kinds = KIND_TEXT, .expected = "an expression"},
    {.name = "token_secret", .kinds = KIND_TEXT, .expected = "an expression"},
    {.name = "verifier", .kinds = KIND_TEXT, .expected = "an expression"},
    {.name = "signature_method",
     .kinds = KIND_TEXT,
     .expected = "HMAC-SHA1, RSA-SHA1 or PLAINTEXT",
     .words = signature_methods},
    {.name = "transport_method",
     .kinds = KIND_TEXT,
     .expected = "header, query or body",
     .words = transport_methods},
    {.name = "body_hash", .kinds = KIND_TEXT | KIND_BOOLEAN, .expected = "true, or the hash"},
    {.name = NULL},
};

static const struct known_member condition_members[] = {
    {.name = "condition", .kinds = KIND_TEXT | KIND_BOOLEAN, .expected = "an expression"},
    {.name = "default", .kinds = KIND_ANY},
    {.name = NULL},
};

static const struct known_member log_members[] = {
    {.name = "sanitize", .kinds = KIND_ARRAY | KIND_BOOLEAN, .expected = "a list of paths"},
    {.name = NULL},
};

static const struct known_member metadata_members[] = {
    {.name = "value",
     .kinds = KIND_TEXT,
     .expected = "a text of 512 characters at most",
     .most = 512},
    {.name = "type", .kinds = KIND_TEXT, .expected = "text or email", .words = metadata_types},
    {.name = NULL},
};

static const struct known_member valid_members[] = {
    {.name = "condition", .kinds = KIND_TEXT | KIND_BOOLEAN, .expected = "an expression"},
    {.name = "message", .kinds = KIND_TEXT, .expected = "a text"},
    {.name = "type", .kinds = KIND_TEXT, .expected = "a kind of error", .words = error_types},
    {.name = NULL},
};

/* Its own two, and statuses or ranges of them. */
static const struct known_member error_members[] = {
    {.name = "message", .kinds = KIND_TEXT, .expected = "a text"},
    {.name = "type", .kinds = KIND_TEXT, .expected = "a kind of error", .words = error_types},
    {.name = "*",
     .kinds = KIND_TEXT | KIND_OBJECT,
     .expected = "a text, or message and type",
     .inside = error_members},
    {.name = NULL},
};

static const struct known_member response_members[] = {
    {.name = "type",
     .kinds = KIND_TEXT | KIND_OBJECT,
     .expected = "json, urlencoded, text, ..., or an object of them by status",
     .words = response_types},
    {.name = "valid",
     .kinds = KIND_TEXT | KIND_BOOLEAN | KIND_OBJECT,
     .expected = "an expression, or condition, message and type",
     .inside = valid_members},
    {.name = "error",
     .kinds = KIND_TEXT | KIND_OBJECT,
     .expected = "a text of 1024 characters at most, or message and type",
     .inside = error_members,
     .most = 1024},
    {.name = "temp", .kinds = KIND_OBJECT, .expected = "an object"},
    {.name = "data", .kinds = KIND_OBJECT, .expected = "an object"},
    {.name = "metadata",
     .kinds = KIND_OBJECT,
     .expected = "an object of value and type",
     .inside = metadata_members},
    {.name = "uid", .kinds = KIND_TEXT | KIND_NUMBER, .expected = "an expression"},
    {.name = "expires", .kinds = KIND_TEXT | KIND_NUMBER, .expected = "an expression of a date"},
    {.name = "scope", .kinds = KIND_TEXT | KIND_ARRAY, .expected = "a text, or a list of scopes"},
    {.name = "oauth", .kinds = KIND_OBJECT, .expected = "an object"},
    {.name = "wrapper", .kinds = KIND_ANY},
    {.name = "trigger", .kinds = KIND_ANY},
    {.name = "limit", .kinds = KIND_ANY, .is_for_modules = true},
    {.name = "iterate", .kinds = KIND_ANY, .is_for_modules = true},
    {.name = "output", .kinds = KIND_ANY, .is_for_modules = true},
    {.name = NULL},
};

static const struct known_member request_members[] = {
    {.name = "url", .kinds = KIND_TEXT, .expected = "an absolute URL"},
    {.name = "endpoint", .kinds = KIND_TEXT, .expected = "a text"},
    {.name = "input", .kinds = KIND_ANY},
    {.name = "encodeUrl", .kinds = KIND_BOOLEAN, .expected = "true or false"},
    {.name = "method",
     .kinds = KIND_TEXT,
     .expected = "GET, POST, PUT, PATCH or DELETE",
     .words = methods},
    {.name = "headers", .kinds = KIND_OBJECT, .expected = "an object"},
    {.name = "qs", .kinds = KIND_OBJECT, .expected = "an object"},
    {.name = "ca", .kinds = KIND_TEXT, .expected = "a text"},
    {.name = "body", .kinds = KIND_ANY},
    {.name = "type",
     .kinds = KIND_TEXT,
     .expected = "json, urlencoded, multipart/form-data, text, string, raw or binary",
     .words = request_types},
    {.name = "temp", .kinds = KIND_OBJECT, .expected = "an object"},
    {.name = "condition",
     .kinds = KIND_TEXT | KIND_BOOLEAN | KIND_OBJECT,
     .expected = "an expression, or condition and default",
     .inside = condition_members},
    {.name = "gzip", .kinds = KIND_BOOLEAN, .expected = "true or false"},
    {.name = "followRedirects", .kinds = KIND_BOOLEAN, .expected = "true or false"},
    {.name = "followAllRedirects", .kinds = KIND_BOOLEAN, .expected = "true or false"},
    {.name = "timeout",
     .kinds = KIND_NUMBER | KIND_TEXT,
     .expected = "milliseconds, 1 to 300000",
     .is_count = true},
    {.name = "log",
     .kinds = KIND_OBJECT,
     .expected = "an object of sanitize",
     .inside = log_members},
    {.name = "oauth",
     .kinds = KIND_OBJECT,
     .expected = "OAuth 1's credentials",
     .inside = oauth_members},
    {.name = "iterate", .kinds = KIND_ANY},
    {.name = "output", .kinds = KIND_ANY},
    {.name = "respond", .kinds = KIND_ANY},
    {.name = "verification", .kinds = KIND_ANY},
    {.name = "repeat", .kinds = KIND_ANY},
    {.name = "response", .kinds = KIND_OBJECT, .expected = "an object", .inside = response_members},
    {.name = "aws", .kinds = KIND_ANY, .is_for_modules = true},
    {.name = "pagination", .kinds = KIND_ANY, .is_for_modules = true},
    {.name = NULL},
};

#define DIRECTIVE(of)                                                                              \
    {                                                                                              \
        .name = (of), .kinds = KIND_OBJECT | KIND_ARRAY, .expected = "a request",                  \
        .inside = request_members                                                                  \
    }
static const struct known_member root_members[] = {
    DIRECTIVE("preauthorize"),
    DIRECTIVE("authorize"),
    DIRECTIVE("token"),
    DIRECTIVE("info"),
    DIRECTIVE("refresh"),
    DIRECTIVE("invalidate"),
    DIRECTIVE("requestToken"),
    DIRECTIVE("accessToken"),
    {.name = "oauth",
     .kinds = KIND_OBJECT,
     .expected = "OAuth 1's credentials",
     .inside = oauth_members},
    {.name = NULL},
};

static unsigned kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return KIND_TEXT;
    case JSON_INTEGER:
    case JSON_REAL:
        return KIND_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return KIND_BOOLEAN;
    case JSON_OBJECT:
        return KIND_OBJECT;
    case JSON_ARRAY:
        return KIND_ARRAY;
    case JSON_NULL:
        break;
    }
    return KIND_ANY & ~31U;
}

static bool is_expression(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL && strstr(text, "{{") != NULL;
}

static const struct known_member *member_of(const struct known_member *members, const char *name)
{
    while (members->name != NULL && !str_equal(members->name, name) &&
           !str_equal(members->name, "*")) {
        members++;
    }
    return members->name == NULL ? NULL : members;
}

/* "one of a, b, c": what a connection may have here. */
static const char *names_of(struct arena *arena, const struct known_member *members)
{
    struct str_buf out;
    str_buf_init(&out, arena);
    for (; members->name != NULL; members++) {
        if (!members->is_for_modules) {
            str_buf_printf(&out, "%s%s", out.size == 0 ? "one of " : ", ", members->name);
        }
    }
    return str_buf_text(&out);
}

static void put_unknown(struct checking *checking, const struct place *place,
                        const struct known_member *members)
{
    struct nearest nearest = {0};
    bool is_root = members == root_members;
    nearest_init(&nearest, place->member);
    for (const struct known_member *one = members; one->name != NULL; one++) {
        nearest_offer(&nearest, one->name);
    }
    const char *meant = nearest_text(&nearest);
    check_put(
        checking, place,
        &(struct check_says){.rule = is_root ? "directive" : "member",
                             .problem = is_root ? "there is no directive of this name"
                                                : "there is no member of this name here",
                             .expected = meant == NULL ? names_of(checking->arena, members) : NULL,
                             .nearest = meant});
}

static bool is_count(const json_t *value)
{
    int64_t count = 0;
    return json_is_string(value) ? str_to_int64(json_string_value(value), 1, INT64_MAX, &count)
                                 : json_number_value(value) >= 1;
}

static size_t characters_of(const json_t *text)
{
    const char *at = json_string_value(text);
    size_t left = json_string_length(text), count = 0;
    for (size_t size = 0; left > 0; at += size, left -= size) {
        size = str_utf8_char(at, left);
        size = size == 0 ? 1 : size;
        count++;
    }
    return count;
}

static void judge_length(struct checking *checking, const struct place *place,
                         const struct known_member *member, const json_t *text)
{
    size_t count = characters_of(text);
    if (count > member->most) {
        check_put(
            checking, place,
            &(struct check_says){.rule = "type",
                                 .problem = "it is too long",
                                 .found = arena_printf(checking->arena, "%zu characters", count),
                                 .expected = member->expected});
    }
}

static void judge_word(struct checking *checking, const struct place *place,
                       const struct known_member *member, const json_t *value)
{
    struct nearest nearest = {0};
    nearest_init(&nearest, json_string_value(value));
    for (const char *const *word = member->words; *word != NULL; word++) {
        if (str_equal(*word, json_string_value(value))) {
            return;
        }
        nearest_offer(&nearest, *word);
    }
    check_put(checking, place,
              &(struct check_says){.rule = "word",
                                   .problem = "it is no word that Make knows here",
                                   .found = check_shown(checking->arena, value),
                                   .expected = member->expected,
                                   .nearest = nearest_text(&nearest)});
}

static void judge_object(struct checking *checking, const struct place *place,
                         const struct known_member *members, json_t *object);

static void judge_inside(struct checking *checking, const struct place *place,
                         const struct known_member *member, json_t *value)
{
    size_t index;
    json_t *item;
    if (json_is_object(value)) {
        judge_object(checking, place, member->inside, value);
    }
    json_array_foreach(value, index, item)
    {
        const struct place at = {.parent = place, .index = index};
        if (json_is_object(item)) {
            judge_object(checking, &at, member->inside, item);
        }
    }
}

static void judge(struct checking *checking, const struct place *place,
                  const struct known_member *member, json_t *value)
{
    if (member->is_for_modules) {
        check_put(checking, place,
                  &(struct check_says){.rule = "not-in-connections",
                                       .problem = "this is for modules; a connection has no such "
                                                  "member"});
        return;
    }
    bool is_known = (member->kinds & kind_of(value)) != 0;
    if (!is_expression(value) && (!is_known || (member->is_count && !is_count(value)))) {
        check_put(checking, place,
                  &(struct check_says){.rule = "type",
                                       .problem = is_known ? "it is no such number"
                                                           : "it has another type",
                                       .found = check_shown(checking->arena, value),
                                       .expected = member->expected});
        return;
    }
    if (member->words != NULL && json_is_string(value) && !is_expression(value)) {
        judge_word(checking, place, member, value);
    }
    if (member->most > 0 && json_is_string(value)) {
        judge_length(checking, place, member, value);
    }
    if (member->inside != NULL) {
        judge_inside(checking, place, member, value);
    }
}

static void judge_object(struct checking *checking, const struct place *place,
                         const struct known_member *members, json_t *object)
{
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        const struct place at = {.parent = place, .member = name};
        const struct known_member *member = member_of(members, name);
        if (member == NULL) {
            put_unknown(checking, &at, members);
            continue;
        }
        judge(checking, &at, member, value);
    }
}

void check_members(struct checking *checking)
{
    const struct place whole = {0};
    judge_object(checking, &whole, root_members, checking->source.json);
}
