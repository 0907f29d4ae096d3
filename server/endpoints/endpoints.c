#include "server/endpoints/endpoints.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/call_log.h"
#include "server/endpoints/cors.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/host_log.h"
#include "server/endpoints/lost.h"
#include "server/endpoints/malformed.h"
#include "server/endpoints/neighbours.h"
#include "server/endpoints/published.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/registry.h"
#include "server/endpoints/routes.h"
#include "server/endpoints/site.h"
#include "server/endpoints/steering.h"

/* The store is swept once in so many POSTs: those are what makes it grow. */
#define SWEEP_EVERY 64

struct endpoints {
    struct site site;
};

struct endpoints *endpoints_new(const struct endpoints_options *options)
{
    struct endpoints *endpoints = memory_new(sizeof(*endpoints));
    struct realm *first = realm_new(REALM_DEFAULT, options->made, options->tenant, options->make);
    endpoints->site = (struct site){
        .registry = registry_new(options->tenants_max),
        .first = first,
        .maker = options->maker,
        .origin = options->origin,
        .journals = journal_pool_new(JOURNAL_BYTES),
        .journal_entries = options->journal_entries,
        .hosts = host_log_new(),
        .lock = options->lock,
    };
    realm_keep_journal(first, endpoints->site.journals, options->journal_entries);
    realm_serve(first, options->issuer);
    if (registry_add(endpoints->site.registry, first) != REGISTRY_ADDED ||
        neighbours_open(&endpoints->site) != 0) {
        endpoints_free(endpoints);
        return NULL;
    }
    return endpoints;
}

void endpoints_free(struct endpoints *endpoints)
{
    if (endpoints != NULL) {
        registry_free(endpoints->site.registry);
        journal_pool_free(endpoints->site.journals);
        host_log_free(endpoints->site.hosts);
        free(endpoints);
    }
}

bool endpoints_know_host(void *context, const char *host, size_t size)
{
    const struct endpoints *endpoints = context;
    return registry_knows_host(endpoints->site.registry, host, size);
}

const struct site *endpoints_site(const struct endpoints *endpoints)
{
    return &endpoints->site;
}

