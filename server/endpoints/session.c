#include "server/endpoints/session.h"

#include "keys/b64url.h"
#include "server/base/str.h"
#include "server/endpoints/routes.h"
#include "server/oauth/about.h"
#include "server/oauth/secret.h"
#include "server/tenant/tenancy.h"

#define COOKIE "makeshift_session"
#define SID_BYTES 16

static const char *cookie_name(const struct tenant *tenant)
{
    if (!tenant_is_https(tenant)) {
        return COOKIE;
    }
    /* RFC 6265bis 4.1.3.2: __Host- is for Path=/ alone. */
    return str_equal(tenant->name, TENANCY_DEFAULT) ? "__Host-" COOKIE : "__Secure-" COOKIE;
}

static const char *cookie_path(const struct tenant *tenant)
{
    return str_equal(tenant->name, TENANCY_DEFAULT) ? "/" : route_base_path(tenant->issuer);
}

static void set_cookie(struct call *call, const char *value, const char *more)
{
    /* Lax, so that the cookie comes along when a client's site sends the browser here. */
    response_header(call->response, "Set-Cookie",
                    arena_printf(call->arena, "%s=%s; Path=%s; HttpOnly; SameSite=Lax%s%s",
                                 cookie_name(call->tenant), value, cookie_path(call->tenant),
                                 tenant_is_https(call->tenant) ? "; Secure" : "", more));
}

struct verdict session_find(struct call *call, const struct hash *hash, struct session *session)
{
    struct tenant *tenant = call->tenant;
    *session = (struct session){0};
    int found = sessions_get(tenant->db, hash, tenant_now(tenant), call->arena, &session->row);
    session->row.hash = *hash;
    session->known = found == 0;
    if (found == 0 && session->row.user != 0) {
        /* A user who has left the fixture has left the session, too. */
        found = users_get(tenant->db, session->row.user, call->arena, &session->sign_in.user);
        session->signed_in = found == 0;
        about_user(tenant, session->sign_in.user.sub);
        session->sign_in.auth_time = session->row.auth_time;
        session->sign_in.amr = session->row.amr;
        session->sign_in.sid = session->row.sid;
    }
    return found < 0 ? error_store_broken() : ALLOWED;
}

struct verdict session_read(struct call *call, struct session *session)
{
    const char *cookie = request_cookie(call->request, cookie_name(call->tenant));
    *session = (struct session){0};
    if (cookie == NULL) {
        return ALLOWED;
    }
    const struct hash hash = secret_hash(cookie);
    TRY(session_find(call, &hash, session));
    session->cookie = session->known ? cookie : NULL;
    return ALLOWED;
}

static struct session_row new_row(struct call *call, struct session *session)
{
    session->cookie = secret_new(call->tenant, call->arena);
    session->known = true;
    return (struct session_row){
        .hash = secret_hash(session->cookie),
        .expires_at = tenant_now(call->tenant) + SESSION_SECONDS,
    };
}

static const char *new_sid(struct call *call)
{
    char *sid = arena_alloc(call->arena, B64URL_SIZE(SID_BYTES));
    random_text(call->tenant->random, sid, SID_BYTES);
    return sid;
}

struct verdict session_ensure(struct call *call, struct session *session)
{
    if (session->known) {
        return ALLOWED;
    }
    session->row = new_row(call, session);
    if (sessions_put(call->tenant->db, &session->row) != 0) {
        return error_store_broken();
    }
    set_cookie(call, session->cookie, "");
    return ALLOWED;
}

/* The row, of another id or not, as it is with this sign-in. The same user who signs in again goes
 * on with the same session, as far as clients see it. */
static void fill_row(struct call *call, struct session *session, const struct sign_in *sign_in,
                     struct session_row row)
{
    const char *sid = session->row.user == sign_in->user.id ? session->row.sid : NULL;
    row.sid = sid != NULL ? sid : new_sid(call);
    row.user = sign_in->user.id;
    row.auth_time = sign_in->auth_time;
    row.amr = sign_in->amr;
    session->row = row;
}

static void note_sign_in(const struct call *call, struct session *session,
                         const struct sign_in *sign_in)
{
    about_user(call->tenant, sign_in->user.sub);
    about_happened(call->tenant, HAPPENED_SIGNED_IN);
    session->signed_in = true;
    session->sign_in = *sign_in;
    session->sign_in.sid = session->row.sid;
}

struct verdict session_sign_in(struct call *call, struct session *session,
                               const struct sign_in *sign_in, enum session_rival rival)
{
    const struct hash old = session->row.hash;
    bool is_first = !session->known;
    fill_row(call, session, sign_in, new_row(call, session));
    int outcome = is_first ? 1 : sessions_rotate(call->tenant->db, &old, &session->row);
    if (outcome > 0 && !is_first && rival == SESSION_RIVAL_WINS) {
        return REFUSED(STALE_PAGE, .check = "session",
                       .detail = "this page has signed somebody in already",
                       .expected = "a session that nobody has signed in to since",
                       .actual = "one that is over", .clause = "RFC 6749 10.12");
    }
    if (outcome > 0) {
        outcome = sessions_put(call->tenant->db, &session->row);
    }
    if (outcome != 0) {
        return error_store_broken();
    }
    note_sign_in(call, session, sign_in);
    set_cookie(call, session->cookie, "");
    return ALLOWED;
}

struct verdict session_sign_in_from_afar(struct call *call, struct session *session,
                                         const struct sign_in *sign_in)
{
    struct session_row row = {.hash = session->row.hash,
                              .expires_at = tenant_now(call->tenant) + SESSION_SECONDS};
    fill_row(call, session, sign_in, row);
    int outcome = sessions_rotate(call->tenant->db, &row.hash, &session->row);
    if (outcome > 0) {
        outcome = sessions_put(call->tenant->db, &session->row);
    }
    if (outcome != 0) {
        return error_store_broken();
    }
    session->known = true;
    note_sign_in(call, session, sign_in);
    return ALLOWED;
}

struct verdict session_end(struct call *call, struct session *session)
{
    if (session->known && sessions_delete(call->tenant->db, &session->row.hash) != 0) {
        return error_store_broken();
    }
    if (session->signed_in) {
        about_happened(call->tenant, HAPPENED_SIGNED_OUT);
    }
    *session = (struct session){0};
    set_cookie(call, "", "; Max-Age=0");
    return ALLOWED;
}

json_t *session_cookie(const struct call *call, const struct session *session)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:s}", "name", cookie_name(call->tenant), "value",
                     session->cookie, "path", cookie_path(call->tenant), "http_only", 1, "secure",
                     (int)tenant_is_https(call->tenant), "same_site", "Lax");
}
