#include "server/endpoints/call.h"

#include "server/oauth/authorization.h"

void call_may_answer(struct call *call, const struct authorization *authorization)
{
    call->redirect_uri = authorization->redirect_uri;
    call->state = authorization->state;
    call->issuer = authorization->issuer;
    call->response_mode = authorization->response_mode;
}
