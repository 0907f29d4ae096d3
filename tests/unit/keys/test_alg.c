#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keys/alg.h"

static void every_row_is_found_by_its_names(void **state)
{
    (void)state;
    for (enum alg alg = 0; alg < ALG__MAX; alg++) {
        assert_int_equal(alg_find(alg_table[alg].name), alg);
    }
    assert_int_equal(alg_find("Ed25519"), ALG_EDDSA); /* RFC 9864 2.2 */
}

static void no_algorithm_is_found_by_another_case_or_none(void **state)
{
    (void)state;
    assert_int_equal(alg_find("rs256"), ALG__MAX);
    assert_int_equal(alg_find("ed25519"), ALG__MAX);
    assert_int_equal(alg_find("none"), ALG__MAX);
    assert_int_equal(alg_find("HS256"), ALG__MAX);
    assert_int_equal(alg_find(""), ALG__MAX);
}

/* RFC 7518 3.3: RSA keys have 2048 bits or more. */
static void no_rsa_row_accepts_fewer_than_2048_bits(void **state)
{
    (void)state;
    assert_string_equal(alg_table[ALG_RS256].kty, "RSA");
    assert_true(alg_table[ALG_RS256].bits >= 2048);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_by_its_names),
        cmocka_unit_test(no_algorithm_is_found_by_another_case_or_none),
        cmocka_unit_test(no_rsa_row_accepts_fewer_than_2048_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
