#include "server/tenant/fault_shape.h"

#include <string.h>
#include <strings.h>

#include "server/base/duration.h"
#include "server/base/str.h"
#include "server/oauth/bad_token.h"
#include "server/tenant/endpoint.h"
#include "server/tenant/match.h"

#define COUNT_MAX 1000000000
#define BODY_MAX (16 * 1024 * 1024)
#define HOUR_MS INT64_C(3600000)
#define TOKEN_CHARACTERS                                                                           \
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* RFC 9110 5.6.2. What says how long a body is belongs to the wire. */
static const char *header_name_fault(struct arena *arena, const char *text)
{
    (void)arena;
    if (*text == '\0' || text[strspn(text, TOKEN_CHARACTERS)] != '\0') {
        return "is no name of a header";
    }
    return strcasecmp(text, "Content-Length") == 0 || strcasecmp(text, "Transfer-Encoding") == 0
               ? "is set by the server: cut and malformed are for answers of a wrong length"
               : NULL;
}

/* RFC 9110 5.5 */
static const char *header_value_fault(struct arena *arena, const char *text)
{
    (void)arena;
    for (; *text != '\0'; text++) {
        if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f) {
            return "holds a control character";
        }
    }
    return NULL;
}

/* RFC 6749 5.2 */
static const char *error_fault(struct arena *arena, const char *text)
{
    return str_equal(str_error_text(arena, text), text)
               ? NULL
               : "holds what no error code may (RFC 6749 5.2)";
}

static const char *token_fault(struct arena *arena, const char *text)
{
    (void)arena;
    return bad_token_find(text) == NULL ? "is no bad token" : NULL;
}

static const char *access_token_fault(struct arena *arena, const char *text)
{
    const struct bad_token *bad = bad_token_find(text);
    return bad != NULL && bad->of_id_token ? "makes no sense of an access token"
                                           : token_fault(arena, text);
}

static const struct shape error = {SHAPE_TEXT, .expected = "an error code", .min = 1, .max = 100,
                                   .fault = error_fault};
static const struct shape description = {SHAPE_TEXT, .expected = "a text", .max = 1000};
static const struct shape status = {SHAPE_INTEGER, .expected = "a status from 200 to 599",
                                    .min = 200, .max = 599};
static const struct shape header_text = {SHAPE_TEXT, .expected = "a text of one line", .max = 4096,
                                         .fault = header_value_fault};
static const struct shape null = {SHAPE_NULL, .expected = "null"};
static const struct shape header = {
    SHAPE_EITHER, .expected = "a text of one line, or null where the header is to be missing",
    .either = (const struct shape *const[]){&header_text, &null, NULL}};
static const struct shape headers = {SHAPE_MAP, .expected = "an object: a value for each header",
                                     .max = 16, .fault = header_name_fault, .item = &header};
static const struct shape json = {SHAPE_JSON, .expected = "JSON"};
static const struct shape duration = {
    SHAPE_DURATION, .expected = DURATION_EXPECTED ", up to an hour", .min = 0, .max = HOUR_MS};
static const struct shape range = {SHAPE_RECORD, .expected = "{\"min\", \"max\"}",
                                   .members = (const struct shape_member[]){
                                       {"min", &duration, true}, {"max", &duration, true}, {0}}};
static const struct shape delay = {
    SHAPE_EITHER, .expected = DURATION_EXPECTED ", or {\"min\", \"max\"}",
    .either = (const struct shape *const[]){&duration, &range, NULL}};
static const struct shape bytes = {SHAPE_INTEGER, .expected = "a number of bytes", .min = 1,
                                   .max = BODY_MAX};
static const struct shape dribble = {SHAPE_RECORD, .expected = "{\"bytes\", \"every\"}",
                                     .members = (const struct shape_member[]){
                                         {"bytes", &bytes, true}, {"every", &duration, true}, {0}}};
static const struct shape yes = {SHAPE_BOOLEAN, .expected = "true or false"};
static const struct shape cut = {SHAPE_INTEGER, .expected = "a number of bytes", .min = 0,
                                 .max = BODY_MAX};
static const struct shape content_type = {SHAPE_TEXT, .expected = "a media type", .min = 1,
                                          .max = 200, .fault = header_value_fault};
static const struct shape change = {SHAPE_MAP, .expected = "a merge patch of the answer (RFC 7396)",
                                    .max = 200, .item = &json};
static const struct shape member = {SHAPE_TEXT, .expected = "the name of a member of the answer",
                                    .min = 1, .max = 200};
const struct shape bad_token_shape = {SHAPE_TEXT,
                                      .expected = "a bad token that GET faults/catalogue lists",
                                      .min = 1,
                                      .max = 100,
                                      .fault = token_fault,
                                      .nearest = bad_token_nearest};
