/* The authorization endpoint (RFC 6749 3.1): judges the request and finds the user, with or without a page. */
#include "server/endpoints/handlers.h"
#include "server/endpoints/interaction.h"
#include "server/endpoints/params.h"
#include "server/oauth/consent.h"

static bool is_fresh(const struct call *call, const struct authorization *a,
                     const struct session *session)
{
    int64_t age = tenant_now(call->tenant) - session->sign_in.auth_time;
    /* max_age=0 asks for a sign-in now, whatever the clock's grain (OpenID Connect Core 3.1.2.1). */
    return session->signed_in &&
           (a->max_age < 0 || (a->max_age > 0 && age >= 0 && age <= a->max_age));
}

static struct verdict refuse_silence(enum error_code code, const char *detail)
{
    struct verdict verdict =
        REFUSED(NONE, .check = "prompt", .detail = detail, .expected = "an answer without a page",
                .actual = "a page is needed", .clause = "OIDC Core 3.1.2.6");
    verdict.code = code;
    return verdict;
}

/* Nobody has to look at a page: --login auto, and the request does not ask for one. */
static struct verdict sign_in_silently(struct call *call, const struct authorization *a,
                                       const struct session *session, struct sign_in *sign_in)
{
    if (session->signed_in && a->login_hint == NULL) {
        *sign_in = session->sign_in;
        return authorization_fits_hint(a, sign_in);
    }
    TRY(authorization_auto_user(call->tenant, call->arena, a, sign_in));
    return authorization_fits_hint(a, sign_in);
}

/* --login page: what the user has granted before needs no page. */
static struct verdict need_no_consent(struct call *call, struct authorization *a,
                                      const struct session *session)
{
    struct consent consent;
    TRY(consent_find(call->tenant, call->arena, a, &session->sign_in.user, &consent));
    if (consent.ask_for == NULL) {
        return ALLOWED;
    }
    return refuse_silence(ERROR_CONSENT_REQUIRED,
                          arena_printf(call->arena, "prompt=none, but %s", consent.ask_for));
}

static struct verdict answer_without_page(struct call *call, struct authorization *a,
                                          const struct session *session)
{
    struct sign_in sign_in = {0};
    if (call->tenant->login == LOGIN_PAGE && !session->signed_in) {
        return refuse_silence(ERROR_LOGIN_REQUIRED, "prompt=none, but nobody is signed in");
    }
    if (a->max_age >= 0 && !is_fresh(call, a, session)) {
        return refuse_silence(ERROR_LOGIN_REQUIRED,
                              "prompt=none, but no sign-in is as recent as max_age asks");
    }
    if (call->tenant->login == LOGIN_PAGE) {
        TRY(authorization_fits_hint(a, &session->sign_in));
        TRY(need_no_consent(call, a, session));
        return interaction_approve(call, a, &session->sign_in);
    }
    TRY(sign_in_silently(call, a, session, &sign_in));
    return interaction_approve(call, a, &sign_in);
}

static bool must_sign_in(const struct call *call, const struct authorization *a,
                         const struct session *session)
{
    bool other =
        session->signed_in && authorization_fits_hint(a, &session->sign_in).code != ERROR_NONE;
    return (a->prompt & (PROMPT_LOGIN | PROMPT_SELECT_ACCOUNT)) != 0 || !session->signed_in ||
           other || !is_fresh(call, a, session);
}

/* --login auto with prompt=consent: the user is clear, the decision is wanted. */
static struct verdict sign_in_for_consent(struct call *call, const struct authorization *a,
                                          struct session *session)
{
    struct sign_in sign_in = {0};
    if (call->tenant->login != LOGIN_AUTO || a->prompt != PROMPT_CONSENT || a->max_age >= 0 ||
        (session->signed_in && a->login_hint == NULL)) {
        return ALLOWED;
    }
    TRY(authorization_auto_user(call->tenant, call->arena, a, &sign_in));
    return session_sign_in(call, session, &sign_in);
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

static struct verdict decide(struct call *call, const struct form *form, struct authorization *a)
{
    struct session session;
    TRY(session_read(call, &session));
    if (a->prompt == PROMPT_NONE) {
        return answer_without_page(call, a, &session);
    }
    bool asked_for_page = a->prompt != 0 || (a->max_age >= 0 && !is_fresh(call, a, &session));
    if (call->tenant->login == LOGIN_AUTO && !asked_for_page) {
        struct sign_in sign_in = {0};
        TRY(sign_in_silently(call, a, &session, &sign_in));
        return interaction_approve(call, a, &sign_in);
    }
    TRY(sign_in_for_consent(call, a, &session));
    return ask(call, form, a, &session);
}

struct verdict authorize_handle(struct call *call)
{
    struct form form;
    struct authorization authorization;
    TRY(params_either(call, &form));
    struct verdict verdict = authorization_read(call->tenant, call->arena, &form, &authorization);
    /* Once the redirect URI is trusted, a refusal goes there (RFC 6749 4.1.2.1). */
    call_may_answer(call, &authorization);
    TRY(verdict);
    return decide(call, &form, &authorization);
}
