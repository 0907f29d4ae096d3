#include "server/endpoints/cors.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/store/clients.h"

#define PREFLIGHT_SECONDS "600"
#define ORIGINS_SHOWN 16 /* in a line of the log */
#define ASKED_MAX 2000   /* bytes of Access-Control-Request-Headers */
/* For who does not ask. The last three are what browsers' MCP clients send (Streamable HTTP). */
#define ALLOWED_HEADERS                                                                            \
    "authorization, content-type, mcp-protocol-version, mcp-session-id, last-event-id"

static bool is_own(const struct request *request, const char *origin)
{
    const char *host = request_header(request, "Host");
    const char *scheme = str_starts(origin, "https://") ? "https://" : "http://";
    return str_starts(origin, scheme) && str_equal(origin + strlen(scheme), host);
}

/* The browser tells the page's author nothing but that it kept the answer. */
static void tell_stranger(struct call *call, const char *origin)
{
    const char *registered = NULL;
    if (!log_enabled(LOG_INFO) ||
        origins_text(call->tenant->db, ORIGINS_SHOWN, call->arena, &registered) != 0) {
        return;
    }
    const struct log_field fields[] = {
        {.name = "request", .number = &call->number},
        {.name = "path", .value = call->request->path},
        {.name = "origin", .value = origin},
        {.name = "registered", .value = registered},
        {.name = "mend", .value = "give the client a redirect URI of that origin"},
        {.name = "clause", .value = "Fetch 3.2"},
    };
    log_event(LOG_INFO, "pages of this origin cannot read the answer", fields, COUNT(fields));
}

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
    int found = origin != NULL ? origins_get(call->tenant->db, origin) : 1;
    if (found > 0 && origin != NULL && !is_own(call->request, origin)) {
        tell_stranger(call, origin);
    }
    if (found != 0) {
        return;
    }
    response_set(response, "Access-Control-Allow-Origin", origin);
    response_set(response, "Access-Control-Expose-Headers", "WWW-Authenticate");
}

/* A page may send what the handler will refuse: so it gets to read the refusal. */
static const char *methods_of(struct call *call)
{
    return call->route->any_method ? "GET, HEAD, POST, PUT, PATCH, DELETE"
                                   : route_allow(call->arena, call->route);
}

/* Whatever a page wants to send it may: what tracing and proof libraries add (traceparent, dpop)
 * does no harm where no cookie counts. Names are tokens (RFC 9110 5.6.2); anything else is not
 * repeated. */
static const char *headers_of(const struct call *call)
{
    static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "!#$%&'+-.^_`|~";
    const char *at = request_header(call->request, "Access-Control-Request-Headers");
    struct str_buf list;
    if (at == NULL || strlen(at) > ASKED_MAX) {
        return ALLOWED_HEADERS;
    }
    str_buf_init(&list, call->arena);
    for (at += strspn(at, ", "); *at != '\0'; at += strspn(at, ", ")) {
        size_t size = strspn(at, token);
        if (size == 0) {
            return ALLOWED_HEADERS;
        }
        str_buf_printf(&list, "%s%.*s", list.size > 0 ? ", " : "", (int)size, at);
        at += size;
    }
    return list.size > 0 ? str_buf_text(&list) : ALLOWED_HEADERS;
}

void cors_preflight(struct call *call)
{
    const struct route *route = call->route;
    struct response *response = call->response;
    response->status = 204;
    response_set(response, "Access-Control-Allow-Methods", methods_of(call));
    if (!route->any_method) {
        response_set(response, "Allow", route_allow(call->arena, route));
    }
    response_set(response, "Access-Control-Allow-Headers", headers_of(call));
    response_set(response, "Access-Control-Max-Age", PREFLIGHT_SECONDS);
}

struct verdict cors_lock(const struct request *request)
{
    const char *origin = request_header(request, "Origin");
    const char *host = request_header(request, "Host");
    bool own = origin == NULL || is_own(request, origin);
    if (own) {
        return ALLOWED;
    }
    return REFUSED(FORBIDDEN_ORIGIN, .check = "origin",
                   .detail = "a page of another site called the control door; call it without an "
                             "Origin header",
                   .expected = host, .actual = origin, .clause = "Fetch 3.1");
}