static const struct shape access_token = {
    SHAPE_TEXT,
    .expected = "a bad token that GET faults/catalogue lists, not one for ID tokens alone",
    .min = 1,
    .max = 100,
    .fault = access_token_fault,
    .nearest = bad_token_nearest};

const struct shape fault_doing_shape = {
    SHAPE_RECORD, .expected = "an object: what goes wrong",
    .members = (const struct shape_member[]){{"error", &error, false},
                                             {"error_description", &description, false},
                                             {"status", &status, false},
                                             {"headers", &headers, false},
                                             {"body", &json, false},
                                             {"delay", &delay, false},
                                             {"dribble", &dribble, false},
                                             {"close", &yes, false},
                                             {"cut", &cut, false},
                                             {"reset", &yes, false},
                                             {"malformed", &yes, false},
                                             {"content_type", &content_type, false},
                                             {"change", &change, false},
                                             {"double", &member, false},
                                             {"token", &bad_token_shape, false},
                                             {"access_token", &access_token, false},
                                             {0}}};

static const char *const whens[] = {"before", "after", NULL};
static const struct shape when = {SHAPE_TEXT, .expected = "before or after", .max = 10,
                                  .words = whens};
static const struct shape skip = {SHAPE_INTEGER, .expected = "a number from 0", .min = 0,
                                  .max = COUNT_MAX};
static const struct shape count = {SHAPE_INTEGER, .expected = "a number from 1", .min = 1,
                                   .max = COUNT_MAX};
static const struct shape probability = {SHAPE_NUMBER, .expected = "a number from 0 to 1", .min = 0,
                                         .max = 1};
static const struct shape name = {SHAPE_TEXT, .expected = FAULT_NAME_EXPECTED, .min = 1,
                                  .max = 100};
static const struct shape says = {SHAPE_TEXT, .expected = "a sentence", .min = 10, .max = 1000};

const struct shape fault_shape = {
    SHAPE_RECORD, .expected = "an object: a fault",
    .members = (const struct shape_member[]){{"fault", &name, false},
                                             {"match", &match_shape, false},
                                             {"when", &when, false},
                                             {"skip", &skip, false},
                                             {"every", &count, false},
                                             {"times", &count, false},
                                             {"probability", &probability, false},
                                             {"do", &fault_doing_shape, false},
                                             {0}}};

const struct shape fault_named_shape = {
    SHAPE_RECORD, .expected = "an object: a fault of the catalogue",
    .members = (const struct shape_member[]){{"name", &name, true},
                                             {"says", &says, true},
                                             {"match", &match_shape, false},
                                             {"when", &when, false},
                                             {"skip", &skip, false},
                                             {"every", &count, false},
                                             {"times", &count, false},
                                             {"probability", &probability, false},
                                             {"do", &fault_doing_shape, true},
                                             {0}}};

static int refuse(struct fault_refusal *refusal, const char *pointer, const char *expected)
{
    *refusal = (struct fault_refusal){.pointer = pointer, .expected = expected};
    return 1;
}

static bool has(const json_t *what, const char *member_name)
{
    return json_object_get(what, member_name) != NULL;
}

static bool makes_tokens_bad(const json_t *what)
{
    return has(what, "token") || has(what, "access_token");
}

static bool changes(const json_t *what)
{
    return has(what, "change") || has(what, "double");
}

#define DO "/do/"

/* The pointer to what is done to an answer, so that there has to be one; NULL: there is nothing of
 * it. Headers by themselves are put on the answer that comes. */
static const char *needs_answer(const json_t *what)
{
    static const char *const pointers[] = {DO "dribble",      DO "cut",         DO "malformed",
                                           DO "content_type", DO "change",      DO "double",
                                           DO "token",        DO "access_token"};
    bool answers = has(what, "error") || has(what, "status") || has(what, "body");
    for (size_t i = 0; i < COUNT(pointers); i++) {
        if (has(what, pointers[i] + strlen(DO))) {
            return pointers[i];
        }
    }
    return has(what, "headers") && !answers ? DO "headers" : NULL;
}

/* An answer ends in one way. */
static int judge_end(const json_t *what, struct fault_refusal *refusal)
{
    static const char *const pointers[] = {DO "close", DO "cut", DO "reset", DO "malformed"};
    size_t ends = 0;
    for (size_t i = 0; i < COUNT(pointers); i++) {
        const json_t *end = json_object_get(what, pointers[i] + strlen(DO));
        ends += end != NULL && !json_is_false(end);
        if (ends > 1) {
            return refuse(refusal, pointers[i], "one of close, cut, reset, malformed");
        }
    }
    return 0;
}

