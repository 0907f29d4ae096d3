#include "server/endpoints/interaction.h"

#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/page.h"
#include "server/endpoints/params.h"
#include "server/oauth/consent.h"
#include "server/oauth/secret.h"

#define INTERACTION_SECONDS 1800
#define QUERY_MAX 16384 /* bytes, as much as a GET may have */

/* A page's request, found again. */
struct visit {
    struct form form; /* of the page itself */
    const char *handle;
    struct interaction_row row;
    struct session session;
    struct authorization authorization;
};

static void go_to(struct call *call, const char *path, const char *handle)
{
    browser_redirect(
        call, arena_printf(call->arena, "%s%s?interaction=%s", call->base_path, path, handle));
}

/* A request that comes with a page waits in the store: so it must have an end, and no token may be in it. */
static struct verdict encode(struct call *call, const struct form *form, const char **query)
{
    struct form_field *kept = arena_alloc(call->arena, (form->count + 1) * sizeof(*kept));
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++) {
        if (!str_equal(form->fields[i].name, "id_token_hint")) {
            kept[count++] = form->fields[i];
        }
    }
    *query = form_encode(call->arena, kept, count);
    if (strlen(*query) <= QUERY_MAX) {
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "parameters",
                   .detail = "the request is too long to wait for a person",
                   .expected = arena_printf(call->arena, "at most %d bytes", QUERY_MAX),
                   .actual = arena_printf(call->arena, "%zu bytes", strlen(*query)));
}

struct verdict interaction_begin(struct call *call, struct session *session,
                                 const struct waiting *waiting)
{
    struct tenant *tenant = call->tenant;
    const char *query;
    TRY(encode(call, waiting->form, &query));
    TRY(session_ensure(call, session));
    const char *handle = secret_new(tenant, call->arena);
    int64_t now = tenant_now(tenant);
    const struct interaction_row row = {
        .hash = secret_hash(handle),
        .session = session->row.hash,
        .query = query,
        .hinted_sub = waiting->authorization->hinted_sub,
        .created_at = now,
        .expires_at = now + INTERACTION_SECONDS,
        .signed_in_at = waiting->sign_in_first ? 0 : now,
    };
    if (interactions_put(tenant->db, tenant->id, &row) != 0) {
        return error_store_broken();
    }
    go_to(call, waiting->sign_in_first ? PATH_SIGN_IN : PATH_CONSENT, handle);
    return ALLOWED;
}

struct verdict interaction_approve(struct call *call, const struct authorization *authorization,
                                   const struct sign_in *sign_in)
{
    struct authorization_answer answer;
    TRY(authorization_issue(call->tenant, call->arena, authorization, sign_in, &answer));
    const struct answer_parameter parameters[] = {{"code", answer.code},
                                                  {"id_token", answer.id_token}};
    answer_client(call, parameters, COUNT(parameters));
    return ALLOWED;
}

static struct verdict refuse_stale(const char *actual)
{
    return REFUSED(STALE_PAGE, .check = "interaction",
                   .detail =
                       "this page belongs to another sign-in, or to one that is over: go back to "
                       "the application and start again",
                   .expected = "a sign-in that this browser has begun", .actual = actual,
                   .clause = "RFC 6749 10.12");
}

static struct verdict find_row(struct call *call, struct visit *visit)
{
    struct tenant *tenant = call->tenant;
    if (visit->handle == NULL) {
        return refuse_stale("no interaction named");
    }
    const struct hash hash = secret_hash(visit->handle);
    int found = interactions_get(tenant->db, tenant->id, &hash, tenant_now(tenant), call->arena,
                                 &visit->row);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return refuse_stale("an interaction that is over");
    }
    TRY(session_read(call, &visit->session));
    if (!visit->session.known ||
        memcmp(&visit->session.row.hash, &visit->row.session, sizeof(visit->row.session)) != 0) {
        return refuse_stale("an interaction of another browser session");
    }
    return ALLOWED;
}

