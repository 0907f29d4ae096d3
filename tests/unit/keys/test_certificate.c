#include "keys/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keys/digest.h"

#define NOW INT64_C(1767225600)
#define DAY INT64_C(86400)

static const char *const names[] = {"localhost", "127.0.0.1", "::1", "a.test", NULL};

struct pair {
    struct certificate authority, certificate;
};

static int setup(void **state)
{
    struct pair *pair = test_calloc(1, sizeof(*pair));
    digest_evp(); /* sets OpenSSL up as the program has it */
    assert_int_equal(certificate_make_authority(NOW, &pair->authority), 0);
    assert_int_equal(certificate_issue(&pair->authority, names, NOW, &pair->certificate), 0);
    *state = pair;
    return 0;
}

static int teardown(void **state)
{
    struct pair *pair = *state;
    certificate_fini(&pair->authority);
    certificate_fini(&pair->certificate);
    test_free(pair);
    return 0;
}

static void what_the_authority_signed_is_fit_for_its_names(void **state)
{
    static const char *const fewer[] = {"a.test", NULL};
    static const char *const other[] = {"localhost", "b.test", NULL};
    static const char *const address[] = {"127.0.0.2", NULL};
    const struct pair *pair = *state;
    assert_true(certificate_is_fit(&pair->certificate, &pair->authority, names, NOW));
    assert_true(certificate_is_fit(&pair->certificate, &pair->authority, fewer, NOW));
    assert_false(certificate_is_fit(&pair->certificate, &pair->authority, other, NOW));
    assert_false(certificate_is_fit(&pair->certificate, &pair->authority, address, NOW));
}

static void a_certificate_is_fit_until_a_month_before_its_end(void **state)
{
    const struct pair *pair = *state;
    int64_t end = NOW + (CERTIFICATE_DAYS - 1) * DAY;
    int64_t month = CERTIFICATE_RENEW_DAYS * DAY;
    assert_true(certificate_is_fit(&pair->certificate, &pair->authority, names, end - month - 60));
    assert_false(certificate_is_fit(&pair->certificate, &pair->authority, names, end - month + 60));
    assert_false(certificate_is_fit(&pair->certificate, &pair->authority, names, NOW - 2 * DAY));
}

static void what_another_authority_signed_is_not_fit(void **state)
{
    const struct pair *pair = *state;
    struct certificate other;
    assert_int_equal(certificate_make_authority(NOW, &other), 0);
    assert_false(certificate_is_fit(&pair->certificate, &other, names, NOW));
    certificate_fini(&other);
}

static void each_authority_and_each_certificate_is_another(void **state)
{
    const struct pair *pair = *state;
    struct certificate other;
    assert_int_equal(certificate_issue(&pair->authority, names, NOW, &other), 0);
    assert_string_not_equal(other.pem, pair->certificate.pem);
    assert_string_not_equal(other.key_pem, pair->certificate.key_pem);
    certificate_fini(&other);
}

static void a_pair_is_judged_by_both_halves(void **state)
{
    const struct pair *pair = *state;
    struct certificate wrong = pair->certificate;
    assert_int_equal(certificate_check(&pair->certificate, NOW), CERTIFICATE_OK);
    assert_int_equal(certificate_check(&pair->authority, NOW), CERTIFICATE_OK);
    assert_int_equal(certificate_check(&pair->certificate, NOW + 400 * DAY), CERTIFICATE_EXPIRED);
    assert_int_equal(certificate_check(&pair->certificate, NOW - 2 * DAY), CERTIFICATE_EXPIRED);
    wrong.key_pem = pair->authority.key_pem;
    assert_int_equal(certificate_check(&wrong, NOW), CERTIFICATE_MISMATCH);
    wrong.key_pem = pair->certificate.pem;
    assert_int_equal(certificate_check(&wrong, NOW), CERTIFICATE_NO_KEY);
    wrong.pem = pair->certificate.key_pem;
    assert_int_equal(certificate_check(&wrong, NOW), CERTIFICATE_NOT_PEM);
}

static void names_are_hosts_and_addresses(void **state)
{
    static const char *const right[] = {"localhost", "a.test",      "A.Test",   "x-1.example",
                                        "10.0.0.1",  "2001:db8::1", "*.a.test", "1.test"};
    static const char *const wrong[] = {"",      "a b",      "-a.test",  "a-.test", "a..test",
                                        ".test", "a.test.",  "1.2.3",    "[::1]",   "a_b.test",
                                        "*",     "a.*.test", "http://a", "a:80",    "256.1.1.1"};
    (void)state;
    for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
        assert_true(certificate_may_name(right[i]));
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        assert_false(certificate_may_name(wrong[i]));
    }
}

#define PAIR(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR(what_the_authority_signed_is_fit_for_its_names),
        PAIR(a_certificate_is_fit_until_a_month_before_its_end),
        PAIR(what_another_authority_signed_is_not_fit),
        PAIR(each_authority_and_each_certificate_is_another),
        PAIR(a_pair_is_judged_by_both_halves),
        cmocka_unit_test(names_are_hosts_and_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
