/* The introspection endpoint (RFC 7662 2). */
#include "server/base/json.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/client_auth.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/params.h"
#include "server/oauth/introspection.h"

struct verdict introspect_handle(struct call *call)
{
    struct form form = {0};
    json_auto_t *answer = NULL;
    TRY(params_refuse_secret_in_query(call, "client_secret"));
    TRY(params_body(call, &form));
    const struct credentials credentials = client_auth_read(call, &form);
    TRY(introspection_answer(call->tenant, call->arena, &credentials, &form, &answer));
    answer_json(call, 200, answer);
    return ALLOWED;
}
