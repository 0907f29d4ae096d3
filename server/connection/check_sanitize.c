/* Secrets that a directive sends or gets, and that log.sanitize leaves in the log. */
#include "server/connection/check_sanitize.h"

#include <ctype.h>
#include <string.h>

#include "server/base/str.h"
#include "server/connection/secrets.h"

/* One directive, and the paths that its log shows. */
struct looking {
    struct checking *checking;
    const struct check_rule *rule;
    const struct place *place;
    const json_t *sanitize;
    struct str_buf paths;
};

static void want(struct looking *looking, const char *path)
{
    if (!secrets_are_masked(looking->sanitize, path)) {
        str_buf_printf(&looking->paths, "%s\"%s\"", looking->paths.size == 0 ? "" : ", ", path);
    }
}

static void look_at_part(struct looking *looking, json_t *request, const char *part)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(request, part), name, value)
    {
        if (secrets_has(name)) {
            want(looking, arena_printf(looking->checking->arena, "request.%s.%s", part, name));
        }
    }
}

/* Whether the text names it, and not a longer name that begins so. */
static bool refers_to(const char *text, const char *reference)
{
    size_t size = strlen(reference);
    for (const char *at = text; at != NULL && (at = strstr(at, reference)) != NULL; at += size) {
        if (at[size] != '_' && !isalnum((unsigned char)at[size])) {
            return true;
        }
    }
    return false;
}

static bool has_reference(json_t *members, const char *reference)
{
    const char *name;
    json_t *value;
    json_object_foreach(members, name, value)
    {
        if (refers_to(json_string_value(value), reference)) {
            return true;
        }
    }
    return false;
}

/* What response.data and response.temp take out of the body by the name of a secret. */
static void look_at_answer(struct looking *looking, json_t *request)
{
    static const char *const names[] = {"access_token", "refresh_token", "id_token", "oauth_token",
                                        "oauth_token_secret"};
    const json_t *response = json_object_get(request, "response");
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *reference = arena_printf(looking->checking->arena, "body.%s", names[i]);
        if (has_reference(json_object_get(response, "data"), reference) ||
            has_reference(json_object_get(response, "temp"), reference)) {
            want(looking, arena_printf(looking->checking->arena, "response.%s", reference));
        }
    }
}

static void look_at_request(struct checking *checking, const struct check_rule *rule,
                            const struct place *place, json_t *request)
{
    const json_t *sanitize = json_object_get(json_object_get(request, "log"), "sanitize");
    struct looking looking = {
        .checking = checking, .rule = rule, .place = place, .sanitize = sanitize};
    if (!json_is_object(request) || json_is_true(sanitize)) {
        return;
    }
    str_buf_init(&looking.paths, checking->arena);
    look_at_part(&looking, request, "headers");
    look_at_part(&looking, request, "qs");
    look_at_part(&looking, request, "body");
    look_at_answer(&looking, request);
    if (looking.paths.size > 0) {
        check_put(checking, place,
                  &(struct check_says){.rule = rule->name,
                                       .problem = "secrets stay readable in the log",
                                       .expected =
                                           arena_printf(checking->arena, "log.sanitize to have %s",
                                                        str_buf_text(&looking.paths))});
    }
}

void look_at_sanitize(struct checking *checking, const struct check_rule *rule)
{
    const struct place whole = {0};
    for (enum step step = 0; step < STEP__MAX; step++) {
        json_t *directive = json_object_get(checking->source.json, step_table[step].name);
        const struct place place = {.parent = &whole, .member = step_table[step].name};
        size_t index;
        json_t *item;
        look_at_request(checking, rule, &place, directive);
        json_array_foreach(directive, index, item)
        {
            const struct place at = {.parent = &place, .index = index};
            look_at_request(checking, rule, &at, item);
        }
    }
}
