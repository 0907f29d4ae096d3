#include <sys/stat.h>

#include "tests/unit/top/world.h"

extern const char embedded_fixtures_keys_signing_pem[];

/* A start on the same store: a process's ring is its own. */
static void restart(struct world *world)
{
    ring_free(world->ring);
    world->ring = ring_new();
}

static size_t published(const struct world *world, int64_t now)
{
    json_auto_t *jwks = ring_jwks(world->ring, now);
    return json_array_size(json_object_get(jwks, "keys"));
}

static const char *signing_kid(struct world *world)
{
    return arena_strdup(world->arena, key_kid(ring_signer(world->ring, ALG_RS256)));
}

static void a_key_file_is_looked_for_beside_the_fixture(void **state)
{
    struct world *world = *state;
    assert_int_equal(mkdir(inside(world, "keys"), 0700), 0);
    write_file(inside(world, "keys/a.pem"), embedded_fixtures_keys_signing_pem);
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'keys/a.pem'}]", NOW), 0);
    const char *kid = signing_kid(world);
    restart(world);
    assert_int_equal(load(world, NULL, NOW), 0);
    assert_string_equal(signing_kid(world), kid);
}

/* ADM-05, JWK-11 */
static void no_step_to_a_key_file_is_a_symbolic_link(void **state)
{
    struct world *world = *state;
    assert_int_equal(mkdir(inside(world, "keys"), 0700), 0);
    write_file(inside(world, "other.pem"), embedded_fixtures_keys_signing_pem);
    assert_int_equal(symlink("other.pem", inside(world, "link.pem")), 0);
    assert_int_equal(symlink("..", inside(world, "keys/link")), 0);
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'other.pem'}]", NOW), 0);
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'link.pem'}]", NOW), 1);
    assert_non_null(strstr(world->problem, "/keys/0/file: \"link.pem\" cannot be opened: a "
                                           "symbolic link"));
    assert_int_equal(
        load_with(world, ",'keys':[{'alg':'RS256','file':'keys/link/other.pem'}]", NOW), 1);
    assert_non_null(strstr(world->problem, "symbolic link"));
    assert_int_equal(load_with(world, ",'keys':[{'alg':'RS256','file':'keys'}]", NOW), 1);
    assert_non_null(strstr(world->problem, "is not a regular file"));
}

static void a_generated_key_is_kept_in_the_store(void **state)
{
    struct world *world = *state;
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    const char *kid = signing_kid(world);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    assert_string_equal(signing_kid(world), kid);
    assert_int_equal(published(world, NOW), 1);
}

static void generate_never_takes_up_a_key_that_others_know(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, NULL, NOW), 0);
    const char *known = signing_kid(world);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    assert_string_not_equal(signing_kid(world), known);
}

/* JWK-07: demo-web's tokens live 300 s. */
static void a_replaced_key_stays_published_until_its_last_token_has_expired(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, NULL, NOW), 0);
    const char *replaced = signing_kid(world);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW + 1000), 0);
    assert_int_equal(published(world, NOW + 1299), 2);
    assert_int_equal(published(world, NOW + 1300), 1);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW + 1200), 0);
    assert_int_equal(published(world, NOW + 1299), 2);
    assert_int_equal(published(world, NOW + 1300), 1);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW + 1300), 0);
    assert_null(ring_find(world->ring, replaced));
}

static void a_key_that_returns_signs_again(void **state)
{
    struct world *world = *state;
    assert_int_equal(load(world, NULL, NOW), 0);
    const char *first = signing_kid(world);
    restart(world);
    assert_int_equal(load_with(world, ",'keys':'generate'", NOW), 0);
    restart(world);
    assert_int_equal(load(world, NULL, NOW + 10), 0);
    assert_string_equal(signing_kid(world), first);
    assert_int_equal(published(world, NOW + 10), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLDLY(a_key_file_is_looked_for_beside_the_fixture),
        WORLDLY(no_step_to_a_key_file_is_a_symbolic_link),
        WORLDLY(a_generated_key_is_kept_in_the_store),
        WORLDLY(generate_never_takes_up_a_key_that_others_know),
        WORLDLY(a_replaced_key_stays_published_until_its_last_token_has_expired),
        WORLDLY(a_key_that_returns_signs_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
