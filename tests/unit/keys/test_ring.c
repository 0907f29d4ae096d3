#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keys/ring.h"
#include "tests/unit/keys/vectors.h"

static struct key *load(const char *pem)
{
    struct key *key = NULL;
    assert_int_equal(key_from_pem(ALG_RS256, pem, &key), KEY_OK);
    return key;
}

static size_t published(const struct ring *ring, int64_t now)
{
    json_t *jwks = ring_jwks(ring, now);
    size_t count = json_array_size(json_object_get(jwks, "keys"));
    json_decref(jwks);
    return count;
}

static void an_empty_ring_signs_with_nothing_and_publishes_nothing(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    assert_null(ring_signer(ring, ALG_RS256));
    assert_null(ring_find(ring, "kid"));
    assert_int_equal(published(ring, 0), 0);
    ring_free(ring);
}

static void the_key_added_last_signs_and_the_one_before_stays_published(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    struct key *first = load(rfc7515_pem);
    struct key *second = load(rfc7517_pem);
    ring_add(ring, first);
    assert_ptr_equal(ring_signer(ring, ALG_RS256), first);
    ring_add(ring, second);
    assert_ptr_equal(ring_signer(ring, ALG_RS256), second);
    assert_ptr_equal(ring_find(ring, key_kid(first)), first);
    assert_int_equal(published(ring, 4000000000), 2);
    ring_free(ring);
}

static void a_key_that_is_there_already_is_not_added_twice(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    struct key *first = load(rfc7515_pem);
    ring_add(ring, first);
    ring_add(ring, load(rfc7515_pem));
    ring_add_retired(ring, load(rfc7515_pem), 5);
    assert_ptr_equal(ring_signer(ring, ALG_RS256), first);
    assert_int_equal(published(ring, 0), 1);
    ring_free(ring);
}

static void a_retired_key_added_again_signs_again(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    ring_add_retired(ring, load(rfc7515_pem), 5);
    assert_null(ring_signer(ring, ALG_RS256));
    ring_add(ring, load(rfc7515_pem));
    assert_non_null(ring_signer(ring, ALG_RS256));
    assert_int_equal(published(ring, 10), 1);
    ring_free(ring);
}

static void a_retired_key_is_published_until_its_time(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    ring_add(ring, load(rfc7515_pem));
    ring_add_retired(ring, load(rfc7517_pem), 1000);
    assert_non_null(ring_find(ring, rfc7638_thumbprint));
    assert_int_equal(published(ring, 999), 2);
    assert_int_equal(published(ring, 1000), 1);
    ring_free(ring);
}

static void the_signing_key_is_listed_before_retired_ones(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    struct key *signer = load(rfc7515_pem);
    ring_add_retired(ring, load(rfc7517_pem), 1000);
    ring_add(ring, signer);
    json_t *jwks = ring_jwks(ring, 0);
    json_t *keys = json_object_get(jwks, "keys");
    assert_string_equal(json_string_value(json_object_get(json_array_get(keys, 0), "kid")),
                        key_kid(signer));
    assert_string_equal(json_string_value(json_object_get(json_array_get(keys, 1), "kid")),
                        rfc7638_thumbprint);
    json_decref(jwks);
    ring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_ring_signs_with_nothing_and_publishes_nothing),
        cmocka_unit_test(the_key_added_last_signs_and_the_one_before_stays_published),
        cmocka_unit_test(a_key_that_is_there_already_is_not_added_twice),
        cmocka_unit_test(a_retired_key_added_again_signs_again),
        cmocka_unit_test(a_retired_key_is_published_until_its_time),
        cmocka_unit_test(the_signing_key_is_listed_before_retired_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
