#include "server/oauth/sign.h"
#include "server/oauth/about.h"

#include <stdlib.h>
#include <string.h>

#include "keys/jws.h"
#include "server/base/json.h"
#include "server/base/log.h"

static struct verdict refuse_broken(void)
{
    log_message(LOG_ERROR, "a token could not be signed");
    return REFUSED(SERVER_ERROR, .check = "signature",
                   .detail = "the token could not be signed; nothing was issued");
}

static struct verdict keep(struct arena *arena, char *signed_text, const char **token)
{
    if (signed_text == NULL) {
        return refuse_broken();
    }
    *token = arena_strdup(arena, signed_text);
    free(signed_text);
    return ALLOWED;
}

static void change(void (*how)(struct token_draft *draft), struct token_draft *draft)
{
    if (how != NULL) {
        how(draft);
    }
}

/* A token that is wrong on purpose goes the same way, and is changed at each step of it. */
static struct verdict sign_badly(struct token_draft *draft, const struct bad_token *bad,
                                 const char **token)
{
    change(bad->draft, draft);
    draft->text = json_text(draft->arena, draft->claims, NULL);
    change(bad->claims_text, draft);
    const char *header = json_text(draft->arena, draft->header, NULL);
    TRY(keep(draft->arena,
             jws_sign_under(draft->key, draft->how, header, draft->text, strlen(draft->text)),
             &draft->text));
    change(bad->token_text, draft);
    *token = draft->text;
    return ALLOWED;
}

struct verdict sign_claims(struct tenant *tenant, struct arena *arena,
                           const struct signing *signing, json_t *claims, const char **token)
{
    const struct key *key = ring_signer(tenant->ring, signing->alg);
    if (key == NULL) {
        return refuse_broken();
    }
    if (signing->bad == NULL) {
        size_t size;
        const char *text = json_text(arena, claims, &size);
        return keep(arena, jws_sign(key, signing->typ, text, size), token);
    }
    about_spoiled(tenant);
    json_auto_t *header = json_pack("{s:s, s:s, s:s}", "alg", alg_table[signing->alg].name, "typ",
                                    signing->typ, "kid", key_kid(key));
    struct token_draft draft = {
        .tenant = tenant, .arena = arena, .key = key, .header = header, .claims = claims};
    const struct verdict verdict = sign_badly(&draft, signing->bad, token);
    key_free(draft.own);
    return verdict;
}
