#include "server/oauth/authorization.h"

#include <string.h>

#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/oauth/claims_request.h"
#include "server/oauth/client.h"
#include "server/oauth/hint.h"
#include "server/oauth/id_token.h"
#include "server/oauth/issuer.h"
#include "server/oauth/parameters.h"
#include "server/oauth/pkce.h"
#include "server/oauth/redirect_uri.h"
#include "server/oauth/request_object.h"
#include "server/oauth/resource.h"
#include "server/oauth/scope.h"
#include "server/oauth/secret.h"
#include "server/oauth/user.h"

#define STATE_MAX 8192

static struct verdict read_client(struct tenant *tenant, struct arena *arena,
                                  const struct form *form, struct client_row *client)
{
    TRY(parameters_once(arena, form, "client_id"));
    const char *id = form_get(form, "client_id");
    if (id == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "client_id", .detail = "client_id is missing",
                       .expected = "the client_id of a registered client", .actual = "none",
                       .clause = "RFC 6749 4.1.1");
    }
    return client_find(tenant, arena, id, client);
}

static struct verdict read_redirect_uri(const struct tenant *tenant, struct arena *arena,
                                        const struct form *form, struct authorization *a)
{
    TRY(parameters_once(arena, form, "redirect_uri"));
    const char *uri = form_get(form, "redirect_uri");
    if (uri == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "redirect_uri",
                       .detail = "redirect_uri is missing: it must always be sent, there is no "
                                 "default",
                       .expected = a->client.redirect_uris, .actual = "none",
                       .clause = "OIDC Core 3.1.2.1");
    }
    if (tenant->try_uri == NULL || !str_equal(uri, tenant->try_uri)) {
        TRY(redirect_uri_allow(arena, &a->client, uri));
    }
    a->issuer = issuer_of(tenant, arena, &a->client);
    a->redirect_uri = uri;
    a->response_mode = response_mode_of(form);
    return ALLOWED;
}

/* It goes back in a header, three times as long when each byte has to be escaped. */
static struct verdict read_state(struct arena *arena, const struct form *form,
                                 struct authorization *a)
{
    const char *state = form_count(form, "state") == 1 ? form_get(form, "state") : NULL;
    if (state == NULL || strlen(state) <= STATE_MAX) {
        a->state = state;
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "state",
                   .detail = arena_printf(arena, "state is longer than %d bytes", STATE_MAX),
                   .expected = arena_printf(arena, "at most %d bytes", STATE_MAX),
                   .actual = arena_printf(arena, "%zu bytes", strlen(state)),
                   .clause = "RFC 6749 4.1.2");
}

static struct verdict read_prompt(struct arena *arena, const struct form *form,
                                  struct authorization *a)
{
    static const struct {
        const char *name;
        enum prompt bit;
    } values[] = {{"none", PROMPT_NONE},
                  {"login", PROMPT_LOGIN},
                  {"consent", PROMPT_CONSENT},
                  {"select_account", PROMPT_SELECT_ACCOUNT}};
    const char *prompt = form_get(form, "prompt");
    const char *at = prompt != NULL ? prompt : "";
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        unsigned bit = 0;
        const char *name = arena_strndup(arena, word, size);
        for (size_t i = 0; i < COUNT(values); i++) {
            bit |= str_equal(name, values[i].name) ? values[i].bit : 0;
        }
        if (bit == 0) {
            return REFUSED(INVALID_REQUEST, .check = "prompt",
                           .detail = arena_printf(arena, "prompt '%s' is unknown", name),
                           .expected = "none, login, consent, select_account", .actual = prompt,
                           .clause = "OIDC Core 3.1.2.1");
        }
        a->prompt |= bit;
    }
    if ((a->prompt & PROMPT_NONE) != 0 && a->prompt != PROMPT_NONE) {
        return REFUSED(INVALID_REQUEST, .check = "prompt",
                       .detail = "prompt=none excludes every other value", .expected = "none alone",
                       .actual = prompt, .clause = "OIDC Core 3.1.2.1");
    }
    return ALLOWED;
}

