/* What a token has to hold for each operation of Make's API. */
#include "tests/unit/endpoints/guarded.h"
#include "tests/unit/endpoints/sign_in.h"

#define OPERATIONS 401 /* 354 of Make's reference, 47 that its SDK calls beside them */

static const char *subject_lacking(struct arena *arena, const char *lacking)
{
    json_auto_t *every = world_scopes(arena);
    int number = 2000;
    char *save = NULL;
    for (char *scope = strtok_r(arena_strdup(arena, json_string_value(every)), " ", &save);
         scope != NULL && !str_equal(scope, lacking); scope = strtok_r(NULL, " ", &save)) {
        number++;
    }
    return arena_printf(arena, "%d", number);
}

/* For each scope of the API an administrator whose API token has all of them but that one. */
static void add_lackers(json_t *fixture)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_auto_t *every = world_scopes(arena);
    char *save = NULL;
    for (char *scope = strtok_r(arena_strdup(arena, json_string_value(every)), " ", &save);
         scope != NULL; scope = strtok_r(NULL, " ", &save)) {
        json_t *user = add_user(fixture, subject_lacking(arena, scope), "{'admin':true}");
        set_scopes_but(user, arena_printf(arena, " %s", scope));
    }
}

static int with_lackers(void **state)
{
    return api_open(state, add_lackers);
}

static void refused_without(struct api *api, const struct operation *operation, const char *scope)
{
    const char *token = arena_printf(api->arena, "00000000-0000-4000-8000-00000000%s",
                                     subject_lacking(api->arena, scope));
    const struct api_answer answer =
        api_refused(api, token, path_call(api, operation, NULL), NULL, 403, "SC403", NULL);
    const char *challenge = api_header(&answer, "WWW-Authenticate");
    assert_string_equal(text_of(answer.json, "message"), "Permission denied");
    assert_string_equal(text_of(answer.json, "detail"),
                        arena_printf(api->arena, "%s needs the scope '%s', which the token lacks",
                                     operation->label, scope));
    assert_true(str_starts(challenge, "Bearer "));
    assert_non_null(strstr(challenge, "error=\"insufficient_scope\""));
    assert_non_null(strstr(challenge, arena_printf(api->arena, " scope=\"%s\"", operation->scope)));
}

/* `:write` stands for no `:read`, and no scope for another. */
/* proves: SCP-01 SCP-02 */
static void each_operation_is_refused_to_a_token_that_lacks_one_of_its_scopes(void **state)
{
    struct api *api = *state;
    size_t count = 0;
    const struct operation *operations = all_operations(api, &count);
    assert_int_equal(count, OPERATIONS);
    for (size_t i = 0; i < count; i++) {
        char *save = NULL;
        char *rest = arena_strdup(api->arena, operations[i].scope);
        for (char *scope = strtok_r(rest, " ", &save); scope != NULL;
             scope = strtok_r(NULL, " ", &save)) {
            refused_without(api, &operations[i], scope);
        }
    }
}

/* An access token with just the operation's scopes; one for all that need the same. */
static const char *token_for(struct api *api, json_t *tokens, const struct operation *operation)
{
    if (json_object_get(tokens, operation->scope) == NULL) {
        const char *scope = arena_printf(api->arena, "openid%s%s",
                                         *operation->scope == '\0' ? "" : " ", operation->scope);
        json_object_set_new(tokens, operation->scope, json_string(api_bearer(api, scope)));
    }
    return text_of(tokens, operation->scope);
}

static void is_open(struct api *api, json_t *tokens, const struct operation *operation)
{
    bool is_get = str_equal(operation->method, "GET");
    const struct api_answer answer =
        api_call(api, token_for(api, tokens, operation), path_call(api, operation, NULL),
                 is_get ? NULL : "{}");
    bool is_named_by_time = strstr(operation->path, "timestamp") != NULL;
    if (answer.status == 401 || answer.status == 403 ||
        (is_get && !is_named_by_time && answer.status != 200)) {
        fail_msg("%s: %s", operation->label, api_shown(api, &answer));
    }
}

static void each_operation_is_open_to_a_token_with_its_scopes_and_no_other(void **state)
{
    size_t count = 0;
    json_t *tokens = api_keep(*state, json_object());
    const struct operation *operations = all_operations(*state, &count);
    assert_int_equal(count, OPERATIONS);
    for (int deletes = 0; deletes < 2; deletes++) { /* those that delete come last */
        for (size_t i = 0; i < count; i++) {
            if (str_equal(operations[i].method, "DELETE") == (deletes == 1)) {
                is_open(*state, tokens, &operations[i]);
            }
        }
    }
}

static void take_administration(json_t *fixture)
{
    json_object_del(json_array_get(json_object_get(fixture, "users"), 0), "admin");
}

static int without_administrators(void **state)
{
    return api_open(state, take_administration);
}

static void an_administrators_scope_is_of_no_use_to_anybody_else(void **state)
{
#define FOR_ADMINISTRATORS(scope)                                                                  \
    403, "SC403",                                                                                  \
        "^the scope '" scope "' is for administrators of the platform, and user '1001' is none$"
    static const struct api_row rows[] = {
        {"POST /organizations", "{'name':'New'}", FOR_ADMINISTRATORS("admin:write")},
        {"GET /credential-requests/apps/http/1/modules-with-credentials", NULL,
         FOR_ADMINISTRATORS("apps:read")},
    };
#undef FOR_ADMINISTRATORS
    api_refuses(*state, api_bearer(*state, "openid organizations:write admin:write"), &rows[0], 1);
    api_refuses(*state, api_bearer(*state, "openid organizations:write apps:read"), &rows[1], 1);
}

static void a_scope_that_was_not_consented_to_opens_nothing(void **state)
{
    const char *token = api_bearer(*state, "openid user:read");
    api_ok(*state, token, "GET /users/me", NULL);
    api_refused(*state, token, "GET /scenarios?teamId=1", NULL, 403, "SC403", "scenarios:read");
}

#define TEST_IN(name, setup) cmocka_unit_test_setup_teardown(name, setup, api_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN(each_operation_is_refused_to_a_token_that_lacks_one_of_its_scopes, with_lackers),
        TEST_IN(each_operation_is_open_to_a_token_with_its_scopes_and_no_other, api_begin),
        TEST_IN(an_administrators_scope_is_of_no_use_to_anybody_else, without_administrators),
        TEST_IN(a_scope_that_was_not_consented_to_opens_nothing, api_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
