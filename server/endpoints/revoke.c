/* The revocation endpoint (RFC 7009 2). */
#include "server/endpoints/client_auth.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/params.h"
#include "server/oauth/revocation.h"

struct verdict revoke_handle(struct call *call)
{
    /* Clients fail on an empty body, some on any that is not JSON; this one suits them all. */
    static const char empty[] = "{}";
    struct form form = {0};
    TRY(params_refuse_secret_in_query(call, "client_secret"));
    TRY(params_body(call, &form));
    const struct credentials credentials = client_auth_read(call, &form);
    TRY(revocation_answer(call->tenant, call->arena, &credentials, &form));
    response_body_static(call->response, 200, "application/json", empty, sizeof(empty) - 1);
    return ALLOWED;
}
