#include "server/oauth/inspection.h"

#include "keys/jws.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/issuer.h"
#include "server/oauth/token.h"
#include "server/oauth/token_kind.h"

enum outcome { SKIPPED, PASSED, FAILED };
static const char *const outcome_names[] = {"skipped", "passed", "failed"};

struct inspected {
    struct tenant *tenant;
    struct arena *arena;
    const char *token;
    const json_t *header, *claims; /* NULL: it is no JWT */
    const struct key *key;         /* that its kid names; NULL: none */
    int read;                      /* enum jws_outcome */
};

struct finding {
    enum outcome outcome;
    const char *expected, *actual; /* NULL: nothing is said */
};

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static struct finding judge(bool good, const char *expected, const char *actual)
{
    return (struct finding){.outcome = good ? PASSED : FAILED,
                            .expected = expected,
                            .actual = actual != NULL ? actual : "none"};
}

static struct finding check_form(const struct inspected *it)
{
    bool good = it->header != NULL && it->claims != NULL;
    return judge(good, "three parts in base64url, with JSON objects in them",
                 good ? "a JWT" : "something else");
}

static struct finding check_alg(const struct inspected *it)
{
    const char *alg = text_of(it->header, "alg");
    bool fits = alg != NULL && alg_find(alg) != ALG__MAX &&
                (it->key == NULL || alg_find(alg) == key_alg(it->key));
    return judge(fits, it->key != NULL ? alg_table[key_alg(it->key)].name : "RS256, ES256 or EdDSA",
                 alg);
}

static struct finding check_kid(const struct inspected *it)
{
    return judge(it->key != NULL, "a key of this server", text_of(it->header, "kid"));
}

static struct finding check_signature(const struct inspected *it)
{
    if (it->key == NULL) {
        return (struct finding){.outcome = SKIPPED};
    }
    return judge(it->read == JWS_OK, "the key's", it->read == JWS_OK ? "the key's" : "another");
}

static struct finding check_typ(const struct inspected *it)
{
    const char *typ = text_of(it->header, "typ");
    return judge(str_equal(typ, "JWT") || str_equal(typ, "at+jwt"), "JWT or at+jwt", typ);
}

static struct finding check_iss(const struct inspected *it)
{
    const char *iss = text_of(it->claims, "iss");
    return judge(issuer_is_ours(it->tenant, it->arena, iss), it->tenant->issuer, iss);
}

static const char *claim_shown(const struct inspected *it, const char *claim)
{
    const json_t *value = json_object_get(it->claims, claim);
    json_auto_t *list = value != NULL ? json_pack("[O]", value) : NULL;
    return list != NULL ? json_text(it->arena, list, NULL) : NULL;
}

static struct finding check_aud(const struct inspected *it)
{
    const json_t *aud = json_object_get(it->claims, "aud");
    return judge(json_is_string(aud) || json_array_size(aud) > 0, "whom it is meant for",
                 claim_shown(it, "aud"));
}

static struct finding check_sub(const struct inspected *it)
{
    const char *sub = text_of(it->claims, "sub");
    return judge(sub != NULL && *sub != '\0', "whom it is about", sub);
}

static const char *instant(const struct inspected *it, const json_t *value)
{
    char date[CLOCK_ISO_SIZE];
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > CLOCK_LATEST) {
        return value != NULL ? "no such time" : NULL;
    }
    clock_iso_date(json_integer_value(value), date);
    return arena_strdup(it->arena, date);
}

static const char *now_text(const struct inspected *it, const char *before)
{
    char date[CLOCK_ISO_SIZE];
    clock_iso_date(tenant_now(it->tenant), date);
    return arena_printf(it->arena, "%s %s", before, date);
}

static struct finding check_exp(const struct inspected *it)
{
    const json_t *exp = json_object_get(it->claims, "exp");
    return judge(json_number_value(exp) > (double)tenant_now(it->tenant), now_text(it, "after"),
                 instant(it, exp));
}

