#include "server/endpoints/call.h"

#include "server/base/log.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/oauth/authorization.h"
#include "server/oauth/next_key.h"

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

/* The answer has not left: who reads the JWKS for its sake finds them. */
void call_turn_keys(struct call *call)
{
    struct realm *realm = call->realm;
    for (int alg = 0; alg < ALG__MAX; alg++) {
        const char *kid = call->about.new_keys[alg];
        if (kid != NULL) {
            realm_write(realm);
            bool signs = next_key_sign(realm->tenant, call->arena, (enum alg)alg, kid) == 0;
            realm_publish(realm);
            realm_unlock(realm);
            if (!signs) {
                log_message(LOG_ERROR, "the key %s is published and does not sign", kid);
            }
        }
    }
}
