/* makeshift with a store that is full before it serves: the very program, whose linker sends
 * fixture_load here.
 *
 * BENCH_TOKENS live tokens, half access, half refresh, each pair from a code of its own, redeemed
 * through the store's public functions. They are put in memory, so that what is compared is the
 * number of rows alone. */
#include <stdio.h>
#include <stdlib.h>

#include "server/fixture/load.h"
#include "server/store/clients.h"
#include "server/store/codes.h"
#include "server/store/tokens.h"
#include "server/store/users.h"

#define CLIENT "bench-web"
#define USER "1001"
#define SCOPE "openid profile email"
#define A_DAY 86400

int __real_fixture_load(struct db *db, struct ring *ring, const struct fixture_source *source,
                        struct arena *arena, const struct profile **profile, const char **problem);
int __wrap_fixture_load(struct db *db, struct ring *ring, const struct fixture_source *source,
                        struct arena *arena, const struct profile **profile, const char **problem);

/* splitmix64: spread over the index as real digests are, and the same in every run. */
static uint64_t next_random(void)
{
    static uint64_t state = 1;
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static struct hash some_hash(void)
{
    uint64_t words[2] = {next_random(), next_random()};
    struct hash hash;

    for (size_t i = 0; i < sizeof hash.bytes; i++) {
        hash.bytes[i] = (uint8_t)(words[i / 8] >> (i % 8 * 8));
    }
    return hash;
}

static int put_pair(struct db *db, int64_t client, int64_t user, int64_t now)
{
    struct code_row code = {
        .hash = some_hash(),
        .client = client,
        .user = user,
        .redirect_uri = "http://localhost:3000/cb",
        .scope = SCOPE,
        .nonce = "n-0S6_WzA2Mj",
        .challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        .amr = "pwd",
        .auth_time = now,
        .issued_at = now,
        .expires_at = now + A_DAY,
    };
    struct grant_row grant = {
        .client = client,
        .user = user,
        .scope = SCOPE,
        .amr = "pwd",
        .auth_time = now,
        .created_at = now,
        .expires_at = now + A_DAY,
        .generation = 1,
    };
    struct access_row access = {
        .hash = some_hash(),
        .issued_at = now,
        .expires_at = now + A_DAY,
    };
    struct refresh_row refresh = {.hash = some_hash(), .generation = 1};

    grant.leaf = refresh.hash;
    int outcome = codes_put(db, &code);
    return outcome != 0 ? outcome : tokens_redeem(db, &code.hash, now, &grant, &access, &refresh);
}

static int fill(struct db *db, int64_t now, struct arena *arena)
{
    const char *wish = getenv("BENCH_TOKENS");
    unsigned long pairs = (wish == NULL ? 1000000 : strtoul(wish, NULL, 10)) / 2;
    struct client_row client;
    struct user_row user;

    if (clients_get(db, CLIENT, arena, &client) != 0 || users_find(db, USER, arena, &user) != 0) {
        fprintf(stderr, "bench_loaded: the fixture has no client %s or no user %s\n", CLIENT, USER);
        return 1;
    }
    int outcome = db_begin(db);
    for (unsigned long i = 0; i < pairs && outcome == 0; i++) {
        outcome = put_pair(db, client.id, user.id, now);
    }
    outcome = outcome == 0 ? db_commit(db) : outcome;
    if (outcome != 0) {
        fprintf(stderr, "bench_loaded: the store refused, with %d\n", outcome);
    }
    return outcome;
}

int __wrap_fixture_load(struct db *db, struct ring *ring, const struct fixture_source *source,
                        struct arena *arena, const struct profile **profile, const char **problem)
{
    int outcome = __real_fixture_load(db, ring, source, arena, profile, problem);

    if (outcome == 0 && fill(db, source->now, arena) != 0) {
        exit(1);
    }
    return outcome;
}
