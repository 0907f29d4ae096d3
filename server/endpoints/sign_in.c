/* The sign-in page: who is it? */
#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/interaction.h"
#include "server/endpoints/visit.h"
#include "server/oauth/consent.h"
#include "server/oauth/user.h"

/* Who the form names, or a problem to show. One click is for users without a password. */
static struct verdict find_user(struct call *call, const struct form *form, struct sign_in *sign_in,
                                const char **problem)
{
    const char *picked = form_get(form, "user");
    const char *typed = form_get(form, "username");
    const char *name = picked != NULL ? picked : typed;
    *problem = NULL;
    if (name == NULL) {
        *problem = "Type an e-mail address, a user name or a subject.";
        return ALLOWED;
    }
    int found = users_find(call->tenant->db, name, call->arena, &sign_in->user);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        *problem = arena_printf(call->arena, "The fixture has no user '%s'.", name);
        return ALLOWED;
    }
    if (!user_password_is(&sign_in->user, form_get(form, "password"))) {
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
    struct page_form page = visit_page(call, visit);
    page.problem = problem;
    const char *typed = form_get(&visit->form, "username");
    page.username = typed != NULL ? typed : visit->authorization.login_hint;
    return page_sign_in(call, &page);
}

/* To the client when the user has granted all of this before, else to the consent page. */
static struct verdict go_on_signed_in(struct call *call, struct visit *visit)
{
    const struct sign_in *sign_in = &visit->session.sign_in;
    struct consent consent = {0};
    TRY(consent_find(call->tenant, call->arena, &visit->authorization, &sign_in->user, &consent));
    if (consent.ask_for != NULL) {
        visit_go_to(call, PATH_CONSENT, visit->handle);
        return ALLOWED;
    }
    TRY(visit_take(call, visit));
    call_may_answer(call, &visit->authorization);
    return interaction_approve(call, &visit->authorization, sign_in);
}

static struct verdict submit_sign_in(struct call *call, struct visit *visit)
{
    struct sign_in sign_in = {0};
    const char *problem;
    if (!visit_csrf_is_right(call, visit)) {
        TRY(show_sign_in(call, visit, "This page was out of date. Please try again."));
        return visit_shown_anew(call);
    }
    if (str_equal(form_get(&visit->form, "decision"), "deny")) {
        return visit_deny(call, visit);
    }
    TRY(find_user(call, &visit->form, &sign_in, &problem));
    if (problem != NULL) {
        return show_sign_in(call, visit, problem);
    }
    struct verdict fits = authorization_fits_hint(&visit->authorization, &sign_in);
    if (fits.code != ERROR_NONE) {
        return show_sign_in(call, visit, "The application expects another user.");
    }
    TRY(session_sign_in(call, &visit->session, &sign_in, SESSION_RIVAL_WINS));
    int outcome =
        interactions_sign_in(call->tenant->db, &visit->row.hash, tenant_now(call->tenant));
    if (outcome != 0) {
        return outcome < 0 ? error_store_broken()
                           : visit_refuse_stale("an interaction that is over");
    }
    return go_on_signed_in(call, visit);
}

struct verdict sign_in_handle(struct call *call)
{
    struct visit visit = {0};
    TRY(visit_enter(call, &visit));
    if (visit.decided != NULL) {
        return visit_leave(call, &visit);
    }
    return call->request->method == METHOD_POST ? submit_sign_in(call, &visit)
                                                : show_sign_in(call, &visit, NULL);
}
