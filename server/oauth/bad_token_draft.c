#include "server/oauth/bad_token_draft.h"

#include <string.h>

#include "keys/built_in.h"
#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/oauth/next_key.h"
#include "server/oauth/secret.h"

#define HOUR 3600
#define DAY (24 * HOUR)
#define FOREIGN_ISSUER "https://issuer.example"
#define FOREIGN_PARTY "another-party"
#define FOREIGN_PERSON "another-person"
#define UNKNOWN_MEMBER "https://example.com/unknown"
#define HUGE_CLAIM 36000 /* bytes, of which base64 makes 48,000 */
#define CUT_AT 255

static void put(json_t *object, const char *name, json_t *value)
{
    json_object_set_new(object, name, value);
}

static void drop(struct token_draft *draft, const char *claim)
{
    json_object_del(draft->claims, claim);
}

static int64_t number(const struct token_draft *draft, const char *claim)
{
    return json_integer_value(json_object_get(draft->claims, claim));
}

static void move(struct token_draft *draft, const char *claim, int64_t seconds)
{
    put(draft->claims, claim, json_integer(number(draft, claim) + seconds));
}

/* It was good for as long as ever. */
void draft_expired(struct token_draft *draft)
{
    int64_t ttl = number(draft, "exp") - number(draft, "iat");
    move(draft, "iat", -HOUR - ttl);
    put(draft->claims, "exp", json_integer(number(draft, "iat") + ttl));
}

void draft_not_yet_valid(struct token_draft *draft)
{
    put(draft->claims, "nbf", json_integer(number(draft, "iat") + HOUR));
    move(draft, "exp", HOUR);
}

void draft_issued_in_future(struct token_draft *draft)
{
    move(draft, "iat", HOUR);
    move(draft, "exp", HOUR);
}

void draft_old_iat(struct token_draft *draft)
{
    move(draft, "iat", -7 * DAY);
}

void draft_no_iat(struct token_draft *draft)
{
    drop(draft, "iat");
}

void draft_no_exp(struct token_draft *draft)
{
    drop(draft, "exp");
}

void draft_exp_as_text(struct token_draft *draft)
{
    const char *text = arena_printf(draft->arena, "%lld", (long long)number(draft, "exp"));
    put(draft->claims, "exp", json_string(text));
}

void draft_fractional_times(struct token_draft *draft)
{
    put(draft->claims, "iat", json_real((double)number(draft, "iat") + 0.5));
    put(draft->claims, "exp", json_real((double)number(draft, "exp") + 0.5));
}

void draft_unknown_kid(struct token_draft *draft)
{
    put(draft->header, "kid", json_string("a-key-that-nobody-publishes"));
}

/* The tenant's key of any other algorithm; where it has none, a built-in one, which nobody
 * publishes. */
static const struct key *key_beside(struct token_draft *draft)
{
    const struct key *beside = NULL;
    for (int alg = 0; alg < ALG__MAX && beside == NULL; alg++) {
        const struct key *key = ring_signer(draft->tenant->ring, (enum alg)alg);
        beside = key != draft->key ? key : NULL;
    }
    if (beside == NULL) {
        enum alg other = key_alg(draft->key) == ALG_ES256 ? ALG_RS256 : ALG_ES256;
        draft->own = built_in_key(other, 0, draft->tenant->name);
        beside = draft->own;
    }
    return beside;
}

/* Announced and retired keys are published, too. */
void draft_wrong_kid(struct token_draft *draft)
{
    json_auto_t *published = ring_list(draft->tenant->ring);
    const char *kid = key_kid(key_beside(draft));
    for (size_t i = 0; i < json_array_size(published); i++) {
        const char *other = json_string_value(json_object_get(json_array_get(published, i), "kid"));
        kid = str_equal(other, key_kid(draft->key)) ? kid : other;
    }
    put(draft->header, "kid", json_string(kid));
}

void draft_other_alg(struct token_draft *draft)
{
    draft->key = key_beside(draft);
    put(draft->header, "alg", json_string(alg_table[key_alg(draft->key)].name));
    put(draft->header, "kid", json_string(key_kid(draft->key)));
}

void draft_no_kid(struct token_draft *draft)
{
    json_object_del(draft->header, "kid");
}

/* It signs for others once it is published, which whoever serves the call sees to. */
void draft_new_key(struct token_draft *draft)
{
    enum alg alg = key_alg(draft->key);
    const struct about *about = draft->tenant->about;
    const char *kid = about != NULL ? about->new_keys[alg] : NULL; /* another token's of the call */
    if (kid != NULL || next_key_add(draft->tenant, draft->arena, alg, &kid) == 0) {
        draft->key = ring_find(draft->tenant->ring, kid);
        put(draft->header, "kid", json_string(kid));
        about_new_key(draft->tenant, alg, kid);
    }
}

void draft_alg_none(struct token_draft *draft)
{
    draft->how = JWS_UNSIGNED;
    put(draft->header, "alg", json_string("none"));
    json_object_del(draft->header, "kid");
}

