/* The stages of an exchange, without a socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/http/exchange.h"

static const char *const hosts[] = {"localhost", NULL};
static const struct gate gate = {.hosts = hosts};
static const struct header host = {"Host", "localhost"};

/* How often each was called. */
struct calls {
    int opened, answered, closed;
};

static void open_it(void *context, struct exchange *exchange)
{
    struct calls *calls = context;
    calls->opened++;
    exchange->call = calls;
}

static void answer_it(void *context, struct exchange *exchange)
{
    struct calls *calls = context;
    calls->answered++;
    exchange->response.status = exchange->refusal.status != 0 ? exchange->refusal.status : 200;
}

static void close_it(void *context, const struct exchange *exchange)
{
    struct calls *calls = context;
    (void)exchange;
    calls->closed++;
}

static const struct exchange_hooks hooks = {
    .open = open_it, .answer = answer_it, .close = close_it};

static struct exchange to(struct arena *arena, const char *path)
{
    return (struct exchange){
        .request = {.arena = arena, .path = path, .headers = &host, .header_count = 1},
        .response = {.arena = arena},
    };
}

static void each_step_is_taken_once_however_often_it_is_asked_for(void **state)
{
    struct calls calls = {0};
    struct exchange exchange = to(*state, "/");
    exchange_judge(&exchange, &gate, &hooks, &calls);
    exchange_judge(&exchange, &gate, &hooks, &calls);
    assert_int_equal(exchange.stage, STAGE_JUDGED);
    exchange_answer(&exchange, &hooks, &calls);
    exchange_answer(&exchange, &hooks, &calls);
    assert_int_equal(exchange.stage, STAGE_HELD_AFTER);
    exchange_close(&exchange, &hooks, &calls);
    exchange_close(&exchange, &hooks, &calls);
    exchange_answer(&exchange, &hooks, &calls);
    assert_int_equal(exchange.stage, STAGE_CLOSED);
    assert_int_equal(calls.opened, 1);
    assert_int_equal(calls.answered, 1);
    assert_int_equal(calls.closed, 1);
}

static void what_waits_at_a_stage_goes_on_from_there(void **state)
{
    struct calls calls = {0};
    struct exchange exchange = to(*state, "/");
    exchange_judge(&exchange, &gate, &hooks, &calls);
    exchange.stage = STAGE_HELD_BEFORE;
    exchange_answer(&exchange, &hooks, &calls);
    assert_int_equal(calls.answered, 1);
    exchange.stage = STAGE_HANDLED;
    exchange_answer(&exchange, &hooks, &calls);
    assert_int_equal(calls.answered, 1);
    assert_int_equal(exchange.stage, STAGE_HELD_AFTER);
}

static void what_the_gate_refuses_is_opened_answered_and_ends_the_connection(void **state)
{
    struct calls calls = {0};
    struct exchange exchange = to(*state, "/");
    exchange.request.malformed = "no request";
    exchange_judge(&exchange, &gate, &hooks, &calls);
    exchange_answer(&exchange, &hooks, &calls);
    assert_int_equal(calls.opened, 1);
    assert_int_equal(calls.answered, 1);
    assert_int_equal(exchange.response.status, 400);
    assert_true(exchange.response.close);
}

static void who_leaves_before_the_headers_are_whole_was_never_there(void **state)
{
    struct calls calls = {0};
    struct exchange exchange = to(*state, "/");
    exchange_close(&exchange, &hooks, &calls);
    assert_int_equal(calls.closed, 0);
}

static int open_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(each_step_is_taken_once_however_often_it_is_asked_for),
        WITH_ARENA(what_waits_at_a_stage_goes_on_from_there),
        WITH_ARENA(what_the_gate_refuses_is_opened_answered_and_ends_the_connection),
        WITH_ARENA(who_leaves_before_the_headers_are_whole_was_never_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
