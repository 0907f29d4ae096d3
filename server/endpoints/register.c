/* Dynamic client registration (RFC 7591 3), and its management (RFC 7592 2). */
#include "server/base/json.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/bearer.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/params.h"
#include "server/endpoints/routes.h"
#include "server/oauth/registration.h"

static struct verdict read_body(struct call *call, json_t **body)
{
    TRY(params_refuse_secret_in_query(call, "client_secret"));
    return params_json(call, ERROR_INVALID_CLIENT_METADATA, body);
}

/* The client may manage its registration where this says. */
static void respond(struct call *call, int status, json_t *answer)
{
    const char *id = json_string_value(json_object_get(answer, "client_id"));
    const char *url = route_url(call->arena, call->tenant->issuer, PATH_REGISTER);
    json_put_text(answer, "registration_client_uri", arena_printf(call->arena, "%s/%s", url, id));
    answer_json(call, status, answer);
}

struct verdict register_handle(struct call *call)
{
    json_auto_t *sent = NULL;
    json_auto_t *answer = NULL;
    TRY(read_body(call, &sent));
    TRY(registration_create(call->tenant, call->arena, sent, &answer));
    respond(call, 201, answer);
    return ALLOWED;
}

static struct verdict replace(struct call *call, const struct registered *client, json_t **answer)
{
    json_auto_t *sent = NULL;
    TRY(read_body(call, &sent));
    return registration_replace(call->tenant, call->arena, client, sent, answer);
}

struct verdict registration_handle(struct call *call)
{
    struct registered client = {.id = call->segment};
    json_auto_t *answer = NULL;
    TRY(bearer_read(call, &client.token));
    if (call->request->method == METHOD_DELETE) {
        TRY(registration_delete(call->tenant, call->arena, &client));
        call->response->status = 204;
        return ALLOWED;
    }
    if (call->request->method == METHOD_PUT) {
        TRY(replace(call, &client, &answer));
    }
    if (call->request->method == METHOD_GET) {
        TRY(registration_read(call->tenant, call->arena, &client, &answer));
    }
    respond(call, 200, answer);
    return ALLOWED;
}
