#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/jws.h"
#include "tests/unit/keys/vectors.h"

#define CLAIMS "{\"iss\":\"http://localhost:8080\",\"sub\":\"1001\"}"

static struct ring *ring;
static const struct key *key;

static int set_up(void **state)
{
    (void)state;
    struct key *loaded = NULL;
    ring = ring_new();
    if (key_from_pem(ALG_RS256, rfc7517_pem, &loaded)) {
        return -1;
    }
    key = loaded;
    ring_add(ring, loaded);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ring_free(ring);
    return 0;
}

/* The outcome of reading; whatever is refused gives nothing out. */
static int read_token(const char *token)
{
    json_t *header = NULL;
    json_t *claims = NULL;
    int outcome = jws_read(ring, token, &header, &claims);
    assert_int_equal(header != NULL, outcome == JWS_OK);
    assert_int_equal(claims != NULL, outcome == JWS_OK);
    json_decref(header);
    json_decref(claims);
    return outcome;
}

/* header.claims, encoded; the caller frees it. */
static char *signing_input(const char *header, const char *claims)
{
    char *text = malloc(B64URL_SIZE(strlen(header)) + B64URL_SIZE(strlen(claims)) + 1);
    b64url_encode(text, header, strlen(header));
    strcpy(text + strlen(text), ".");
    b64url_encode(text + strlen(text), claims, strlen(claims));
    return text;
}

static int read_with_signature(char *input, const void *signature, size_t size)
{
    char text[B64URL_SIZE(512)];
    char *token = NULL;
    b64url_encode(text, signature, size);
    assert_true(asprintf(&token, "%s.%s", input, text) > 0);
    int outcome = read_token(token);
    free(token);
    free(input);
    return outcome;
}

/* Reads a token with any header and claims, signed rightly with the ring's key. */
static int read_signed(const char *header, const char *claims)
{
    uint8_t signature[256];
    char *input = signing_input(header, claims);
    assert_int_equal(key_sign(key, input, strlen(input), signature), 0);
    return read_with_signature(input, signature, sizeof(signature));
}

#define HEADER(alg) "{\"alg\":\"" alg "\",\"kid\":\"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs\"}"

static void signed_token_is_read_with_its_header_and_claims(void **state)
{
    const char *typ = *state;
    json_t *header = NULL;
    json_t *claims = NULL;
    char *token = jws_sign(key, typ, CLAIMS, strlen(CLAIMS));
    assert_int_equal(jws_read(ring, token, &header, &claims), JWS_OK);
    assert_string_equal(json_string_value(json_object_get(header, "alg")), "RS256");
    assert_string_equal(json_string_value(json_object_get(header, "typ")), typ);
    assert_string_equal(json_string_value(json_object_get(header, "kid")), rfc7638_thumbprint);
    assert_int_equal(json_object_size(header), 3);
    assert_string_equal(json_string_value(json_object_get(claims, "sub")), "1001");
    json_decref(header);
    json_decref(claims);
    free(token);
}

static void signed_token_is_verified_by_openssl_from_the_public_pem(void **state)
{
    (void)state;
    char *token = jws_sign(key, "JWT", CLAIMS, strlen(CLAIMS));
    char *dot = strrchr(token, '.');
    uint8_t signature[256];
    size_t size = 0;
    assert_int_equal(strlen(dot + 1), B64URL_LENGTH(256));
    assert_int_equal(b64url_decode(signature, &size, dot + 1, strlen(dot + 1)), 0);
    BIO *bio = BIO_new_mem_buf(key_public_pem(key), -1);
    EVP_PKEY *pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey), 1);
    assert_int_equal(
        EVP_DigestVerify(ctx, signature, size, (const uint8_t *)token, (size_t)(dot - token)), 1);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);
    BIO_free(bio);
    free(token);
}

static void same_claims_give_the_same_token(void **state)
{
    (void)state;
    char *one = jws_sign(key, "JWT", CLAIMS, strlen(CLAIMS));
    char *other = jws_sign(key, "JWT", CLAIMS, strlen(CLAIMS));
    assert_string_equal(one, other);
    free(one);
    free(other);
}

