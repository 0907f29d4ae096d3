#include "server/oauth/sign.h"

#include <stdlib.h>

#include "keys/jws.h"
#include "server/base/json.h"
#include "server/base/log.h"

struct verdict sign_claims(struct tenant *tenant, struct arena *arena, enum alg alg,
                           const char *typ, const json_t *claims, const char **token)
{
    size_t size;
    const char *text = json_text(arena, claims, &size);
    const struct key *key = ring_signer(tenant->ring, alg);
    char *signed_text = key != NULL ? jws_sign(key, typ, text, size) : NULL;
    if (signed_text == NULL) {
        log_message(LOG_ERROR, "a token could not be signed");
        return REFUSED(SERVER_ERROR, .check = "signature",
                       .detail = "the token could not be signed; nothing was issued");
    }
    *token = arena_strdup(arena, signed_text);
    free(signed_text);
    return ALLOWED;
}
