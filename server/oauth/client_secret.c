#include "server/oauth/client_secret.h"

#include <assert.h>
#include <string.h>

#include "keys/digest.h"
#include "server/base/attr.h"
#include "server/oauth/auth_method.h"

#define BLANK " \t\r\n"

/* RFC 6749 2.3.1: an endpoint that takes passwords may be guarded against guessing; here only on
 * request. */
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

/* The text without blanks and newlines at its ends. */
static const char *trimmed(struct arena *arena, const char *text)
{
    const char *at = text + strspn(text, BLANK);
    size_t size = strlen(at);
    while (size > 0 && strchr(BLANK, at[size - 1]) != NULL) {
        size--;
    }
    return arena_strndup(arena, at, size);
}

/* What is wrong with a secret that is not the registered one, in words that go after the client's
 * name. Only who has the right one is told more than that. */
static const char *fault_of(struct arena *arena, const struct client_row *client,
                            const char *secret, const char *raw)
{
    static const char unencoded[] =
        "was not form-encoded before it was put into the Basic header, as RFC 6749 2.3.1 wants; it "
        "is right otherwise";
    if (raw != NULL && client_secret_is(client, trimmed(arena, raw))) {
        return strcmp(raw, trimmed(arena, raw)) == 0 ? unencoded
                                                     : "has a blank or a newline at its end; it is "
                                                       "right otherwise";
    }
    if (secret == NULL) {
        return "cannot be form-decoded (RFC 6749 2.3.1: both are form-encoded before they are put "
               "into the Basic header)";
    }
    if (client_secret_is(client, trimmed(arena, secret))) {
        return "has a blank or a newline at its end; it is right otherwise";
    }
    return "is wrong";
}

static struct verdict check_secret(struct arena *arena, const struct client_row *client,
                                   const char *secret, const char *raw)
{
    if (secret != NULL && client_secret_is(client, secret)) {
        return ALLOWED;
    }
    return REFUSED(INVALID_CLIENT, .check = "client_secret",
                   .detail = arena_printf(arena, "client_secret of client '%s' %s",
                                          client->client_id, fault_of(arena, client, secret, raw)),
                   .expected = "the registered secret", .actual = "another one",
                   .clause = "RFC 6749 2.3.1");
}

struct verdict client_secret_prove(struct tenant *tenant, struct arena *arena,
                                   const struct credentials *credentials,
                                   const struct client_row *client)
{
    const char *secret =
        credentials->has_header ? credentials->basic_secret : credentials->body_secret;
    TRY(check_guesses(tenant, arena, client));
    return count_guess(tenant, client,
                       check_secret(arena, client, secret, credentials->basic_raw_secret));
}