static struct verdict refuse_method(const struct call *call)
{
    const char *name = method_names[call->request->method];
    const char *allow = route_allow(call->arena, call->route);
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

static struct verdict dispatch(struct call *call)
{
    const struct route *route = call->route;
    if (route->place == PLACE_FIXED) {
        TRY(cors_lock(call->request));
    }
    if (call->request->method == METHOD_OPTIONS && route->cors != CORS_NONE) {
        cors_preflight(call);
        return ALLOWED;
    }
    if (!route->any_method && (route->methods & METHOD_BIT(call->request->method)) == 0) {
        return refuse_method(call);
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

static void sweep_now_and_then(const struct call *call)
{
    bool is_time = call->request->method == METHOD_POST &&
                   atomic_fetch_add(&call->realm->posts, 1) % SWEEP_EVERY == 0;
    if (is_time && db_sweep(call->tenant->db, tenant_now(call->tenant)) != 0) {
        return; /* logged where it arose; the next sweep goes on from there */
    }
}

/* The door, its pages, and their icon. */
static bool is_at_door(const struct route *route)
{
    return route->place == PLACE_FIXED || route->handle == icon_handle;
}

/* A route that the profile does not serve is as good as none. */
static const struct route *find_route(struct call *call)
{
    if (call->missing.name != NULL) {
        return NULL;
    }
    const struct route *route = route_find(call->request->path, call->base_path, &call->segment);
    bool served = route != NULL && profile_serves(call->tenant->profile, route->needs) &&
                  (!call->at_door_port || is_at_door(route));
    return served ? route : NULL;
}

/* A call, and the tenant as it sees it. */
struct served_here {
    struct tenant tenant;
    struct call call;
};

/* RFC 9110 9.3.7: OPTIONS * asks about the server, not about one of its resources. */
static struct verdict answer_for_server(struct call *call)
{
    call->response->status = 204;
    response_set(call->response, "Allow", "GET, HEAD, POST, OPTIONS");
    return ALLOWED;
}

/* What the gate refused is answered like all else, in its route's dialect. */
static struct verdict refuse_wire(const struct refusal *refusal)
{
    return REFUSED(INVALID_REQUEST, .status = refusal->status, .check = "http",
                   .detail = refusal->reason, .clause = "RFC 9112");
}

static struct verdict judge(struct call *call, const struct refusal *refusal)
{
    if (refusal->status != 0) {
        return refuse_wire(refusal);
    }
    if (str_equal(call->request->path, "*")) {
        return answer_for_server(call);
    }
    return call->route != NULL ? dispatch(call) : lost_refuse(call);
}

static enum dialect dialect_of(const struct call *call)
{
    if (call->route == NULL) {
        return lost_is_for_door(call) ? DIALECT_PROBLEM : DIALECT_JSON;
    }
    enum dialect dialect = call->route->dialect;
    bool is_plain = call->verdict.code == ERROR_METHOD_NOT_ALLOWED && dialect != DIALECT_MAKE &&
                    dialect != DIALECT_PROBLEM;
    return is_plain ? DIALECT_JSON : dialect;
}

static void decorate(struct call *call)
{
    struct response *response = call->response;
    char date[CLOCK_HTTP_SIZE];
    clock_http_date(tenant_now(call->tenant), date);
    response_set(response, "Date", date);
    response_set(response, "X-Content-Type-Options", "nosniff");
    response_set(response, "X-Request-Id",
                 arena_printf(call->arena, "%lld", (long long)call->number));
    if (call->moved != 0) {
        response_set(response, "X-Makeshift-Clock",
                     arena_printf(call->arena, "%+lld", (long long)call->moved));
    }
    if (call->route == NULL || !call->route->cacheable || call->verdict.status != 0) {
        forbid_caching(response);
    }
    if (call->route != NULL) {
        cors_decorate(call);
    }
}

static void open_at(const struct endpoints *endpoints, struct exchange *exchange, bool at_door_port)
{
    struct arena *arena = exchange->request.arena;
    struct served_here *served = arena_alloc(arena, sizeof(*served));
    struct call *call = &served->call;
    *served = (struct served_here){
        .call = {.number = exchange->number,
                 .tenant = &served->tenant,
                 .site = &endpoints->site,
                 .request = &exchange->request,
                 .at_door_port = at_door_port,
                 .arena = arena,
                 .response = &exchange->response},
    };
    call->realm = site_enter(call->site, arena, exchange->request.path, &call->missing);
    call->make = call->realm->make;
    realm_read(call->realm);
    call_see(call);
    steering_open(call);
    realm_unlock(call->realm);
    call->route = find_route(call);
    exchange->call = call;
}

static void open_call(void *context, struct exchange *exchange)
{
    open_at(context, exchange, false);
}

static void open_door_call(void *context, struct exchange *exchange)
{
    open_at(context, exchange, true);
}

static void answer_call(void *context, struct exchange *exchange)
{
    (void)context;
    struct call *call = exchange->call;
    bool is_locked = !call_is_of_door(call); /* which may be there to change the tenant */
    if (is_locked) {
        realm_read(call->realm);
        call_see(call); /* it may have waited since it was opened */
    }
    steering_spoil(call);
    if (exchange->refusal.status != 0 || !steering_answers(call)) {
        call->verdict = judge(call, &exchange->refusal);
    }
    if (call->verdict.code != ERROR_NONE) {
        answer_refusal(call, dialect_of(call));
    }
    decorate(call);
    call_log_verdict(call);
    host_log_see(call->site->hosts, call, exchange->refusal.status);
    sweep_now_and_then(call);
    if (exchange->refusal.status != 0) {
        steering_note(call); /* it will not be asked whether it waits */
    }
    if (is_locked) {
        realm_unlock(call->realm);
    }
    call_turn_keys(call);
}

static void close_call(void *context, const struct exchange *exchange)
{
    (void)context;
    struct call *call = exchange->call;
    call_log_end(call, exchange);
    steering_close(call, exchange);
    publication_leave(call->publication);
    realm_leave(call->realm);
}

static int64_t wait_call(void *context, struct exchange *exchange)
{
    (void)context;
    return steering_wait(exchange->call, exchange);
}

static void note_malformed(void *context, const struct exchange *exchange)
{
    const struct endpoints *endpoints = context;
    malformed_log(exchange);
    malformed_note(&endpoints->site, exchange);
}

/* What is meant for the door stands in no journal. */
static void log_malformed(void *context, const struct exchange *exchange)
{
    (void)context;
    malformed_log(exchange);
}

const struct exchange_hooks endpoints_hooks = {.wait = wait_call,
                                               .open = open_call,
                                               .answer = answer_call,
                                               .close = close_call,
                                               .malformed = note_malformed};

const struct exchange_hooks endpoints_door_hooks = {.wait = wait_call,
                                                    .open = open_door_call,
                                                    .answer = answer_call,
                                                    .close = close_call,
                                                    .malformed = log_malformed};
