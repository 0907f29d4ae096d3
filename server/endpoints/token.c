/* The token endpoint (RFC 6749 3.2). */
#include "server/base/json.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/client_auth.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/params.h"
#include "server/oauth/grant.h"

static void respond(struct call *call, const struct token_answer *answer)
{
    json_auto_t *body = json_object();
    json_put_text(body, "access_token", answer->access_token);
    json_object_set_new(body, "token_type", json_string("Bearer"));
    json_object_set_new(body, "expires_in", json_integer(answer->expires_in));
    json_put_text(body, "refresh_token", answer->refresh_token);
    json_put_text(body, "id_token", answer->id_token);
    json_put_text(body, "scope", answer->scope);
    answer_json(call, 200, body);
}

struct verdict token_handle(struct call *call)
{
    struct form form = {0};
    struct token_answer answer = {0};
    TRY(params_refuse_secret_in_query(call, "client_secret"));
    TRY(params_body(call, &form));
    const struct credentials credentials = client_auth_read(call, &form);
    TRY(grant_answer(call->tenant, call->arena, &credentials, &form, &answer));
    respond(call, &answer);
    return ALLOWED;
}