/* Reads the request anew from what was kept: nothing that a page carries is trusted. */
static struct verdict enter(struct call *call, struct visit *visit)
{
    *visit = (struct visit){0};
    TRY(params_either(call, &visit->form));
    visit->handle = form_get(&visit->form, "interaction");
    TRY(find_row(call, visit));
    struct form kept;
    const char *bad_name;
    if (form_parse(call->arena, visit->row.query, strlen(visit->row.query), &kept, &bad_name) !=
        FORM_OK) {
        return REFUSED(SERVER_ERROR, .check = "interaction",
                       .detail = "the kept request is damaged");
    }
    TRY(authorization_read(call->tenant, call->arena, &kept, &visit->authorization));
    visit->authorization.hinted_sub = visit->row.hinted_sub;
    return ALLOWED;
}

/* Bound to the session and to the request (RFC 6749 10.12), and to nothing that has to be stored. */
static const char *csrf_of(struct call *call, const struct visit *visit)
{
    uint8_t digest[DIGEST_SIZE];
    char *text = arena_alloc(call->arena, B64URL_SIZE(DIGEST_SIZE));
    const char *const texts[] = {"csrf", visit->session.cookie, visit->handle};
    digest_texts(digest, texts, COUNT(texts));
    b64url_encode(text, digest, sizeof(digest));
    return text;
}

static bool csrf_is_right(struct call *call, const struct visit *visit)
{
    const char *sent = form_get(&visit->form, "csrf");
    const char *right = csrf_of(call, visit);
    return sent != NULL && strlen(sent) == strlen(right) &&
           digest_equal(sent, right, strlen(right));
}

static struct page_form page_of(struct call *call, const struct visit *visit)
{
    return (struct page_form){
        .authorization = &visit->authorization,
        .interaction = visit->handle,
        .csrf = csrf_of(call, visit),
        .user = &visit->session.sign_in.user,
    };
}

/* The decision is made once: whoever takes the interaction makes it. */
static struct verdict take(struct call *call, const struct visit *visit)
{
    int outcome = interactions_take(call->tenant->db, call->tenant->id, &visit->row.hash);
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome > 0 ? refuse_stale("an interaction that is over") : ALLOWED;
}

static struct verdict deny(struct call *call, const struct visit *visit)
{
    TRY(take(call, visit));
    call_may_answer(call, &visit->authorization);
    return REFUSED(ACCESS_DENIED, .check = "consent", .detail = "the user denied the request",
                   .expected = "approval", .actual = "denial", .clause = "RFC 6749 4.1.2.1");
}

static bool password_is_right(const struct user_row *user, const char *password)
{
    uint8_t digest[DIGEST_SIZE];
    const char *const texts[] = {"password", user->sub, password != NULL ? password : ""};
    digest_texts(digest, texts, COUNT(texts));
    return user->password_hash == NULL || digest_equal(digest, user->password_hash, sizeof(digest));
}

/* Who the form names, or a problem to show. One click is for users without a password. */
static struct verdict find_user(struct call *call, const struct form *form, struct sign_in *sign_in,
                                const char **problem)
{
    const char *picked = form_get(form, "user");
    const char *typed = form_get(form, "username");
    const char *name = picked != NULL ? picked : typed;
    *problem = NULL;
    if (name == NULL) {
        *problem = "Type an e-mail address or a subject.";
        return ALLOWED;
    }
    int found = users_find(call->tenant->db, call->tenant->id, name, call->arena, &sign_in->user);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        *problem = arena_printf(call->arena, "The fixture has no user '%s'.", name);
        return ALLOWED;
    }
    if (!password_is_right(&sign_in->user, form_get(form, "password"))) {
        *problem = "The password is wrong.";
        return ALLOWED;
    }
    sign_in->auth_time = tenant_now(call->tenant);
    sign_in->amr = sign_in->user.password_hash != NULL ? "pwd" : "user";
    return ALLOWED;
}

static struct verdict show_sign_in(struct call *call, const struct visit *visit,
                                   const char *problem)
{
    struct page_form page = page_of(call, visit);
    page.problem = problem;
    const char *typed = form_get(&visit->form, "username");
    page.username = typed != NULL ? typed : visit->authorization.login_hint;
    return page_sign_in(call, &page);
}

