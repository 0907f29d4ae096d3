#include "server/endpoints/cors.h"

#include <string.h>

#include "server/base/str.h"
#include "server/store/clients.h"

#define PREFLIGHT_SECONDS "600"
/* The last three are what browsers' MCP clients send (Streamable HTTP). */
#define ALLOWED_HEADERS                                                                            \
    "authorization, content-type, mcp-protocol-version, mcp-session-id, last-event-id"

void cors_decorate(struct call *call)
{
    const struct route *route = call->route;
    struct response *response = call->response;
    if (route->cors == CORS_NONE) {
        return;
    }
    if (route->cors == CORS_ANY) {
        response_set(response, "Access-Control-Allow-Origin", "*");
        if (route->dialect == DIALECT_BEARER) {
            response_set(response, "Access-Control-Expose-Headers", "WWW-Authenticate");
        }
        return;
    }
    response_set(response, "Vary", "Origin");
    const char *origin = request_header(call->request, "Origin");
    if (origin == NULL || origins_get(call->tenant->db, origin) != 0) {
        return;
    }
    response_set(response, "Access-Control-Allow-Origin", origin);
    response_set(response, "Access-Control-Expose-Headers", "WWW-Authenticate");
}

void cors_preflight(struct call *call)
{
    const struct route *route = call->route;
    struct response *response = call->response;
    response->status = 204;
    response_set(response, "Allow", route_allow(call->arena, route));
    response_set(response, "Access-Control-Allow-Methods", route_allow(call->arena, route));
    response_set(response, "Access-Control-Allow-Headers", ALLOWED_HEADERS);
    response_set(response, "Access-Control-Max-Age", PREFLIGHT_SECONDS);
}

struct verdict cors_lock(const struct request *request)
{
    const char *origin = request_header(request, "Origin");
    const char *host = request_header(request, "Host");
    const char *scheme = origin != NULL && str_starts(origin, "https://") ? "https://" : "http://";
    bool own =
        origin == NULL || (str_starts(origin, scheme) && str_equal(origin + strlen(scheme), host));
    if (own) {
        return ALLOWED;
    }
    return REFUSED(FORBIDDEN_ORIGIN, .check = "origin",
                   .detail = "a page of another site called the control door; call it without an "
                             "Origin header",
                   .expected = host, .actual = origin, .clause = "Fetch 3.1");
}
