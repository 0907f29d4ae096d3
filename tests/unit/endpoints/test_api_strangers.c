/* All operations, called by who has no role where they need one, and by who consented to another
 * organization. */
#include "server/fixture/embedded.h"
#include "tests/unit/endpoints/guarded.h"

/* Tells everything there is to select, in each of the ways that bodies select and change. */
#define GREEDY                                                                                     \
    "{'all':true,'ids':[1,2,3,'" HEX(                                                              \
        "d1") "'],'keys':['customer-1'],'name':'Taken',"                                           \
              "'label':'Taken','data':{'taken':1},'usersRoleId':1,'userId':3000,"                  \
              "'email':'user3000@example.com','connectionId':1,'code':'x','typeName':'x'}"

#define OWNERS_EMAIL "olivia.owner@example.com"

static void add_name(json_t *names, const json_t *document, const char *member)
{
    if (strlen(text_of(document, member)) > 3) {
        json_object_set_new(names, text_of(document, member), json_true());
    }
}

/* What documents of the fixture are called, as the names of an object; the caller's. */
static json_t *names_of_documents(void)
{
    json_auto_t *resources = json_loads(embedded_fixtures_make_resources_json, 0, NULL);
    json_t *names = json_pack("{s:b, s:b, s:b, s:b}", "Marketing", 1, "Operations", 1, OWNERS_EMAIL,
                              1, "Example Organization", 1);
    const char *collection;
    json_t *documents;
    json_object_foreach(resources, collection, documents)
    {
        size_t index;
        json_t *document;
        json_array_foreach(documents, index, document)
        {
            add_name(names, document, "name");
            add_name(names, document, "label");
        }
    }
    assert_true(json_object_size(names) > 20);
    return names;
}

/* The first of these names that the answer has, but for `allowed`; NULL: none. */
static const char *name_in(struct api *api, const struct api_answer *answer, json_t *names,
                           const char *allowed)
{
    const char *shown = api_shown(api, answer);
    const char *name;
    json_t *value;
    json_object_foreach(names, name, value)
    {
        if (!str_equal(name, allowed) &&
            strstr(shown, arena_printf(api->arena, "\"%s\"", name)) != NULL) {
            return name;
        }
    }
    return NULL;
}

/* What an owner sees, of every path that needs a role; the caller's. */
static json_t *everything(struct api *api)
{
    json_t *seen = json_object();
    size_t count;
    const struct operation *all = all_operations(api, &count);
    for (size_t i = 0; i < count; i++) {
        if (is_guarded(&all[i]) && str_equal(all[i].method, "GET")) {
            const struct api_answer answer =
                api_call(api, OWNER, path_call(api, &all[i], NULL), NULL);
            json_object_set_new(
                seen, all[i].path,
                json_stringn_nocheck(answer.response.body, answer.response.body_size));
        }
    }
    assert_true(json_object_size(seen) > 90);
    return seen;
}

static void nothing_has_changed(struct api *api, json_t *before)
{
    json_auto_t *after = everything(api);
    const char *path;
    json_t *value;
    json_object_foreach(before, path, value)
    {
        if (!json_equal(value, json_object_get(after, path))) {
            fail_msg("%s has changed", path);
        }
    }
}

static struct api_answer ask(struct api *api, const char *token, const struct operation *operation,
                             const char *query, const char *body)
{
    const char *call = arena_printf(api->arena, "%s%s", path_call(api, operation, NULL), query);
    return api_call(api, token, call, str_equal(operation->method, "GET") ? NULL : body);
}

/* The place of organization or team 1, where the path does not say it. */
static const char *query_of(struct api *api, const struct operation *operation)
{
    return names_nothing(operation)
               ? arena_printf(api->arena, "?%s=1&confirmed=true", place_of(operation))
               : "?confirmed=true";
}

/* -- strangers ----------------------------------------------------------------------------------
 */

#define STRANGER TOKEN(3000)

static struct api *with_stranger(void **state)
{
    return world_with(state, USERS(USER(3000, "", "")));
}

static void must_learn_nothing(struct api *api, const struct operation *operation,
                               const struct api_answer *answer)
{
    int missing = status_of_missing(operation);
    const char *code = answer->status == 403 ? "SC403" : missing == 400 ? "IM005" : "SC404";
    if ((answer->status != 403 && answer->status != missing) ||
        !str_equal(text_of(answer->json, "code"), code) ||
        strstr(text_of(answer->json, "detail"), "organizationId") != NULL) {
        fail_msg("%s: %s", operation->label, api_shown(api, answer));
    }
}

/* Returns how often it was told where a role is needed. */
static size_t name_two_places(struct api *api, const struct operation *operation, bool is_in_query)
{
    bool is_get = str_equal(operation->method, "GET");
    const char *query =
        is_in_query ? "?teamId=1&organizationId=2&confirmed=true" : "?confirmed=true";
    const char *body = is_in_query ? "{}" : "{'teamId':1,'organizationId':2}";
    const struct api_answer answer = ask(api, STRANGER, operation, query, body);
    if (answer.status >= 500) {
        fail_msg("%s: %s", operation->label, api_shown(api, &answer));
    }
    if (!is_guarded(operation) || !names_nothing(operation) || (is_get && !is_in_query)) {
        return 0;
    }
    must_learn_nothing(api, operation, &answer);
    return 1;
}

