#include "server/endpoints/browser.h"

#include "keys/digest.h"

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

void browser_tell(struct call *call, const char *location)
{
    call->tells = true;
    browser_redirect(call, location);
}

const char *browser_source(struct arena *arena, const char *text)
{
    char source[DIGEST_SOURCE_SIZE];
    digest_source(source, text);
    return arena_strdup(arena, source);
}

/* No form-action: Chromium holds it against every redirect that follows a form, so that a client
 * whose callback sends the browser on to another origin could not be reached. */
void browser_policy(struct call *call, const char *style, const char *script)
{
    const char *scripts = script == NULL ? ""
                                         : arena_printf(call->arena, "script-src %s; ",
                                                        browser_source(call->arena, script));
    response_set(call->response, "Content-Security-Policy",
                 arena_printf(call->arena,
                              "default-src 'none'; style-src %s; %sbase-uri 'none'; "
                              "frame-ancestors 'none'",
                              browser_source(call->arena, style), scripts));
}
