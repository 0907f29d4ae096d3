#include "server/oauth/client_secret.h"

#include <assert.h>

#include "keys/digest.h"
#include "server/base/attr.h"
#include "server/oauth/auth_method.h"

/* RFC 6749 2.3.1: an endpoint that takes passwords may be guarded against guessing; here only on request. */
static struct verdict check_guesses(struct tenant *tenant, struct arena *arena,
                                    const struct client_row *client)
{
    int64_t count;
    if (tenant->guesses == 0) {
        return ALLOWED;
    }
    if (guesses_get(tenant->db, client->id, tenant_now(tenant), &count) != 0) {
        return error_store_broken();
    }
    if (count < tenant->guesses) {
        return ALLOWED;
    }
    return REFUSED(TOO_MANY_GUESSES, .check = "client_secret",
                   .detail = arena_printf(arena,
                                          "client '%s' has sent %lld wrong secrets within a minute "
                                          "(--guesses): it is refused until that is over",
                                          client->client_id, (long long)count),
                   .expected = arena_printf(arena, "fewer than %lld", (long long)tenant->guesses),
                   .actual = arena_printf(arena, "%lld", (long long)count),
                   .clause = "RFC 6749 2.3.1");
}

static struct verdict count_guess(struct tenant *tenant, const struct client_row *client,
                                  struct verdict verdict)
{
    bool wrong = verdict.code == ERROR_INVALID_CLIENT && tenant->guesses != 0;
    if (wrong && guesses_add(tenant->db, client->id, tenant_now(tenant)) != 0) {
        return error_store_broken();
    }
    return verdict;
}

void client_secret_hash(uint8_t out[CLIENT_SECRET_HASH_SIZE], const char *client_id,
                        const char *secret)
{
    static_assert(CLIENT_SECRET_HASH_SIZE == DIGEST_SIZE, "a secret is stored as its SHA-256");
    const char *const texts[] = {"client_secret", client_id, secret};
    digest_texts(out, texts, COUNT(texts));
}

bool client_secret_is(const struct client_row *client, const char *secret)
{
    uint8_t digest[CLIENT_SECRET_HASH_SIZE];
    client_secret_hash(digest, client->client_id, secret);
    return client->secret_hash != NULL && digest_equal(digest, client->secret_hash, sizeof(digest));
}

static struct verdict check_secret(struct arena *arena, const struct client_row *client,
                                   const char *secret)
{
    if (client_secret_is(client, secret)) {
        return ALLOWED;
    }
    return REFUSED(
        INVALID_CLIENT, .check = "client_secret",
        .detail = arena_printf(arena, "client_secret is wrong for client '%s'", client->client_id),
        .expected = "the registered secret", .actual = "another one", .clause = "RFC 6749 2.3.1");
}

struct verdict client_secret_prove(struct tenant *tenant, struct arena *arena,
                                   const struct credentials *credentials,
                                   const struct client_row *client)
{
    const char *secret =
        credentials->has_header ? credentials->basic_secret : credentials->body_secret;
    TRY(check_guesses(tenant, arena, client));
    return count_guess(tenant, client, check_secret(arena, client, secret));
}
