/* A protected resource that speaks the Model Context Protocol over Streamable HTTP, as far as it
 * takes to prove that a client got its authorization right: one tool, which says whose token it was
 * called with. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/bearer.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/params.h"
#include "server/endpoints/routes.h"

/* JSON-RPC 2.0, 5.1 */
#define PARSE_ERROR (-32700)
#define INVALID_REQUEST (-32600)
#define METHOD_NOT_FOUND (-32601)
#define INVALID_PARAMS (-32602)

/* Revisions of the protocol, the latest first. */
static const char *const revisions[] = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};

struct fault {
    int code;
    const char *message; /* NULL: there is none */
};

struct rpc {
    struct call *call;
    const struct bearer *bearer;
    const json_t *params; /* NULL: none */
    struct fault fault;
};

static json_t *refuse(struct rpc *rpc, int code, const char *message)
{
    rpc->fault = (struct fault){code, message};
    return NULL;
}

static json_t *initialize(struct rpc *rpc)
{
    const char *asked = json_string_value(json_object_get(rpc->params, "protocolVersion"));
    const char *chosen = revisions[0];
    for (size_t i = 0; i < COUNT(revisions); i++) {
        chosen = str_equal(asked, revisions[i]) ? revisions[i] : chosen;
    }
    return json_pack("{s:s, s:{s:{}}, s:{s:s, s:s}}", "protocolVersion", chosen, "capabilities",
                     "tools", "serverInfo", "name", "makeshift", "version", MAKESHIFT_VERSION);
}

static json_t *ping(struct rpc *rpc)
{
    (void)rpc;
    return json_object();
}

static json_t *tools_list(struct rpc *rpc)
{
    (void)rpc;
    return json_pack("{s:[{s:s, s:s, s:{s:s, s:{}}}]}", "tools", "name", "whoami", "description",
                     "Says whose access token this is, and what it may do.", "inputSchema", "type",
                     "object", "properties");
}

static json_t *tools_call(struct rpc *rpc)
{
    const char *name = json_string_value(json_object_get(rpc->params, "name"));
    if (!str_equal(name, "whoami")) {
        return refuse(rpc, INVALID_PARAMS,
                      arena_printf(rpc->call->arena, "there is no tool '%s', but 'whoami'",
                                   name != NULL ? name : ""));
    }
    json_auto_t *who = json_object();
    json_put_text(who, "sub", token_subject(rpc->bearer));
    json_put_text(who, "client_id", rpc->bearer->client.client_id);
    json_put_text(who, "scope", rpc->bearer->scope);
    const char *text = json_text(rpc->call->arena, who, NULL);
    return json_pack("{s:[{s:s, s:s}], s:O}", "content", "type", "text", "text", text,
                     "structuredContent", who);
}

static const struct {
    const char *name;
    json_t *(*answer)(struct rpc *rpc); /* the result, a new reference; NULL: rpc->fault */
} method_table[] = {
    {"initialize", initialize},
    {"ping", ping},
    {"tools/list", tools_list},
    {"tools/call", tools_call},
};

static json_t *find_and_answer(struct rpc *rpc, const char *method)
{
    for (size_t i = 0; i < COUNT(method_table); i++) {
        if (str_equal(method_table[i].name, method)) {
            return method_table[i].answer(rpc);
        }
    }
    return refuse(rpc, METHOD_NOT_FOUND,
                  arena_printf(rpc->call->arena, "there is no method '%s'", method));
}

static void respond_fault(struct call *call, int status, const json_t *id, struct fault fault)
{
    json_auto_t *body = json_pack("{s:s, s:O?, s:{s:i, s:s}}", "jsonrpc", "2.0", "id", id, "error",
                                  "code", fault.code, "message", fault.message);
    if (id == NULL) {
        json_object_set_new(body, "id", json_null());
    }
    answer_json(call, status, body);
}

static bool is_id(const json_t *id)
{
    return json_is_string(id) || json_is_integer(id);
}

static void answer_request(struct rpc *rpc, const json_t *message, const char *method)
{
    json_t *id = json_object_get(message, "id");
    json_auto_t *result = find_and_answer(rpc, method);
    if (result == NULL) {
        respond_fault(rpc->call, 200, id, rpc->fault);
        return;
    }
    json_auto_t *body = json_pack("{s:s, s:O, s:O}", "jsonrpc", "2.0", "id", id, "result", result);
    answer_json(rpc->call, 200, body);
}

static struct verdict answer_post(struct call *call, const struct bearer *bearer)
{
    json_auto_t *message = NULL;
    if (params_json(call, ERROR_INVALID_REQUEST, &message).code != ERROR_NONE) {
        respond_fault(call, 400, NULL,
                      (struct fault){PARSE_ERROR, "expected application/json: one message"});
        return ALLOWED;
    }
    const json_t *id = json_object_get(message, "id");
    const char *method = json_string_value(json_object_get(message, "method"));
    const char *version = json_string_value(json_object_get(message, "jsonrpc"));
    struct rpc rpc = {.call = call, .bearer = bearer, .params = json_object_get(message, "params")};
    if (!str_equal(version, "2.0") || method == NULL || (id != NULL && !is_id(id))) {
        respond_fault(call, 400, NULL,
                      (struct fault){INVALID_REQUEST, "expected one JSON-RPC 2.0 request or "
                                                      "notification"});
        return ALLOWED;
    }
    if (id == NULL) {
        call->response->status = 202; /* a notification, of which nothing follows */
        return ALLOWED;
    }
    answer_request(&rpc, message, method);
    return ALLOWED;
}

/* Streamable HTTP: a server that opens no stream and keeps no session says so. */
static struct verdict refuse_method(struct call *call)
{
    response_set(call->response, "Allow", route_allow(call->arena, call->route));
    return REFUSED(METHOD_NOT_ALLOWED, .check = "method",
                   .detail = "there are no streams and no sessions here: POST one message",
                   .expected = "POST", .actual = method_names[call->request->method],
                   .clause = "RFC 9110 15.5.6");
}

/* Streamable HTTP, "Protocol Version Header": another revision than those is a 400. Without one it
 * is an old client's. */
static bool has_served_revision(const struct call *call)
{
    const char *version = request_header(call->request, "MCP-Protocol-Version");
    bool served = version == NULL;
    for (size_t i = 0; i < COUNT(revisions); i++) {
        served = served || str_equal(version, revisions[i]);
    }
    return served;
}

/* RFC 9728 5.1: where the metadata of this very URL is. */
static const char *metadata_url(const struct call *call)
{
    const char *url = route_url(call->arena, call->tenant->issuer, PATH_MCP_RESOURCE_METADATA);
    return call->segment != NULL ? arena_printf(call->arena, "%s/%s", url, call->segment) : url;
}

struct verdict mcp_handle(struct call *call)
{
    struct bearer bearer = {0};
    TRY(resource_check_transport(call->segment));
    call->resource_metadata = metadata_url(call);
    call->resource_scope = resource_table[RESOURCE_MCP].scope;
    TRY(bearer_open(call, RESOURCE_MCP, &bearer));
    TRY(bearer_check_scope(call, &bearer, call->resource_scope));
    if (call->request->method != METHOD_POST) {
        return refuse_method(call);
    }
    if (!has_served_revision(call)) {
        respond_fault(call, 400, NULL,
                      (struct fault){INVALID_REQUEST, "expected MCP-Protocol-Version: 2025-11-25, "
                                                      "2025-06-18, 2025-03-26 or 2024-11-05"});
        return ALLOWED;
    }
    return answer_post(call, &bearer);
}
