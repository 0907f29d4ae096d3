/* The list of faults of a tenant: which one counts, and how often. */
#include "server/base/attr.h"
#include "server/base/str.h"
#include "tests/unit/tenant/listed_faults.h"

static bool is_used_up(int64_t id)
{
    json_t *fault = NULL;
    assert_int_equal(faults_get(faults, id, &fault), FAULTS_DONE);
    bool used_up = json_is_true(json_object_get(fault, "used_up"));
    json_decref(fault);
    return used_up;
}

static void oldest_that_fits_and_is_not_used_up_is_the_only_one_that_counts(void **state)
{
    (void)state;
    int64_t other = add("{'match':{'endpoint':'jwks'},'do':{'status':500}}");
    int64_t first = add("{'match':{'endpoint':'token'},'times':2,'do':{'status':500}}");
    int64_t second = add("{'do':{'status':503}}");
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), first);
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), first);
    assert_int_equal(number(second, "matched"), 0);
    assert_true(is_used_up(first));
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), second);
    assert_int_equal(number(first, "matched"), 2);
    assert_int_equal(number(first, "fired"), 2);
    assert_int_equal(number(other, "matched"), 0);
    assert_int_equal(number(second, "fired"), 1);
}

static void fault_that_waits_lets_no_younger_one_through(void **state)
{
    (void)state;
    int64_t first = add("{'skip':1,'do':{'status':500}}");
    int64_t second = add("{'do':{'status':503}}");
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), 0);
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), first);
    assert_int_equal(number(first, "matched"), 2);
    assert_int_equal(number(first, "fired"), 1);
    assert_int_equal(number(second, "matched"), 0);
}

static void skip_every_and_times_count_matches(void **state)
{
    (void)state;
    int64_t id = add("{'skip':2,'every':3,'times':2,'do':{'status':500}}");
    static const bool fires[] = {false, false, false, false, true, false, false, true, false};
    for (size_t i = 0; i < COUNT(fires); i++) {
        assert_int_equal(chosen(FAULT_BEFORE, TOKEN), fires[i] ? id : 0);
    }
    assert_int_equal(number(id, "matched"), 8);
    assert_int_equal(number(id, "fired"), 2);
}

static void stages_do_not_take_each_others_faults(void **state)
{
    (void)state;
    int64_t before = add("{'do':{'delay':'1s'}}");
    int64_t after = add("{'do':{'cut':3}}");
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), before);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), 0);
    assert_int_equal(number(after, "matched"), 0);
    assert_int_equal(chosen(FAULT_AFTER, TOKEN), after);
}

static void fault_that_changes_an_answer_waits_for_one_with_something_to_change(void **state)
{
    (void)state;
    int64_t change = add("{'do':{'change':{'a':1}}}"), twice = add("{'do':{'double':'a'}}");
    int64_t cut = add("{'do':{'cut':3}}");
    assert_int_equal(chosen(FAULT_AFTER, TOKEN), cut);
    assert_int_equal(number(change, "matched") + number(twice, "matched"), 0);
    assert_int_equal(chosen(FAULT_CHANGING, TOKEN), change);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), 0);
}

static void fault_of_tokens_yields_to_an_older_one_of_answers(void **state)
{
    (void)state;
    int64_t cut = add("{'match':{'endpoint':'token'},'times':1,'do':{'cut':3}}");
    int64_t failed = add("{'match':{'status':400},'do':{'cut':3}}");
    int64_t nonce = add("{'do':{'token':'wrong_nonce'}}");
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), 0);
    assert_int_equal(chosen(FAULT_AFTER, "{'endpoint':'token','status':200}"), cut);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), nonce);
    assert_int_equal(number(failed, "matched"), 0);
}

static void fault_that_had_no_token_to_spoil_is_as_if_it_had_not_been(void **state)
{
    (void)state;
    struct fault_plan plan;
    json_t *subject = given(TOKEN);
    int64_t id = add("{'times':1,'do':{'token':'wrong_nonce'}}");
    faults_choose(faults, FAULT_MAKING, subject, chance, &plan);
    assert_int_equal(plan.id, id);
    assert_ptr_equal(plan.token, bad_token_find("wrong_nonce"));
    assert_false(faults_any(faults));
    faults_withdraw(faults, &plan);
    assert_true(faults_any(faults));
    assert_int_equal(number(id, "matched"), 0);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), id);
    json_decref(subject);
}

static void chance_repeats_with_its_seed(void **state)
{
    (void)state;
    size_t fired = 0;
    uint64_t pattern[2] = {0};
    for (size_t run = 0; run < 2; run++) {
        random_seek(chance, 0);
        assert_int_equal(faults_empty(faults), FAULTS_DONE);
        add("{'probability':0.25,'do':{'status':500}}");
        for (size_t i = 0; i < 1000; i++) {
            bool fires = chosen(FAULT_BEFORE, TOKEN) != 0;
            fired += fires && run == 0;
            pattern[run] |= i < 64 && fires ? UINT64_C(1) << i : 0;
        }
    }
    assert_in_range(fired, 200, 300);
    assert_true(pattern[0] == pattern[1] && pattern[0] != 0);
}

