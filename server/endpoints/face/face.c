#include "server/endpoints/face/face.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/embedded.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/oauth/client.h"
#include "server/store/clients.h"

#define VALUES_MAX 24
#define OPTIONS_MAX 1000 /* clients to choose from; whoever has more types the id */

static const char *scripts_of(struct call *call, const struct face_page *page)
{
    struct str_buf scripts;
    str_buf_init(&scripts, call->arena);
    for (size_t i = 0; i < FACE_SCRIPTS_MAX && page->scripts[i] != NULL; i++) {
        str_buf_printf(&scripts, "<script>%s</script>\n", page->scripts[i]);
    }
    return str_buf_text(&scripts);
}

static const char *policy_of(struct call *call, const struct face_page *page)
{
    struct str_buf policy;
    str_buf_init(&policy, call->arena);
    str_buf_printf(&policy,
                   "default-src 'none'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
                   "form-action 'self'; frame-ancestors 'none'; style-src %s %s; script-src",
                   browser_source(call->arena, embedded_server_endpoints_pages_style_css),
                   browser_source(call->arena, embedded_server_endpoints_pages_face_css));
    for (size_t i = 0; i < FACE_SCRIPTS_MAX && page->scripts[i] != NULL; i++) {
        str_buf_printf(&policy, " %s", browser_source(call->arena, page->scripts[i]));
    }
    return str_buf_text(&policy);
}

const char *face_door(const struct call *call)
{
    return arena_printf(call->arena, "%s" PATH_INSPECTOR, call->realm->door_path);
}

const char *face_try_uri(const struct call *call)
{
    const char *issuer = call->tenant->issuer;
    return arena_printf(call->arena, "%.*s%s" PATH_TRY,
                        (int)(strlen(issuer) - strlen(route_base_path(issuer))), issuer,
                        call->realm->door_path);
}

void face_send(struct call *call, const struct face_page *page)
{
    struct html_value values[VALUES_MAX] = {
        {"style", embedded_server_endpoints_pages_style_css},
        {"face_style", embedded_server_endpoints_pages_face_css},
        {"scripts", scripts_of(call, page)},
        {"door", face_door(call)},
        {"home", arena_printf(call->arena, "%s/",
                              call->at_door_port ? call->tenant->issuer : call->base_path)},
        {"issuer", call->tenant->issuer},
    };
    const size_t own = 6;
    memcpy(values + own, page->values, page->count * sizeof(*values));
    const char *html = html_fill(call->arena, page->template, values, own + page->count);
    response_body(call->response, 200, "text/html; charset=utf-8", html, strlen(html));
    browser_headers(call);
    response_set(call->response, "Content-Security-Policy", policy_of(call, page));
}

const char *face_client_options(struct call *call, const char *grant_type)
{
    const struct client_row *rows;
    size_t count;
    struct str_buf options;
    str_buf_init(&options, call->arena);
    if (clients_page(call->tenant->db, NULL, OPTIONS_MAX, call->arena, &rows, &count) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (grant_type == NULL || client_may_grant(&rows[i], grant_type)) {
            str_buf_printf(&options, "<option>%s</option>\n",
                           html_escape(call->arena, rows[i].client_id));
        }
    }
    return str_buf_text(&options);
}