static void token_of_a_retired_key_is_read(void **state)
{
    (void)state;
    struct key *old = NULL;
    struct ring *rotated = ring_new();
    json_t *header = NULL;
    json_t *claims = NULL;
    assert_int_equal(key_from_pem(ALG_RS256, rfc7515_pem, &old), KEY_OK);
    char *token = jws_sign(old, "JWT", CLAIMS, strlen(CLAIMS));
    assert_int_equal(jws_read(rotated, token, &header, &claims), JWS_UNKNOWN_KEY);
    ring_add_retired(rotated, old, 1000);
    assert_int_equal(jws_read(rotated, token, &header, &claims), JWS_OK);
    json_decref(header);
    json_decref(claims);
    free(token);
    ring_free(rotated);
}

static void every_changed_character_breaks_a_token(void **state)
{
    char *token = jws_sign(key, *state, CLAIMS, strlen(CLAIMS));
    size_t size = strlen(token);
    for (size_t i = 0; i < size; i += 7) {
        char kept = token[i];
        token[i] = kept == 'A' ? 'B' : 'A';
        assert_int_not_equal(read_token(token), JWS_OK);
        token[i] = kept;
    }
    assert_int_equal(read_token(token), JWS_OK);
    free(token);
}

/* The last character of a signature of 256 bytes carries four unused bits. */
static void signature_spelt_another_way_is_malformed(void **state)
{
    (void)state;
    char *token = jws_sign(key, "JWT", CLAIMS, strlen(CLAIMS));
    char *last = token + strlen(token) - 1;
    assert_non_null(strchr("AQgw", *last));
    *last = (char)(*last + 1);
    assert_int_equal(read_token(token), JWS_MALFORMED);
    free(token);
}

static void claims_of_another_token_have_a_bad_signature(void **state)
{
    (void)state;
    uint8_t signature[256];
    char *input = signing_input(HEADER("RS256"), CLAIMS);
    assert_int_equal(key_sign(key, input, strlen(input), signature), 0);
    free(input);
    input = signing_input(HEADER("RS256"), "{\"sub\":\"1002\"}");
    assert_int_equal(read_with_signature(input, signature, sizeof(signature)), JWS_BAD_SIGNATURE);
}

static void signature_left_out_is_bad(void **state)
{
    (void)state;
    assert_int_equal(read_with_signature(signing_input(HEADER("RS256"), CLAIMS), "", 0),
                     JWS_BAD_SIGNATURE);
}

/* RFC 8725 2.1, 3.1. */
static void alg_none_is_refused_with_and_without_a_signature(void **state)
{
    (void)state;
    assert_int_equal(read_with_signature(signing_input(HEADER("none"), CLAIMS), "", 0), JWS_ALG);
    assert_int_equal(read_with_signature(signing_input(HEADER("NONE"), CLAIMS), "", 0), JWS_ALG);
    assert_int_equal(read_signed(HEADER("none"), CLAIMS), JWS_ALG);
}

/* RFC 8725 2.1: the public key, which everybody has, taken for the secret of an HMAC. */
static void hmac_keyed_with_the_public_key_is_refused(void **state)
{
    (void)state;
    uint8_t mac[32];
    unsigned size = 0;
    char *input = signing_input(HEADER("HS256"), CLAIMS);
    const char *pem = key_public_pem(key);
    assert_non_null(HMAC(EVP_sha256(), pem, (int)strlen(pem), (const uint8_t *)input, strlen(input),
                         mac, &size));
    assert_int_equal(read_with_signature(input, mac, size), JWS_ALG);
}

static void another_rsa_algorithm_than_the_keys_is_refused(void **state)
{
    (void)state;
    assert_int_equal(read_signed(HEADER("RS512"), CLAIMS), JWS_ALG);
    assert_int_equal(read_signed(HEADER("PS256"), CLAIMS), JWS_ALG);
    assert_int_equal(read_signed(HEADER("rs256"), CLAIMS), JWS_ALG);
}

static void token_without_kid_or_with_a_foreign_one_has_an_unknown_key(void **state)
{
    (void)state;
    assert_int_equal(read_signed("{\"alg\":\"RS256\"}", CLAIMS), JWS_UNKNOWN_KEY);
    assert_int_equal(read_signed("{\"alg\":\"RS256\",\"kid\":\"x\"}", CLAIMS), JWS_UNKNOWN_KEY);
    assert_int_equal(read_signed("{\"alg\":\"RS256\",\"kid\":7}", CLAIMS), JWS_UNKNOWN_KEY);
}