void draft_hs256_with_public_key(struct token_draft *draft)
{
    draft->how = JWS_BY_PUBLIC_KEY;
    put(draft->header, "alg", json_string("HS256"));
}

void draft_unknown_crit(struct token_draft *draft)
{
    put(draft->header, "crit", json_pack("[s]", UNKNOWN_MEMBER));
    put(draft->header, UNKNOWN_MEMBER, json_true());
}

void draft_wrong_typ(struct token_draft *draft)
{
    const char *typ = json_string_value(json_object_get(draft->header, "typ"));
    put(draft->header, "typ", json_string(str_equal(typ, "JWT") ? "at+jwt" : "JWT"));
}

void draft_unknown_header(struct token_draft *draft)
{
    put(draft->header, UNKNOWN_MEMBER, json_string("a member to be passed over"));
}

void draft_wrong_iss(struct token_draft *draft)
{
    put(draft->claims, "iss", json_string(FOREIGN_ISSUER));
}

void draft_no_iss(struct token_draft *draft)
{
    drop(draft, "iss");
}

void draft_wrong_aud(struct token_draft *draft)
{
    put(draft->claims, "aud", json_string(FOREIGN_PARTY));
}

void draft_no_aud(struct token_draft *draft)
{
    drop(draft, "aud");
}

void draft_extra_aud(struct token_draft *draft)
{
    put(draft->claims, "aud",
        json_pack("[O, s]", json_object_get(draft->claims, "aud"), FOREIGN_PARTY));
}

void draft_wrong_azp(struct token_draft *draft)
{
    put(draft->claims, "azp", json_string(FOREIGN_PARTY));
}

void draft_no_azp(struct token_draft *draft)
{
    draft_extra_aud(draft);
    drop(draft, "azp");
}

void draft_aud_array(struct token_draft *draft)
{
    const json_t *aud = json_object_get(draft->claims, "aud");
    if (!json_is_array(aud)) {
        put(draft->claims, "aud", json_pack("[O]", aud));
    }
}

/* Another text of the same form: its first character is another one. */
static void exchange(struct token_draft *draft, const char *claim)
{
    const char *text = json_string_value(json_object_get(draft->claims, claim));
    char *other = arena_strdup(draft->arena, text != NULL && *text != '\0' ? text : "-");
    other[0] = other[0] == 'A' ? 'B' : 'A';
    put(draft->claims, claim, json_string(other));
}

void draft_wrong_nonce(struct token_draft *draft)
{
    exchange(draft, "nonce");
}

void draft_no_nonce(struct token_draft *draft)
{
    drop(draft, "nonce");
}

void draft_wrong_sub(struct token_draft *draft)
{
    put(draft->claims, "sub", json_string(FOREIGN_PERSON));
}

void draft_no_sub(struct token_draft *draft)
{
    drop(draft, "sub");
}

void draft_old_auth_time(struct token_draft *draft)
{
    put(draft->claims, "auth_time", json_integer(number(draft, "iat") - DAY));
}

void draft_no_auth_time(struct token_draft *draft)
{
    drop(draft, "auth_time");
}

void draft_wrong_at_hash(struct token_draft *draft)
{
    exchange(draft, "at_hash");
}

void draft_no_at_hash(struct token_draft *draft)
{
    drop(draft, "at_hash");
}

void draft_wrong_c_hash(struct token_draft *draft)
{
    exchange(draft, "c_hash");
}

void draft_no_c_hash(struct token_draft *draft)
{
    drop(draft, "c_hash");
}

void draft_unknown_claims(struct token_draft *draft)
{
    put(draft->claims, UNKNOWN_MEMBER, json_pack("{s:[i, n]}", "a", 1));
    put(draft->claims, "unheard_of", json_string("a claim to be passed over"));
}

void draft_huge(struct token_draft *draft)
{
    char *text = arena_alloc(draft->arena, HUGE_CLAIM);
    memset(text, 'x', HUGE_CLAIM);
    put(draft->claims, UNKNOWN_MEMBER, json_stringn(text, HUGE_CLAIM));
}

/* Who takes the last, as most do, meets another person. */
void text_duplicate_claims(struct token_draft *draft)
{
    draft->text = arena_printf(draft->arena, "%.*s,\"sub\":\"" FOREIGN_PERSON "\"}",
                               (int)strlen(draft->text) - 1, draft->text);
}

void text_wrong_signature(struct token_draft *draft)
{
    char *text = arena_strdup(draft->arena, draft->text);
    char *first = strrchr(text, '.') + 1;
    *first = *first == 'A' ? 'B' : 'A';
    draft->text = text;
}

void text_truncated(struct token_draft *draft)
{
    size_t half = strlen(draft->text) / 2;
    draft->text = arena_strndup(draft->arena, draft->text, half < CUT_AT ? half : CUT_AT);
}

void text_not_base64(struct token_draft *draft)
{
    char *text = arena_strdup(draft->arena, draft->text);
    text[strcspn(text, ".") + 1] = '*'; /* of the claims, the first character */
    draft->text = text;
}

void text_opaque_instead(struct token_draft *draft)
{
    draft->text = secret_new(draft->tenant, draft->arena);
}
