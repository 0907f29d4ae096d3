/* ES256 and EdDSA, by the examples of RFC 6979 and RFC 8037, and public keys as JWK. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/ecdsa.h"
#include "keys/jws.h"
#include "tests/unit/keys/vectors.h"

/* The key of RFC 6979 A.2.5 as PKCS #8. */
static const char rfc6979_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX\n"
    "Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth\n"
    "+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ\n"
    "-----END PRIVATE KEY-----\n";

/* RFC 6979 A.2.5: with SHA-256, of "sample" and of "test"; r, then s. */
static const char *const rfc6979_signatures[][2] = {
    {"sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
               "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"},
    {"test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
             "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083"},
};

/* The key of RFC 8037 A.1 as PKCS #8, and its example A.4. */
static const char rfc8037_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
static const char rfc8037_x[] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
static const char rfc8037_thumbprint[] = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
static const char rfc8037_input[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
static const char rfc8037_signature[] =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/* A key on the curve P-384. */
static const char p384_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                               "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAMNwKtvMbYlyDaXe66\n"
                               "mfCLo/I7nBwoDtjqphCWQZVkoF2Y1v1apx6a1H3xfTjyACehZANiAAQV1LEowGFm\n"
                               "eX1RUKmMGn5UMVMpZp6FGvCVINFNhq6bTJLo4QhlJrsvuUAM6lnMWXo1DVp1S802\n"
                               "0b6oZ1dlLpTBD+TJyviYQx38dl0XGW5MkQM5lFcRTV+mrQ7vI6RJx7g=\n"
                               "-----END PRIVATE KEY-----\n";

static struct key *load(enum alg alg, const char *pem)
{
    struct key *key = NULL;
    assert_int_equal(key_from_pem(alg, pem, &key), KEY_OK);
    return key;
}

static void signatures_are_the_ones_of_rfc_6979(void **state)
{
    (void)state;
    struct key *key = load(ALG_ES256, rfc6979_pem);
    assert_int_equal(key_signature_size(key), ECDSA_SIZE);
    for (size_t i = 0; i < 2; i++) {
        uint8_t signature[ECDSA_SIZE];
        char text[2 * ECDSA_SIZE + 1] = "";
        const char *message = rfc6979_signatures[i][0];
        assert_int_equal(key_sign(key, message, strlen(message), signature), 0);
        for (size_t j = 0; j < ECDSA_SIZE; j++) {
            text[2 * j] = "0123456789ABCDEF"[signature[j] >> 4];
            text[2 * j + 1] = "0123456789ABCDEF"[signature[j] & 15];
        }
        assert_string_equal(text, rfc6979_signatures[i][1]);
        assert_int_equal(key_verify(key, message, strlen(message), signature, ECDSA_SIZE), 0);
    }
    key_free(key);
}

static void signature_is_the_one_of_rfc_8037(void **state)
{
    (void)state;
    struct key *key = load(ALG_EDDSA, rfc8037_pem);
    uint8_t signature[64];
    char text[B64URL_SIZE(64)];
    assert_int_equal(key_signature_size(key), sizeof(signature));
    assert_int_equal(key_sign(key, rfc8037_input, strlen(rfc8037_input), signature), 0);
    b64url_encode(text, signature, sizeof(signature));
    assert_string_equal(text, rfc8037_signature);
    assert_string_equal(key_kid(key), rfc8037_thumbprint);
    key_free(key);
}

static void every_changed_bit_breaks_a_signature(void **state)
{
    (void)state;
    static const struct {
        enum alg alg;
        const char *pem;
    } rows[] = {{ALG_ES256, rfc6979_pem}, {ALG_EDDSA, rfc8037_pem}};
    for (size_t i = 0; i < 2; i++) {
        struct key *key = load(rows[i].alg, rows[i].pem);
        uint8_t signature[64];
        assert_int_equal(key_sign(key, "message", 7, signature), 0);
        for (size_t bit = 0; bit < 512; bit++) {
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_equal(key_verify(key, "message", 7, signature, 64), 1);
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        assert_int_equal(key_verify(key, "massage", 7, signature, 64), 1);
        assert_int_equal(key_verify(key, "message", 7, signature, 63), 1);
        assert_int_equal(key_verify(key, "message", 7, signature, 0), 1);
        assert_int_equal(key_verify(key, "message", 7, signature, 64), 0);
        key_free(key);
    }
}

/* RFC 7518 3.4: 32 octets each, also when r or s needs fewer, as one in 128 signatures has it. */
static void short_numbers_of_a_signature_are_padded(void **state)
{
    (void)state;
    struct key *key = load(ALG_ES256, rfc6979_pem);
    size_t padded = 0;
    for (uint16_t i = 0; i < 1000; i++) {
        uint8_t signature[ECDSA_SIZE];
        assert_int_equal(key_sign(key, &i, sizeof(i), signature), 0);
        assert_int_equal(key_verify(key, &i, sizeof(i), signature, ECDSA_SIZE), 0);
        padded += signature[0] == 0 || signature[ECDSA_SIZE / 2] == 0;
    }
    assert_in_range(padded, 1, 100);
    key_free(key);
}

static void a_key_of_another_type_or_curve_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        enum alg alg;
        const char *pem;
    } rows[] = {{ALG_ES256, rfc7515_pem}, {ALG_ES256, rfc8037_pem}, {ALG_ES256, p384_pem},
                {ALG_EDDSA, rfc6979_pem}, {ALG_EDDSA, rfc7515_pem}, {ALG_RS256, rfc8037_pem}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct key *key = NULL;
        assert_int_equal(key_from_pem(rows[i].alg, rows[i].pem, &key), KEY_WRONG_TYPE);
        assert_null(key);
    }
}