/* Each operation, once by the query and once by the body. */
static void
a_stranger_who_names_a_team_and_another_organization_learns_nothing_of_either(void **state)
{
    struct api *api = with_stranger(state);
    size_t guarded = 0;
    size_t count;
    const struct operation *all = all_operations(api, &count);
    for (size_t i = 0; i < count; i++) {
        guarded += name_two_places(api, &all[i], true);
        guarded += name_two_places(api, &all[i], false);
    }
    assert_true(guarded > 60);
    api_refused(api, STRANGER, "GET /scenarios?teamId=1&organizationId=2", NULL, 403, "SC403",
                "has no role there, in team 1");
}

static void a_stranger_is_refused_wherever_a_team_or_organization_is_named(void **state)
{
    struct api *api = with_stranger(state);
    size_t count;
    const struct operation *all = all_operations(api, &count);
    for (size_t i = 0; i < count; i++) {
        const struct operation *operation = &all[i];
        if (!is_guarded(operation)) {
            continue;
        }
        const struct api_answer answer =
            ask(api, STRANGER, operation, query_of(api, operation), GREEDY);
        bool is_hidden = answer.status == status_of_missing(operation) && !names_nothing(operation);
        bool is_told = answer.status == 403 &&
                       strstr(text_of(answer.json, "detail"), "has no role there") != NULL;
        if (!is_hidden && !is_told) {
            fail_msg("%s: %s", operation->label, api_shown(api, &answer));
        }
    }
}

static void a_stranger_sees_and_changes_nothing_where_nothing_is_named(void **state)
{
    struct api *api = with_stranger(state);
    json_auto_t *names = names_of_documents();
    json_auto_t *before = everything(api);
    size_t count;
    const struct operation *all = all_operations(api, &count);
    const struct api_answer scenarios = api_call(api, OWNER, "GET /scenarios", NULL);
    assert_non_null(name_in(api, &scenarios, names, NULL));
    for (size_t i = 0; i < count; i++) {
        if (!is_guarded(&all[i])) {
            continue;
        }
        const struct api_answer answer = ask(api, STRANGER, &all[i], "?confirmed=true", GREEDY);
        if (answer.status == 200 &&
            (!names_nothing(&all[i]) || name_in(api, &answer, names, NULL) != NULL)) {
            fail_msg("%s: %s", all[i].label, api_shown(api, &answer));
        }
    }
    nothing_has_changed(api, before);
}

/* -- a consent to one organization --------------------------------------------------------------
 */

static void must_be_elsewhere(struct api *api, const char *limited,
                              const struct operation *operation)
{
    static const char elsewhere[] =
        "the user's consent is for organization 2 alone, and this is about 1";
    const struct api_answer answer = ask(api, limited, operation, query_of(api, operation), GREEDY);
    if (!is_not_there(operation) &&
        (answer.status != 403 || !str_equal(text_of(answer.json, "detail"), elsewhere))) {
        fail_msg("%s: %s", operation->label, api_shown(api, &answer));
    }
}

/* 403: a body can name a connection. */
static void must_tell_no_name(struct api *api, const char *limited,
                              const struct operation *operation, json_t *names)
{
    const struct api_answer answer = ask(api, limited, operation, "?confirmed=true", GREEDY);
    if ((answer.status != 200 && answer.status != 400 && answer.status != 403) ||
        name_in(api, &answer, names, OWNERS_EMAIL) != NULL) {
        fail_msg("%s: %s", operation->label, api_shown(api, &answer));
    }
}

static void a_consent_to_one_organization_opens_and_changes_nothing_of_another(void **state)
{
    struct api *api = world_with(state, "{" OWNER_OF_BOTH "}");
    const char *limited = limited_to_2(api);
    json_auto_t *names = names_of_documents();
    json_auto_t *before = everything(api);
    size_t count;
    const struct operation *all = all_operations(api, &count);
    for (size_t i = 0; i < count; i++) {
        if (is_guarded(&all[i])) {
            must_be_elsewhere(api, limited, &all[i]);
        }
        if (is_guarded(&all[i]) && names_nothing(&all[i])) {
            must_tell_no_name(api, limited, &all[i], names);
        }
    }
    nothing_has_changed(api, before);
}

static void a_consent_to_one_organization_tells_of_no_role_in_another(void **state)
{
    static const struct step steps[] = {
        {"GET /users/1001/user-organization-roles", .at = "/userOrganizationRoles/*/organizationId",
         .is = "[1,2]"},
        {"GET /users/1001/user-organization-roles", .at = "/userOrganizationRoles/*/organizationId",
         .is = "[2]", .token = LIMITED},
        {"GET /users/1001/user-team-roles", .at = "/userTeamRoles", .is = "[]", .token = LIMITED},
    };
    PEOPLE_RUN(state, "{" OWNER_OF_BOTH "}", steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(a_stranger_who_names_a_team_and_another_organization_learns_nothing_of_either),
        PEOPLE_TEST(a_stranger_is_refused_wherever_a_team_or_organization_is_named),
        PEOPLE_TEST(a_stranger_sees_and_changes_nothing_where_nothing_is_named),
        PEOPLE_TEST(a_consent_to_one_organization_opens_and_changes_nothing_of_another),
        PEOPLE_TEST(a_consent_to_one_organization_tells_of_no_role_in_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
