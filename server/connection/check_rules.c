/* Rules about what a connection means to do: each is a row of check_rule_table. */
#include "server/connection/check_rules.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/connection/secrets.h"

#define VERIFIER_LEAST 43 /* RFC 7636 4.1 */
#define UUID_SIZE 36

/* What a finding is about: the members on the way from the document. NULL ends them. */
static void put_at(struct checking *checking, const char *const *path,
                   const struct check_says *says)
{
    struct place places[8] = {{0}};
    size_t depth = 0;
    for (; path[depth] != NULL && depth + 1 < COUNT(places); depth++) {
        places[depth + 1] = (struct place){.parent = &places[depth], .member = path[depth]};
    }
    check_put(checking, &places[depth], says);
}

static json_t *get(json_t *value, const char *const *path)
{
    for (; *path != NULL && value != NULL; path++) {
        value = json_object_get(value, *path);
    }
    return value;
}

#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})

static json_t *get_in(const struct checking *checking, const char *const *path)
{
    return get(checking->source.json, path);
}

static bool holds(const json_t *value, const char *part)
{
    const char *text = json_string_value(value);
    return text != NULL && strstr(text, part) != NULL;
}

static bool is_true(const json_t *condition)
{
    const json_t *inner =
        json_is_object(condition) ? json_object_get(condition, "condition") : condition;
    return json_is_true(inner) || holds(inner, "true");
}

/* Make's documentation: without authorize, the condition of token has to be true. */
void look_at_flow(struct checking *checking, const struct check_rule *rule)
{
    const struct place whole = {0};
    bool is_oauth1 =
        checking->has_step[STEP_ACCESS_TOKEN] || checking->has_step[STEP_REQUEST_TOKEN];
    if (is_oauth1) {
        return;
    }
    if (!checking->has_step[STEP_TOKEN]) {
        check_put(checking, &whole,
                  &(struct check_says){.rule = rule->name,
                                       .problem = "no directive gets a token",
                                       .expected = "token, or OAuth 1's accessToken"});
    } else if (!checking->has_step[STEP_AUTHORIZE] &&
               !json_is_array(get_in(checking, PATH("token"))) &&
               !is_true(get_in(checking, PATH("token", "condition")))) {
        put_at(checking, PATH("token"),
               &(struct check_says){.rule = rule->name,
                                    .problem = "without authorize, token runs only if its "
                                               "condition is true",
                                    .expected = "\"condition\": true"});
    }
}

/* Of each request of a directive, which may be an array of them. */
static void look_at_url(struct checking *checking, const struct check_rule *rule,
                        const struct place *place, const json_t *request)
{
    const struct place at = {.parent = place, .member = "url"};
    const json_t *url = json_object_get(request, "url");
    const char *text = json_string_value(url);
    if (url == NULL) {
        check_put(checking, place,
                  &(struct check_says){.rule = rule->name,
                                       .problem = "the request has no url",
                                       .expected = "an absolute URL"});
    } else if (text != NULL && !str_starts(text, "https://") && !str_starts(text, "http://") &&
               !str_starts(text, "{{")) {
        check_put(checking, &at,
                  &(struct check_says){.rule = rule->name,
                                       .problem = "a connection has no base URL",
                                       .found = check_shown(checking->arena, url),
                                       .expected = "an absolute URL"});
    }
}

void look_at_relative_urls(struct checking *checking, const struct check_rule *rule)
{
    const struct place whole = {0};
    for (enum step step = 0; step < STEP__MAX; step++) {
        json_t *directive = json_object_get(checking->source.json, step_table[step].name);
        const struct place place = {.parent = &whole, .member = step_table[step].name};
        size_t index;
        json_t *item;
        if (json_is_object(directive)) {
            look_at_url(checking, rule, &place, directive);
        }
        json_array_foreach(directive, index, item)
        {
            const struct place at = {.parent = &place, .index = index};
            look_at_url(checking, rule, &at, item);
        }
    }
}

void look_at_state(struct checking *checking, const struct check_rule *rule)
{
    if (get_in(checking, PATH("authorize", "qs", "state")) != NULL) {
        put_at(checking, PATH("authorize", "qs", "state"),
               &(struct check_says){.rule = rule->name,
                                    .problem = "the engine sets and checks state by itself",
                                    .found = "a state set by hand"});
    }
}

/* A grant's body that goes out as JSON. */
void look_at_types(struct checking *checking, const struct check_rule *rule)
{
    static const char *const names[] = {"token", "refresh", "invalidate"};
    for (size_t i = 0; i < COUNT(names); i++) {
        json_t *request = get_in(checking, PATH(names[i]));
        const json_t *body = json_object_get(request, "body");
        const json_t *type = json_object_get(request, "type");
        bool is_json = type == NULL || holds(type, "json");
        bool is_grant = json_object_get(body, "grant_type") != NULL ||
                        (i == 2 && json_object_get(body, "token") != NULL);
        if (is_json && is_grant) {
            put_at(checking, PATH(names[i]),
                   &(struct check_says){.rule = rule->name,
                                        .problem = "the body goes out as JSON; RFC 6749 4.1.3 "
                                                   "wants it urlencoded",
                                        .found = type == NULL ? "no type, which is json" : "json",
                                        .expected = "\"type\": \"urlencoded\""});
        }
    }
}

/* How long a text is when it has run; 0: only a run tells. */
static size_t size_when_run(const char *text)
{
    size_t size = 0;
    while (*text != '\0') {
        if (str_starts(text, "{{uuid}}")) {
            size += UUID_SIZE;
            text += strlen("{{uuid}}");
        } else if (str_starts(text, "{{")) {
            return 0;
        } else {
            size++;
            text++;
        }
    }
    return size;
}

