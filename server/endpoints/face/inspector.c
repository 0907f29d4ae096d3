/* GET /_makeshift/: what happens in this tenant, live, and what steers it. GET /_makeshift/try: a
 * flow, step by step. */
#include "server/base/clock.h"
#include "server/endpoints/call.h"
#include "server/endpoints/control/lock.h"
#include "server/endpoints/embedded.h"
#include "server/endpoints/face/face.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/site.h"

static struct verdict send_inspector(struct call *call, bool is_shown)
{
    char now[CLOCK_ISO_SIZE];
    const char *options = is_shown ? face_client_options(call, NULL) : "";
    if (options == NULL) {
        return error_store_broken();
    }
    clock_iso_date(tenant_now(call->tenant), now);
    const struct html_value values[] = {
        {"tenant", call->realm->name},
        {"root", call->realm->door_path[0] == '\0' ? "yes" : NULL},
        {"now", now},
        {"clients", options},
        {"try", call->site->lock.origin == NULL ? "yes" : NULL}, /* as on the home page */
        {"off", journal_is_on(call->realm->journal) ? NULL : "yes"},
    };
    const struct face_page page = {
        .template = embedded_server_endpoints_pages_inspector_html,
        .scripts = {embedded_server_endpoints_pages_face_js,
                    embedded_server_endpoints_pages_curl_js,
                    embedded_server_endpoints_pages_inspector_js,
                    embedded_server_endpoints_pages_steering_js},
        .values = values,
        .count = COUNT(values),
    };
    face_send(call, &page);
    return ALLOWED;
}

static struct verdict send_try(struct call *call, bool is_shown)
{
    const char *options = is_shown ? face_client_options(call, "authorization_code") : "";
    const struct html_value values[] = {{"clients", options}};
    const struct face_page page = {
        .template = embedded_server_endpoints_pages_try_html,
        .scripts = {embedded_server_endpoints_pages_face_js,
                    embedded_server_endpoints_pages_curl_js,
                    embedded_server_endpoints_pages_try_js},
        .values = values,
        .count = COUNT(values),
    };
    if (options == NULL) {
        return error_store_broken();
    }
    face_send(call, &page);
    return ALLOWED;
}

/* Like a call of the door, it takes the realm's lock itself. */
static struct verdict serve(struct call *call, struct verdict (*send)(struct call *, bool))
{
    const struct lock *lock = &call->site->lock;
    TRY(lock_stands(lock, call));
    realm_read(call->realm);
    call_see(call);
    /* Without the token the page comes empty, and asks for it. */
    struct verdict verdict = send(call, lock_is_open(lock, call));
    realm_unlock(call->realm);
    return verdict;
}

struct verdict inspector_handle(struct call *call)
{
    return serve(call, send_inspector);
}

struct verdict try_handle(struct call *call)
{
    return serve(call, send_try);
}