/* To the client when the user has granted all of this before, else to the consent page. */
static struct verdict go_on_signed_in(struct call *call, const struct visit *visit)
{
    const struct sign_in *sign_in = &visit->session.sign_in;
    struct consent consent;
    TRY(consent_find(call->tenant, call->arena, &visit->authorization, &sign_in->user, &consent));
    if (consent.ask_for != NULL) {
        go_to(call, PATH_CONSENT, visit->handle);
        return ALLOWED;
    }
    TRY(take(call, visit));
    call_may_answer(call, &visit->authorization);
    return interaction_approve(call, &visit->authorization, sign_in);
}

static struct verdict submit_sign_in(struct call *call, struct visit *visit)
{
    struct sign_in sign_in;
    const char *problem;
    if (!csrf_is_right(call, visit)) {
        return show_sign_in(call, visit, "This page was out of date. Please try again.");
    }
    if (str_equal(form_get(&visit->form, "decision"), "deny")) {
        return deny(call, visit);
    }
    TRY(find_user(call, &visit->form, &sign_in, &problem));
    if (problem != NULL) {
        return show_sign_in(call, visit, problem);
    }
    struct verdict fits = authorization_fits_hint(&visit->authorization, &sign_in);
    if (fits.code != ERROR_NONE) {
        return show_sign_in(call, visit, "The application expects another user (id_token_hint).");
    }
    TRY(session_sign_in(call, &visit->session, &sign_in));
    int outcome = interactions_sign_in(call->tenant->db, call->tenant->id, &visit->row.hash,
                                       tenant_now(call->tenant));
    if (outcome != 0) {
        return outcome < 0 ? error_store_broken() : refuse_stale("an interaction that is over");
    }
    return go_on_signed_in(call, visit);
}

struct verdict sign_in_handle(struct call *call)
{
    struct visit visit;
    TRY(enter(call, &visit));
    return call->request->method == METHOD_POST ? submit_sign_in(call, &visit)
                                                : show_sign_in(call, &visit, NULL);
}

/* `left` is what stays checked, NULL for all; `problem` as in struct page_form. */
static struct verdict show_consent(struct call *call, const struct visit *visit, const char *left,
                                   const char *problem)
{
    struct page_form page = page_of(call, visit);
    struct consent consent;
    TRY(consent_find(call->tenant, call->arena, &visit->authorization, page.user, &consent));
    page.known = consent.known;
    page.left = left;
    page.problem = problem;
    return page_consent(call, &page);
}

/* RFC 6749 3.3: the user may grant less than was asked for, and the token answer says so. */
static struct verdict approve(struct call *call, struct visit *visit)
{
    struct authorization *a = &visit->authorization;
    const struct sign_in *sign_in = &visit->session.sign_in;
    const char *left = consent_left(call->arena, a, &visit->form);
    if (left[0] == '\0') {
        return show_consent(call, visit, left, "Leave at least one, or deny the request.");
    }
    TRY(take(call, visit));
    call_may_answer(call, a);
    TRY(consent_remember(call->tenant, call->arena, a, &sign_in->user, left));
    a->scope = left;
    return interaction_approve(call, a, sign_in);
}

static struct verdict submit_consent(struct call *call, struct visit *visit)
{
    const char *decision = form_get(&visit->form, "decision");
    if (!csrf_is_right(call, visit)) {
        return show_consent(call, visit, NULL, NULL);
    }
    if (str_equal(decision, "switch")) {
        go_to(call, PATH_SIGN_IN, visit->handle);
        return ALLOWED;
    }
    if (str_equal(decision, "deny")) {
        return deny(call, visit);
    }
    if (!str_equal(decision, "approve")) {
        return show_consent(call, visit, NULL, NULL);
    }
    return approve(call, visit);
}

struct verdict consent_handle(struct call *call)
{
    struct visit visit;
    TRY(enter(call, &visit));
    /* Nobody comes here past a sign-in that this very request asked for, nor as another user than its
     * id_token_hint's (OpenID Connect Core 3.1.2.2): the session may be somebody else's by now. */
    if (!visit.session.signed_in || visit.row.signed_in_at == 0 ||
        authorization_fits_hint(&visit.authorization, &visit.session.sign_in).code != ERROR_NONE) {
        go_to(call, PATH_SIGN_IN, visit.handle);
        return ALLOWED;
    }
    return call->request->method == METHOD_POST ? submit_consent(call, &visit)
                                                : show_consent(call, &visit, NULL, NULL);
}
