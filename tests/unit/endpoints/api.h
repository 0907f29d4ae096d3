/* What the tests of Make's API share: a world for each test, whose calls are answered without a
 * socket. What they hand out lasts until the test ends. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_API_H
#define MAKESHIFT_TESTS_ENDPOINTS_API_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <regex.h>
#include <string.h>

#include "server/base/str.h"
#include "tests/fuzz/world.h"

/* The API token of a user of four digits; TOKEN(0009) is nobody's. */
#define TOKEN(subject) "00000000-0000-4000-8000-00000000" #subject
#define OWNER TOKEN(1001) /* the fixture's first user, an administrator */

struct api {
    struct world *world;
    struct arena *arena;
    json_t *kept; /* a list of what is freed at the end */
};

struct api_request {
    const char
        *token; /* with a blank ("Bearer x") as it stands, else an API token; NULL: none is sent */
    const char *call;    /* "PATCH /scenarios/1" */
    const char *type;    /* Content-Type; NULL: none is sent */
    const char *headers; /* more of them, a line each with its LF; NULL: none */
    const void *body;    /* as it is sent */
    size_t size;
};

struct api_answer {
    int status;
    json_t *json; /* NULL: it has none */
    struct response response;
};

/* A call that is refused, and how. */
struct api_row {
    const char *call, *body;
    int status;
    const char *code, *says;
};

static inline json_t *api_keep(struct api *api, json_t *json)
{
    assert_int_equal(json_array_append_new(api->kept, json), 0);
    return json;
}

/* The text with " in the place of each '. */
static inline char *quoted(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);
    for (char *at = strchr(copy, '\''); at != NULL; at = strchr(at, '\'')) {
        *at = '"';
    }
    return copy;
}

/* JSON written with ' in the place of "; the caller's. */
static inline json_t *json_from(const char *text)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_error_t error = {0};
    json_t *json = json_loads(quoted(arena, text), JSON_DECODE_ANY, &error);
    if (json == NULL) {
        fail_msg("%s: %s", error.text, text);
    }
    return json;
}

static inline const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));
    return text == NULL ? "" : text;
}

/* -- the fixture --------------------------------------------------------------------------------
 */

/* A user whose API token, TOKEN(subject), has every scope, and who has these members, too:
 * "{'teams':[{'id':1,'role':'Team monitoring'}]}". */
static inline json_t *add_user(json_t *fixture, const char *subject, const char *members)
{
    json_t *users = json_object_get(fixture, "users");
    json_t *owners = json_object_get(json_array_get(users, 0), "api_tokens");
    json_t *user = json_pack("{s:s, s:s+, s:s++, s:[{s:s+, s:O}]}", "sub", subject, "name", "User ",
                             subject, "email", "user", subject, "@example.com", "api_tokens",
                             "token", "00000000-0000-4000-8000-00000000", subject, "scope",
                             json_object_get(json_array_get(owners, 0), "scope"));
    json_t *more = json_from(members);
    assert_int_equal(json_object_update(user, more), 0);
    json_decref(more);
    assert_int_equal(json_array_append_new(users, user), 0);
    return user;
}

/* What the user's API token may, from now on. */
static inline void set_scope(json_t *user, const char *scope)
{
    json_t *token = json_array_get(json_object_get(user, "api_tokens"), 0);
    assert_int_equal(json_object_set_new(token, "scope", json_string(scope)), 0);
}

/* Every scope of the API but those that end so: ":write"; " teams:write" is that one alone. */
static inline void set_scopes_but(json_t *user, const char *end)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_auto_t *every = world_scopes(arena);
    char *save = NULL;
    struct str_buf kept;
    str_buf_init(&kept, arena);
    for (char *scope = strtok_r(arena_strdup(arena, json_string_value(every)), " ", &save);
         scope != NULL; scope = strtok_r(NULL, " ", &save)) {
        if (!str_ends(arena_printf(arena, " %s", scope), end)) {
            str_buf_printf(&kept, " %s", scope);
        }
    }
    set_scope(user, str_buf_text(&kept) + 1);
}

/* The default fixture: demo-web and the API tokens of its users have every scope, and the first
 * user is an administrator. */