static struct verdict read_max_age(const struct form *form, struct authorization *a)
{
    const char *text = form_get(form, "max_age");
    a->max_age = -1;
    if (text == NULL || str_to_int64(text, 0, INT64_MAX, &a->max_age)) {
        return ALLOWED;
    }
    /* No sign-in is older than a number of that length: it is as good as the largest one. */
    if (text[strspn(text, "0123456789")] == '\0') {
        a->max_age = INT64_MAX;
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "max_age",
                   .detail = "max_age is not a number of seconds",
                   .expected = "a whole number of seconds, 0 or more", .actual = text,
                   .clause = "OIDC Core 3.1.2.1");
}

static struct verdict read_hint(struct tenant *tenant, struct arena *arena, const struct form *form,
                                struct authorization *a)
{
    const char *token = form_get(form, "id_token_hint");
    struct hint hint = {0};
    if (token == NULL) {
        return ALLOWED;
    }
    TRY(hint_read(tenant, arena, token, &hint));
    a->hinted_sub = hint.sub;
    return ALLOWED;
}

/* The registration's algorithm is another profile's, so that no ID token can be signed. */
static struct verdict check_alg(const struct tenant *tenant, struct arena *arena,
                                const struct authorization *a)
{
    const char *alg = a->client.id_token_signed_response_alg;
    if (!str_has_word(a->scope, "openid") || str_has_word(tenant->profile->algs, alg)) {
        return ALLOWED;
    }
    return REFUSED(UNAUTHORIZED_CLIENT, .check = "id_token_signed_response_alg",
                   .detail = arena_printf(arena,
                                          "client '%s' is registered for ID tokens signed with %s, "
                                          "which is not served%s",
                                          a->client.client_id, alg,
                                          profile_mend_alg(arena, tenant->profile, alg)),
                   .expected = tenant->profile->algs, .actual = alg, .clause = "OIDC Core 15.1");
}

static struct verdict read_scope(struct tenant *tenant, struct arena *arena,
                                 const struct form *form, struct authorization *a)
{
    TRY(scope_request(tenant, arena, &a->client, form_get(form, "scope"), &a->scope));
    return check_alg(tenant, arena, a);
}

/* What binds the answer to the request: a challenge for a code, a nonce for an ID token. */
static struct verdict read_proofs(const struct form *form, struct authorization *a)
{
    const struct response_type_row *type = &response_type_table[a->response_type];
    a->nonce = form_get(form, "nonce");
    if (type->has_id_token && !str_has_word(a->scope, "openid")) {
        return REFUSED(INVALID_REQUEST, .check = "scope",
                       .detail = "an ID token was asked for without the scope 'openid'",
                       .expected = "openid", .actual = a->scope, .clause = "OIDC Core 3.2.2.1");
    }
    if (type->has_id_token && a->nonce == NULL) {
        return REFUSED(INVALID_REQUEST, .check = "nonce",
                       .detail =
                           "nonce is missing: an ID token that comes by the browser must carry "
                           "one",
                       .expected = "nonce", .actual = "none", .clause = "OIDC Core 3.2.2.1");
    }
    if (!type->has_code) {
        return ALLOWED; /* RFC 7636 4.3: it is the code that a challenge protects */
    }
    a->challenge = form_get(form, "code_challenge");
    return pkce_challenge(&a->client, a->challenge, form_get(form, "code_challenge_method"));
}

static const char *first_word(struct arena *arena, const char *list)
{
    size_t size;
    const char *word = list != NULL ? str_next_word(&list, &size) : NULL;
    return word != NULL ? arena_strndup(arena, word, size) : NULL;
}

/* OpenID Connect Core 5.5: without openid the parameter has no meaning. */
static struct verdict read_claims(struct arena *arena, const struct form *form,
                                  struct authorization *a)
{
    struct claims_request request = {0};
    if (!str_has_word(a->scope, "openid")) {
        return ALLOWED;
    }
    TRY(claims_request_read(arena, form, &request));
    a->terms.claims = request.text;
    a->claimed_sub = request.sub;
    a->acr = request.acr != NULL ? request.acr : a->acr;
    return ALLOWED;
}

