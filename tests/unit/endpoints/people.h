/* Steps in worlds that have more users than the default fixture, and other roles. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_PEOPLE_H
#define MAKESHIFT_TESTS_ENDPOINTS_PEOPLE_H

#include "tests/unit/endpoints/sign_in.h"
#include "tests/unit/endpoints/steps.h"

#define IN(id, role) "{'id':" #id ",'role':'" role "'}"
#define USER(sub, organizations, teams)                                                            \
    "{'sub':'" #sub "','organizations':[" organizations "],'teams':[" teams "]}"
#define USERS(users) "{'users':[" users "]}"
#define OWNER_OF_BOTH "'users/0':{'organizations':[" IN(1, "Owner") "," IN(2, "Owner") "]}"
#define TEAM_ABROAD "'teams':[{'id':3,'name':'Abroad','organizationId':2}]"

#define LIMITED "limited" /* a step's token: the owner's, who consented to organization 2 alone */

static inline void add_all(json_t *fixture, const char *name, const json_t *list)
{
    size_t index;
    json_t *each;
    json_array_foreach(list, index, each)
    {
        if (str_equal(name, "users")) {
            json_object_update(add_user(fixture, text_of(each, "sub"), "{}"), each);
        } else {
            json_array_append(json_object_get(fixture, name), each);
        }
    }
}

/* A new world in place of the test's last: the default fixture, with these members. Lists are added
 * to those that are there, and what is named with a slash ("users/0") is changed in its members.
 * NULL: nothing. */
static inline struct api *world_with(void **state, const char *members)
{
    const char *name;
    json_t *value;
    struct arena *arena = arena_new();
    json_auto_t *fixture = api_fixture(arena);
    json_auto_t *more = json_from(members == NULL ? "{}" : members);
    json_object_foreach(more, name, value)
    {
        if (strchr(name, '/') != NULL) {
            json_auto_t *changed = json_at(fixture, arena_printf(arena, "/%s", name));
            assert_int_equal(json_object_update(changed, value), 0);
        } else if (json_is_array(value)) {
            add_all(fixture, name, value);
        } else {
            json_object_set(fixture, name, value);
        }
    }
    if (*state != NULL) {
        api_end(state);
    }
    assert_int_equal(api_open_in(state, arena, fixture), 0);
    return *state;
}

static inline int world_gone(void **state)
{
    return *state == NULL ? 0 : api_end(state);
}

#define PEOPLE_TEST(name) cmocka_unit_test_teardown(name, world_gone)

/* The credential of an access token of this user. */
static inline const char *bearer_for(struct api *api, const char *subject, const char *scope)
{
    const char *ask = arena_printf(api->arena, WEB "&login_hint=%s", subject);
    const json_t *told = api_sign_in_with(api, ask, WEB "&" WEB_SECRET, scope);
    return bearer_of(api, text_of(told, "access_token"));
}

/* The credential of the first user, who chooses organization 2 when consenting. */
static inline const char *limited_to_2(struct api *api)
{
    static const char ask[] = "POST /_makeshift/sign-ins HTTP/1.1\nHost: localhost\n"
                              "Content-Type: application/json\n\n{\"organization\":2}";
    json_auto_t *fixture = api_fixture(api->arena);
    const json_t *web = json_array_get(json_object_get(fixture, "clients"), 0);
    assert_int_equal(api_wire(api, ask, strlen(ask)).status, 201);
    return api_bearer(api, text_of(web, "scope"));
}

/* In a new world. */
static inline void people_run(void **state, const char *members, const struct step *steps,
                              size_t count)
{
    struct api *api = world_with(state, members);
    struct step *copy = arena_copy(api->arena, steps, count * sizeof(*steps));
    const char *limited = NULL;
    for (size_t i = 0; i < count; i++) {
        if (str_equal(copy[i].token, LIMITED)) {
            limited = limited == NULL ? limited_to_2(api) : limited;
            copy[i].token = limited;
        }
    }
    steps_run(api, copy, count);
}

#define PEOPLE_RUN(state, members, steps) people_run(state, members, steps, COUNT(steps))

#endif
