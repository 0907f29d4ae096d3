#include "server/endpoints/lost.h"

#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/endpoints/site.h"

#define DOOR "/_makeshift"

/* What of the path is meant for the control door, from "/_makeshift" on, at the root or below a
 * tenant that is there or not; NULL: nothing. */
static const char *door_part(const char *path)
{
    size_t size = 0;
    const char *name = site_name_in(path, &size);
    const char *rest = name != NULL ? name + size : path;
    return str_equal(rest, DOOR) || str_starts(rest, DOOR "/") ? rest : NULL;
}

static const char *missing_detail(const struct call *call)
{
    return str_equal(call->missing.name, REALM_DEFAULT)
               ? "the tenant default is at the root: leave out /t/default"
               : arena_printf(call->arena,
                              "there is no tenant '%s'; POST /_makeshift/tenants makes one",
                              call->missing.name);
}

/* A route of another profile is as good as none, but not the same to who looks for it. */
static const char *path_detail(const struct call *call)
{
    const char *segment;
    const char *path = call->request->path, *door = door_part(path);
    if (str_equal(door, DOOR) || str_equal(door, DOOR "/")) {
        const char *at = call->realm->door_path;
        return arena_printf(call->arena,
                            "the control door is below %s" DOOR "/: GET %s" DOOR
                            "/openapi.json lists what it has",
                            at, at);
    }
    if (call->at_door_port) {
        return arena_printf(call->arena, "this port has the control door alone, not '%s'", path);
    }
    const struct route *route = route_find(path, call->base_path, &segment);
    return route != NULL
               ? arena_printf(call->arena, "'%s' is not served%s", path,
                              profile_mend(call->arena, call->tenant->profile, route->needs))
               : arena_printf(call->arena, "there is nothing at '%s'; see %s%s", path,
                              call->tenant->issuer, PATH_OPENID_CONFIGURATION);
}

bool lost_is_for_door(const struct call *call)
{
    return door_part(call->request->path) != NULL;
}

/* One that is there, and whose database is not. */
static struct verdict refuse_tenant(const struct call *call)
{
    return REFUSED(TEMPORARILY_UNAVAILABLE, .check = "tenant",
                   .detail = arena_printf(call->arena, "the tenant '%s' cannot be served: %s",
                                          call->missing.name, call->missing.why),
                   .expected = "a tenant whose database can be opened",
                   .actual = call->missing.name);
}

struct verdict lost_refuse(const struct call *call)
{
    if (call->missing.why != NULL) {
        return refuse_tenant(call);
    }
    if (call->missing.name != NULL) {
        return REFUSED(NOT_FOUND, .check = "tenant", .detail = missing_detail(call),
                       .clause = "RFC 9110 15.5.5");
    }
    return REFUSED(NOT_FOUND, .check = "path", .detail = path_detail(call),
                   .expected = "a path of the route table", .actual = call->request->path,
                   .clause = "RFC 9110 15.5.5");
}
