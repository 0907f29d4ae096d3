/* Sixteen threads want the same thing: one gets it. */
#include <pthread.h>
#include <stdatomic.h>

#include "tests/unit/store/fixture.h"

#define THREADS 16

struct race {
    struct fixture *fixture;
    int64_t grant; /* 0: the race is for the code */
    pthread_barrier_t start;
    atomic_int next, won, taken, other;
};

static int attempt(struct race *race, unsigned number)
{
    struct fixture *f = race->fixture;
    unsigned base = 100 + number * 4;
    if (race->grant != 0) {
        struct rotation rotation = rotation_of(race->grant, 3, 1, base, base + 1);
        return tokens_rotate(f->db, &rotation);
    }
    struct redeemed r = redeemed_of(1, base, base + 1);
    return redeem(f->db, &r);
}

static void *run(void *argument)
{
    struct race *race = argument;
    unsigned number = (unsigned)atomic_fetch_add(&race->next, 1);
    pthread_barrier_wait(&race->start);
    int outcome = attempt(race, number);
    atomic_fetch_add(outcome == 0              ? &race->won
                     : outcome == TOKENS_TAKEN ? &race->taken
                                               : &race->other,
                     1);
    return NULL;
}

static void race_for(struct race *race)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&race->start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run, race), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_barrier_destroy(&race->start);
    assert_int_equal(race->won, 1);
    assert_int_equal(race->taken, THREADS - 1);
    assert_int_equal(race->other, 0);
}

static void of_sixteen_who_present_one_code_one_gets_tokens(void **state)
{
    struct fixture *f = *state;
    struct race race = {.fixture = f};
    struct code_row code = code_of(1);
    assert_int_equal(codes_put(f->db, &code), 0);
    race_for(&race);
}

static void of_sixteen_who_present_one_refresh_token_one_gets_tokens(void **state)
{
    struct fixture *f = *state;
    struct race race = {.fixture = f, .grant = redeemed_code(f).grant.id};
    race_for(&race);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT(of_sixteen_who_present_one_code_one_gets_tokens),
        FACT(of_sixteen_who_present_one_refresh_token_one_gets_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
