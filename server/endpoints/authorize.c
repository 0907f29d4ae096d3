/* The authorization endpoint (RFC 6749 3.1): judges the request and finds the user, with a page or
 * without. */
#include "server/endpoints/face/face.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/interaction.h"
#include "server/endpoints/params.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/steering.h"
#include "server/endpoints/to_come.h"
#include "server/oauth/client.h"
#include "server/oauth/consent.h"
#include "server/oauth/user.h"

/* Whether the session's sign-in is older than max_age allows (OpenID Connect Core 3.1.2.1). */
static bool is_too_old(const struct call *call, const struct authorization *a,
                       const struct session *session)
{
    int64_t age = tenant_now(call->tenant) - session->sign_in.auth_time;
    /* max_age=0 asks for a sign-in now, whatever the clock's grain. */
    return a->max_age == 0 || (a->max_age > 0 && (age < 0 || age > a->max_age));
}

static struct verdict refuse_silence(enum error_code code, const char *detail)
{
    struct verdict verdict =
        REFUSED(NONE, .check = "prompt", .detail = detail, .expected = "an answer without a page",
                .actual = "a page is needed", .clause = "OIDC Core 3.1.2.6");
    verdict.code = code;
    return verdict;
}

/* --login page: what the user has granted before needs no page. */
static struct verdict need_no_consent(struct call *call, struct authorization *a,
                                      const struct session *session)
{
    struct consent consent = {0};
    TRY(consent_find(call->tenant, call->arena, a, &session->sign_in.user, &consent));
    if (consent.ask_for == NULL) {
        return ALLOWED;
    }
    return refuse_silence(ERROR_CONSENT_REQUIRED,
                          arena_printf(call->arena, "prompt=none, but %s", consent.ask_for));
}

/* prompt=none: by the session there is, or not at all (OpenID Connect Core 3.1.2.1), with --login
 * auto too: an application that renews silently has to see that its user is gone. */
static struct verdict answer_silently(struct call *call, struct authorization *a,
                                      const struct session *session)
{
    if (!session->signed_in) {
        return refuse_silence(ERROR_LOGIN_REQUIRED, "prompt=none, but nobody is signed in");
    }
    if (is_too_old(call, a, session)) {
        return refuse_silence(ERROR_LOGIN_REQUIRED,
                              "prompt=none, but no sign-in is as recent as max_age asks");
    }
    TRY(authorization_fits_hint(a, &session->sign_in));
    TRY(authorization_fits_login_hint(call->tenant, call->arena, a, &session->sign_in));
    if (client_login(call->tenant, &a->client) == LOGIN_PAGE) {
        TRY(need_no_consent(call, a, session));
    }
    return interaction_approve(call, a, &session->sign_in);
}

/* Whether the session's sign-in is too little for this request, whoever it is for. */
static bool wants_new_sign_in(const struct call *call, const struct authorization *a,
                              const struct session *session)
{
    return (a->prompt & (PROMPT_LOGIN | PROMPT_SELECT_ACCOUNT)) != 0 || !session->signed_in ||
           is_too_old(call, a, session);
}

/* `told` NULL: nobody said who is to sign in. */
static struct verdict choose_user(const struct call *call, const struct authorization *a,
                                  const struct user_row *present, const struct to_come *told,
                                  struct user_row *user)
{
    if (told != NULL && told->user != NULL) {
        return user_of_hint(call->tenant, call->arena, "user", told->user, user);
    }
    return authorization_auto_user(call->tenant, call->arena, a, present, user);
}

/* --login auto stands for the person: it signs in, chooses and consents wherever a page would ask,
 * so that nobody ever sees one. As after the page, the browser has a session then. */
static struct verdict answer_for_person(struct call *call, struct authorization *a,
                                        struct session *session, const struct to_come *told)
{
    struct sign_in sign_in = {.auth_time = tenant_now(call->tenant), .amr = "user"};
    const struct user_row *present = session->signed_in ? &session->sign_in.user : NULL;
    TRY(choose_user(call, a, present, told, &sign_in.user));
    TRY(authorization_fits_hint(a, &sign_in));
    if (present == NULL || wants_new_sign_in(call, a, session) || sign_in.user.id != present->id) {
        TRY(session_sign_in(call, session, &sign_in, SESSION_BESIDE));
    }
    if (told != NULL) {
        TRY(to_come_limit(call, told, &session->sign_in.user, a));
    }
    return interaction_approve(call, a, &session->sign_in);
}