static int judge_doing(const json_t *what, struct fault_refusal *refusal)
{
    int64_t min = 0, max = 0;
    const json_t *wait = json_object_get(what, "delay");
    if (json_object_size(what) == 0) {
        return refuse(refusal, "/do",
                      "what goes wrong: an object with something in it, or fault with a name");
    }
    if (has(what, "error_description") && !has(what, "error")) {
        return refuse(refusal, DO "error_description", "error beside it");
    }
    if (has(what, "body") && has(what, "error")) {
        return refuse(refusal, DO "body", "no error beside it: that has a body of its own");
    }
    bool answers = has(what, "error") || has(what, "status") || has(what, "body");
    if (answers && changes(what)) {
        return refuse(refusal, has(what, "change") ? DO "change" : DO "double",
                      "no error, status or body beside it: it is about the server's own answer");
    }
    if (json_is_object(wait) &&
        (duration_read(json_object_get(wait, "min"), &min) != 0 ||
         duration_read(json_object_get(wait, "max"), &max) != 0 || min > max)) {
        return refuse(refusal, DO "delay/max", "a duration that is not shorter than min");
    }
    return judge_end(what, refusal);
}

/* Whether all that it is for answers with parameters, in a redirect or a form. */
static bool is_of_parameters(const json_t *fault)
{
    json_t *endpoint = json_object_get(json_object_get(fault, "match"), "endpoint");
    bool is_of_some = false;
    if (endpoint == NULL) {
        return false;
    }
    json_auto_t *match = json_pack("{s:O}", "endpoint", endpoint);
    for (int i = ENDPOINT_NONE + 1; i < ENDPOINT__MAX; i++) {
        json_auto_t *subject = json_pack("{s:s}", "endpoint", endpoint_words[i]);
        bool fits = match_fits(match, subject);
        if (fits && !endpoint_sends_away((enum endpoint)i)) {
            return false;
        }
        is_of_some = is_of_some || fits;
    }
    return is_of_some;
}

/* OAuth 2.0 Form Post Response Mode 2, RFC 6749 4.1.2: a parameter is a text. */
static int judge_change(const json_t *fault, struct fault_refusal *refusal)
{
    json_t *change_of = json_object_get(json_object_get(fault, "do"), "change");
    const char *parameter;
    json_t *value;
    if (change_of == NULL || !is_of_parameters(fault)) {
        return 0;
    }
    json_object_foreach(change_of, parameter, value)
    {
        if (!json_is_string(value) && !json_is_number(value) && !json_is_null(value)) {
            return refuse(refusal, DO "change",
                          "texts, numbers, and null: these endpoints answer with parameters");
        }
    }
    return 0;
}

/* What is matched has to be known by then. */
static int judge_match(const json_t *fault, enum fault_stage stage, struct fault_refusal *refusal)
{
    const char *of_answer = match_of_answer(json_object_get(fault, "match"));
    if (of_answer == NULL || stage >= FAULT_AFTER) {
        return 0;
    }
    const char *pointer = str_equal(of_answer, "status") ? "/match/status" : "/match/error";
    return refuse(refusal, pointer,
                  stage == FAULT_BEFORE ? "when: after; before the answer there is none"
                                        : "what is known before tokens are made");
}

int fault_judge(json_t *fault, enum fault_stage *stage, struct fault_refusal *refusal)
{
    const json_t *what = json_object_get(fault, "do");
    const char *at = json_string_value(json_object_get(fault, "when"));
    if (judge_doing(what, refusal) != 0) {
        return 1;
    }
    bool after = needs_answer(what) != NULL;
    if (after && str_equal(at, "before")) {
        return refuse(refusal, "/when", "after: what it does needs the answer");
    }
    if (at == NULL) {
        at = after ? "after" : "before";
        json_object_set_new(fault, "when", json_string(at));
    }
    *stage = str_equal(at, "before") ? FAULT_BEFORE : FAULT_AFTER;
    if (makes_tokens_bad(what)) {
        *stage = FAULT_MAKING;
    } else if (changes(what)) {
        *stage = FAULT_CHANGING;
    }
    return judge_match(fault, *stage, refusal) != 0 || judge_change(fault, refusal) != 0;
}

int fault_judge_doing(const json_t *what, enum fault_stage held, enum fault_stage *stage,
                      struct fault_refusal *refusal)
{
    const char *late = needs_answer(what);
    if (judge_doing(what, refusal) != 0) {
        return 1;
    }
    if (!makes_tokens_bad(what)) {
        *stage = held;
        return held == FAULT_AFTER || late == NULL
                   ? 0
                   : refuse(refusal, late,
                            "what is done before there is an answer; a latch with "
                            "\"when\": \"after\" may change it");
    }
    *stage = FAULT_MAKING;
    return held == FAULT_BEFORE
               ? 0
               : refuse(refusal, has(what, "token") ? DO "token" : DO "access_token",
                        "what is done to an answer: its tokens are made, and those of a latch "
                        "with \"when\": \"before\" are not");
}
