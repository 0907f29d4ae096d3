/* The end session endpoint (OpenID Connect RP-Initiated Logout 1.0). */
#include "server/oauth/logout.h"

#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/page.h"
#include "server/endpoints/params.h"
#include "server/endpoints/session.h"
#include "server/endpoints/visit.h"
#include "server/oauth/client.h"

/* RFC 9700 4.16; RP-Initiated Logout 6: bound to the session that ends. */
static const char *csrf_of(struct call *call, const struct session *session)
{
    uint8_t digest[DIGEST_SIZE];
    char *text = arena_alloc(call->arena, B64URL_SIZE(DIGEST_SIZE));
    const char *const texts[] = {"csrf of logout", session->cookie};
    digest_texts(digest, texts, COUNT(texts));
    b64url_encode(text, digest, sizeof(digest));
    return text;
}

static bool csrf_is_right(struct call *call, const struct session *session, const struct form *form)
{
    const char *sent = form_get(form, "csrf");
    const char *right = csrf_of(call, session);
    return sent != NULL && strlen(sent) == strlen(right) &&
           digest_equal(sent, right, strlen(right));
}

/* 3: back to the client with its state, and nothing else; or a page. */
static struct verdict go_on(struct call *call, const struct logout *logout)
{
    if (logout->redirect_uri == NULL) {
        page_message(call, "You are logged out",
                     "The browser's session here has ended. Tokens that applications hold live on "
                     "until they expire or are revoked.");
        return ALLOWED;
    }
    const char *location = logout->redirect_uri;
    if (logout->state != NULL) {
        const struct form_field state = {"state", logout->state};
        location = url_with_query(call->arena, location, form_encode(call->arena, &state, 1));
    }
    browser_tell(call, location);
    return ALLOWED;
}

static struct verdict end(struct call *call, struct session *session, const struct logout *logout)
{
    TRY(session_end(call, session));
    return go_on(call, logout);
}

static struct verdict ask(struct call *call, const struct session *session, const struct form *form,
                          const struct logout *logout)
{
    const struct page_logout page = {
        .user = &session->sign_in.user,
        .client_name = logout->has_client ? logout->client.client_name : NULL,
        .csrf = csrf_of(call, session),
        .form = form,
    };
    return page_logout(call, &page);
}

/* The answer of a person who was asked. */
static struct verdict decide(struct call *call, struct session *session, const struct form *form,
                             const struct logout *logout)
{
    const char *decision = form_get(form, "decision");
    if (!csrf_is_right(call, session, form)) {
        TRY(ask(call, session, form, logout));
        return visit_shown_anew(call);
    }
    if (str_equal(decision, "logout")) {
        return end(call, session, logout);
    }
    page_message(call, "You are still signed in", "Nothing has ended.");
    return ALLOWED;
}

/* A form that another site posts comes without the cookie, which is SameSite=Lax; the GET that it
 * turns into brings it along. */
static bool comes_without_cookie(const struct call *call)
{
    const char *origin = request_header(call->request, "Origin");
    return call->request->method == METHOD_POST && origin != NULL;
}

static struct verdict come_again(struct call *call, const struct form *form)
{
    browser_redirect(call, arena_printf(call->arena, "%s" PATH_LOGOUT "?%s", call->base_path,
                                        form_encode(call->arena, form->fields, form->count)));
    return ALLOWED;
}

/* A bare POST asks for what a bare GET asks for. */
static struct verdict read_form(struct call *call, struct form *form)
{
    *form = (struct form){0};
    bool is_bare = call->request->method == METHOD_POST && call->request->body_size == 0;
    return is_bare ? ALLOWED : params_either(call, form);
}

struct verdict logout_handle(struct call *call)
{
    struct form form = {0};
    struct logout logout = {0};
    struct session session = {0};
    TRY(read_form(call, &form));
    TRY(logout_read(call->tenant, call->arena, &form, &logout));
    TRY(session_read(call, &session));
    if (!session.known && comes_without_cookie(call)) {
        return come_again(call, &form);
    }
    if (!session.signed_in) {
        return go_on(call, &logout);
    }
    if (call->request->method == METHOD_POST && form_get(&form, "decision") != NULL) {
        return decide(call, &session, &form, &logout);
    }
    /* 2: who is not meant, or may not be, is asked; --login auto says yes for the person. */
    enum login_mode login =
        logout.has_client ? client_login(call->tenant, &logout.client) : call->tenant->login;
    bool is_meant = login == LOGIN_AUTO ||
                    logout_is_for(&logout, session.sign_in.user.sub, session.sign_in.sid);
    return is_meant ? end(call, &session, &logout) : ask(call, &session, &form, &logout);
}