struct verdict authorization_read(struct tenant *tenant, struct arena *arena,
                                  const struct form *form, struct authorization *a)
{
    form = request_object_peek(arena, form);
    *a = (struct authorization){.max_age = -1};
    TRY(read_client(tenant, arena, form, &a->client));
    TRY(read_redirect_uri(tenant, arena, form, a));
    /* From here on the client itself is told (RFC 6749 4.1.2.1). */
    TRY(read_state(arena, form, a));
    TRY(parameters_all_once(arena, form, RESOURCE_PARAMETER));
    TRY(request_object_refuse(form));
    TRY(response_type_read(arena, form, &a->client, &a->response_type));
    TRY(resource_read(tenant, arena, form, &a->client, &a->terms.resource, &a->issuer));
    TRY(read_scope(tenant, arena, form, a));
    TRY(read_proofs(form, a));
    TRY(read_prompt(arena, form, a));
    TRY(read_max_age(form, a));
    TRY(read_hint(tenant, arena, form, a));
    a->login_hint = form_get(form, "login_hint");
    a->acr = first_word(arena, form_get(form, "acr_values"));
    return read_claims(arena, form, a);
}

/* The fixture's first user, whom --login auto signs in when nothing says who it is. */
static struct verdict first_user(struct tenant *tenant, struct arena *arena, struct user_row *user)
{
    const struct user_row *users;
    size_t count;
    if (users_first(tenant->db, 1, arena, &users, &count) != 0) {
        return error_store_broken();
    }
    if (count == 0) {
        return REFUSED(SERVER_ERROR, .check = "user", .detail = "the fixture has no user");
    }
    *user = users[0];
    return ALLOWED;
}

struct verdict authorization_auto_user(struct tenant *tenant, struct arena *arena,
                                       const struct authorization *a,
                                       const struct user_row *present, struct user_row *user)
{
    const struct {
        const char *parameter, *name;
    } hints[] = {{"login_hint", a->login_hint},
                 {"id_token_hint", a->hinted_sub},
                 {"claims", a->claimed_sub}};
    for (size_t i = 0; i < COUNT(hints); i++) {
        if (hints[i].name != NULL) {
            return user_of_hint(tenant, arena, hints[i].parameter, hints[i].name, user);
        }
    }
    if (present != NULL && (a->prompt & PROMPT_SELECT_ACCOUNT) == 0) {
        *user = *present;
        return ALLOWED;
    }
    return first_user(tenant, arena, user);
}

struct verdict authorization_fits_login_hint(struct tenant *tenant, struct arena *arena,
                                             const struct authorization *a,
                                             const struct sign_in *sign_in)
{
    struct user_row user = {0};
    if (a->login_hint == NULL) {
        return ALLOWED;
    }
    TRY(user_of_hint(tenant, arena, "login_hint", a->login_hint, &user));
    if (user.id == sign_in->user.id) {
        return ALLOWED;
    }
    return REFUSED(LOGIN_REQUIRED, .check = "login_hint",
                   .detail = "the user who is signed in is not the one that login_hint names",
                   .expected = user.sub, .actual = sign_in->user.sub,
                   .clause = "OIDC Core 3.1.2.1");
}

struct verdict authorization_fits_hint(const struct authorization *a, const struct sign_in *sign_in)
{
    const char *sub = sign_in->user.sub;
    if (a->hinted_sub != NULL && !str_equal(a->hinted_sub, sub)) {
        return REFUSED(LOGIN_REQUIRED, .check = "id_token_hint",
                       .detail = "the user who is signed in is not the one of the id_token_hint",
                       .expected = a->hinted_sub, .actual = sub, .clause = "OIDC Core 3.1.2.2");
    }
    if (a->claimed_sub != NULL && !str_equal(a->claimed_sub, sub)) {
        return REFUSED(LOGIN_REQUIRED, .check = "claims",
                       .detail = "the user who is signed in is not the one that claims demands",
                       .expected = a->claimed_sub, .actual = sub, .clause = "OIDC Core 5.5.1");
    }
    return ALLOWED;
}