static void a_public_jwk_reads_back_as_the_key_that_verifies_and_does_not_sign(void **state)
{
    (void)state;
    for (enum alg alg = 0; alg < ALG__MAX; alg++) {
        struct key *private = key_generate(alg);
        struct key *public = NULL;
        uint8_t signature[512];
        json_t *jwk = key_public_jwk(private);
        assert_null(json_object_get(jwk, "d"));
        assert_int_equal(key_from_jwk(alg, jwk, &public), KEY_OK);
        assert_string_equal(key_kid(public), key_kid(private));
        assert_int_equal(key_sign(private, "a", 1, signature), 0);
        assert_int_equal(key_verify(public, "a", 1, signature, key_signature_size(public)), 0);
        assert_int_equal(key_sign(public, "a", 1, signature), -1);
        json_decref(jwk);
        key_free(private);
        key_free(public);
    }
}

static void members_of_a_jwk_are_those_of_its_standard(void **state)
{
    (void)state;
    struct key *okp = load(ALG_EDDSA, rfc8037_pem);
    struct key *ec = load(ALG_ES256, rfc6979_pem);
    json_t *jwk = key_public_jwk(okp);
    assert_string_equal(json_string_value(json_object_get(jwk, "kty")), "OKP");
    assert_string_equal(json_string_value(json_object_get(jwk, "crv")), "Ed25519");
    assert_string_equal(json_string_value(json_object_get(jwk, "x")), rfc8037_x);
    assert_int_equal(json_object_size(jwk), 6);
    json_decref(jwk);
    jwk = key_public_jwk(ec);
    assert_string_equal(json_string_value(json_object_get(jwk, "kty")), "EC");
    assert_string_equal(json_string_value(json_object_get(jwk, "crv")), "P-256");
    /* RFC 6979 A.2.5: Ux and Uy. */
    assert_string_equal(json_string_value(json_object_get(jwk, "x")),
                        "YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y");
    assert_string_equal(json_string_value(json_object_get(jwk, "y")),
                        "eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk");
    assert_int_equal(json_object_size(jwk), 7);
    json_decref(jwk);
    key_free(okp);
    key_free(ec);
}

