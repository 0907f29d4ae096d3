/* GET /: what this server is, for who looks at it; GET /favicon.ico. */
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/control/lock.h"
#include "server/endpoints/embedded.h"
#include "server/endpoints/face/face.h"
#include "server/endpoints/face/secrets.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/endpoints/site.h"
#include "server/store/clients.h"
#include "server/store/users.h"

#define ROWS_MAX 100 /* clients, and users, that are shown */

static bool has_door(const struct call *call)
{
    const struct lock *lock = &call->site->lock;
    return !lock->is_off && !lock->is_unasked;
}

/* Where the door's pages are: at its own port, when it has one. */
static const char *door_url(const struct call *call, const char *below)
{
    const char *origin = call->site->lock.origin;
    return arena_printf(call->arena, "%s%s%s", origin != NULL ? origin : "", face_door(call),
                        below);
}

static void put_row(struct call *call, struct str_buf *html, const char *name, const char *url)
{
    const struct html_value values[] = {{"name", name}, {"value", url}};
    str_buf_put(html, html_fill(call->arena, embedded_server_endpoints_pages_home_url_html, values,
                                COUNT(values)));
}

/* What the metadata says: the issuer, and each URL by its name there. NULL: the store is broken. */
static const char *render_urls(struct call *call)
{
    struct str_buf html;
    const char *name;
    json_t *value;
    const struct published_text *document;
    if (publication_metadata(call->publication, call->tenant, ISSUER_MAIN, &document) != 0) {
        return NULL;
    }
    json_auto_t *metadata = json_loads(document->text, 0, NULL);
    str_buf_init(&html, call->arena);
    put_row(call, &html, "issuer", call->tenant->issuer);
    put_row(call, &html, "openid-configuration",
            route_url(call->arena, call->tenant->issuer, PATH_OPENID_CONFIGURATION));
    json_object_foreach(metadata, name, value)
    {
        bool is_url = str_ends(name, "_endpoint") || str_equal(name, "jwks_uri");
        if (is_url && json_is_string(value)) {
            put_row(call, &html, name, arena_strdup(call->arena, json_string_value(value)));
        }
    }
    put_row(call, &html, "api", arena_printf(call->arena, "%s/api/v2", call->tenant->issuer));
    put_row(call, &html, "mcp", arena_printf(call->arena, "%s" PATH_MCP, call->tenant->issuer));
    return str_buf_text(&html);
}

/* A flow comes back to the port of the issuer, where a door of its own is not. */
static bool has_try(const struct call *call)
{
    return has_door(call) && call->site->lock.origin == NULL;
}

static bool may_try(const struct call *call, const struct client_row *row)
{
    return has_try(call) && str_has_word(row->grant_types, "authorization_code");
}

static const char *render_client(struct call *call, const struct client_row *row,
                                 const json_t *stated)
{
    const struct form_field field = {"client_id", row->client_id};
    const char *method = row->token_endpoint_auth_method;
    const struct html_value values[] = {
        {"client_id", row->client_id},
        {"client_name", row->client_name},
        {"secret", secret_stated(stated, row)},
        {"public", row->secret_hash == NULL ? "yes" : NULL},
        {"method", method[0] != '\0' && row->secret_hash != NULL ? method : NULL},
        {"redirect_uris", row->redirect_uris[0] != '\0' ? row->redirect_uris : NULL},
        {"grant_types", row->grant_types},
        {"scope", row->scope},
        {"registered", row->registered_at != 0 ? "yes" : NULL},
        {"try", may_try(call, row)
                    ? door_url(call, arena_printf(call->arena, "try?%s",
                                                  form_encode(call->arena, &field, 1)))
                    : NULL},
    };
    return html_fill(call->arena, embedded_server_endpoints_pages_home_client_html, values,
                     COUNT(values));
}

static const char *render_user(struct call *call, const struct user_row *row, const json_t *stated)
{
    json_auto_t *claims = json_loads(row->claims, 0, NULL);
    const struct html_value values[] = {
        {"sub", row->sub},
        {"name", json_string_value(json_object_get(claims, "name"))},
        {"email", row->email},
        {"password", password_stated(stated, row)},
        {"hashed", row->password_hash != NULL ? "yes" : NULL},
    };
    return html_fill(call->arena, embedded_server_endpoints_pages_home_user_html, values,
                     COUNT(values));
}

