#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/str.h"
#include "server/tenant/audit.h"
#include "tests/unit/tenant/audit_stories.h"
#include "tests/unit/tenant/given.h"
#include "tests/unit/tenant/shelf.h"

#define AT INT64_C(1767225600000)

static void put_step(struct journal *journal, const struct step *step)
{
    struct header headers[] = {
        {"Authorization", step->authorization != NULL ? step->authorization : ""},
        {"Content-Type", "application/x-www-form-urlencoded"}};
    size_t first = step->authorization != NULL ? 0 : 1;
    size_t size = step->form != NULL ? strlen(step->form) : 0;
    const struct journal_entry entry = {
        .subject = {.endpoint = step->endpoint,
                    .method = "POST",
                    .path = "/",
                    .query = step->query,
                    .headers = headers + first,
                    .header_count = COUNT(headers) - first,
                    .body = step->form,
                    .body_size = size,
                    .body_kept = size,
                    .user = step->user,
                    .status = step->status != 0 ? step->status : 200},
        .at = AT + step->ms,
        .duration = step->duration_ms * 1000,
        .fault = step->fault,
        .happened = step->happened,
        .location = step->location,
        .retry_after = step->retry_after,
        .answer = step->answer,
        .answer_size = step->answer != NULL ? strlen(step->answer) : 0};
    assert_true(journal_put(journal, &entry) > 0);
}

/* Borrowed. */
static json_t *finding(const json_t *report, const char *rule)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(report, "findings"), i, one)
    {
        if (str_equal(json_string_value(json_object_get(one, "rule")), rule)) {
            return one;
        }
    }
    return NULL;
}

static bool happens(const struct step *step)
{
    return step->endpoint != ENDPOINT_NONE || step->form != NULL;
}

static json_t *tell(const struct story *story)
{
    struct shelf shelf = shelf_new(100);
    json_auto_t *list = given(faults);
    bool is_seen;
    for (size_t i = 0; i < STEPS && happens(&story->steps[i]); i++) {
        put_step(shelf.journal, &story->steps[i]);
    }
    json_t *report = audit_of(shelf.journal, list, "web", &is_seen);
    assert_true(is_seen);
    shelf_free(&shelf);
    return report;
}

static void each_story_ends_as_it_says(void **state)
{
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(stories); i++) {
        json_auto_t *report = tell(&stories[i]);
        json_t *found = finding(report, stories[i].rule);
        const char *outcome = json_string_value(json_object_get(found, "outcome"));
        bool has_ids = json_array_size(json_object_get(found, "exchanges")) > 0;
        if (!str_equal(outcome, stories[i].outcome) ||
            has_ids == str_equal(outcome, "not exercised")) {
            print_error("story %zu: %s is %s, not %s\n", i, stories[i].rule,
                        outcome != NULL ? outcome : "missing", stories[i].outcome);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static bool has_story(const char *rule, const char *outcome)
{
    bool has = false;
    for (size_t i = 0; i < COUNT(stories); i++) {
        has = has || (str_equal(stories[i].rule, rule) && str_equal(stories[i].outcome, outcome));
    }
    return has;
}

static void each_rule_has_stories_of_all_outcomes(void **state)
{
    json_auto_t *report = tell(&stories[0]);
    size_t i;
    json_t *one;
    (void)state;
    json_array_foreach(json_object_get(report, "findings"), i, one)
    {
        const char *rule = json_string_value(json_object_get(one, "rule"));
        assert_true(has_story(rule, "passed"));
        assert_true(has_story(rule, "failed"));
        assert_true(has_story(rule, "not exercised"));
    }
    assert_true(i > 20);
}

static void a_finding_says_which_exchanges_show_it(void **state)
{
    static const struct story story = {
        "code_once", "failed", {ASK(""), TOKEN(REDEEM "code=c"), TOKEN(REDEEM "code=c")}};
    json_auto_t *report = tell(&story);
    json_t *found = finding(report, "code_once");
    assert_string_equal(told(*state, json_object_get(found, "exchanges")), "[3]");
    assert_string_equal(json_string_value(json_object_get(found, "level")), "MUST");
    assert_string_equal(json_string_value(json_object_get(found, "clause")), "RFC 6749 4.1.2");
}

static void each_client_that_was_seen_has_a_report(void **state)
{
    static const struct step steps[] = {
        {.endpoint = ENDPOINT_TOKEN, .form = "client_id=b"},
        {.endpoint = ENDPOINT_JWKS},
        {.endpoint = ENDPOINT_TOKEN, .form = "client_id=a"},
        {.endpoint = ENDPOINT_TOKEN, .form = "client_id=b"},
    };
    struct shelf shelf = shelf_new(100);
    bool is_seen = true;
    for (size_t i = 0; i < COUNT(steps); i++) {
        put_step(shelf.journal, &steps[i]);
    }
    json_auto_t *all = audit_all(shelf.journal, NULL);
    assert_int_equal(json_array_size(all), 2);
    assert_string_equal(told(*state, json_object_get(json_array_get(all, 0), "client_id")), "'b'");
    assert_string_equal(told(*state, json_object_get(json_array_get(all, 1), "client_id")), "'a'");
    json_auto_t *nobody = audit_of(shelf.journal, NULL, "c", &is_seen);
    assert_false(is_seen);
    assert_true(json_array_size(json_object_get(nobody, "findings")) > 20);
    shelf_free(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(each_story_ends_as_it_says),
        WITH_ARENA(each_rule_has_stories_of_all_outcomes),
        WITH_ARENA(a_finding_says_which_exchanges_show_it),
        WITH_ARENA(each_client_that_was_seen_has_a_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
