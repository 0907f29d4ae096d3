/* JWS: an input is read as a token; then, when it is two lines, as header and claims, which are
 * encoded, rightly signed and read. */
#include <stdlib.h>
#include <string.h>

#include "keys/b64url.h"
#include "keys/jws.h"
#include "server/base/str.h"
#include "tests/fuzz/world.h"

#define SIGNATURE_MAX 1024

static int read_token(const struct ring *ring, const char *token)
{
    json_t *header = NULL, *claims = NULL;
    int outcome = jws_read(ring, token, &header, &claims);
    MUST(outcome >= JWS_OK && outcome <= JWS_BAD_SIGNATURE);
    MUST((outcome == JWS_OK) == json_is_object(header));
    MUST((outcome == JWS_OK) == json_is_object(claims));
    json_decref(header);
    json_decref(claims);
    json_decref(jws_peek(token));
    return outcome;
}

/* RFC 8725 3.1: read are those alone whose header names the key and its algorithm. */
static void read_signed(struct arena *arena, const struct world *world, const char *header,
                        const char *claims)
{
    char *token =
        arena_alloc(arena, (strlen(header) + strlen(claims)) * 2 + 2 * SIGNATURE_MAX + 16);
    for (enum alg alg = 0; alg < ALG__MAX; alg++) {
        const struct key *key = ring_signer(world->tenant.ring, alg);
        uint8_t signature[SIGNATURE_MAX];
        if (key == NULL) {
            continue;
        }
        b64url_encode(token, header, strlen(header));
        strcat(token, ".");
        b64url_encode(token + strlen(token), claims, strlen(claims));
        MUST(key_sign(key, token, strlen(token), signature) == 0);
        strcat(token, ".");
        b64url_encode(token + strlen(token), signature, key_signature_size(key));
        MUST(read_token(world->tenant.ring, token) != JWS_OK ||
             (strstr(header, alg_table[alg].name) != NULL && strstr(header, "kid") != NULL));
    }
}

int fuzz_jws(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const struct world *world = world_for("standard");
    char *text = arena_strndup(arena, (const char *)bytes, size);
    read_token(world->tenant.ring, text);
    char *claims = strchr(text, '\n');
    if (claims != NULL) {
        *claims++ = '\0';
        read_signed(arena, world, text, claims);
    }
    return 0;
}
