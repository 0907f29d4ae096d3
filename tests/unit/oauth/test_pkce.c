#include "tests/unit/oauth/world.h"

#include "server/oauth/pkce.h"

/* RFC 7636 Appendix B */
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

static void the_rfcs_verifier_fits_its_challenge(void **state)
{
    (void)state;
    assert_int_equal(pkce_verify(CHALLENGE, VERIFIER).code, ERROR_NONE);
    assert_int_equal(pkce_verify(NULL, NULL).code, ERROR_NONE);
}

static void every_other_pair_is_an_invalid_grant(void **state)
{
    (void)state;
    assert_int_equal(pkce_verify(CHALLENGE, CHALLENGE).code, ERROR_INVALID_GRANT);
    assert_int_equal(pkce_verify(VERIFIER, VERIFIER).code, ERROR_INVALID_GRANT);
    assert_int_equal(pkce_verify(CHALLENGE, NULL).code, ERROR_INVALID_GRANT);
    assert_int_equal(pkce_verify(NULL, VERIFIER).code, ERROR_INVALID_GRANT);
}

static void a_challenge_is_43_characters_of_base64url(void **state)
{
    struct world *world = *state;
    static const char *const wrong[] = {
        CHALLENGE "=", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", CHALLENGE "M",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
        /* 43 characters, but the last one carries bits that no digest has. */
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"};
    assert_int_equal(pkce_challenge(&world->web, CHALLENGE, "S256").code, ERROR_NONE);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_int_equal(pkce_challenge(&world->web, wrong[i], "S256").code, ERROR_INVALID_REQUEST);
    }
}

static void a_challenge_in_another_encoding_is_told_which(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *challenge, *says;
    } rows[] = {
        {"13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3", "in hexadecimal"},
        {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM=", "in base64, with"},
        {"E9Melhoa", "no padding"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct verdict verdict = pkce_challenge(&world->web, rows[i].challenge, "S256");
        assert_string_equal(strstr(verdict.detail, rows[i].says) != NULL ? "" : verdict.detail, "");
    }
}

static void s256_is_the_only_method(void **state)
{
    struct world *world = *state;
    static const char *const wrong[] = {NULL, "plain", "s256", "S512"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_int_equal(pkce_challenge(&world->web, CHALLENGE, wrong[i]).code,
                         ERROR_INVALID_REQUEST);
    }
}

static void a_public_client_needs_a_challenge_and_a_confidential_one_does_not(void **state)
{
    struct world *world = *state;
    assert_int_equal(pkce_challenge(&world->native, NULL, NULL).code, ERROR_INVALID_REQUEST);
    assert_int_equal(pkce_challenge(&world->web, NULL, NULL).code, ERROR_NONE);
    assert_int_equal(pkce_challenge(&world->web, NULL, "S256").code, ERROR_INVALID_REQUEST);
}

static char *text_of(struct world *world, size_t length)
{
    char *text = arena_alloc(world->arena, length + 1);
    memset(text, 'a', length);
    return text;
}

static void a_verifier_is_43_to_128_unreserved_characters(void **state)
{
    struct world *world = *state;
    char *odd = text_of(world, 60);
    odd[30] = '+';
    assert_int_equal(pkce_verifier_form(world->arena, text_of(world, 43)).code, ERROR_NONE);
    assert_int_equal(pkce_verifier_form(world->arena, text_of(world, 128)).code, ERROR_NONE);
    assert_int_equal(pkce_verifier_form(world->arena, text_of(world, 42)).code,
                     ERROR_INVALID_REQUEST);
    assert_int_equal(pkce_verifier_form(world->arena, text_of(world, 129)).code,
                     ERROR_INVALID_REQUEST);
    assert_int_equal(pkce_verifier_form(world->arena, odd).code, ERROR_INVALID_REQUEST);
    assert_int_equal(pkce_verifier_form(world->arena, NULL).code, ERROR_NONE);
}

static void a_uuid_as_verifier_is_told_its_length(void **state)
{
    struct world *world = *state;
    struct verdict verdict =
        pkce_verifier_form(world->arena, "2c1b9a34-0a4e-4c07-9f0e-0d5d3f0a7b11");
    assert_non_null(strstr(verdict.detail, "this one has 36"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_rfcs_verifier_fits_its_challenge),
        WORLD_TEST(every_other_pair_is_an_invalid_grant),
        WORLD_TEST(a_challenge_is_43_characters_of_base64url),
        WORLD_TEST(a_challenge_in_another_encoding_is_told_which),
        WORLD_TEST(s256_is_the_only_method),
        WORLD_TEST(a_public_client_needs_a_challenge_and_a_confidential_one_does_not),
        WORLD_TEST(a_verifier_is_43_to_128_unreserved_characters),
        WORLD_TEST(a_uuid_as_verifier_is_told_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