static void without_chance_nothing_is_drawn(void **state)
{
    (void)state;
    add("{'do':{'status':500}}");
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), 1);
    assert_int_equal(random_position(chance), 0);
}

static void used_up_faults_stay_but_for_the_oldest(void **state)
{
    (void)state;
    for (int i = 0; i < FAULTS_USED_MAX + 5; i++) {
        int64_t id = add("{'times':1,'do':{'status':500}}");
        assert_int_equal(chosen(FAULT_BEFORE, TOKEN), id);
        assert_false(faults_any(faults));
    }
    json_t *list = faults_list(faults);
    assert_int_equal(json_array_size(list), FAULTS_USED_MAX);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "id")), 6);
    json_decref(list);
}

static void no_more_than_so_many_wait(void **state)
{
    (void)state;
    struct fault_refusal refusal;
    json_t *made = NULL, *fault = given("{'do':{'status':500}}");
    for (int i = 0; i < FAULTS_MAX; i++) {
        assert_int_equal(faults_add(faults, fault, &refusal, &made), FAULTS_DONE);
        json_decref(made);
    }
    assert_int_equal(faults_add(faults, fault, &refusal, &made), FAULTS_FULL);
    json_decref(fault);
}

static void deleted_fault_does_not_fire_and_ids_go_on(void **state)
{
    (void)state;
    json_t *none = NULL;
    int64_t id = add("{'do':{'status':500}}");
    assert_int_equal(faults_delete(faults, id), FAULTS_DONE);
    assert_int_equal(faults_delete(faults, id), FAULTS_UNKNOWN);
    assert_int_equal(faults_get(faults, id, &none), FAULTS_UNKNOWN);
    assert_false(faults_any(faults));
    assert_int_equal(add("{'do':{'status':500}}"), id + 1);
    assert_int_equal(faults_empty(faults), FAULTS_DONE);
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), 0);
    assert_int_equal(add("{'do':{'status':500}}"), id + 2);
}

/* The ids of those that are listed, in order, are these. */
static void assert_listed(const int64_t *ids, size_t count)
{
    json_t *list = faults_list(faults);
    assert_int_equal(json_array_size(list), count);
    for (size_t i = 0; i < count; i++) {
        json_t *fault = json_array_get(list, i);
        assert_int_equal(json_integer_value(json_object_get(fault, "id")), ids[i]);
    }
    json_decref(list);
}

static void fault_stands_at_the_end_whichever_was_deleted(void **state)
{
    (void)state;
    static const char text[] = "{\"do\":{\"status\":500}}";
    int64_t a = add(text), b = add(text), c = add(text);
    assert_int_equal(faults_delete(faults, c), FAULTS_DONE);
    int64_t d = add(text);
    assert_listed((const int64_t[]){a, b, d}, 3);
    assert_int_equal(faults_delete(faults, a), FAULTS_DONE);
    int64_t e = add(text);
    assert_listed((const int64_t[]){b, d, e}, 3);
    assert_int_equal(faults_empty(faults), FAULTS_DONE);
    int64_t f = add(text);
    assert_listed(&f, 1);
}

static void restored_faults_are_as_far_as_they_were(void **state)
{
    (void)state;
    int64_t one = add("{'times':1,'do':{'status':500}}");
    int64_t two = add("{'fault':'wrong_nonce','skip':1,'times':1}");
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), one);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), 0);
    json_t *saved = faults_list(faults);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), two);
    add("{'do':{'status':500}}");
    faults_restore(faults, saved);
    json_t *again = faults_list(faults);
    assert_true(json_equal(saved, again));
    assert_int_equal(chosen(FAULT_BEFORE, TOKEN), 0);
    assert_int_equal(chosen(FAULT_MAKING, TOKEN), two);
    assert_false(faults_any(faults));
    json_decref(saved);
    json_decref(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LISTED(oldest_that_fits_and_is_not_used_up_is_the_only_one_that_counts),
        LISTED(fault_that_waits_lets_no_younger_one_through),
        LISTED(skip_every_and_times_count_matches),
        LISTED(stages_do_not_take_each_others_faults),
        LISTED(fault_that_changes_an_answer_waits_for_one_with_something_to_change),
        LISTED(fault_of_tokens_yields_to_an_older_one_of_answers),
        LISTED(fault_that_had_no_token_to_spoil_is_as_if_it_had_not_been),
        LISTED(chance_repeats_with_its_seed),
        LISTED(without_chance_nothing_is_drawn),
        LISTED(used_up_faults_stay_but_for_the_oldest),
        LISTED(no_more_than_so_many_wait),
        LISTED(deleted_fault_does_not_fire_and_ids_go_on),
        LISTED(fault_stands_at_the_end_whichever_was_deleted),
        LISTED(restored_faults_are_as_far_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
