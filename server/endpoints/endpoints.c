#include "server/endpoints/endpoints.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/cors.h"
#include "server/endpoints/documents.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/routes.h"

/* The store is swept once in so many POSTs: those are what makes it grow. */
#define SWEEP_EVERY 64

struct endpoints {
    struct tenant *tenant;
    struct arena *arena; /* of the documents */
    struct documents documents;
    struct make *make;
    const char *base_path;
    atomic_uint posts;
};

struct endpoints *endpoints_new(struct tenant *tenant, struct make *make)
{
    struct endpoints *endpoints = calloc(1, sizeof(*endpoints));
    if (endpoints == NULL) {
        return NULL;
    }
    endpoints->tenant = tenant;
    endpoints->arena = arena_new();
    endpoints->base_path = route_base_path(tenant->issuer);
    endpoints->make = make;
    if (documents_make(tenant, endpoints->arena, &endpoints->documents) != 0) {
        endpoints_free(endpoints);
        return NULL;
    }
    return endpoints;
}

void endpoints_free(struct endpoints *endpoints)
{
    if (endpoints != NULL) {
        arena_free(endpoints->arena);
        free(endpoints);
    }
}

static struct verdict refuse_path(const struct call *call)
{
    return REFUSED(NOT_FOUND, .check = "path",
                   .detail = arena_printf(call->arena,
                                          "there is nothing at '%s'; see %s"
                                          "%s",
                                          call->request->path, call->tenant->issuer,
                                          PATH_OPENID_CONFIGURATION),
                   .expected = "a path of the route table", .actual = call->request->path,
                   .clause = "RFC 9110 15.5.5");
}

static struct verdict refuse_method(const struct call *call, const struct route *route)
{
    const char *name = method_names[call->request->method];
    const char *allow = route_allow(call->arena, route);
    response_set(call->response, "Allow", allow);
    return REFUSED(METHOD_NOT_ALLOWED, .check = "method",
                   .detail = arena_printf(call->arena, "%s is not allowed here, but %s",
                                          name != NULL ? name : "this method", allow),
                   .expected = allow, .actual = name != NULL ? name : "another method",
                   .clause = "RFC 9110 15.5.6");
}

/* RFC 6749 5.2, RFC 6750 3.1: which of two credentials counts, readers differ about. */
static struct verdict refuse_two_credentials(const struct call *call)
{
    size_t count = request_header_count(call->request, "Authorization");
    if (count <= 1) {
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "authorization",
                   .detail = "the Authorization header was sent more than once",
                   .expected = "at most one", .actual = arena_printf(call->arena, "%zu", count),
                   .clause = "RFC 6750 3.1");
}

static struct verdict dispatch(struct call *call, const struct route *route)
{
    if (route->place == PLACE_FIXED) {
        TRY(cors_lock(call->request));
    }
    if (call->request->method == METHOD_OPTIONS && route->cors != CORS_NONE) {
        cors_preflight(call, route);
        return ALLOWED;
    }
    if ((route->methods & METHOD_BIT(call->request->method)) == 0) {
        return refuse_method(call, route);
    }
    TRY(refuse_two_credentials(call));
    return route->handle(call);
}

/* RFC 6749 5.1; RFC 6750 5.3: nothing that depends on who asks is kept. */
static void forbid_caching(struct response *response)
{
    response_set(response, "Cache-Control", "no-store");
    response_set(response, "Pragma", "no-cache");
}

static void sweep_now_and_then(struct endpoints *endpoints, const struct request *request)
{
    struct tenant *tenant = endpoints->tenant;
    if (request->method == METHOD_POST &&
        atomic_fetch_add(&endpoints->posts, 1) % SWEEP_EVERY == 0) {
        db_sweep(tenant->db, tenant_now(tenant));
    }
}

/* A route that the profile does not serve is as good as none. */
static const struct route *find_route(const struct endpoints *endpoints,
                                      const struct request *request, const char **segment)
{
    const struct route *route = route_find(request->path, endpoints->base_path, segment);
    bool served = route != NULL && profile_serves(endpoints->tenant->profile, route->needs);
    return served ? route : NULL;
}

void endpoints_handle(void *context, const struct request *request, struct response *response)
{
    struct endpoints *endpoints = context;
    struct call call = {
        .tenant = endpoints->tenant,
        .documents = &endpoints->documents,
        .make = endpoints->make,
        .base_path = endpoints->base_path,
        .request = request,
        .arena = request->arena,
        .response = response,
    };
    const struct route *route = find_route(endpoints, request, &call.segment);
    if (route == NULL) {
        answer_refusal(&call, DIALECT_JSON, refuse_path(&call));
        return;
    }
    struct verdict verdict = dispatch(&call, route);
    if (verdict.code != ERROR_NONE) {
        bool is_plain = verdict.code == ERROR_METHOD_NOT_ALLOWED && route->dialect != DIALECT_MAKE;
        answer_refusal(&call, is_plain ? DIALECT_JSON : route->dialect, verdict);
    }
    sweep_now_and_then(endpoints, request);
}

/* Not in endpoints_handle: what the gate refuses never comes there, and is an answer of the endpoint
 * all the same, which the page that asked must be able to read. */
static void decorate(const struct endpoints *endpoints, const struct request *request,
                     struct response *response)
{
    const char *segment;
    const struct route *route = find_route(endpoints, request, &segment);
    if (route == NULL) {
        return;
    }
    struct call call = {.tenant = endpoints->tenant,
                        .request = request,
                        .arena = request->arena,
                        .response = response};
    if (!route->cacheable) {
        forbid_caching(response);
    }
    if (route->dialect == DIALECT_MAKE) {
        answer_make_gate(&call);
    }
    cors_decorate(&call, route);
}

void endpoints_finish(void *context, const struct request *request, struct response *response)
{
    const struct endpoints *endpoints = context;
    char date[CLOCK_HTTP_SIZE];
    clock_http_date(tenant_now(endpoints->tenant), date);
    response_set(response, "Date", date);
    response_set(response, "X-Content-Type-Options", "nosniff");
    decorate(endpoints, request, response);
    if (log_enabled(LOG_DEBUG)) {
        const char *method = method_names[request->method];
        const int64_t status = response->status;
        const struct log_field fields[] = {
            {.name = "method", .value = method != NULL ? method : "other"},
            {.name = "path", .value = request->path},
            {.name = "status", .number = &status},
        };
        log_event(LOG_DEBUG, "answered", fields, COUNT(fields));
    }
}
