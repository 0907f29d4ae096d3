#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"

/* FIPS 180-2 B.1. */
static const uint8_t of_abc[DIGEST_SIZE] =
    "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23"
    "\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad";

static void sha256_of_abc_is_the_standards(void **state)
{
    (void)state;
    uint8_t out[DIGEST_SIZE];
    digest_sha256(out, "abc", 3);
    assert_memory_equal(out, of_abc, DIGEST_SIZE);
}

/* RFC 7636 Appendix B. */
static void challenge_of_the_rfcs_verifier_is_the_rfcs(void **state)
{
    (void)state;
    static const char verifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    uint8_t digest[DIGEST_SIZE];
    char challenge[B64URL_SIZE(DIGEST_SIZE)];
    digest_sha256(digest, verifier, strlen(verifier));
    b64url_encode(challenge, digest, DIGEST_SIZE);
    assert_string_equal(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

/* OpenID Connect Core A.3: the access token and the at_hash of the ID token beside it. */
static void at_hash_of_the_standards_example_is_its(void **state)
{
    (void)state;
    uint8_t half[DIGEST_HALF_SIZE];
    char text[B64URL_SIZE(DIGEST_HALF_SIZE)];
    digest_half(half, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    b64url_encode(text, half, DIGEST_HALF_SIZE);
    assert_string_equal(text, "77QmUPtjPfzWtF2AnpK9RQ");
}

/* sha256 of 0000000000000002 6162 0000000000000001 63, by Python's hashlib. */
static void texts_are_hashed_with_their_lengths_before_them(void **state)
{
    (void)state;
    uint8_t out[DIGEST_SIZE];
    char text[2 * DIGEST_SIZE + 1];
    digest_texts(out, (const char *const[]){"ab", "c"}, 2);
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        text[2 * i] = "0123456789abcdef"[out[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[out[i] & 15];
    }
    text[2 * DIGEST_SIZE] = '\0';
    assert_string_equal(text, "601d5476e2ccfe2c87a2bba7a322659734a05749d5b5aa781f513e4912db0d5f");
}

static void texts_split_elsewhere_have_another_digest(void **state)
{
    (void)state;
    uint8_t one[DIGEST_SIZE];
    uint8_t other[DIGEST_SIZE];
    digest_texts(one, (const char *const[]){"ab", "c"}, 2);
    digest_texts(other, (const char *const[]){"a", "bc"}, 2);
    assert_memory_not_equal(one, other, DIGEST_SIZE);
}

static void bytes_that_differ_in_the_last_bit_are_not_equal(void **state)
{
    (void)state;
    assert_true(digest_equal("abcd", "abcd", 4));
    assert_false(digest_equal("abcd", "abce", 4));
    assert_false(digest_equal("abcd", "bbcd", 4));
    assert_true(digest_equal("abcd", "abce", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_abc_is_the_standards),
        cmocka_unit_test(challenge_of_the_rfcs_verifier_is_the_rfcs),
        cmocka_unit_test(at_hash_of_the_standards_example_is_its),
        cmocka_unit_test(texts_are_hashed_with_their_lengths_before_them),
        cmocka_unit_test(texts_split_elsewhere_have_another_digest),
        cmocka_unit_test(bytes_that_differ_in_the_last_bit_are_not_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
