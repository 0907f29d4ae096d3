/* What users have granted to clients. */
#include "server/base/attr.h"
#include "server/store/clients.h"
#include "server/store/consents.h"
#include "server/store/users.h"
#include "tests/unit/store/fixture.h"

static const struct consent_key key = {.user = 4, .client = 3};

static const char *granted(struct fixture *f, int64_t user, int64_t client)
{
    const struct consent_key of = {.user = user, .client = client};
    const char *scope;
    assert_int_equal(consents_get(f->db, &of, f->arena, &scope), 0);
    return scope;
}

static void put(struct fixture *f, const char *scope, const char *withheld)
{
    const struct consent_row row = {.granted = scope, .withheld = withheld};
    assert_int_equal(consents_put(f->db, &key, &row), 0);
}

static void what_was_granted_adds_up(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(granted(f, 4, 3), "");
    put(f, "openid email", "");
    put(f, "email profile", "");
    assert_string_equal(granted(f, 4, 3), "email openid profile");
}

static void what_was_withheld_is_forgotten_and_the_rest_stays(void **state)
{
    struct fixture *f = *state;
    put(f, "openid email profile", "");
    put(f, "openid", "email phone");
    assert_string_equal(granted(f, 4, 3), "openid profile");
}

static void another_user_or_client_has_granted_nothing(void **state)
{
    struct fixture *f = *state;
    put(f, "openid", "");
    assert_string_equal(granted(f, 3, 3), "");
    assert_string_equal(granted(f, 4, 4), "");
}

static void what_is_forgotten_is_one_pair_s_a_user_s_or_all(void **state)
{
    struct fixture *f = *state;
    static const struct consent_key keys[] = {{4, 3}, {4, 5}, {6, 3}};
    const struct consent_row row = {.granted = "openid", .withheld = "", .organization = 7};
    const struct consent_key user = {.user = 4}, all = {0};
    int64_t organization;
    for (size_t i = 0; i < COUNT(keys); i++) {
        assert_int_equal(consents_put(f->db, &keys[i], &row), 0);
    }
    assert_int_equal(consents_forget(f->db, &keys[0]), 0);
    assert_string_equal(granted(f, 4, 3), "");
    assert_string_equal(granted(f, 4, 5), "openid");
    assert_int_equal(consents_get_organization(f->db, &keys[0], &organization), 0);
    assert_int_equal(organization, 0);
    assert_int_equal(consents_forget(f->db, &user), 0);
    assert_string_equal(granted(f, 4, 5), "");
    assert_string_equal(granted(f, 6, 3), "openid");
    assert_int_equal(consents_forget(f->db, &all), 0);
    assert_string_equal(granted(f, 6, 3), "");
}

static int64_t chosen(struct fixture *f, const struct consent_key *of)
{
    int64_t organization;
    assert_int_equal(consents_get_organization(f->db, of, &organization), 0);
    return organization;
}

static struct consent_key put_pair(struct fixture *f, const char *name)
{
    struct client_row client = {.client_id = name};
    struct user_row user = {.sub = name, .claims = "{}", .memberships = ""};
    assert_int_equal(clients_put(f->db, &client), 0);
    assert_int_equal(clients_get(f->db, name, f->arena, &client), 0);
    assert_int_equal(users_put(f->db, &user), 0);
    assert_int_equal(users_find(f->db, name, f->arena, &user), 0);
    return (struct consent_key){.user = user.id, .client = client.id};
}

/* Either side's leaving is enough. */
static void a_user_or_client_that_is_gone_leaves_no_consent(void **state)
{
    struct fixture *f = *state;
    const struct consent_key here = put_pair(f, "here");
    const struct consent_key pairs[] = {
        here, {here.user, here.client + 9}, {here.user + 9, here.client}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const struct consent_row row = {.granted = "openid", .withheld = "", .organization = 7};
        assert_int_equal(consents_put(f->db, &pairs[i], &row), 0);
    }
    assert_int_equal(consents_sweep(f->db), 0);
    assert_string_equal(granted(f, pairs[0].user, pairs[0].client), "openid");
    assert_string_equal(granted(f, pairs[1].user, pairs[1].client), "");
    assert_string_equal(granted(f, pairs[2].user, pairs[2].client), "");
    assert_int_equal(chosen(f, &pairs[0]), 7);
    assert_int_equal(chosen(f, &pairs[1]), 0);
    assert_int_equal(chosen(f, &pairs[2]), 0);
}

static void the_organization_chosen_last_is_remembered(void **state)
{
    struct fixture *f = *state;
    struct consent_row row = {.granted = "openid", .withheld = "", .organization = 7};
    const struct consent_key other = {.user = 4, .client = 9};
    assert_int_equal(chosen(f, &key), 0);
    assert_int_equal(consents_put(f->db, &key, &row), 0);
    assert_int_equal(chosen(f, &key), 7);
    row.organization = 0;
    assert_int_equal(consents_put(f->db, &key, &row), 0);
    assert_int_equal(chosen(f, &key), 0);
    assert_int_equal(chosen(f, &other), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(what_was_granted_adds_up),
        FACT(what_was_withheld_is_forgotten_and_the_rest_stays),
        FACT(another_user_or_client_has_granted_nothing),
        FACT(what_is_forgotten_is_one_pair_s_a_user_s_or_all),
        FACT(a_user_or_client_that_is_gone_leaves_no_consent),
        FACT(the_organization_chosen_last_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