static inline json_t *api_fixture(struct arena *arena)
{
    json_t *fixture = world_fixture(arena);
    json_t *first = json_array_get(json_object_get(fixture, "users"), 0);
    json_t *token = json_array_get(json_object_get(first, "api_tokens"), 0);
    json_t *client = json_array_get(json_object_get(fixture, "clients"), 0);
    const char *scope =
        arena_printf(arena, "openid profile email offline_access %s", text_of(token, "scope"));
    json_object_set_new(first, "admin", json_true());
    json_object_set_new(client, "scope", json_string(scope));
    return fixture;
}

/* A world with this fixture; takes `arena`. */
static inline int api_open_in(void **state, struct arena *arena, const json_t *fixture)
{
    struct api *api = arena_alloc(arena, sizeof(*api));
    *api = (struct api){.world = world_open(text_of(fixture, "profile"), fixture),
                        .arena = arena,
                        .kept = json_array()};
    *state = api;
    return api->world == NULL;
}

/* For a setup function: a world whose fixture `change` has changed; NULL: nothing is. */
static inline int api_open(void **state, void (*change)(json_t *fixture))
{
    struct arena *arena = arena_new();
    json_auto_t *fixture = api_fixture(arena);
    if (change != NULL) {
        change(fixture);
    }
    return api_open_in(state, arena, fixture);
}

static inline int api_begin(void **state)
{
    return api_open(state, NULL);
}

static inline int api_end(void **state)
{
    struct api *api = *state;
    world_close(api->world);
    json_decref(api->kept);
    arena_free(api->arena);
    return 0;
}

/* -- calls --------------------------------------------------------------------------------------
 */

/* The answer to a request as it stands on the wire; its lines may end with LF alone. */
static inline struct api_answer api_wire(struct api *api, const char *bytes, size_t size)
{
    struct api_answer answer = {0};
    world_answer(api->world, api->arena, bytes, size, &answer.response);
    answer.status = answer.response.status;
    if (world_is_json(&answer.response) && answer.response.body_size > 0) {
        answer.json = api_keep(api, json_loadb(answer.response.body, answer.response.body_size,
                                               JSON_DECODE_ANY, NULL));
    }
    return answer;
}

static inline const char *authorization(struct arena *arena, const char *token)
{
    const char *scheme = token != NULL && strchr(token, ' ') == NULL ? "Token " : "";
    return token == NULL ? "" : arena_printf(arena, "Authorization: %s%s\n", scheme, token);
}

static inline struct api_answer api_send(struct api *api, const struct api_request *request)
{
    const char *path = strchr(request->call, ' ') + 1;
    const char *type =
        request->type == NULL ? "" : arena_printf(api->arena, "Content-Type: %s\n", request->type);
    char *head = arena_printf(api->arena, "%.*s/api/v2%s HTTP/1.1\nHost: localhost\n%s%s%s\n",
                              (int)(path - request->call), request->call, path,
                              authorization(api->arena, request->token), type,
                              request->headers == NULL ? "" : request->headers);
    size_t size = strlen(head);
    char *bytes = arena_alloc(api->arena, size + request->size + 1);
    memcpy(bytes, head, size);
    if (request->size > 0) {
        memcpy(bytes + size, request->body, request->size);
    }
    return api_wire(api, bytes, size + request->size);
}

/* With this text as its body, as it stands; NULL: it has none. */
static inline struct api_answer api_raw(struct api *api, const char *token, const char *call,
                                        const char *type, const char *text)
{
    return api_send(api, &(struct api_request){.token = token,
                                               .call = call,
                                               .type = type,
                                               .body = text,
                                               .size = text == NULL ? 0 : strlen(text)});
}

/* With JSON as its body, written with ' in the place of "; NULL: it has none. */
static inline struct api_answer api_call(struct api *api, const char *token, const char *call,
                                         const char *body)
{
    return body == NULL ? api_raw(api, token, call, NULL, NULL)
                        : api_raw(api, token, call, "application/json", quoted(api->arena, body));
}

static inline const char *api_header(const struct api_answer *answer, const char *name)
{
    const char *value = response_get(&answer->response, name);
    return value == NULL ? "" : value;
}

