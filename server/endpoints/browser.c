#include "server/endpoints/browser.h"

void browser_headers(struct call *call)
{
    response_set(call->response, "X-Frame-Options", "DENY");
    response_set(call->response, "Referrer-Policy", "no-referrer");
}

void browser_redirect(struct call *call, const char *location)
{
    int status = call->request->method == METHOD_POST ? 303 : 302;
    response_redirect(call->response, status, location);
    browser_headers(call);
}
