#include "server/endpoints/call.h"

#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/oauth/authorization.h"

void call_may_answer(struct call *call, const struct authorization *authorization)
{
    call->redirect_uri = authorization->redirect_uri;
    call->state = authorization->state;
    call->issuer = authorization->issuer;
    call->response_mode = authorization->response_mode;
}

bool call_is_of_door(const struct call *call)
{
    return call->route != NULL && call->route->place == PLACE_FIXED;
}

bool call_is_steered(const struct call *call)
{
    return !call_is_of_door(call) && (call->route == NULL || !call->route->is_face);
}

void call_see(struct call *call)
{
    struct realm *realm = call->realm;
    publication_leave(call->publication);
    *call->tenant = tenant_still(realm->tenant);
    call->tenant->about = &call->about;
    call->moved = realm_moved(realm);
    call->base_path = realm->base_path;
    call->publication = publication_enter(realm->publication);
}
