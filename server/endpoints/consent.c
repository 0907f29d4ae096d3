/* The consent page: what may the client do? */
#include "server/oauth/consent.h"
#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/interaction.h"
#include "server/endpoints/visit.h"
#include "server/oauth/about.h"

/* `choice` is what stays chosen, NULL for what the page begins with; `problem` as in struct
 * page_form. */
static struct verdict show_consent(struct call *call, struct visit *visit,
                                   const struct consent_choice *choice, const char *problem)
{
    struct page_form page = visit_page(call, visit);
    struct consent consent = {0};
    TRY(consent_find(call->tenant, call->arena, &visit->authorization, page.user, &consent));
    page.consent = &consent;
    page.choice = choice;
    page.problem = problem;
    return page_consent(call, &page);
}

/* RFC 6749 3.3: the user may grant less than was asked for, and the token answer says so. */
static struct verdict approve(struct call *call, struct visit *visit)
{
    struct authorization *a = &visit->authorization;
    const struct sign_in *sign_in = &visit->session.sign_in;
    struct consent consent = {0};
    struct consent_choice choice = {0};
    TRY(consent_find(call->tenant, call->arena, a, &sign_in->user, &consent));
    struct verdict read = consent_read(call->arena, a, &consent, &visit->form, &choice);
    if (read.code != ERROR_NONE) {
        return show_consent(call, visit, &choice, "You are in no such organization: choose again.");
    }
    if (choice.scope[0] == '\0') {
        return show_consent(call, visit, &choice, "Leave at least one, or deny the request.");
    }
    TRY(visit_take(call, visit));
    call_may_answer(call, a);
    TRY(consent_remember(call->tenant, call->arena, a, &sign_in->user, &consent, &choice));
    about_happened(call->tenant, HAPPENED_CONSENTED);
    return interaction_approve(call, a, sign_in);
}

static struct verdict submit_consent(struct call *call, struct visit *visit)
{
    const char *decision = form_get(&visit->form, "decision");
    if (!visit_csrf_is_right(call, visit)) {
        TRY(show_consent(call, visit, NULL, NULL));
        return visit_shown_anew(call);
    }
    if (str_equal(decision, "switch")) {
        visit_go_to(call, PATH_SIGN_IN, visit->handle);
        return ALLOWED;
    }
    if (str_equal(decision, "deny")) {
        return visit_deny(call, visit);
    }
    if (!str_equal(decision, "approve")) {
        return show_consent(call, visit, NULL, NULL);
    }
    return approve(call, visit);
}

struct verdict consent_handle(struct call *call)
{
    struct visit visit = {0};
    TRY(visit_enter(call, &visit));
    if (visit.decided != NULL) {
        return visit_leave(call, &visit);
    }
    /* Nobody comes here past a sign-in that this very request asked for, nor as another user than
     * its id_token_hint's (OpenID Connect Core 3.1.2.2): the session may be somebody else's by now.
     */
    if (!visit.session.signed_in || visit.row.signed_in_at == 0 ||
        authorization_fits_hint(&visit.authorization, &visit.session.sign_in).code != ERROR_NONE) {
        visit_go_to(call, PATH_SIGN_IN, visit.handle);
        return ALLOWED;
    }
    return call->request->method == METHOD_POST ? submit_consent(call, &visit)
                                                : show_consent(call, &visit, NULL, NULL);
}
