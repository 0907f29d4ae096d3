/* The rule of Make's API is one ladder: of all that is wrong with a call, the first step that fails
 * answers. */
#include "tests/unit/endpoints/api.h"

/* -- what is there, before the role; the role, before what was asked ----------------------------
 */

/* User 3001 sees scenarios and changes none. */
static void add_monitor(json_t *fixture)
{
    add_user(fixture, "3001",
             "{'organizations':[{'id':1,'role':'Member'}],"
             "'teams':[{'id':1,'role':'Team monitoring'}]}");
}

static int with_monitor(void **state)
{
    return api_open(state, add_monitor);
}

static void what_is_not_there_is_told_before_the_role_is_looked_at(void **state)
{
    static const struct api_row rows[] = {
        {"PATCH /scenarios/99", "{'name':7}", 404, "SC404", NULL},
        {"POST /scenarios", "{'teamId':99}", 404, "SC404", NULL},
    };
    api_refuses(*state, TOKEN(3001), rows, COUNT(rows));
}

static void without_the_role_nothing_is_told_of_the_rest(void **state)
{
    static const struct api_row rows[] = {
        {"PATCH /scenarios/1", "{'name':7}", 403, "SC403", "must allow"},
        {"PATCH /scenarios/1", "{'id':2}", 403, "SC403", "must allow"},
        {"POST /scenarios", "{'teamId':1}", 403, "SC403", "must allow"},
        {"DELETE /data-stores/1", NULL, 403, "SC403", "must allow"},
        {"DELETE /teams/1", NULL, 403, "SC403", "must allow"},
        {"DELETE /data-stores/1/data", "{}", 403, "SC403", "must allow"},
        {"PATCH /scenarios/1?cols[]=nope", "{'name':'x'}", 403, "SC403", "must allow"},
    };
    api_refuses(*state, TOKEN(3001), rows, COUNT(rows));
}

static void a_confirmation_is_asked_for_before_the_body_is_judged(void **state)
{
    static const struct api_row rows[] = {
        {"DELETE /data-stores/1/data", "{}", 406, "IM004", NULL},
        {"DELETE /data-stores/1/data?confirmed=true", "{}", 400, "IM005", NULL},
    };
    api_refuses(*state, OWNER, rows, COUNT(rows));
}

#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, api_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_there_is_told_before_the_role_is_looked_at, with_monitor),
        TEST(without_the_role_nothing_is_told_of_the_rest, with_monitor),
        TEST(a_confirmation_is_asked_for_before_the_body_is_judged, api_begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