/* RFC 7515 4: member names are unique, or the token is refused. */
static void member_named_twice_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(read_signed("{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":"
                                 "\"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs\"}",
                                 CLAIMS),
                     JWS_MALFORMED);
    assert_int_equal(read_signed(HEADER("RS256"), "{\"sub\":\"1\",\"sub\":\"2\"}"), JWS_MALFORMED);
}

/* RFC 7515 4.1.11. */
static void critical_extension_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(read_signed("{\"alg\":\"RS256\",\"crit\":[\"exp\"],\"exp\":1,\"kid\":"
                                 "\"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs\"}",
                                 CLAIMS),
                     JWS_MALFORMED);
}

static void segments_that_are_not_json_objects_are_malformed(void **state)
{
    (void)state;
    assert_int_equal(read_signed(HEADER("RS256"), "[]"), JWS_MALFORMED);
    assert_int_equal(read_signed(HEADER("RS256"), "\"text\""), JWS_MALFORMED);
    assert_int_equal(read_signed(HEADER("RS256"), "{} {}"), JWS_MALFORMED);
    assert_int_equal(read_signed(HEADER("RS256"), ""), JWS_MALFORMED);
    assert_int_equal(read_signed("null", CLAIMS), JWS_MALFORMED);
    assert_int_equal(read_signed("{}", CLAIMS), JWS_MALFORMED);
    assert_int_equal(read_signed("{\"alg\":1}", CLAIMS), JWS_MALFORMED);
}

static void other_numbers_of_segments_are_malformed(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",         ".",       "..",        "...",      "e30", "e30.e30", "e30.e30.e30.e30",
        "e30.e30.", "a token", "e30=.e30.", "e30.e30 ."};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(read_token(wrong[i]), JWS_MALFORMED);
    }
}

static void whitespace_or_a_fourth_segment_after_a_good_token_is_malformed(void **state)
{
    (void)state;
    static const char *const tails[] = {" ", "\n", "=", ".", ".e30"};
    char *token = jws_sign(key, "JWT", CLAIMS, strlen(CLAIMS));
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        char *longer = NULL;
        assert_true(asprintf(&longer, "%s%s", token, tails[i]) > 0);
        assert_int_equal(read_token(longer), JWS_MALFORMED);
        free(longer);
    }
    free(token);
}

int main(void)
{
    static char jwt[] = "JWT";       /* read by libjwt */
    static char at_jwt[] = "at+jwt"; /* read by OpenSSL */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(signed_token_is_read_with_its_header_and_claims, jwt),
        cmocka_unit_test_prestate(signed_token_is_read_with_its_header_and_claims, at_jwt),
        cmocka_unit_test(signed_token_is_verified_by_openssl_from_the_public_pem),
        cmocka_unit_test(same_claims_give_the_same_token),
        cmocka_unit_test(token_of_a_retired_key_is_read),
        cmocka_unit_test_prestate(every_changed_character_breaks_a_token, jwt),
        cmocka_unit_test_prestate(every_changed_character_breaks_a_token, at_jwt),
        cmocka_unit_test(signature_spelt_another_way_is_malformed),
        cmocka_unit_test(claims_of_another_token_have_a_bad_signature),
        cmocka_unit_test(signature_left_out_is_bad),
        cmocka_unit_test(alg_none_is_refused_with_and_without_a_signature),
        cmocka_unit_test(hmac_keyed_with_the_public_key_is_refused),
        cmocka_unit_test(another_rsa_algorithm_than_the_keys_is_refused),
        cmocka_unit_test(token_without_kid_or_with_a_foreign_one_has_an_unknown_key),
        cmocka_unit_test(member_named_twice_is_malformed),
        cmocka_unit_test(critical_extension_is_malformed),
        cmocka_unit_test(segments_that_are_not_json_objects_are_malformed),
        cmocka_unit_test(other_numbers_of_segments_are_malformed),
        cmocka_unit_test(whitespace_or_a_fourth_segment_after_a_good_token_is_malformed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