static bool must_sign_in(const struct call *call, const struct authorization *a,
                         const struct session *session)
{
    if (wants_new_sign_in(call, a, session)) {
        return true;
    }
    return authorization_fits_hint(a, &session->sign_in).code != ERROR_NONE ||
           authorization_fits_login_hint(call->tenant, call->arena, a, &session->sign_in).code !=
               ERROR_NONE;
}

static struct verdict ask(struct call *call, const struct form *form, struct authorization *a,
                          struct session *session)
{
    const struct waiting waiting = {
        .form = form,
        .authorization = a,
        .sign_in_first = must_sign_in(call, a, session),
    };
    struct consent consent = {.ask_for = "nobody is signed in"};
    if (!waiting.sign_in_first) {
        TRY(consent_find(call->tenant, call->arena, a, &session->sign_in.user, &consent));
    }
    if (consent.ask_for == NULL) {
        return interaction_approve(call, a, &session->sign_in);
    }
    return interaction_begin(call, session, &waiting);
}

/* OpenID Connect Core 3.1.2.1: no page is ever shown to who asks for none. */
static struct verdict show_page(struct call *call, const struct form *form, struct authorization *a,
                                struct session *session, const struct to_come *told)
{
    struct form hinted = {0};
    if (a->prompt == PROMPT_NONE) {
        return refuse_silence(ERROR_INTERACTION_REQUIRED,
                              "prompt=none, but the user is to be shown a page");
    }
    to_come_hint(call, told, form, &hinted);
    a->login_hint = form_get(&hinted, "login_hint");
    const struct waiting waiting = {
        .form = &hinted,
        .authorization = a,
        .sign_in_first = must_sign_in(call, a, session),
    };
    return interaction_begin(call, session, &waiting);
}

/* What the control door said before wins over all that the request may say, but for what no server
 * may do: show a page to prompt=none, or sign in another user than the id_token_hint's. */
static struct verdict answer_as_told(struct call *call, const struct form *form,
                                     struct authorization *a, struct session *session,
                                     const struct to_come *told)
{
    switch (told->decision) {
    case TO_COME_APPROVE:
        return answer_for_person(call, a, session, told);
    case TO_COME_PAGE:
        return show_page(call, form, a, session, told);
    case TO_COME_DENY:
    case TO_COME_ERROR:
        return to_come_refuse(call, told);
    }
    return to_come_refuse(call, told);
}

static struct verdict decide(struct call *call, const struct form *form, struct authorization *a)
{
    struct session session = {0};
    struct to_come told = {0};
    bool is_auto = client_login(call->tenant, &a->client) == LOGIN_AUTO;
    TRY(session_read(call, &session));
    if (is_auto && to_come_meet(call, a, &told)) {
        return answer_as_told(call, form, a, &session, &told);
    }
    if (a->prompt == PROMPT_NONE) {
        return answer_silently(call, a, &session);
    }
    return is_auto ? answer_for_person(call, a, &session, NULL) : ask(call, form, a, &session);
}

struct verdict authorize_handle(struct call *call)
{
    struct form form = {0};
    struct authorization authorization = {0};
    TRY(params_either(call, &form));
    if (tries_begin(call->realm->tries, form_get(&form, "state"), form_get(&form, "client_id"))) {
        call->tenant->try_uri = face_try_uri(call);
    }
    struct verdict verdict = authorization_read(call->tenant, call->arena, &form, &authorization);
    /* Once the redirect URI is trusted, a refusal goes there (RFC 6749 4.1.2.1). */
    call_may_answer(call, &authorization);
    TRY(verdict);
    if (steering_tells(call)) {
        return ALLOWED;
    }
    return decide(call, &form, &authorization);
}
