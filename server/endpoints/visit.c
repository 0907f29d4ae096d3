#include "server/endpoints/visit.h"

#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/face/face.h"
#include "server/endpoints/params.h"
#include "server/endpoints/realm.h"
#include "server/oauth/secret.h"

void visit_go_to(struct call *call, const char *path, const char *handle)
{
    browser_redirect(
        call, arena_printf(call->arena, "%s%s?interaction=%s", call->base_path, path, handle));
}

struct verdict visit_refuse_stale(const char *actual)
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
        return visit_refuse_stale("no interaction named");
    }
    const struct hash hash = secret_hash(visit->handle);
    int found = interactions_get(tenant->db, &hash, tenant_now(tenant), call->arena, &visit->row);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return visit_refuse_stale("an interaction that is over");
    }
    TRY(session_read(call, &visit->session));
    if (!visit->session.known ||
        memcmp(&visit->session.row.hash, &visit->row.session, sizeof(visit->row.session)) != 0) {
        return visit_refuse_stale("an interaction of another browser session");
    }
    return ALLOWED;
}

struct verdict visit_read_kept(struct call *call, struct visit *visit)
{
    struct form kept = {0};
    const char *bad_name;
    if (form_parse(call->arena, visit->row.query, strlen(visit->row.query), &kept, &bad_name) !=
        FORM_OK) {
        return REFUSED(SERVER_ERROR, .check = "interaction",
                       .detail = "the kept request is damaged");
    }
    if (tries_has_begun(call->realm->tries, form_get(&kept, "state"),
                        form_get(&kept, "client_id"))) {
        call->tenant->try_uri = face_try_uri(call);
    }
    TRY(authorization_read(call->tenant, call->arena, &kept, &visit->authorization));
    visit->authorization.hinted_sub = visit->row.hinted_sub;
    return ALLOWED;
}

/* Where it leads is not kept in the database: a code is in it. */
static struct verdict find_decision(struct call *call, struct visit *visit)
{
    visit->decided = decisions_get(call->realm->decisions, visit->row.id);
    return visit->decided != NULL ? ALLOWED : visit_refuse_stale("an interaction that is over");
}

struct verdict visit_enter(struct call *call, struct visit *visit)
{
    *visit = (struct visit){0};
    TRY(params_either(call, &visit->form));
    visit->handle = form_get(&visit->form, "interaction");
    TRY(find_row(call, visit));
    return visit->row.decided_at != 0 ? find_decision(call, visit) : visit_read_kept(call, visit);
}

struct verdict visit_leave(struct call *call, struct visit *visit)
{
    json_auto_t *decided = visit->decided;
    visit->decided = NULL;
    /* CWE-384: who was signed in from afar gets another cookie now that the browser is here. */
    if (json_is_true(json_object_get(decided, "signed_in")) && visit->session.signed_in) {
        TRY(session_sign_in(call, &visit->session, &visit->session.sign_in, SESSION_BESIDE));
    }
    answer_kept(call, decided);
    return ALLOWED;
}

/* Bound to the session and to the request (RFC 6749 10.12), and to nothing that has to be stored.
 */
static const char *csrf_of(struct call *call, const struct visit *visit)
{
    uint8_t digest[DIGEST_SIZE];
    char *text = arena_alloc(call->arena, B64URL_SIZE(DIGEST_SIZE));
    const char *const texts[] = {"csrf", visit->session.cookie, visit->handle};
    digest_texts(digest, texts, COUNT(texts));
    b64url_encode(text, digest, sizeof(digest));
    return text;
}

bool visit_csrf_is_right(struct call *call, const struct visit *visit)
{
    const char *sent = form_get(&visit->form, "csrf");
    const char *right = csrf_of(call, visit);
    return sent != NULL && strlen(sent) == strlen(right) &&
           digest_equal(sent, right, strlen(right));
}

struct page_form visit_page(struct call *call, const struct visit *visit)
{
    return (struct page_form){
        .authorization = &visit->authorization,
        .interaction = visit->handle,
        .csrf = csrf_of(call, visit),
        .user = &visit->session.sign_in.user,
    };
}

struct verdict visit_shown_anew(struct call *call)
{
    call->response->status = error_table[ERROR_STALE_PAGE].status;
    return ALLOWED;
}

struct verdict visit_take(struct call *call, const struct visit *visit)
{
    int outcome = interactions_take(call->tenant->db, &visit->row.hash);
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome > 0 ? visit_refuse_stale("an interaction that is over") : ALLOWED;
}

struct verdict visit_denial(void)
{
    return REFUSED(ACCESS_DENIED, .check = "consent", .detail = "the user denied the request",
                   .expected = "approval", .actual = "denial", .clause = "RFC 6749 4.1.2.1");
}

struct verdict visit_deny(struct call *call, const struct visit *visit)
{
    TRY(visit_take(call, visit));
    call_may_answer(call, &visit->authorization);
    return visit_denial();
}
