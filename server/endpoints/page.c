#include "server/endpoints/page.h"

#include <ctype.h>
#include <string.h>

#include "server/base/html.h"
#include "server/base/json.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/embedded.h"
#include "server/endpoints/handlers.h"
#include "server/store/clients.h"

static void send_page(struct call *call, int status, const char *html)
{
    response_body(call->response, status, "text/html; charset=utf-8", html, strlen(html));
    browser_headers(call);
    browser_policy(call, embedded_server_endpoints_pages_style_css, NULL);
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
        {"title", verdict->title != NULL ? verdict->title : row->title},
        {"detail", verdict->detail},
        {"check", verdict->check},
        {"expected", verdict->expected},
        {"actual", verdict->actual},
        {"clause", verdict->clause},
        {"code", row->name},
        {"hint", hint},
    };
    /* 401 would ask the browser for a password that nobody here wants. */
    int status = error_status(verdict) == 401 ? 400 : error_status(verdict);
    send_page(
        call, status,
        html_fill(call->arena, embedded_server_endpoints_pages_error_html, values, COUNT(values)));
}

void page_message(struct call *call, const char *title, const char *text)
{
    const struct html_value values[] = {
        {"style", embedded_server_endpoints_pages_style_css}, {"title", title}, {"text", text}};
    send_page(call, 200,
              html_fill(call->arena, embedded_server_endpoints_pages_message_html, values,
                        COUNT(values)));
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

/* Where a click on a user with a password leads: to this page, with their name filled in. */
static const char *fill_in(struct call *call, const struct page_form *form,
                           const struct user_row *user)
{
    const struct form_field fields[] = {
        {"interaction", form->interaction},
        {"username", user->email != NULL ? user->email : user->sub},
    };
    return arena_printf(call->arena, "%s" PATH_SIGN_IN "?%s", call->base_path,
                        form_encode(call->arena, fields, COUNT(fields)));
}

static int render_users(struct call *call, const struct page_form *form, const char **html)
{
    const struct user_row *users;
    size_t count;
    int outcome = users_list(call->tenant->db, call->arena, &users, &count);
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
            {"href", fill_in(call, form, &users[i])},
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
    if (render_users(call, form, &users) != 0) {
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
        /* The name stands there: what is left to type is the password. */
        {"typed", form->username != NULL && form->problem == NULL ? "yes" : NULL},
        {"can_cancel", "yes"},
    };
    send_page(call, 200,
              html_fill(call->arena, embedded_server_endpoints_pages_sign_in_html, values,
                        COUNT(values)));
    return ALLOWED;
}

/* One checkbox: a scope, or a claim that was asked for by name. */
struct item {
    const char *field; /* scope, claim */
    const char *name;
    const char *description;
    bool is_known;
    bool is_left;
    bool is_required;
};

/* What is new to the user, and what they have granted before. */
struct item_lists {
    struct str_buf new_items;
    struct str_buf known_items;
};

static void put_item(struct call *call, const struct item *item, struct item_lists *lists)
{
    const struct html_value values[] = {
        {"field", item->field},
        {"name", item->name},
        {"description", item->description},
        {"checked", item->is_left ? "yes" : NULL},
        {"required", item->is_required ? "yes" : NULL},
    };
    str_buf_put(item->is_known ? &lists->known_items : &lists->new_items,
                html_fill(call->arena, embedded_server_endpoints_pages_consent_item_html, values,
                          COUNT(values)));
}

static int put_scope(struct call *call, const struct page_form *form, const char *name,
                     struct item_lists *lists)
{
    struct scope_row row = {.name = name};
    if (scopes_get(call->tenant->db, name, call->arena, &row) < 0) {
        return DB_BROKEN;
    }
    const struct item item = {
        .field = "scope",
        .name = name,
        .description = row.description,
        .is_known = str_has_word(form->consent->known, name),
        .is_left = form->choice == NULL || str_has_word(form->choice->scope, name),
        .is_required = consent_is_required(name),
    };
    put_item(call, &item, lists);
    return 0;
}

static void put_claim(struct call *call, const struct page_form *form, const char *name,
                      struct item_lists *lists)
{
    const struct item item = {
        .field = "claim",
        .name = name,
        .description = "See this about you",
        .is_known = str_has_word(form->consent->known, consent_item(call->arena, name)),
        .is_left = form->choice == NULL || str_has_word(form->choice->claims, name),
    };
    put_item(call, &item, lists);
}

static int render_items(struct call *call, const struct page_form *form, struct item_lists *lists)
{
    const char *word;
    size_t size;
    str_buf_init(&lists->new_items, call->arena);
    str_buf_init(&lists->known_items, call->arena);
    for (const char *at = form->authorization->scope; (word = str_next_word(&at, &size)) != NULL;) {
        if (put_scope(call, form, arena_strndup(call->arena, word, size), lists) != 0) {
            return DB_BROKEN;
        }
    }
    for (const char *at = form->consent->claims; (word = str_next_word(&at, &size)) != NULL;) {
        put_claim(call, form, arena_strndup(call->arena, word, size), lists);
    }
    return 0;
}

static const char *render_organizations(struct call *call, const struct page_form *form)
{
    const struct organizations *organizations = &form->consent->organizations;
    int64_t chosen =
        form->choice != NULL ? form->choice->organization : form->consent->organization;
    struct str_buf list;
    str_buf_init(&list, call->arena);
    for (size_t i = 0; i < organizations->count; i++) {
        const struct organization *organization = &organizations->list[i];
        const struct html_value values[] = {
            {"id", arena_printf(call->arena, "%lld", (long long)organization->id)},
            {"name", organization->name},
            {"role", organization->role},
            {"checked", organization->id == chosen ? "yes" : NULL},
        };
        str_buf_put(&list, html_fill(call->arena,
                                     embedded_server_endpoints_pages_consent_organization_html,
                                     values, COUNT(values)));
    }
    return str_buf_text(&list);
}

static bool limits_organization(const struct page_form *form)
{
    int64_t chosen =
        form->choice != NULL ? form->choice->organization : form->consent->organization;
    return organizations_have(&form->consent->organizations, chosen);
}

struct verdict page_consent(struct call *call, const struct page_form *form)
{
    struct item_lists lists = {0};
    if (render_items(call, form, &lists) != 0) {
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
        {"new_scopes", str_buf_text(&lists.new_items)},
        {"known_scopes", str_buf_text(&lists.known_items)},
        {"organizations", render_organizations(call, form)},
        {"limited", limits_organization(form) ? "yes" : NULL},
    };
    send_page(call, 200,
              html_fill(call->arena, embedded_server_endpoints_pages_consent_html, values,
                        COUNT(values)));
    return ALLOWED;
}

/* A hidden field each, but for those that the page has of its own. */
static const char *render_hidden(struct arena *arena, const struct form *form)
{
    struct str_buf fields;
    str_buf_init(&fields, arena);
    for (size_t i = 0; i < form->count; i++) {
        const char *name = form->fields[i].name;
        const struct html_value values[] = {{"name", name}, {"value", form->fields[i].value}};
        if (!str_equal(name, "csrf") && !str_equal(name, "decision")) {
            str_buf_put(&fields,
                        html_fill(arena, embedded_server_endpoints_pages_form_post_field_html,
                                  values, COUNT(values)));
        }
    }
    return str_buf_text(&fields);
}

struct verdict page_logout(struct call *call, const struct page_logout *page)
{
    const struct html_value values[] = {
        {"style", embedded_server_endpoints_pages_style_css},
        {"client_name", page->client_name},
        {"action", arena_printf(call->arena, "%s" PATH_LOGOUT, call->base_path)},
        {"csrf", page->csrf},
        {"fields", render_hidden(call->arena, page->form)},
        {"user_name", name_of(call->arena, page->user)},
        {"user_email", page->user->email},
    };
    send_page(
        call, 200,
        html_fill(call->arena, embedded_server_endpoints_pages_logout_html, values, COUNT(values)));
    return ALLOWED;
}
