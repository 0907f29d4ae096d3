#include "server/oauth/logout.h"

#include "server/base/str.h"
#include "server/oauth/parameters.h"

/* RP-Initiated Logout 2: of the two, a hint that is there says more. */
static struct verdict read_client(struct tenant *tenant, struct arena *arena,
                                  const struct form *form, struct logout *logout)
{
    const char *named = form_get(form, "client_id");
    const char *id = logout->has_hint ? logout->hint.client_id : named;
    if (logout->has_hint && named != NULL && !str_equal(named, id)) {
        return REFUSED(INVALID_REQUEST, .check = "client_id",
                       .detail = "client_id is not the client that the id_token_hint was issued to",
                       .expected = id, .actual = named, .clause = "RP-Initiated Logout 2");
    }
    if (id == NULL) {
        return ALLOWED;
    }
    logout->has_client = true;
    return client_find(tenant, arena, id, &logout->client);
}

/* 3: to nowhere but a URI of the client that the hint vouches for, compared by the letter. */
static struct verdict read_redirect_uri(struct arena *arena, const struct form *form,
                                        struct logout *logout)
{
    const char *uri = form_get(form, "post_logout_redirect_uri");
    const char *registered = logout->has_client ? logout->client.post_logout_redirect_uris : NULL;
    registered = registered != NULL ? registered : "";
    if (uri == NULL) {
        return ALLOWED;
    }
    if (!logout->has_hint) {
        return REFUSED(INVALID_REQUEST, .check = "id_token_hint",
                       .detail = "post_logout_redirect_uri was sent without an id_token_hint: "
                                 "without one nobody vouches for where it leads",
                       .expected = "an id_token_hint", .actual = "none",
                       .clause = "RP-Initiated Logout 3");
    }
    if (str_has_word(registered, uri)) {
        logout->redirect_uri = uri;
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "post_logout_redirect_uri",
                   .title = "The URI to go on to is not registered",
                   .detail = arena_printf(
                       arena,
                       "post_logout_redirect_uri '%s' is not registered for client '%s'; add it to "
                       "post_logout_redirect_uris of '%s'",
                       uri, logout->client.client_id, logout->client.client_id),
                   .expected = *registered != '\0' ? registered : "none is registered",
                   .actual = uri, .clause = "RP-Initiated Logout 3");
}

struct verdict logout_read(struct tenant *tenant, struct arena *arena, const struct form *form,
                           struct logout *logout)
{
    const char *token = form_get(form, "id_token_hint");
    *logout = (struct logout){.has_hint = token != NULL, .state = form_get(form, "state")};
    TRY(parameters_all_once(arena, form, NULL));
    if (token != NULL) {
        TRY(hint_read(tenant, arena, token, &logout->hint));
    }
    TRY(read_client(tenant, arena, form, logout));
    return read_redirect_uri(arena, form, logout);
}

bool logout_is_for(const struct logout *logout, const char *sub, const char *sid)
{
    if (!logout->has_hint) {
        return false;
    }
    return logout->hint.sid != NULL ? str_equal(logout->hint.sid, sid)
                                    : str_equal(logout->hint.sub, sub);
}
