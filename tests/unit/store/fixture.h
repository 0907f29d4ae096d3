/* What the store's tests share: a database in memory with one tenant, and records to put in it. */
#ifndef MAKESHIFT_TESTS_UNIT_STORE_FIXTURE_H
#define MAKESHIFT_TESTS_UNIT_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/arena.h"
#include "server/store/codes.h"
#include "server/store/starts.h"
#include "server/store/tokens.h"

#define NOW 1790000000

struct fixture {
    struct arena *arena;
    struct db *db;
};

static inline int fixture_setup(void **state)
{
    static struct fixture fixture;
    const char *why;
    int64_t run;
    fixture.arena = arena_new();
    *state = &fixture;
    if (db_open(NULL, fixture.arena, &fixture.db, &why) != 0)
        return -1;
    return starts_count(fixture.db, &run);
}

static inline int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    db_close(fixture->db);
    arena_free(fixture->arena);
    return 0;
}

#define FACT(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

/* A hash of its own for each number. */
static inline struct hash hash_of(unsigned number)
{
    struct hash hash = {{0}};
    for (size_t i = 0; i < sizeof(number); i++)
        hash.bytes[i] = (uint8_t)(number >> (8 * i));
    hash.bytes[15] = 0xff;
    return hash;
}

static inline struct code_row code_of(unsigned number)
{
    return (struct code_row){.hash = hash_of(number),
                             .client = 3,
                             .user = 4,
                             .redirect_uri = "http://localhost:3000/cb",
                             .scope = "openid offline_access",
                             .nonce = "n",
                             .challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                             .acr = "1",
                             .amr = "pwd",
                             .auth_time = NOW - 60,
                             .issued_at = NOW,
                             .expires_at = NOW + 300};
}

/* One redemption: code, access token and refresh token have numbers of their own. */
struct redeemed {
    struct hash code;
    struct grant_row grant;
    struct access_row access;
    struct refresh_row refresh;
};

static inline struct redeemed redeemed_of(unsigned code, unsigned access, unsigned refresh)
{
    return (struct redeemed){
        .code = hash_of(code),
        .grant = {.client = 3,
                  .user = 4,
                  .scope = "openid offline_access",
                  .acr = "1",
                  .amr = "pwd",
                  .auth_time = NOW - 60,
                  .created_at = NOW + 10,
                  .expires_at = NOW + 1000000},
        .access = {.hash = hash_of(access), .issued_at = NOW + 10, .expires_at = NOW + 310},
        .refresh = {.hash = hash_of(refresh)}};
}

static inline int redeem(struct db *db, struct redeemed *r)
{
    return tokens_redeem(db, &r->code, NOW + 10, &r->grant, &r->access, &r->refresh);
}

/* Puts and redeems code 1, with access token 2 and refresh token 3. */
static inline struct redeemed redeemed_code(const struct fixture *f)
{
    struct code_row code = code_of(1);
    struct redeemed r = redeemed_of(1, 2, 3);
    assert_int_equal(codes_put(f->db, &code), 0);
    assert_int_equal(redeem(f->db, &r), 0);
    return r;
}

/* A refresh of the leaf `presented` of the grant. */
static inline struct rotation rotation_of(int64_t grant, unsigned presented, int64_t generation,
                                          unsigned successor, unsigned access)
{
    return (struct rotation){
        .how = ROTATE_LEAF,
        .grant = grant,
        .presented = hash_of(presented),
        .generation = generation,
        .successor = hash_of(successor),
        .access = {.hash = hash_of(access), .issued_at = NOW + 20, .expires_at = NOW + 320},
        .now = NOW + 20};
}

#endif
