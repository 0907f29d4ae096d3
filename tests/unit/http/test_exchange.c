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
    int opened, answered, closed, asked, malformed;
    int64_t wait_ms; /* what the next answer to `wait` is */
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

static int64_t ask_it(void *context, struct exchange *exchange)
{
    struct calls *calls = context;
    (void)exchange;
    calls->asked++;
    return calls->wait_ms;
}

static void malformed_it(void *context, const struct exchange *exchange)
{
    struct calls *calls = context;
    calls->malformed++;
    assert_string_equal(exchange->request.path, "/a");
    assert_string_equal(exchange->request.query, "b");
    assert_int_equal(exchange->request.method, METHOD_OTHER);
}

static const struct exchange_hooks waiting = {.open = open_it,
                                              .answer = answer_it,
                                              .close = close_it,
                                              .wait = ask_it,
                                              .malformed = malformed_it};

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

static void who_is_told_to_wait_is_asked_again_before_and_behind_the_handler(void **state)
{
    struct calls calls = {.wait_ms = 5};
    struct exchange exchange = to(*state, "/");
    exchange_judge(&exchange, &gate, &waiting, &calls);
    assert_int_equal(exchange_answer(&exchange, &waiting, &calls), 5);
    calls.wait_ms = EXCHANGE_WAIT_LONG;
    assert_true(exchange_answer(&exchange, &waiting, &calls) == EXCHANGE_WAIT_LONG);
    assert_int_equal(exchange.stage, STAGE_HELD_BEFORE);
    assert_int_equal(calls.answered, 0);

    exchange.stage = STAGE_HANDLED;
    assert_true(exchange_answer(&exchange, &waiting, &calls) == EXCHANGE_WAIT_LONG);
    assert_int_equal(exchange.stage, STAGE_HELD_AFTER);
    calls.wait_ms = 0;
    assert_int_equal(exchange_answer(&exchange, &waiting, &calls), 0);
    assert_int_equal(calls.asked, 4);
    exchange_wake(&exchange); /* nobody waits, and there is nothing that could */
}

static void fate_is_what_the_delivery_says_or_how_it_ended(void **state)
{
    static const struct {
        enum stage stage;
        enum fate known;
        enum ending ending;
        enum fate fate;
    } rows[] = {
        {STAGE_SENT, FATE_SENT, ENDED_WELL, FATE_SENT},
        {STAGE_SENT, FATE_SENT, ENDED_BY_US, FATE_GONE},
        {STAGE_SENT, FATE_SENT, ENDED_BY_CLIENT, FATE_GONE},
        {STAGE_SENT, FATE_CUT, ENDED_BY_US, FATE_CUT},
        {STAGE_SENT, FATE_RESET, ENDED_BY_US, FATE_RESET},
        {STAGE_HELD_BEFORE, FATE_SENT, ENDED_BY_US, FATE_GONE},
        {STAGE_HELD_AFTER, FATE_SENT, ENDED_BY_CLIENT, FATE_GONE},
        {STAGE_JUDGED, FATE_SENT, ENDED_BY_US, FATE_MALFORMED},
        {STAGE_JUDGED, FATE_SENT, ENDED_BY_CLIENT, FATE_GONE},
        {STAGE_JUDGED, FATE_DROPPED, ENDED_BY_US, FATE_DROPPED},
    };
    struct calls calls = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct exchange exchange = to(*state, "/");
        exchange.stage = rows[i].stage;
        exchange.fate = rows[i].known;
        exchange_end(&exchange, rows[i].ending, &waiting, &calls);
        assert_int_equal(exchange.fate, rows[i].fate);
        assert_int_equal(exchange.is_whole, exchange.fate == FATE_SENT);
        assert_int_equal(calls.closed, (int)i + 1);
    }
    assert_int_equal(calls.malformed, 0);
}

static void what_the_library_refused_was_never_opened_and_is_not_closed(void **state)
{
    struct calls calls = {0};
    struct exchange exchange = to(*state, NULL);
    exchange.target = "/a?b";
    exchange_end(&exchange, ENDED_WELL, &waiting, &calls);
    exchange_end(&exchange, ENDED_WELL, &waiting, &calls);
    assert_int_equal(calls.malformed, 1);
    assert_int_equal(calls.closed, 0);
    exchange = to(*state, NULL);
    exchange.target = "/a?b";
    exchange_end(&exchange, ENDED_BY_CLIENT, &waiting, &calls);
    assert_int_equal(calls.malformed, 1);
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
        WITH_ARENA(who_is_told_to_wait_is_asked_again_before_and_behind_the_handler),
        WITH_ARENA(fate_is_what_the_delivery_says_or_how_it_ended),
        WITH_ARENA(what_the_library_refused_was_never_opened_and_is_not_closed),
        WITH_ARENA(what_the_gate_refuses_is_opened_answered_and_ends_the_connection),
        WITH_ARENA(who_leaves_before_the_headers_are_whole_was_never_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
