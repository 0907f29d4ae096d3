#include "server/endpoints/page.h"

#include <ctype.h>
#include <string.h>

#include "server/base/html.h"
#include "server/base/json.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/handlers.h"
#include "server/oauth/consent.h"
#include "server/store/clients.h"

extern const char embedded_server_endpoints_pages_sign_in_html[];
extern const char embedded_server_endpoints_pages_sign_in_user_html[];
extern const char embedded_server_endpoints_pages_sign_in_user_password_html[];
extern const char embedded_server_endpoints_pages_consent_html[];
extern const char embedded_server_endpoints_pages_consent_scope_html[];
extern const char embedded_server_endpoints_pages_error_html[];
extern const char embedded_server_endpoints_pages_style_css[];

/* No form-action: Chromium holds it against every redirect that follows a form, so that a client whose callback
 * sends the browser on to another origin could not be reached. */
static void send_page(struct call *call, int status, const char *html)
{
    response_body(call->response, status, "text/html; charset=utf-8", html, strlen(html));
    browser_headers(call);
    response_set(call->response, "Content-Security-Policy",
                 arena_printf(call->arena,
                              "default-src 'none'; style-src %s; base-uri 'none'; "
                              "frame-ancestors 'none'",
                              call->documents->style_source));
}

static const char *hint_of(enum error_code code)
{
    if (code == ERROR_STALE_PAGE) {
        return "Nothing was decided. The application's own link begins a new sign-in.";
    }
    if (error_table[code].status >= 500) {
        return "Nothing was decided. The same page may be tried again; the server's log says more.";
    }
    return "The same refusal stands in the server's log. The client was not told: its redirect URI "
           "could not be trusted, or there was none to go to.";
}

void page_error(struct call *call, const struct verdict *verdict)
{
    const struct error_row *row = &error_table[verdict->code];
    const char *hint = hint_of(verdict->code);
    const struct html_value values[] = {
        {"style", embedded_server_endpoints_pages_style_css},
        {"title", row->title},
        {"detail", verdict->detail},
        {"check", verdict->check},
        {"expected", verdict->expected},
        {"actual", verdict->actual},
        {"clause", verdict->clause},
        {"code", row->name},
        {"hint", hint},
    };
    /* 401 would ask the browser for a password that nobody here wants. */
    int status = row->status == 401 ? 400 : row->status;
    send_page(
        call, status,
        html_fill(call->arena, embedded_server_endpoints_pages_error_html, values, COUNT(values)));
}

/* The first letters of the first two words. */
static const char *initials_of(struct arena *arena, const char *name)
{
    char text[3] = {0};
    size_t count = 0;
    for (const char *c = name; *c != '\0' && count < 2; c++) {
        bool starts = c == name || c[-1] == ' ';
        if (starts && isalpha((unsigned char)*c)) {
            text[count++] = (char)toupper((unsigned char)*c);
        }
    }
    return arena_strdup(arena, count > 0 ? text : "?");
}

static const char *name_of(struct arena *arena, const struct user_row *user)
{
    json_auto_t *claims = json_loads(user->claims, 0, NULL);
    const char *name = json_string_value(json_object_get(claims, "name"));
    return arena_strdup(arena, name != NULL ? name : user->sub);
}

static int render_users(struct call *call, const char **html)
{
    const struct user_row *users;
    size_t count;
    int outcome = users_list(call->tenant->db, call->tenant->id, call->arena, &users, &count);
    if (outcome != 0) {
        return outcome;
    }
    struct str_buf list;
    str_buf_init(&list, call->arena);
    for (size_t i = 0; i < count; i++) {
        const char *name = name_of(call->arena, &users[i]);
        const struct html_value values[] = {
            {"sub", users[i].sub},
            {"name", name},
            {"email", users[i].email},
            {"initials", initials_of(call->arena, name)},
        };
        const char *fragment = users[i].password_hash == NULL
                                   ? embedded_server_endpoints_pages_sign_in_user_html
                                   : embedded_server_endpoints_pages_sign_in_user_password_html;
        str_buf_put(&list, html_fill(call->arena, fragment, values, COUNT(values)));
    }
    *html = str_buf_text(&list);
    return 0;
}

struct verdict page_sign_in(struct call *call, const struct page_form *form)
{
    const char *users;
    if (render_users(call, &users) != 0) {
        return error_store_broken();
    }
    const struct client_row *client = &form->authorization->client;
    const struct html_value values[] = {
        {"style", embedded_server_endpoints_pages_style_css},
        {"client_name", client->client_name},
        {"client_id", client->client_id},
        {"action", arena_printf(call->arena, "%s" PATH_SIGN_IN, call->base_path)},
        {"csrf", form->csrf},
        {"interaction", form->interaction},
        {"users", users},
        {"error", form->problem},
        {"username", form->username},
        {"can_cancel", "yes"},
    };
    send_page(call, 200,
              html_fill(call->arena, embedded_server_endpoints_pages_sign_in_html, values,
                        COUNT(values)));
    return ALLOWED;
}

static int render_scope(struct call *call, const struct page_form *form, const char *name,
                        const char **html)
{
    struct scope_row row = {.name = name};
    if (scopes_get(call->tenant->db, call->tenant->id, name, call->arena, &row) < 0) {
        return DB_BROKEN;
    }
    bool is_checked = form->left == NULL || str_has_word(form->left, name);
    const struct html_value values[] = {
        {"name", name},
        {"description", row.description},
        {"checked", is_checked ? "yes" : NULL},
        {"required", consent_is_required(name) ? "yes" : NULL},
    };
    *html = html_fill(call->arena, embedded_server_endpoints_pages_consent_scope_html, values,
                      COUNT(values));
    return 0;
}

/* What is new to the user, and what they have granted before. */
struct scope_lists {
    struct str_buf new_scopes;
    struct str_buf known_scopes;
};

static int render_scopes(struct call *call, const struct page_form *form, struct scope_lists *lists)
{
    str_buf_init(&lists->new_scopes, call->arena);
    str_buf_init(&lists->known_scopes, call->arena);
    const char *at = form->authorization->scope;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(call->arena, word, size);
        const char *html;
        if (render_scope(call, form, name, &html) != 0) {
            return DB_BROKEN;
        }
        bool is_known = str_has_word(form->known, name);
        str_buf_put(is_known ? &lists->known_scopes : &lists->new_scopes, html);
    }
    return 0;
}

struct verdict page_consent(struct call *call, const struct page_form *form)
{
    struct scope_lists lists;
    if (render_scopes(call, form, &lists) != 0) {
        return error_store_broken();
    }
    const struct client_row *client = &form->authorization->client;
    const struct html_value values[] = {
        {"style", embedded_server_endpoints_pages_style_css},
        {"client_name", client->client_name},
        {"client_id", client->client_id},
        {"redirect_host", form->authorization->redirect_uri},
        {"user_name", name_of(call->arena, form->user)},
        {"user_email", form->user->email},
        {"action", arena_printf(call->arena, "%s" PATH_CONSENT, call->base_path)},
        {"csrf", form->csrf},
        {"interaction", form->interaction},
        {"problem", form->problem},
        {"new_scopes", str_buf_text(&lists.new_scopes)},
        {"known_scopes", str_buf_text(&lists.known_scopes)},
    };
    send_page(call, 200,
              html_fill(call->arena, embedded_server_endpoints_pages_consent_html, values,
                        COUNT(values)));
    return ALLOWED;
}
