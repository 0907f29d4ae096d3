#include "server/endpoints/client_auth.h"

#include <string.h>

#include "server/endpoints/handlers.h"
#include "server/oauth/basic.h"
#include "server/oauth/issuer.h"

static void read_header(struct arena *arena, const char *header, struct credentials *credentials)
{
    credentials->has_header = true;
    credentials->header_problem = "the Authorization header cannot be read: it must be Basic with "
                                  "base64 of client_id:client_secret, each form-encoded";
    struct basic basic = {0};
    if (!basic_read(arena, header, &basic)) {
        return;
    }
    credentials->basic_id = basic.id;
    credentials->basic_secret = basic.secret;
    credentials->basic_raw_secret = basic.raw_secret;
    /* Whether a secret that cannot be decoded was meant as it stands there, the client's proof
     * says. */
    if (credentials->basic_id != NULL && credentials->basic_id[0] != '\0') {
        credentials->header_problem = NULL;
    }
}

/* RFC 7523 3, OpenID Connect Core 9: an issuer, the token endpoint, and the endpoint that was
 * called. */
static const char *const *audiences_of(const struct call *call)
{
    const char *issuer = call->tenant->issuer;
    const char **audiences = arena_alloc(call->arena, 5 * sizeof(*audiences));
    audiences[0] = issuer;
    audiences[1] = arena_printf(call->arena, "%s%s", issuer, PATH_TOKEN);
    audiences[2] =
        arena_printf(call->arena, "%s%s", issuer, call->request->path + strlen(call->base_path));
    audiences[3] = issuer_name(call->tenant, call->arena, ISSUER_MCP);
    return audiences;
}

struct credentials client_auth_read(struct call *call, const struct form *form)
{
    struct credentials credentials = {
        .body_id = form_get(form, "client_id"),
        .body_secret = form_get(form, "client_secret"),
        .assertion_type = form_get(form, "client_assertion_type"),
        .assertion = form_get(form, "client_assertion"),
    };
    if (credentials.assertion_type != NULL || credentials.assertion != NULL) {
        credentials.audiences = audiences_of(call);
    }
    const char *header = request_header(call->request, "Authorization");
    if (header != NULL) {
        read_header(call->arena, header, &credentials);
    }
    return credentials;
}
