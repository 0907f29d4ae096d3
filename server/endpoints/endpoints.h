/* The top of the wire: one entry for every request, whatever its path. */
#ifndef MAKESHIFT_ENDPOINTS_ENDPOINTS_H
#define MAKESHIFT_ENDPOINTS_ENDPOINTS_H

#include "server/endpoints/control/lock.h"
#include "server/endpoints/maker.h"
#include "server/http/exchange.h"
#include "server/make/make.h"
#include "server/oauth/tenant.h"

struct endpoints;
struct site;

/* Of the tenant named default, and of those that the control door makes beside it. */
struct endpoints_options {
    const char *issuer;        /* of the default tenant; copied */
    struct made *made;         /* the default tenant; taken. NULL: it is `tenant` with `make` */
    struct tenant *tenant;     /* borrowed */
    struct make *make;         /* borrowed */
    const struct maker *maker; /* borrowed; NULL: no tenant can be made */
    const char *origin;        /* base URL of the others, without a slash at its end; borrowed */
    size_t tenants_max;        /* of the others */
    size_t journal_entries;    /* of each tenant; 0: none is kept */
    struct lock lock;          /* the control door's; its texts are borrowed */
};

/* Prepares what is published. NULL when the store is broken (logged). */
struct endpoints *endpoints_new(const struct endpoints_options *options);
void endpoints_free(struct endpoints *endpoints); /* NULL is fine */

/* Whether a tenant was given a base URL with this host name: struct gate's knows_host. */
bool endpoints_know_host(void *context, const char *host, size_t size);

/* All that is served; as long as the endpoints are. */
const struct site *endpoints_site(const struct endpoints *endpoints);

/* How it answers; the context is a struct endpoints. */
extern const struct exchange_hooks endpoints_hooks;

/* The same at a port where the control door is alone. */
extern const struct exchange_hooks endpoints_door_hooks;

#endif
