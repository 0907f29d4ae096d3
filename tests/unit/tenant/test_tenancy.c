#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keys/b64url.h"
#include "server/store/users.h"
#include "server/tenant/tenancy.h"

#define NOW 1790000000

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static struct tenancy *open_one(struct arena *arena, const char *name, uint64_t seed)
{
    const struct tenancy_options options = {
        .name = name, .clock = {.fixed = true, .at = NOW}, .seeded = true, .seed = seed};
    struct tenancy *tenancy;
    const char *why;
    assert_int_equal(tenancy_open(&options, arena, &tenancy, &why), 0);
    return tenancy;
}

static void tenants_in_one_process_know_nothing_of_each_other(void **state)
{
    struct arena *arena = *state;
    const struct user_row user = {.sub = "1", .claims = "{}", .memberships = ""};
    struct tenancy *one = open_one(arena, "one", 1), *other = open_one(arena, "other", 1);
    struct user_row found;
    assert_int_equal(users_put(tenancy_tenant(one)->db, &user), 0);
    assert_int_equal(users_find(tenancy_tenant(one)->db, "1", arena, &found), 0);
    assert_int_equal(users_find(tenancy_tenant(other)->db, "1", arena, &found), 1);
    tenancy_close(one);
    assert_int_equal(users_put(tenancy_tenant(other)->db, &user), 0);
    tenancy_close(other);
}

static void a_tenants_clock_is_its_own(void **state)
{
    struct tenancy *one = open_one(*state, "one", 1), *other = open_one(*state, "other", 1);
    tenancy_tenant(one)->clock.at += 100;
    assert_int_equal(tenant_now(tenancy_tenant(one)), NOW + 100);
    assert_int_equal(tenant_now(tenancy_tenant(other)), NOW);
    tenancy_close(one);
    tenancy_close(other);
}

static void what_is_drawn_beside_does_not_move_the_tenants_own_stream(void **state)
{
    char tokens[2][B64URL_SIZE(32)];
    for (size_t i = 0; i < 2; i++) {
        struct tenancy *tenancy = open_one(*state, "default", 42);
        struct random *beside = tenancy_random_beside(tenancy);
        char text[B64URL_SIZE(32)];
        if (i == 0) {
            random_text(beside, text, 32);
        }
        random_text(tenancy_tenant(tenancy)->random, tokens[i], 32);
        assert_true(i == 1 || strcmp(text, tokens[i]) != 0);
        random_free(beside);
        tenancy_close(tenancy);
    }
    assert_string_equal(tokens[0], tokens[1]);
}

static void a_tenant_whose_database_cannot_be_opened_says_why(void **state)
{
    const struct tenancy_options options = {.name = "default", .db = "/nowhere/at/all.db"};
    struct tenancy *tenancy;
    const char *why;
    assert_int_equal(tenancy_open(&options, *state, &tenancy, &why), 1);
    assert_null(tenancy);
    assert_non_null(strstr(why, "/nowhere/at/all.db"));
}

#define FACT(function) cmocka_unit_test_setup_teardown(function, make_arena, drop_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(tenants_in_one_process_know_nothing_of_each_other),
        FACT(a_tenants_clock_is_its_own),
        FACT(what_is_drawn_beside_does_not_move_the_tenants_own_stream),
        FACT(a_tenant_whose_database_cannot_be_opened_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
