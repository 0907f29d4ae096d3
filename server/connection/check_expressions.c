/* What the expressions of a connection say: whether they can be read, and what they name. */
#include "server/connection/check_expressions.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/connection/check_names.h"
#include "server/connection/check_parameters.h"
#include "server/iml/function.h"
#include "server/iml/parse.h"
#include "server/iml/zone.h"

enum where { IN_REQUEST = 1, IN_RESPONSE = 2, IN_ANY = 3 };

/* TABLE of the variables, and where they are there. */
static const struct variable {
    const char *name;
    unsigned where;
    bool from_callback; /* the answer of authorize, and what comes behind it */
} variable_table[] = {
    {.name = "now", .where = IN_ANY},
    {.name = "environment", .where = IN_ANY},
    {.name = "temp", .where = IN_ANY},
    {.name = "parameters", .where = IN_ANY},
    {.name = "common", .where = IN_ANY},
    {.name = "data", .where = IN_ANY},
    {.name = "connection", .where = IN_ANY},
    {.name = "oauth", .where = IN_ANY},
    {.name = "body", .where = IN_RESPONSE},
    {.name = "headers", .where = IN_RESPONSE},
    {.name = "statusCode", .where = IN_RESPONSE},
    {.name = "query", .where = IN_RESPONSE, .from_callback = true},
};

static const char *const oauth_members[] = {"scope",
                                            "redirectUri",
                                            "localRedirectUri",
                                            "makeRedirectUri",
                                            "consumer_key",
                                            "consumer_secret",
                                            "token",
                                            "token_secret",
                                            "verifier",
                                            "private_key",
                                            NULL};

/* One text of the connection. */
struct reading {
    struct checking *checking;
    const struct place *place;
    enum step step; /* STEP__MAX: of none, such as OAuth 1's own directive */
    unsigned where;
};

static bool is_one_of(const char *const *words, const char *word)
{
    while (*words != NULL && !str_equal(*words, word)) {
        words++;
    }
    return *words != NULL;
}

static void put(const struct reading *reading, const struct check_says *says)
{
    check_put(reading->checking, reading->place, says);
}

static const struct variable *variable_find(const char *name)
{
    for (size_t i = 0; i < COUNT(variable_table); i++) {
        if (str_equal(variable_table[i].name, name)) {
            return &variable_table[i];
        }
    }
    return NULL;
}

static void put_unknown_variable(const struct reading *reading, const char *name)
{
    struct nearest nearest = {0};
    nearest_init(&nearest, name);
    for (size_t i = 0; i < COUNT(variable_table); i++) {
        nearest_offer(&nearest, variable_table[i].name);
    }
    put(reading, &(struct check_says){
                     .rule = "variable",
                     .problem = arena_printf(reading->checking->arena,
                                             "there is no variable '%s' in a connection", name),
                     .nearest = nearest_text(&nearest)});
}

static void judge_variable(const struct reading *reading, const char *name)
{
    const struct variable *variable = variable_find(name);
    struct arena *arena = reading->checking->arena;
    if (variable == NULL) {
        put_unknown_variable(reading, name);
        return;
    }
    if (variable->from_callback && reading->step != STEP_AUTHORIZE) {
        put(reading,
            &(struct check_says){.rule = "variable",
                                 .problem = arena_printf(arena,
                                                         "'%s' is there in the response of "
                                                         "authorize alone; keep it in temp",
                                                         name)});
    } else if ((variable->where & reading->where) == 0) {
        put(reading, &(struct check_says){
                         .rule = "variable",
                         .problem = arena_printf(arena, "'%s' is there in responses alone", name)});
    }
}

static void judge_name(const struct reading *reading, const char *of, const char *name)
{
    const char *meant = NULL;
    struct arena *arena = reading->checking->arena;
    if (!check_name_is_set(reading->checking, of, name, &meant)) {
        put(reading,
            &(struct check_says){.rule = "unset",
                                 .problem = arena_printf(arena, "no step sets %s.%s", of, name),
                                 .nearest = meant});
    }
}

