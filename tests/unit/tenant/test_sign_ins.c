#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/tenant/sign_ins.h"

static int64_t add(struct sign_ins *sign_ins, json_t *given)
{
    json_t *shown;
    assert_int_equal(sign_ins_add(sign_ins, given, &shown), 0);
    int64_t id = json_integer_value(json_object_get(shown, "id"));
    json_decref(shown);
    json_decref(given);
    return id;
}

/* The id of what a request of that client and login_hint meets; 0: of nothing. */
static int64_t meet(struct sign_ins *sign_ins, const char *client_id, const char *hint)
{
    json_auto_t *subject = json_pack("{s:{s:s}}", "parameters", "login_hint", hint);
    json_auto_t *met = sign_ins_meet(sign_ins, client_id, subject);
    return json_integer_value(json_object_get(met, "id"));
}

static void one_is_met_as_often_as_it_says_and_the_oldest_first(void **state)
{
    struct sign_ins *sign_ins = sign_ins_new(NULL);
    (void)state;
    assert_false(sign_ins_are_to_come(sign_ins));
    assert_int_equal(add(sign_ins, json_pack("{s:i}", "times", 2)), 1);
    assert_int_equal(add(sign_ins, json_object()), 2);
    assert_true(sign_ins_are_to_come(sign_ins));
    const int64_t expected[] = {1, 1, 2, 0};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(meet(sign_ins, "a", ""), expected[i]);
    }
    assert_false(sign_ins_are_to_come(sign_ins));
    json_auto_t *one = sign_ins_get(sign_ins, 1);
    assert_int_equal(json_integer_value(json_object_get(one, "met")), 2);
    sign_ins_free(sign_ins);
}

static void one_waits_for_its_client_and_for_what_it_matches(void **state)
{
    struct sign_ins *sign_ins = sign_ins_new(NULL);
    (void)state;
    add(sign_ins, json_pack("{s:s}", "client_id", "b"));
    add(sign_ins, json_pack("{s:{s:{s:s}}}", "match", "parameters", "login_hint", "bob"));
    assert_int_equal(meet(sign_ins, "a", "alice"), 0);
    assert_int_equal(meet(sign_ins, "a", "bob"), 2);
    assert_int_equal(meet(sign_ins, "b", "alice"), 1);
    assert_false(sign_ins_are_to_come(sign_ins));
    sign_ins_free(sign_ins);
}

static void one_that_is_removed_is_not_met(void **state)
{
    struct sign_ins *sign_ins = sign_ins_new(NULL);
    (void)state;
    int64_t id = add(sign_ins, json_object());
    assert_int_equal(sign_ins_remove(sign_ins, id), 0);
    assert_int_equal(sign_ins_remove(sign_ins, id), 1);
    assert_false(sign_ins_are_to_come(sign_ins));
    assert_int_equal(add(sign_ins, json_object()), 2);
    assert_int_equal(sign_ins_clear(sign_ins), 0);
    assert_int_equal(meet(sign_ins, "a", ""), 0);
    assert_int_equal(add(sign_ins, json_object()), 3);
    sign_ins_free(sign_ins);
}

static void of_those_used_up_the_last_thousand_stay(void **state)
{
    struct sign_ins *sign_ins = sign_ins_new(NULL);
    (void)state;
    add(sign_ins, json_pack("{s:s}", "client_id", "b"));
    for (int64_t i = 0; i < SIGN_INS_USED_MAX + 2; i++) {
        int64_t id = add(sign_ins, json_object());
        assert_int_equal(meet(sign_ins, "a", ""), id);
    }
    json_auto_t *list = sign_ins_list(sign_ins);
    assert_int_equal(json_array_size(list), SIGN_INS_USED_MAX + 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "id")), 1);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 1), "id")), 4);
    sign_ins_free(sign_ins);
}

static void as_many_may_be_to_come_as_the_header_says(void **state)
{
    struct sign_ins *sign_ins = sign_ins_new(NULL);
    (void)state;
    json_t *shown;
    json_auto_t *given = json_object();
    for (size_t i = 0; i < SIGN_INS_MAX; i++) {
        add(sign_ins, json_object());
    }
    assert_int_equal(sign_ins_add(sign_ins, given, &shown), 1);
    assert_null(shown);
    assert_int_equal(meet(sign_ins, "a", ""), 1);
    assert_int_equal(sign_ins_add(sign_ins, given, &shown), 0);
    json_decref(shown);
    sign_ins_free(sign_ins);
}

static void a_list_that_is_restored_goes_on_where_it_stood(void **state)
{
    struct sign_ins *sign_ins = sign_ins_new(NULL), *other = sign_ins_new(NULL);
    (void)state;
    add(sign_ins, json_pack("{s:i}", "times", 3));
    add(sign_ins, json_object());
    assert_int_equal(meet(sign_ins, "a", ""), 1);
    json_auto_t *list = sign_ins_list(sign_ins);
    sign_ins_restore(other, list);
    const int64_t expected[] = {1, 1, 2, 0};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(meet(other, "a", ""), expected[i]);
    }
    assert_int_equal(add(other, json_object()), 3);
    assert_int_equal(meet(sign_ins, "a", ""), 1);
    sign_ins_free(sign_ins);
    sign_ins_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_met_as_often_as_it_says_and_the_oldest_first),
        cmocka_unit_test(one_waits_for_its_client_and_for_what_it_matches),
        cmocka_unit_test(one_that_is_removed_is_not_met),
        cmocka_unit_test(of_those_used_up_the_last_thousand_stay),
        cmocka_unit_test(as_many_may_be_to_come_as_the_header_says),
        cmocka_unit_test(a_list_that_is_restored_goes_on_where_it_stood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
