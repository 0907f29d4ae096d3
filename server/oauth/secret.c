#include "server/oauth/secret.h"

#include <assert.h>

#include "keys/b64url.h"
#include "keys/digest.h"

static_assert(sizeof(struct hash) == DIGEST_HALF_SIZE, "a stored hash is the left half of SHA-256");

char *secret_new(struct tenant *tenant, struct arena *arena)
{
    char *text = arena_alloc(arena, B64URL_SIZE(SECRET_BYTES));
    random_text(tenant->random, text, SECRET_BYTES);
    return text;
}

struct hash secret_hash(const char *secret)
{
    struct hash hash = {0};
    digest_half(hash.bytes, secret);
    return hash;
}
