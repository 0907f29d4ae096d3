#include "server/endpoints/browser.h"

#include <string.h>

#include "keys/b64url.h"
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

/* CSP takes base64url, but wants the padding. */
const char *browser_source(struct arena *arena, const char *text)
{
    uint8_t digest[DIGEST_SIZE];
    char hash[B64URL_SIZE(DIGEST_SIZE)];
    digest_sha256(digest, text, strlen(text));
    b64url_encode(hash, digest, sizeof(digest));
    return arena_printf(arena, "'sha256-%s='", hash);
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