static struct finding check_nbf(const struct inspected *it)
{
    const json_t *nbf = json_object_get(it->claims, "nbf");
    if (nbf == NULL) {
        return (struct finding){.outcome = SKIPPED};
    }
    return judge(json_number_value(nbf) <= (double)tenant_now(it->tenant), now_text(it, "until"),
                 instant(it, nbf));
}

static struct finding check_iat(const struct inspected *it)
{
    const json_t *iat = json_object_get(it->claims, "iat");
    return judge(json_is_number(iat) && json_number_value(iat) <= (double)tenant_now(it->tenant),
                 now_text(it, "until"), instant(it, iat));
}

/* Of an ID token: the access token that it is bound to is not at hand. */
static struct finding check_known(const struct inspected *it)
{
    struct bearer bearer = {0};
    if (it->claims != NULL && !token_kind_is_access(it->header, it->claims)) {
        return (struct finding){.outcome = SKIPPED};
    }
    const struct verdict verdict = token_recognise(it->tenant, it->arena, it->token, &bearer);
    return judge(verdict.code == ERROR_NONE, "a live access token of this server",
                 verdict.code == ERROR_NONE ? "one" : verdict.detail);
}

static const struct {
    const char *name;
    const char *clause;
    bool of_jwt; /* and skipped for anything else */
    struct finding (*check)(const struct inspected *it);
} check_table[] = {
    {"form", "RFC 7515 5.2", false, check_form},
    {"alg", "RFC 8725 3.1", true, check_alg},
    {"kid", "RFC 7515 4.1.4", true, check_kid},
    {"signature", "RFC 7515 5.2", true, check_signature},
    {"typ", "RFC 8725 3.11", true, check_typ},
    {"iss", "RFC 7519 4.1.1", true, check_iss},
    {"aud", "RFC 7519 4.1.3", true, check_aud},
    {"sub", "RFC 7519 4.1.2", true, check_sub},
    {"exp", "RFC 7519 4.1.4", true, check_exp},
    {"nbf", "RFC 7519 4.1.5", true, check_nbf},
    {"iat", "RFC 7519 4.1.6", true, check_iat},
    {"known", "RFC 6750 3.1", false, check_known},
};

static json_t *checks_of(const struct inspected *it)
{
    json_t *list = json_array();
    bool is_jwt = it->header != NULL && it->claims != NULL;
    for (size_t i = 0; i < COUNT(check_table); i++) {
        struct finding finding = {0};
        if (is_jwt || !check_table[i].of_jwt) {
            finding = check_table[i].check(it);
        }
        json_t *row = json_pack("{s:s, s:s}", "check", check_table[i].name, "outcome",
                                outcome_names[finding.outcome]);
        json_put_text(row, "expected", finding.expected);
        json_put_text(row, "actual", finding.actual);
        json_put_text(row, "clause", check_table[i].clause);
        json_array_append_new(list, row);
    }
    return list;
}

json_t *inspection_of(struct tenant *tenant, struct arena *arena, const char *token)
{
    json_auto_t *header = jws_peek_header(token);
    json_auto_t *claims = jws_peek(token);
    json_t *read_header = NULL;
    json_t *read_claims = NULL;
    bool is_jwt = header != NULL && claims != NULL;
    const char *kid = text_of(header, "kid");
    const struct inspected it = {
        .tenant = tenant,
        .arena = arena,
        .token = token,
        .header = is_jwt ? header : NULL,
        .claims = is_jwt ? claims : NULL,
        .key = is_jwt && kid != NULL ? ring_find(tenant->ring, kid) : NULL,
        .read = jws_read(tenant->ring, token, &read_header, &read_claims),
    };
    json_decref(read_header);
    json_decref(read_claims);
    return json_pack("{s:s, s:O?, s:O?, s:o, s:o}", "form", is_jwt ? "jwt" : "opaque", "header",
                     header, "claims", claims, "key",
                     it.key != NULL ? key_public_jwk(it.key) : json_null(), "checks",
                     checks_of(&it));
}
