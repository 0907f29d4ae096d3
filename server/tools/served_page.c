#include "server/tools/served_page.h"

#include <string.h>

#include "keys/digest.h"
#include "server/base/html.h"
#include "server/connection/collection.h"
#include "server/iml/write.h"
#include "server/tools/embedded.h"

#define STYLE embedded_server_endpoints_pages_style_css
#define FACE_STYLE embedded_server_endpoints_pages_face_css

static const char *const labels[SERVED_ACTION__MAX] = {
    [SERVED_CONNECT] = "Connect",
    [SERVED_VERIFY] = "Verify",
    [SERVED_REFRESH] = "Refresh now",
    [SERVED_REFRESH_WHEN_DUE] = "Refresh if due",
    [SERVED_INVALIDATE] = "Invalidate and delete",
};

/* No form-action: Chromium holds it against the redirect to the service, too. */
const char *served_page_policy(struct arena *arena)
{
    char style[DIGEST_SOURCE_SIZE], face[DIGEST_SOURCE_SIZE];
    digest_source(style, STYLE);
    digest_source(face, FACE_STYLE);
    return arena_printf(arena,
                        "default-src 'none'; style-src %s %s; base-uri 'none'; "
                        "frame-ancestors 'none'",
                        style, face);
}

static const char *state_of(const struct served_view *view)
{
    return view->is_busy        ? "a step is under way"
           : view->url != NULL  ? "waits for a person"
           : view->is_connected ? "connected"
                                : "not connected";
}

static const char *href_of(struct arena *arena, size_t index)
{
    return arena_printf(arena, "/connections/%zu", index + 1);
}

const char *served_page_list(struct arena *arena, const struct served_view *views, size_t count,
                             const char *redirect_uri)
{
    struct str_buf items;
    str_buf_init(&items, arena);
    for (size_t i = 0; i < count; i++) {
        const struct iml_value metadata = iml_member(&views[i].kept, "metadata");
        const struct html_value values[] = {
            {"href", href_of(arena, i)},
            {"name", views[i].name},
            {"file", views[i].file},
            {"state", state_of(&views[i])},
            {"who", collection_text(arena, &metadata, "value")},
            {"said", views[i].said},
            {"failed", views[i].has_failed ? "yes" : NULL},
        };
        str_buf_put(&items, html_fill(arena, embedded_server_tools_pages_connections_item_html,
                                      values, COUNT(values)));
    }
    const struct html_value values[] = {{"style", STYLE},
                                        {"face_style", FACE_STYLE},
                                        {"redirect_uri", redirect_uri},
                                        {"items", str_buf_text(&items)}};
    return html_fill(arena, embedded_server_tools_pages_connections_html, values, COUNT(values));
}

/* "in 5 minutes", "2 hours ago". */
static const char *distance(struct arena *arena, int64_t ms)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"day", 86400000}, {"hour", 3600000}, {"minute", 60000}, {"second", 1000}};
    int64_t size = ms < 0 ? -ms : ms;
    size_t at = 0;
    while (at + 1 < COUNT(units) && size < 2 * units[at].ms) {
        at++;
    }
    int64_t count = (size + units[at].ms / 2) / units[at].ms;
    return arena_printf(arena, ms < 0 ? "%s%lld %s%s ago" : "%s%lld %s%s", ms < 0 ? "" : "in ",
                        (long long)count, units[at].unit, count == 1 ? "" : "s");
}

static const char *text_of(struct arena *arena, const struct iml_value *value, int64_t now)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    if (value->type == IML_TEXT) {
        iml_write_text(&text, value);
    } else if (value->type == IML_DATE) {
        iml_write_text(&text, value);
        str_buf_printf(&text, " (%s)", distance(arena, value->date - now));
    } else {
        iml_write_json(&text, value, IML_DATES_AS_TEXT);
    }
    return str_buf_text(&text);
}

/* A row for each text, number, ... that the value holds, by its path. */
static void put_rows(struct str_buf *rows, const char *path, const struct iml_value *value,
                     int64_t now)
{
    for (size_t i = 0; value->type == IML_COLLECTION && i < value->size; i++) {
        const struct iml_member *member = &value->members[i];
        const char *inner =
            *path == '\0' ? member->name : arena_printf(rows->arena, "%s.%s", path, member->name);
        put_rows(rows, inner, &member->value, now);
    }
    if (value->type == IML_COLLECTION || value->type == IML_UNDEFINED) {
        return;
    }
    const struct html_value values[] = {{"name", path},
                                        {"value", text_of(rows->arena, value, now)}};
    str_buf_put(rows, html_fill(rows->arena, embedded_server_tools_pages_connection_row_html,
                                values, COUNT(values)));
}

static const char *buttons_of(struct arena *arena, const struct served_view *view)
{
    struct str_buf buttons;
    str_buf_init(&buttons, arena);
    for (enum served_action action = 0; action < SERVED_ACTION__MAX; action++) {
        bool is_again = action == SERVED_CONNECT && view->is_connected;
        const struct html_value values[] = {
            {"word", served_action_words[action]},
            {"label", is_again ? "Reauthorize" : labels[action]},
            {"primary", action == SERVED_CONNECT && !is_again ? "yes" : NULL},
        };
        if (view->has[action]) {
            str_buf_put(&buttons,
                        html_fill(arena, embedded_server_tools_pages_connection_button_html, values,
                                  COUNT(values)));
        }
    }
    return str_buf_text(&buttons);
}

const char *served_page_one(struct arena *arena, const struct served_page *page)
{
    const struct served_view *view = page->view;
    struct str_buf rows;
    str_buf_init(&rows, arena);
    put_rows(&rows, "", &view->kept, view->now);
    const struct html_value values[] = {
        {"style", STYLE},
        {"face_style", FACE_STYLE},
        {"name", view->name},
        {"file", view->file},
        {"state", state_of(view)},
        {"said", view->said},
        {"failed", view->has_failed ? "yes" : NULL},
        {"done", view->said != NULL && view->url == NULL && !view->has_failed ? "yes" : NULL},
        {"make", view->make},
        {"url", view->url},
        {"pastes", page->pastes ? "yes" : NULL},
        {"href", page->href},
        {"token", page->token},
        {"buttons", buttons_of(arena, view)},
        {"rows", str_buf_text(&rows)},
        {"told", view->told},
    };
    return html_fill(arena, embedded_server_tools_pages_connection_html, values, COUNT(values));
}

const char *served_page_told(struct arena *arena, const struct served_told *told)
{
    const struct html_value values[] = {
        {"style", STYLE},     {"face_style", FACE_STYLE}, {"title", told->title},
        {"text", told->text}, {"href", told->href},       {"label", told->label},
    };
    return html_fill(arena, embedded_server_tools_pages_told_html, values, COUNT(values));
}
