#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/random.h"

#define STREAM_SIZE 4096

static void read_all(uint64_t seed, uint64_t run, uint8_t out[STREAM_SIZE])
{
    struct random *random = random_new_seeded(seed, run);
    random_bytes(random, out, STREAM_SIZE);
    random_free(random);
}

static void same_seed_and_run_give_the_same_bytes(void **state)
{
    (void)state;
    uint8_t one[STREAM_SIZE];
    uint8_t other[STREAM_SIZE];
    read_all(7, 1, one);
    read_all(7, 1, other);
    assert_memory_equal(one, other, STREAM_SIZE);
}

static void another_seed_or_run_gives_other_bytes(void **state)
{
    (void)state;
    uint8_t one[STREAM_SIZE];
    uint8_t other[STREAM_SIZE];
    read_all(7, 1, one);
    read_all(8, 1, other);
    assert_memory_not_equal(one, other, 16);
    read_all(7, 2, other);
    assert_memory_not_equal(one, other, 16);
    read_all(71, 0, one);
    read_all(7, 10, other);
    assert_memory_not_equal(one, other, 16);
}

/* By openssl enc -aes-256-ctr over zeros, its key the SHA-256 of the three texts with their
 * lengths. */
static void the_stream_is_aes_in_counter_mode(void **state)
{
    (void)state;
    uint8_t bytes[STREAM_SIZE];
    read_all(42, 1, bytes);
    assert_memory_equal(bytes, "\x59\xa3\xaa\x49\xdd\x81\x6c\xbc\x1f\x5c\x25\xf7\xb7\x7e\x2b\x7f",
                        16);
    assert_memory_equal(bytes + 1016,
                        "\x13\x00\xe9\x1d\xe1\xd4\xbe\x2b\x73\x0f\x83\xbf\x09\x8b\x85\x27", 16);
}

static void the_sizes_asked_for_do_not_change_the_stream(void **state)
{
    (void)state;
    uint8_t whole[STREAM_SIZE];
    uint8_t pieces[STREAM_SIZE];
    read_all(42, 1, whole);
    struct random *random = random_new_seeded(42, 1);
    size_t at = 0;
    for (size_t size = 1; at + size <= STREAM_SIZE; size = size * 3 % 401) {
        random_bytes(random, pieces + at, size);
        at += size;
    }
    random_free(random);
    assert_true(at > 2048);
    assert_memory_equal(pieces, whole, at);
}

static void stream_goes_on_from_where_it_is_sought(void **state)
{
    (void)state;
    static const uint64_t positions[] = {0, 1, 15, 16, 1000, 1023, 1024, 1025, 2048, 3333};
    uint8_t whole[STREAM_SIZE];
    uint8_t part[512];
    read_all(42, 1, whole);
    struct random *random = random_new_seeded(42, 1);
    assert_int_equal(random_position(random), 0);
    for (size_t i = sizeof(positions) / sizeof(*positions); i > 0; i--) {
        random_seek(random, positions[i - 1]);
        assert_int_equal(random_position(random), positions[i - 1]);
        random_bytes(random, part, sizeof(part));
        assert_memory_equal(part, whole + positions[i - 1], sizeof(part));
        assert_int_equal(random_position(random), positions[i - 1] + sizeof(part));
    }
    random_free(random);
}

/* Where the counter's lowest 32 bits are full. */
static void stream_is_sought_beyond_its_first_blocks(void **state)
{
    (void)state;
    uint8_t on[STREAM_SIZE];
    uint8_t back[1024];
    struct random *random = random_new_seeded(42, 1);
    random_seek(random, ((uint64_t)1 << 36) - 2048);
    random_bytes(random, on, sizeof(on));
    random_seek(random, (uint64_t)1 << 36);
    random_bytes(random, back, sizeof(back));
    assert_memory_equal(back, on + 2048, sizeof(back));
    random_free(random);
}

static void each_name_has_a_stream_of_its_own(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "a", "b", ""};
    uint8_t drawn[4][32];
    for (size_t i = 0; i < 4; i++) {
        struct random *random = random_new_named(7, names[i], 1);
        random_bytes(random, drawn[i], sizeof(drawn[i]));
        random_free(random);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(drawn[i], drawn[j], 16);
        }
    }
}

static void system_has_no_position(void **state)
{
    (void)state;
    uint8_t bytes[32];
    struct random *random = random_new_system();
    random_bytes(random, bytes, sizeof(bytes));
    random_seek(random, 5);
    assert_int_equal(random_position(random), 0);
    random_free(random);
}

static void text_is_the_base64url_of_the_bytes(void **state)
{
    (void)state;
    uint8_t bytes[STREAM_SIZE];
    char expected[B64URL_SIZE(1000)];
    char text[B64URL_SIZE(1000)];
    read_all(42, 1, bytes);
    b64url_encode(expected, bytes, 1000);
    struct random *random = random_new_seeded(42, 1);
    random_text(random, text, 1000);
    random_free(random);
    assert_string_equal(text, expected);
}

static void the_system_does_not_repeat_itself(void **state)
{
    (void)state;
    struct random *random = random_new_system();
    uint8_t one[32];
    uint8_t other[32];
    random_bytes(random, one, sizeof(one));
    random_bytes(random, other, sizeof(other));
    random_free(random);
    assert_memory_not_equal(one, other, sizeof(one));
}

#define DRAWS 100000

struct draws {
    pthread_barrier_t *start;
    struct random *random;
    uint64_t values[DRAWS];
};

static void *draw(void *argument)
{
    struct draws *draws = argument;
    pthread_barrier_wait(draws->start);
    for (size_t i = 0; i < DRAWS; i++) {
        random_bytes(draws->random, &draws->values[i], sizeof(draws->values[i]));
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(uint64_t));
}

/* Each eight bytes of the stream go to exactly one of the threads. */
static void threads_share_a_stream_without_losing_or_doubling(void **state)
{
    (void)state;
    static struct draws draws[2];
    static uint64_t drawn[2 * DRAWS];
    static uint64_t expected[2 * DRAWS];
    struct random *random = random_new_seeded(3, 3);
    pthread_t threads[2];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, 2);
    for (size_t i = 0; i < 2; i++) {
        draws[i].random = random;
        draws[i].start = &start;
        assert_int_equal(pthread_create(&threads[i], NULL, draw, &draws[i]), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        memcpy(drawn + i * DRAWS, draws[i].values, sizeof(draws[i].values));
    }
    pthread_barrier_destroy(&start);
    random_free(random);
    random = random_new_seeded(3, 3);
    random_bytes(random, expected, sizeof(expected));
    random_free(random);
    qsort(drawn, (size_t)2 * DRAWS, sizeof(drawn[0]), compare);
    qsort(expected, (size_t)2 * DRAWS, sizeof(expected[0]), compare);
    assert_memory_equal(drawn, expected, sizeof(expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_and_run_give_the_same_bytes),
        cmocka_unit_test(another_seed_or_run_gives_other_bytes),
        cmocka_unit_test(the_stream_is_aes_in_counter_mode),
        cmocka_unit_test(the_sizes_asked_for_do_not_change_the_stream),
        cmocka_unit_test(stream_goes_on_from_where_it_is_sought),
        cmocka_unit_test(stream_is_sought_beyond_its_first_blocks),
        cmocka_unit_test(each_name_has_a_stream_of_its_own),
        cmocka_unit_test(system_has_no_position),
        cmocka_unit_test(text_is_the_base64url_of_the_bytes),
        cmocka_unit_test(the_system_does_not_repeat_itself),
        cmocka_unit_test(threads_share_a_stream_without_losing_or_doubling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