struct verdict authorization_narrow(struct arena *arena, struct authorization *a, const char *scope)
{
    bool answers_id_token = response_type_table[a->response_type].has_id_token;
    const char *granted = answers_id_token ? str_with_word(arena, scope, "openid") : scope;
    const char *left =
        str_words_without(arena, a->scope, str_words_without(arena, a->scope, granted));
    if (*left == '\0') {
        return REFUSED(ACCESS_DENIED, .check = "scope",
                       .detail = "the user granted none of the scopes that were asked for",
                       .expected = a->scope, .actual = scope, .clause = "RFC 6749 3.3");
    }
    a->scope = left;
    if (!str_has_word(left, "openid")) {
        a->terms.claims = NULL;
    }
    return ALLOWED;
}

/* OpenID Connect Core 3.3.2.11 and 3.2.2.10: bound to the code when there is one, with the scopes'
 * claims when there is no access token to fetch them with (5.4). */
static struct verdict mint_id_token(struct tenant *tenant, struct arena *arena,
                                    const struct authorization *a, const struct sign_in *sign_in,
                                    struct authorization_answer *answer)
{
    const struct response_type_row *type = &response_type_table[a->response_type];
    if (!type->has_id_token) {
        return ALLOWED;
    }
    const struct grant_row grant = {
        .acr = a->acr, .amr = sign_in->amr, .terms = a->terms, .auth_time = sign_in->auth_time};
    const struct mint mint = {
        .client = &a->client,
        .user = &sign_in->user,
        .grant = &grant,
        .scope = a->scope,
        .nonce = a->nonce,
        .now = tenant_now(tenant),
    };
    const struct id_token_binding binding = {
        .code = answer->code,
        .claims_scope = type->has_code ? NULL : a->scope,
    };
    return id_token_mint(tenant, arena, &mint, &binding, &answer->id_token);
}

static struct verdict put_code(struct tenant *tenant, const struct authorization *a,
                               const struct sign_in *sign_in, const char *code)
{
    int64_t now = tenant_now(tenant);
    const struct code_row row = {
        .hash = secret_hash(code),
        .client = a->client.id,
        .user = sign_in->user.id,
        .redirect_uri = a->redirect_uri,
        .scope = a->scope,
        .nonce = a->nonce,
        .challenge = a->challenge,
        .acr = a->acr,
        .amr = sign_in->amr,
        .terms = a->terms,
        .auth_time = sign_in->auth_time,
        .issued_at = now,
        .expires_at = now + a->client.code_ttl,
    };
    int outcome = codes_put(tenant->db, &row);
    if (outcome == CODES_FULL) {
        return REFUSED(TEMPORARILY_UNAVAILABLE, .check = "codes",
                       .detail = "too many codes are remembered; none is forgotten early, as that "
                                 "could make a spent one valid again");
    }
    return outcome != 0 ? error_store_broken() : ALLOWED;
}

struct verdict authorization_issue(struct tenant *tenant, struct arena *arena,
                                   struct authorization *a, const struct sign_in *sign_in,
                                   struct authorization_answer *answer)
{
    /* RP-Initiated Logout 2: who can log out by an ID token finds the session in it. */
    if (profile_serves(tenant->profile, SERVICE_LOGOUT)) {
        a->terms.sid = sign_in->sid;
    }
    bool has_code = response_type_table[a->response_type].has_code;
    *answer = (struct authorization_answer){.code = has_code ? secret_new(tenant, arena) : NULL};
    about_user(tenant, sign_in->user.sub);
    about_scope(tenant, a->scope);
    TRY(mint_id_token(tenant, arena, a, sign_in, answer));
    if (has_code) {
        TRY(put_code(tenant, a, sign_in, answer->code));
        about_happened(tenant, HAPPENED_CODE_ISSUED);
    }
    return ALLOWED;
}
