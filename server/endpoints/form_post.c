#include "server/endpoints/form_post.h"

#include <string.h>

#include "server/base/html.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/embedded.h"

static const char *fields_of(struct arena *arena, const struct form *form)
{
    struct str_buf fields;
    str_buf_init(&fields, arena);
    for (size_t i = 0; i < form->count; i++) {
        const struct html_value values[] = {{"name", form->fields[i].name},
                                            {"value", form->fields[i].value}};
        str_buf_put(&fields, html_fill(arena, embedded_server_endpoints_pages_form_post_field_html,
                                       values, COUNT(values)));
    }
    return str_buf_text(&fields);
}

void form_post_answer(struct call *call, const struct form *form)
{
    const struct html_value values[] = {
        {"style", embedded_server_endpoints_pages_style_css},
        {"script", embedded_server_endpoints_pages_form_post_js},
        {"action", call->redirect_uri},
        {"fields", fields_of(call->arena, form)},
    };
    const char *html = html_fill(call->arena, embedded_server_endpoints_pages_form_post_html,
                                 values, COUNT(values));
    response_body(call->response, 200, "text/html; charset=utf-8", html, strlen(html));
    call->tells = true;
    call->posted = form_encode(call->arena, form->fields, form->count);
    browser_headers(call);
    browser_policy(call, embedded_server_endpoints_pages_style_css,
                   embedded_server_endpoints_pages_form_post_js);
}