static void a_jwk_that_describes_no_such_key_is_refused(void **state)
{
    (void)state;
    static const struct {
        enum alg alg;
        const char *jwk;
    } rows[] = {
        {ALG_RS256, "{}"},
        {ALG_RS256, "{\"kty\":\"RSA\",\"n\":\"AQAB\"}"},
        {ALG_RS256, "{\"kty\":\"oct\",\"k\":\"AQAB\"}"},
        {ALG_RS256, "{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"AQAB\"}"},
        {ALG_EDDSA, "{\"kty\":\"OKP\",\"crv\":\"X25519\","
                    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"},
        {ALG_EDDSA, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qY\"}"},
        {ALG_ES256, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":\"AQAB\"}"},
        /* Not on the curve. */
        {ALG_ES256, "{\"kty\":\"EC\",\"crv\":\"P-256\","
                    "\"x\":\"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y\","
                    "\"y\":\"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y\"}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct key *key = NULL;
        json_t *jwk = json_loads(rows[i].jwk, 0, NULL);
        assert_non_null(jwk);
        assert_int_equal(key_from_jwk(rows[i].alg, jwk, &key), KEY_WRONG_TYPE);
        assert_null(key);
        json_decref(jwk);
    }
}

static void a_short_modulus_is_too_short(void **state)
{
    (void)state;
    struct key *key = NULL;
    char n[172];
    memset(n, 'z', sizeof(n));
    n[171] = '\0'; /* 1026 bits */
    n[170] = 'w';
    json_t *jwk = json_pack("{s:s, s:s, s:s}", "kty", "RSA", "n", n, "e", "AQAB");
    assert_int_equal(key_from_jwk(ALG_RS256, jwk, &key), KEY_TOO_SHORT);
    json_decref(jwk);
}

static const char claims[] = "{\"iss\":\"a\"}";

static void tokens_of_every_algorithm_are_read(void **state)
{
    (void)state;
    for (enum alg alg = 0; alg < ALG__MAX; alg++) {
        struct ring *ring = ring_new();
        ring_add(ring, key_generate(alg));
        char *token = jws_sign(ring_signer(ring, alg), "JWT", claims, strlen(claims));
        char *again = jws_sign(ring_signer(ring, alg), "JWT", claims, strlen(claims));
        assert_string_equal(token, again);
        json_t *header = NULL, *body = NULL;
        assert_int_equal(jws_read(ring, token, &header, &body), JWS_OK);
        assert_string_equal(json_string_value(json_object_get(header, "alg")), alg_table[alg].name);
        json_decref(header);
        json_decref(body);
        char *last = &token[strlen(token) - 10];
        *last = *last == 'A' ? 'B' : 'A';
        assert_int_equal(jws_read(ring, token, &header, &body), JWS_BAD_SIGNATURE);
        free(token);
        free(again);
        ring_free(ring);
    }
}

/* A token of `alg` whose header names another algorithm. */
static char *relabelled(const struct ring *ring, enum alg alg, const char *name)
{
    const struct key *key = ring_signer(ring, alg);
    char *token = jws_sign(key, "JWT", claims, strlen(claims));
    json_t *header = json_pack("{s:s, s:s}", "alg", name, "kid", key_kid(key));
    char *text = json_dumps(header, JSON_COMPACT);
    char *result = malloc(strlen(text) * 2 + strlen(token));
    b64url_encode(result, text, strlen(text));
    strcat(result, strchr(token, '.'));
    json_decref(header);
    free(text);
    free(token);
    return result;
}

static void a_token_whose_header_names_another_algorithm_is_refused(void **state)
{
    (void)state;
    struct ring *ring = ring_new();
    for (enum alg alg = 0; alg < ALG__MAX; alg++) {
        ring_add(ring, key_generate(alg));
    }
    for (enum alg alg = 0; alg < ALG__MAX; alg++) {
        char *token = relabelled(ring, alg, alg_table[(alg + 1) % ALG__MAX].name);
        json_t *header = NULL, *body = NULL;
        assert_int_equal(jws_read(ring, token, &header, &body), JWS_ALG);
        free(token);
    }
    ring_free(ring);
}

static int read_by(const struct key *key, const char *kid, const char *token)
{
    const struct jws_key keys[] = {{.kid = kid, .key = key}};
    json_t *header = NULL, *body = NULL;
    int outcome = jws_read_by(keys, 1, token, &header, &body);
    json_decref(header);
    json_decref(body);
    return outcome;
}

static void a_clients_token_is_read_by_the_key_that_its_kid_names(void **state)
{
    (void)state;
    struct key *key = key_generate(ALG_ES256), *other = key_generate(ALG_ES256);
    struct key *rsa = load(ALG_RS256, rfc7515_pem);
    char *token = jws_sign(key, "JWT", claims, strlen(claims));
    assert_int_equal(read_by(key, key_kid(key), token), JWS_OK);
    assert_int_equal(read_by(key, NULL, token), JWS_OK);
    assert_int_equal(read_by(key, "another", token), JWS_UNKNOWN_KEY);
    assert_int_equal(read_by(rsa, key_kid(key), token), JWS_UNKNOWN_KEY);
    assert_int_equal(read_by(other, key_kid(key), token), JWS_BAD_SIGNATURE);
    assert_int_equal(read_by(key, NULL, "a.b"), JWS_MALFORMED);
    free(token);
    key_free(key);
    key_free(other);
    key_free(rsa);
}

/* A token of the key's own, rightly signed, whose header names another algorithm. */
static char *signed_as(const struct key *key, const char *alg, const char *typ)
{
    uint8_t signature[256];
    json_t *header = json_pack("{s:s, s:s*, s:s}", "alg", alg, "typ", typ, "kid", key_kid(key));
    char *text = json_dumps(header, JSON_COMPACT);
    char *token = calloc(1, 1024);
    b64url_encode(token, text, strlen(text));
    strcat(token, ".e30");
    size_t size = strlen(token);
    assert_int_equal(key_sign(key, token, size, signature), 0);
    strcat(token, ".");
    b64url_encode(token + size + 1, signature, key_signature_size(key));
    json_decref(header);
    free(text);
    return token;
}

/* RFC 8725 3.1: the algorithm is the key's, libjwt verifies "typ":"JWT", OpenSSL the rest. */
static void a_right_signature_under_another_algorithms_name_is_refused(void **state)
{
    (void)state;
    static const char *const types[] = {"JWT", "at+jwt", NULL};
    static const char *const pems[ALG__MAX] = {rfc7515_pem, rfc6979_pem, rfc8037_pem};
    for (size_t i = 0; i < 3 * ALG__MAX * ALG__MAX; i++) {
        enum alg alg = (enum alg)(i % ALG__MAX), named = (enum alg)(i / ALG__MAX % ALG__MAX);
        struct key *key = load(alg, pems[alg]);
        struct ring *ring = ring_new();
        json_t *header = NULL, *body = NULL;
        char *token = signed_as(key, alg_table[named].name, types[i / ALG__MAX / ALG__MAX]);
        assert_int_equal(read_by(key, key_kid(key), token),
                         named == alg ? JWS_OK : JWS_UNKNOWN_KEY);
        assert_int_equal(read_by(key, NULL, token), named == alg ? JWS_OK : JWS_UNKNOWN_KEY);
        ring_add(ring, key);
        assert_int_equal(jws_read(ring, token, &header, &body), named == alg ? JWS_OK : JWS_ALG);
        json_decref(header);
        json_decref(body);
        free(token);
        ring_free(ring);
    }
}

/* RFC 8032 5.1: Ed25519 goes with SHA-512, by Python's hashlib. */
static void half_a_hash_is_that_of_the_algorithm(void **state)
{
    (void)state;
    uint8_t half[ALG_HALF_MAX];
    char text[B64URL_SIZE(ALG_HALF_MAX)];
    assert_int_equal(alg_half_hash(ALG_ES256, half, "abc"), 16);
    b64url_encode(text, half, 16);
    assert_string_equal(text, "ungWv48Bz-pBQUDeXa4iIw");
    assert_int_equal(alg_half_hash(ALG_EDDSA, half, "abc"), 32);
    b64url_encode(text, half, 32);
    assert_string_equal(text, "3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05o");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_are_the_ones_of_rfc_6979),
        cmocka_unit_test(signature_is_the_one_of_rfc_8037),
        cmocka_unit_test(every_changed_bit_breaks_a_signature),
        cmocka_unit_test(short_numbers_of_a_signature_are_padded),
        cmocka_unit_test(a_key_of_another_type_or_curve_is_told_apart),
        cmocka_unit_test(a_public_jwk_reads_back_as_the_key_that_verifies_and_does_not_sign),
        cmocka_unit_test(members_of_a_jwk_are_those_of_its_standard),
        cmocka_unit_test(a_jwk_that_describes_no_such_key_is_refused),
        cmocka_unit_test(a_short_modulus_is_too_short),
        cmocka_unit_test(tokens_of_every_algorithm_are_read),
        cmocka_unit_test(a_token_whose_header_names_another_algorithm_is_refused),
        cmocka_unit_test(a_clients_token_is_read_by_the_key_that_its_kid_names),
        cmocka_unit_test(a_right_signature_under_another_algorithms_name_is_refused),
        cmocka_unit_test(half_a_hash_is_that_of_the_algorithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
