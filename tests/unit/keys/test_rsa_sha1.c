/* OAuth 1's RSA-SHA1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keys/base64.h"
#include "keys/rsa_sha1.h"
#include "tests/unit/keys/vectors.h"

/* Of "abc", by the key of RFC 7515 A.2.1: EMSA-PKCS1-v1_5 (RFC 8017 9.2) raised to the private
 * exponent in Python's integers. The scheme has one signature for one text. */
static const char signature_of_abc[] =
    "OZoWryPO29UyyrgQgh5NbIAXtvLvK1NGmCxaibMQI1RtmkZyTVIACubQe8PW1zXFBjZGxyEFJhNbYn0l6K/UR9zp7XRp"
    "0IM+FjvoQIaAKsgV/KOR6JI4KDDh8bpCFypFXDmQnyBHyjOnBSLJmzvU6Vzipwj1E5jo+Eq2yt59kTWJrZTFHg5e7BNw"
    "yKFmQVKVkHe/aFD591NVMaO1eLjD7AoaVQl8XiYF2uzVHisJbpT4KHWjPHmWezOO2bUi7PeUJfLQJ9to+/NIRVJGjS5f"
    "5GA0eGv5UWBbelJ2ARAT+nD1wEPQNCu0FWZ/sezRWp+Vld8pjxjkkwYLWyMyi9YaDQ==";

static void signature_is_the_one_of_rfc_8017(void **state)
{
    uint8_t signature[RSA_SHA1_SIZE_MAX];
    char text[BASE64_SIZE(RSA_SHA1_SIZE_MAX)];
    size_t length = 0;
    (void)state;
    assert_int_equal(rsa_sha1_sign(rfc7515_pem, "abc", 3, signature, &length), RSA_SHA1_OK);
    base64_encode(text, signature, length);
    assert_string_equal(text, signature_of_abc);
}

static void what_is_no_private_key_of_rsa_signs_nothing(void **state)
{
    uint8_t signature[RSA_SHA1_SIZE_MAX];
    size_t length = 0;
    (void)state;
    assert_int_equal(rsa_sha1_sign("secret", "abc", 3, signature, &length), RSA_SHA1_NO_KEY);
    assert_int_equal(rsa_sha1_sign("", "abc", 3, signature, &length), RSA_SHA1_NO_KEY);
    assert_int_equal(rsa_sha1_sign(ec_pem, "abc", 3, signature, &length), RSA_SHA1_OTHER_KEY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature_is_the_one_of_rfc_8017),
        cmocka_unit_test(what_is_no_private_key_of_rsa_signs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