/* A member of a variable: oauth.scopes, parameters.teamID. */
static void judge_member(const struct reading *reading, const struct node *node)
{
    struct nearest nearest = {0};
    const struct node *of = node->children[0];
    if (of->kind != NODE_NAME) {
        return;
    }
    if (str_equal(of->name, "parameters") && parameter_is_reserved(node->name)) {
        put(reading,
            &(struct check_says){.rule = "reserved-parameter",
                                 .problem = "Make gives a parameter of this name another meaning",
                                 .found = node->name,
                                 .expected = "another name"});
    }
    if (str_has_word("temp data connection", of->name)) {
        judge_name(reading, of->name, node->name);
    }
    if (!str_equal(of->name, "oauth") || is_one_of(oauth_members, node->name)) {
        return;
    }
    nearest_init(&nearest, node->name);
    for (const char *const *word = oauth_members; *word != NULL; word++) {
        nearest_offer(&nearest, *word);
    }
    put(reading,
        &(struct check_says){
            .rule = "variable",
            .problem = arena_printf(reading->checking->arena, "there is no oauth.%s", node->name),
            .expected = "scope, redirectUri, localRedirectUri or makeRedirectUri",
            .nearest = nearest_text(&nearest)});
}

static void judge_call(const struct reading *reading, const struct node *node)
{
    struct nearest nearest = {0};
    if (node->function == NULL) {
        nearest_init(&nearest, node->name);
        function_offer(&nearest);
        put(reading, &(struct check_says){
                         .rule = "function",
                         .problem = arena_printf(reading->checking->arena,
                                                 "%s is no function of Make's; custom functions "
                                                 "cannot run here",
                                                 node->name),
                         .nearest = nearest_text(&nearest)});
        return;
    }
    bool has_zone = str_equal(node->name, "parseDate") && node->count > 1 &&
                    node->children[1]->kind == NODE_VALUE &&
                    node->children[1]->value.type == IML_TEXT &&
                    zone_is_known(node->children[1]->value.bytes);
    if (has_zone) {
        put(reading, &(struct check_says){.rule = "parse-date",
                                          .problem = "the second argument of parseDate is the "
                                                     "format; the time zone is the third",
                                          .found = node->children[1]->value.bytes,
                                          .expected = "a format such as \"YYYY-MM-DD\""});
    }
}

static void judge_node(const struct reading *reading, const struct node *node)
{
    if (node->kind == NODE_NAME) {
        judge_variable(reading, node->name);
    } else if (node->kind == NODE_MEMBER) {
        judge_member(reading, node);
    } else if (node->kind == NODE_CALL) {
        judge_call(reading, node);
    }
    for (size_t i = 0; i < node->count; i++) {
        judge_node(reading, node->children[i]);
    }
}

static void judge_text(const struct reading *reading, const char *text)
{
    struct arena *arena = reading->checking->arena;
    struct iml iml = {.arena = arena, .zone = "UTC"};
    const struct node *node = parse_text(&iml, text, strlen(text));
    if (node != NULL) {
        judge_node(reading, node);
        return;
    }
    put(reading, &(struct check_says){.rule = "iml",
                                      .problem = iml.fault.problem,
                                      .found = arena_printf(arena, "it in %s, at character %zu",
                                                            check_shown_text(arena, text),
                                                            iml.fault.at + 1)});
}

static void walk(const struct reading *reading, json_t *value);

static void walk_member(const struct reading *reading, const char *name, json_t *value)
{
    const struct place at = {.parent = reading->place, .member = name};
    struct reading inner = *reading;
    inner.place = &at;
    bool enters = reading->place->parent != NULL && str_equal(name, "response") &&
                  reading->where == IN_REQUEST;
    inner.where = enters ? IN_RESPONSE : reading->where;
    inner.step = reading->place->parent == NULL ? step_find(name) : reading->step;
    judge_text(&inner, name);
    walk(&inner, value);
}

static void walk(const struct reading *reading, json_t *value)
{
    const char *name;
    size_t index;
    json_t *item;
    if (json_is_string(value)) {
        judge_text(reading, json_string_value(value));
        return;
    }
    json_object_foreach(value, name, item)
    {
        walk_member(reading, name, item);
    }
    json_array_foreach(value, index, item)
    {
        const struct place at = {.parent = reading->place, .index = index};
        struct reading inner = *reading;
        inner.place = &at;
        walk(&inner, item);
    }
}

void check_expressions(struct checking *checking)
{
    const struct place whole = {0};
    const struct reading reading = {
        .checking = checking, .place = &whole, .step = STEP__MAX, .where = IN_REQUEST};
    walk(&reading, checking->source.json);
}