/* For a failure's line. */
static inline const char *api_shown(struct api *api, const struct api_answer *answer)
{
    return arena_printf(api->arena, "%d %.*s", answer->status, (int)answer->response.body_size,
                        answer->response.body_size == 0 ? "" : (const char *)answer->response.body);
}

/* The JSON of an answer that has to be 200. */
static inline json_t *api_ok(struct api *api, const char *token, const char *call, const char *body)
{
    const struct api_answer answer = api_call(api, token, call, body);
    if (answer.status != 200 ||
        !str_equal(api_header(&answer, "Content-Type"), "application/json")) {
        fail_msg("%s %s: %s", call, body == NULL ? "" : body, api_shown(api, &answer));
    }
    return answer.json;
}

/* -- what they have to answer -------------------------------------------------------------------
 */

/* Whether the text has what the expression says: POSIX's extended ones. */
static inline bool api_matches(const char *expression, const char *text)
{
    regex_t compiled;
    assert_int_equal(regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB), 0);
    int outcome = regexec(&compiled, text, 0, NULL, 0);
    regfree(&compiled);
    return outcome == 0;
}

/* At 400 the detail stands once more, as Make's clients read it. */
static inline bool api_has_suberrors(const struct api_answer *answer)
{
    json_auto_t *expected =
        json_pack("[{s:s, s:s}]", "message", text_of(answer->json, "detail"), "name", "Error");
    return json_equal(json_object_get(answer->json, "suberrors"), expected);
}

/* What is wrong with a refusal; NULL: nothing. */
static inline const char *api_fault(const struct api_answer *answer, int status, const char *code,
                                    const char *says)
{
    if (answer->status != status) {
        return "another status";
    }
    if (!str_equal(api_header(answer, "Content-Type"), "application/json")) {
        return "not in JSON";
    }
    if (json_object_size(answer->json) != (status == 400 ? 4 : 3) ||
        *text_of(answer->json, "message") == '\0' ||
        json_object_get(answer->json, "detail") == NULL ||
        (status == 400 && !api_has_suberrors(answer))) {
        return "not in Make's shape";
    }
    if (!str_equal(text_of(answer->json, "code"), code)) {
        return "another code";
    }
    return says == NULL || api_matches(says, text_of(answer->json, "detail")) ? NULL
                                                                              : "another detail";
}

/* An answer in Make's shape of a refusal, whose detail has what the expression `says` (NULL:
 * whatever it is). `what` was called, for a failure's line. */
static inline void api_is_refusal(struct api *api, const struct api_answer *answer,
                                  const char *what, int status, const char *code, const char *says)
{
    const char *fault = api_fault(answer, status, code, says);
    if (fault != NULL) {
        fail_msg("%s: %s: expected %d %s %s; got %s", what, fault, status, code,
                 says == NULL ? "" : says, api_shown(api, answer));
    }
}

static inline struct api_answer api_refused(struct api *api, const char *token, const char *call,
                                            const char *body, int status, const char *code,
                                            const char *says)
{
    const struct api_answer answer = api_call(api, token, call, body);
    const char *what = arena_printf(api->arena, "%s %s", call, body == NULL ? "" : body);
    api_is_refusal(api, &answer, what, status, code, says);
    return answer;
}

/* Each row's call is refused as it says. */
static inline void api_refuses(struct api *api, const char *token, const struct api_row *rows,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        api_refused(api, token, rows[i].call, rows[i].body, rows[i].status, rows[i].code,
                    rows[i].says);
    }
}

/* The answer is what it was before. */
static inline void api_unchanged(struct api *api, const char *token, const char *call,
                                 const json_t *before)
{
    if (!json_equal(api_ok(api, token, call, NULL), before)) {
        fail_msg("%s: has changed", call);
    }
}

/* The same JSON; `expected` is written with ' in the place of ". */
static inline void assert_json(const json_t *json, const char *expected)
{
    json_auto_t *wanted = json_from(expected);
    if (!json_equal(json, wanted)) {
        char *shown = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
        fail_msg("expected %s; got %s", expected, shown == NULL ? "none" : shown);
    }
}

#endif
