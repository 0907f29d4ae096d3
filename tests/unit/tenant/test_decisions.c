#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/tenant/decisions.h"

/* What is kept under that id, as a number; 0: nothing. */
static int64_t kept(struct decisions *decisions, int64_t id)
{
    json_auto_t *where = decisions_get(decisions, id);
    return json_integer_value(where);
}

static void a_decision_is_kept_until_it_is_one_of_too_many(void **state)
{
    struct decisions *decisions = decisions_new();
    (void)state;
    for (int64_t id = 1; id <= DECISIONS_MAX + 1; id++) {
        decisions_put(decisions, id, json_integer(10 * id));
    }
    assert_int_equal(kept(decisions, 1), 0);
    assert_int_equal(kept(decisions, 2), 20);
    assert_int_equal(kept(decisions, DECISIONS_MAX + 1), 10 * (DECISIONS_MAX + 1));
    decisions_clear(decisions);
    assert_int_equal(kept(decisions, 2), 0);
    decisions_free(decisions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decision_is_kept_until_it_is_one_of_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
