/* A tenant with a store in memory, a clock that a test moves, and two clients: what the rules need.
 */
#ifndef MAKESHIFT_TESTS_UNIT_OAUTH_WORLD_H
#define MAKESHIFT_TESTS_UNIT_OAUTH_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "keys/digest.h"
#include "server/base/str.h"
#include "server/oauth/tenant.h"
#include "server/store/clients.h"
#include "server/store/starts.h"
#include "server/store/users.h"

#define NOW 1767225600 /* 2026-01-01T00:00:00Z */

struct world {
    struct arena *arena;
    struct tenant tenant;
    struct client_row web;    /* confidential */
    struct client_row native; /* public */
    struct user_row user;
};

static inline void world_client(struct world *world, struct client_row *row)
{
    assert_int_equal(clients_put(world->tenant.db, row), 0);
    assert_int_equal(clients_get(world->tenant.db, row->client_id, world->arena, row), 0);
}

static inline struct client_row world_registration(const char *client_id)
{
    return (struct client_row){
        .client_id = client_id,
        .client_name = "A client",
        .redirect_uris = "http://localhost:3000/cb",
        .token_endpoint_auth_method = "client_secret_post",
        .grant_types = "authorization_code refresh_token",
        .response_types = "code",
        .scope = "openid profile scenarios:read",
        .access_token_format = "opaque",
        .access_token_typ = "at+jwt",
        .code_ttl = 300,
        .access_token_ttl = 300,
        .refresh_token_ttl = 1000,
        .id_token_ttl = 300,
        .refresh_mode = "strict",
        .refresh_rotation = "always",
        .id_token_signed_response_alg = "RS256",
        .issuer_path = "",
    };
}

static inline int world_setup(void **state)
{
    struct world *world = test_calloc(1, sizeof(*world));
    const char *why;
    int64_t run;
    world->arena = arena_new();
    world->tenant = (struct tenant){
        .name = "default",
        .issuer = "http://localhost:8080",
        .profile = &profile_table[PROFILE_MAKE],
        .ring = ring_new(),
        .clock = {.fixed = true, .at = NOW},
        .random = random_new_seeded(1, 1),
    };
    assert_int_equal(db_open(NULL, world->arena, &world->tenant.db, &why), DB_OPEN);
    assert_int_equal(starts_count(world->tenant.db, &run), 0);

    uint8_t secret[DIGEST_SIZE];
    const char *const texts[] = {"client_secret", "web", "web-secret"};
    digest_texts(secret, texts, COUNT(texts));
    world->web = world_registration("web");
    world->web.secret_hash = secret;
    world_client(world, &world->web);
    world->native = world_registration("native");
    world->native.token_endpoint_auth_method = "none";
    world->native.redirect_uris = "http://127.0.0.1/callback com.example.app:/callback";
    world_client(world, &world->native);

    const struct user_row user = {.sub = "1001", .claims = "{}", .memberships = ""};
    assert_int_equal(users_put(world->tenant.db, &user), 0);
    assert_int_equal(users_find(world->tenant.db, "1001", world->arena, &world->user), 0);
    *state = world;
    return 0;
}

static inline int world_teardown(void **state)
{
    struct world *world = *state;
    db_close(world->tenant.db);
    ring_free(world->tenant.ring);
    random_free(world->tenant.random);
    arena_free(world->arena);
    test_free(world);
    return 0;
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

#endif