/* Follows {{temp.NAME}} to the directive that sets it. */
static const char *origin_of(const struct checking *checking, const char *text)
{
    for (enum step step = 0; step < STEP__MAX; step++) {
        const char *name;
        json_t *value;
        json_object_foreach(get_in(checking, PATH(step_table[step].name, "temp")), name, value)
        {
            const char *reference = arena_printf(checking->arena, "{{temp.%s}}", name);
            if (str_equal(text, reference) && json_is_string(value)) {
                return json_string_value(value);
            }
        }
    }
    return text;
}

void look_at_verifier(struct checking *checking, const struct check_rule *rule)
{
    static const char *const parts[] = {"body", "qs"};
    for (size_t i = 0; i < COUNT(parts); i++) {
        const char *const *path = PATH("token", parts[i], "code_verifier");
        const char *text = json_string_value(get_in(checking, path));
        size_t size = text == NULL ? 0 : size_when_run(origin_of(checking, text));
        if (size > 0 && size < VERIFIER_LEAST) {
            put_at(checking, path,
                   &(struct check_says){
                       .rule = rule->name,
                       .problem = "the verifier is too short: a server that keeps to RFC 7636 4.1 "
                                  "refuses it",
                       .found = arena_printf(checking->arena, "%zu characters", size),
                       .expected = "43 to 128 of them, such as {{uuid}}{{uuid}}"});
        }
    }
}

void look_at_refresh_condition(struct checking *checking, const struct check_rule *rule)
{
    if (checking->has_step[STEP_REFRESH] &&
        get_in(checking, PATH("refresh", "condition")) == NULL) {
        put_at(checking, PATH("refresh"),
               &(struct check_says){
                   .rule = rule->name,
                   .problem = "refresh has no condition, so that it runs at every use",
                   .expected = "\"condition\": \"{{data.expires < addMinutes(now, 15)}}\""});
    }
}

/* The name behind "data." or "connection." in a text; NULL: none. */
static const char *stored_name(struct arena *arena, const char *text)
{
    static const char *const stores[] = {"data.", "connection."};
    for (size_t i = 0; i < COUNT(stores); i++) {
        const char *at = strstr(text, stores[i]);
        if (at != NULL) {
            at += strlen(stores[i]);
            return arena_strndup(arena, at,
                                 strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"
                                            "QRSTUVWXYZ0123456789_$"));
        }
    }
    return NULL;
}

static bool stores(const struct checking *checking, const char *step, const char *name)
{
    json_t *directive = get_in(checking, PATH(step));
    size_t index;
    json_t *item;
    if (get(directive, PATH("response", "data", name)) != NULL) {
        return true;
    }
    json_array_foreach(directive, index, item)
    {
        if (get(item, PATH("response", "data", name)) != NULL) {
            return true;
        }
    }
    return false;
}

void look_at_refresh_never_due(struct checking *checking, const struct check_rule *rule)
{
    const json_t *condition = get_in(checking, PATH("refresh", "condition"));
    const char *text = json_string_value(condition);
    const char *name = text == NULL ? NULL : stored_name(checking->arena, text);
    if (name != NULL && !stores(checking, "token", name) && !stores(checking, "info", name) &&
        !stores(checking, "authorize", name)) {
        put_at(checking, PATH("refresh", "condition"),
               &(struct check_says){
                   .rule = rule->name,
                   .problem = arena_printf(checking->arena,
                                           "nothing stores data.%s, so that the condition never "
                                           "comes true",
                                           name),
                   .expected = "it in response.data of token"});
    } else if (name != NULL && !stores(checking, "refresh", name)) {
        put_at(checking, PATH("refresh"),
               &(struct check_says){
                   .rule = rule->name,
                   .problem = arena_printf(checking->arena,
                                           "refresh stores no new data.%s, so that it runs at "
                                           "every use from then on",
                                           name),
                   .expected = "it in response.data of refresh"});
    }
}

void look_at_refresh_token(struct checking *checking, const struct check_rule *rule)
{
    const char *name;
    json_t *value;
    json_object_foreach(get_in(checking, PATH("token", "response", "data")), name, value)
    {
        if (holds(value, "refresh_token") && checking->has_step[STEP_REFRESH] &&
            !stores(checking, "refresh", name)) {
            put_at(checking, PATH("refresh", "response", "data"),
                   &(struct check_says){
                       .rule = rule->name,
                       .problem = arena_printf(checking->arena,
                                               "token stores data.%s and refresh does not: a "
                                               "server that rotates refresh tokens refuses the "
                                               "second refresh",
                                               name),
                       .expected = arena_printf(checking->arena,
                                                "\"%s\": \"{{body.refresh_token}}\"", name)});
        }
    }
}

void look_at_expires(struct checking *checking, const struct check_rule *rule)
{
    const json_t *expires = get_in(checking, PATH("token", "response", "expires"));
    if (holds(expires, "body.expires_in")) {
        put_at(checking, PATH("token", "response", "expires"),
               &(struct check_says){.rule = rule->name,
                                    .problem = "this is when a person must authorize again, and "
                                               "not when the access token ends",
                                    .found = check_shown(checking->arena, expires),
                                    .expected = "the end of the refresh token; the access "
                                                "token's belongs into response.data.expires"});
    } else if (expires == NULL && json_is_object(get_in(checking, PATH("token"))) &&
               checking->has_step[STEP_REFRESH]) {
        put_at(checking, PATH("token", "response"),
               &(struct check_says){.rule = rule->name,
                                    .problem = "it does not say when a person must authorize again",
                                    .expected = "\"expires\": \"{{addMonths(now, 6)}}\", or "
                                                "whenever the refresh token ends"});
    }
}
