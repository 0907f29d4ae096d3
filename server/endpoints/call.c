#include "server/endpoints/call.h"

#include "server/oauth/authorization.h"
#include "server/oauth/issuer.h"

void call_may_answer(struct call *call, const struct authorization *authorization)
{
    call->redirect_uri = authorization->redirect_uri;
    call->state = authorization->state;
    if (authorization->redirect_uri != NULL) {
        call->issuer = issuer_of(call->tenant, call->arena, &authorization->client);
    }
    call->response_mode = authorization->response_mode;
}
