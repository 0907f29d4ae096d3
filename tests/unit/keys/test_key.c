#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/key.h"
#include "tests/unit/keys/vectors.h"

static struct key *load(const char *pem)
{
    struct key *key = NULL;
    assert_int_equal(key_from_pem(ALG_RS256, pem, &key), KEY_OK);
    assert_non_null(key);
    return key;
}

static int outcome_of(const char *pem)
{
    struct key *key = NULL;
    int outcome = key_from_pem(ALG_RS256, pem, &key);
    assert_null(key);
    return outcome;
}

static void kid_is_the_thumbprint_of_rfc_7638(void **state)
{
    (void)state;
    struct key *key = load(rfc7517_pem);
    assert_string_equal(key_kid(key), rfc7638_thumbprint);
    key_free(key);
}

static void public_jwk_holds_the_public_members_and_no_other(void **state)
{
    (void)state;
    struct key *key = load(rfc7517_pem);
    json_t *jwk = key_public_jwk(key);
    json_t *expected =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "alg", "RS256", "kty", "RSA", "use", "sig",
                  "kid", rfc7638_thumbprint, "n", rfc7638_n, "e", "AQAB");
    assert_true(json_equal(jwk, expected));
    json_decref(jwk);
    json_decref(expected);
    key_free(key);
}

/* RFC 7515 A.2.1: RSASSA-PKCS1-v1_5 gives one signature for one text. */
static void signature_is_the_one_of_rfc_7515(void **state)
{
    (void)state;
    struct key *key = load(rfc7515_pem);
    uint8_t signature[256];
    char text[B64URL_SIZE(256)];
    assert_int_equal(key_signature_size(key), 256);
    assert_int_equal(key_sign(key, rfc7515_signing_input, strlen(rfc7515_signing_input), signature),
                     0);
    b64url_encode(text, signature, sizeof(signature));
    assert_string_equal(text, rfc7515_signature);
    key_free(key);
}

#define SIGNATURES 20

static void *sign_often(void *argument)
{
    const struct key *key = argument;
    size_t *right = calloc(1, sizeof(*right));
    for (size_t i = 0; i < SIGNATURES; i++) {
        uint8_t signature[256];
        char text[B64URL_SIZE(256)];
        int failed = key_sign(key, rfc7515_signing_input, strlen(rfc7515_signing_input), signature);
        b64url_encode(text, signature, sizeof(signature));
        *right += failed == 0 && strcmp(text, rfc7515_signature) == 0;
    }
    return right;
}

static void threads_sign_rightly_at_once(void **state)
{
    (void)state;
    struct key *key = load(rfc7515_pem);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, sign_often, key), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *right = NULL;
        pthread_join(threads[i], &right);
        assert_int_equal(*(size_t *)right, SIGNATURES);
        free(right);
    }
    key_free(key);
}

static void pem_written_is_the_pem_read(void **state)
{
    (void)state;
    struct key *key = load(rfc7515_pem);
    char *pem = key_to_pem(key);
    assert_string_equal(pem, rfc7515_pem);
    free(pem);
    key_free(key);
}

static void public_pem_holds_the_same_modulus_and_no_private_part(void **state)
{
    (void)state;
    struct key *key = load(rfc7515_pem);
    const char *pem = key_public_pem(key);
    assert_ptr_equal(pem, key_public_pem(key));
    assert_null(strstr(pem, "PRIVATE"));
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    assert_int_equal(EVP_PKEY_eq(pkey, key_pkey(key)), 1);
    EVP_PKEY_free(pkey);
    BIO_free(bio);
    key_free(key);
}

static void generated_key_reads_back_with_the_same_kid(void **state)
{
    (void)state;
    struct key *made = key_generate(ALG_RS256);
    assert_non_null(made);
    char *pem = key_to_pem(made);
    struct key *read = load(pem);
    assert_string_equal(key_kid(read), key_kid(made));
    assert_int_equal(key_alg(read), ALG_RS256);
    assert_int_equal(EVP_PKEY_get_bits(key_pkey(read)), 2048);
    free(pem);
    key_free(read);
    key_free(made);
}

static void key_of_another_type_is_told_apart(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(ec_pem), KEY_WRONG_TYPE);
}

static void key_of_1024_bits_is_too_short(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(short_pem), KEY_TOO_SHORT);
}

static void text_that_is_no_private_key_is_not_pem(void **state)
{
    (void)state;
    struct key *key = load(rfc7515_pem);
    assert_int_equal(outcome_of(""), KEY_NOT_PEM);
    assert_int_equal(outcome_of("a key"), KEY_NOT_PEM);
    assert_int_equal(outcome_of("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                     KEY_NOT_PEM);
    assert_int_equal(outcome_of(key_public_pem(key)), KEY_NOT_PEM);
    key_free(key);
}

static void pem_cut_short_is_not_pem(void **state)
{
    (void)state;
    char *pem = strdup(rfc7515_pem);
    pem[strlen(pem) / 2] = '\0';
    assert_int_equal(outcome_of(pem), KEY_NOT_PEM);
    free(pem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kid_is_the_thumbprint_of_rfc_7638),
        cmocka_unit_test(public_jwk_holds_the_public_members_and_no_other),
        cmocka_unit_test(signature_is_the_one_of_rfc_7515),
        cmocka_unit_test(threads_sign_rightly_at_once),
        cmocka_unit_test(pem_written_is_the_pem_read),
        cmocka_unit_test(public_pem_holds_the_same_modulus_and_no_private_part),
        cmocka_unit_test(generated_key_reads_back_with_the_same_kid),
        cmocka_unit_test(key_of_another_type_is_told_apart),
        cmocka_unit_test(key_of_1024_bits_is_too_short),
        cmocka_unit_test(text_that_is_no_private_key_is_not_pem),
        cmocka_unit_test(pem_cut_short_is_not_pem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