/* 0; negative: the store is broken. */
static int render_lists(struct call *call, const char **clients, const char **users)
{
    const struct client_row *client_rows;
    const struct user_row *user_rows;
    size_t client_count, user_count;
    struct str_buf html;
    if (clients_page(call->tenant->db, NULL, ROWS_MAX, call->arena, &client_rows, &client_count) !=
            0 ||
        users_first(call->tenant->db, ROWS_MAX, call->arena, &user_rows, &user_count) != 0) {
        return DB_BROKEN;
    }
    /* A secret is shown to whom the door would let change it. */
    json_auto_t *stated = lock_is_open(&call->site->lock, call) ? secrets_stated(call) : NULL;
    str_buf_init(&html, call->arena);
    for (size_t i = 0; i < client_count; i++) {
        str_buf_put(&html, render_client(call, &client_rows[i], stated));
    }
    *clients = str_buf_text(&html);
    str_buf_init(&html, call->arena);
    for (size_t i = 0; i < user_count; i++) {
        str_buf_put(&html, render_user(call, &user_rows[i], stated));
    }
    *users = str_buf_text(&html);
    return 0;
}

static struct verdict send_html(struct call *call)
{
    char now[CLOCK_ISO_SIZE];
    const char *clients, *users;
    const char *moved =
        call->moved != 0 ? arena_printf(call->arena, "%+lld", (long long)call->moved) : NULL;
    clock_iso_date(tenant_now(call->tenant), now);
    const char *urls = render_urls(call);
    if (urls == NULL || render_lists(call, &clients, &users) != 0) {
        return error_store_broken();
    }
    const struct html_value values[] = {
        {"tenant", call->realm->door_path[0] != '\0' ? call->realm->name : NULL},
        {"profile", call->tenant->profile->name},
        {"login", login_names[call->tenant->login]},
        {"auto", call->tenant->login == LOGIN_AUTO ? "yes" : NULL},
        {"now", now},
        {"moved", moved},
        {"urls", urls},
        {"clients", clients},
        {"users", users},
        {"inspector", has_door(call) ? door_url(call, "") : NULL},
        {"openapi", has_door(call) ? door_url(call, "openapi.json") : NULL},
        {"try", has_try(call) ? door_url(call, "try") : NULL},
    };
    const struct face_page page = {
        .template = embedded_server_endpoints_pages_home_html,
        .scripts = {embedded_server_endpoints_pages_face_js},
        .values = values,
        .count = COUNT(values),
    };
    face_send(call, &page);
    return ALLOWED;
}

static struct verdict send_json(struct call *call)
{
    const char *issuer = call->tenant->issuer;
    json_auto_t *body = json_pack(
        "{s:s, s:s, s:s, s:s, s:s}", "issuer", issuer, "openid_configuration",
        route_url(call->arena, issuer, PATH_OPENID_CONFIGURATION), "oauth_authorization_server",
        route_url(call->arena, issuer, PATH_OAUTH_METADATA), "profile", call->tenant->profile->name,
        "login", login_names[call->tenant->login]);
    if (has_door(call)) {
        json_object_set_new(body, "control", json_string(door_url(call, "")));
        json_object_set_new(body, "openapi", json_string(door_url(call, "openapi.json")));
    }
    answer_json(call, 200, body);
    return ALLOWED;
}

/* RFC 9110 12.5.1: whoever names HTML is a browser, all others get JSON. */
struct verdict home_handle(struct call *call)
{
    const char *accept = request_header(call->request, "Accept");
    response_set(call->response, "Vary", "Accept");
    return accept != NULL && strstr(accept, "text/html") != NULL ? send_html(call)
                                                                 : send_json(call);
}

struct verdict icon_handle(struct call *call)
{
    const char *icon = embedded_server_endpoints_pages_icon_svg;
    response_body_static(call->response, 200, "image/svg+xml", icon, strlen(icon));
    response_header(call->response, "Cache-Control", "public, max-age=86400");
    return ALLOWED;
}
