#include "server/tools/served_site.h"

#include <stdio.h>
#include <string.h>

#include "keys/digest.h"
#include "server/base/form.h"
#include "server/base/str.h"
#include "server/tools/served_page.h"

#define PATH_ONE "/connections/"

/* One request to the site. */
struct asked {
    const struct served_site *site;
    struct arena *arena;
    const struct request *request;
    struct response *response;
    size_t index; /* of the connection that the path names */
};

static void send_page(const struct asked *asked, int status, const char *html)
{
    response_body(asked->response, status, "text/html; charset=utf-8", html, strlen(html));
    response_set(asked->response, "Content-Security-Policy", served_page_policy(asked->arena));
}

static void send_told(const struct asked *asked, int status, const char *title, const char *text)
{
    const struct served_told told = {
        .title = title, .text = text, .href = "/", .label = "All connections"};
    send_page(asked, status, served_page_told(asked->arena, &told));
}

static const char *href_of(const struct asked *asked, size_t index)
{
    return arena_printf(asked->arena, PATH_ONE "%zu", index + 1);
}

/* Behind an action: the keyboard and who is read to go on at the connection, not at the page's top.
 */
static const char *acted_href_of(const struct asked *asked, size_t index)
{
    return arena_printf(asked->arena, "%s#connection", href_of(asked, index));
}

static void send_busy(const struct asked *asked)
{
    const struct served_told told = {
        .title = "A step is under way",
        .text = "The service has not answered yet. Nothing else was done.",
        .href = href_of(asked, asked->index),
        .label = "Look again",
    };
    send_page(asked, 409, served_page_told(asked->arena, &told));
}

static void send_list(const struct asked *asked)
{
    const struct served_site *site = asked->site;
    struct served_view *views = arena_alloc(asked->arena, (site->count + 1) * sizeof(*views));
    for (size_t i = 0; i < site->count; i++) {
        served_view(site->all[i], asked->arena, &views[i]);
    }
    send_page(asked, 200, served_page_list(asked->arena, views, site->count, site->redirect_uri));
}

static void send_one(const struct asked *asked)
{
    struct served_view view = {0};
    served_view(asked->site->all[asked->index], asked->arena, &view);
    if (view.is_busy) {
        send_busy(asked);
        return;
    }
    const struct served_page page = {.view = &view,
                                     .href = href_of(asked, asked->index),
                                     .token = asked->site->token,
                                     .pastes = asked->site->callback_path == NULL};
    send_page(asked, 200, served_page_one(asked->arena, &page));
}

/* Whoever was sent with this state is back. */
static void come_back(struct asked *asked, const char *query)
{
    int outcome = SERVED_NONE;
    for (size_t i = 0; i < asked->site->count && outcome != SERVED_DONE; i++) {
        int one = served_return(asked->site->all[i], query);
        if (one != SERVED_NONE) {
            asked->index = i;
            outcome = one;
        }
    }
    if (outcome == SERVED_DONE) {
        /* The code does not stay in the address. */
        response_redirect(asked->response, asked->request->method == METHOD_POST ? 303 : 302,
                          acted_href_of(asked, asked->index));
    } else if (outcome == SERVED_BUSY) {
        send_busy(asked);
    } else {
        fprintf(stderr, "a callback came with another state, and was refused\n");
        send_told(asked, 400, "This callback belongs to no sign-in",
                  "Its state is none that is waited for: it was used before, is older than 15 "
                  "minutes, or somebody forged it. Nothing was done.");
    }
}

/* Pages of other sites may send forms here, but know no token of ours, and are named by the
 * browser. */
static bool is_our_form(const struct asked *asked, const struct form *form)
{
    const char *origin = request_header(asked->request, "Origin");
    const char *site = request_header(asked->request, "Sec-Fetch-Site");
    const char *host = request_header(asked->request, "Host");
    const char *token = form_get(form, "token");
    bool is_ours =
        origin == NULL ||
        (host != NULL && str_equal(origin, arena_printf(asked->arena, "http://%s", host)));
    return is_ours && (site == NULL || str_equal(site, "same-origin")) && token != NULL &&
           strlen(token) == strlen(asked->site->token) &&
           digest_equal(token, asked->site->token, strlen(token));
}

static void act(const struct asked *asked, enum served_action action)
{
    const char *url = NULL;
    int outcome = served_act(asked->site->all[asked->index], asked->arena, action, &url);
    switch ((enum served_outcome)outcome) {
    case SERVED_BUSY:
        send_busy(asked);
        break;
    case SERVED_SENT:
        response_redirect(asked->response, 303,
                          asked->site->callback_path == NULL ? acted_href_of(asked, asked->index)
                                                             : url);
        break;
    case SERVED_DONE:
    case SERVED_NONE:
        response_redirect(asked->response, 303, acted_href_of(asked, asked->index));
        break;
    }
}

static void take_form(struct asked *asked)
{
    struct form form = {0};
    const char *bad = NULL, *body = asked->request->body == NULL ? "" : asked->request->body;
    bool is_form =
        request_is(asked->request, "application/x-www-form-urlencoded") &&
        form_parse(asked->arena, body, asked->request->body_size, &form, &bad) == FORM_OK;
    if (!is_form || !is_our_form(asked, &form)) {
        send_told(asked, 403, "This form is not of this page",
                  "It was sent by another site, or by a page from before a restart. Nothing was "
                  "done.");
        return;
    }
    const char *word = form_get(&form, "action"), *address = form_get(&form, "address");
    enum served_action action = 0;
    while (action < SERVED_ACTION__MAX && !str_equal(served_action_words[action], word)) {
        action++;
    }
    if (action < SERVED_ACTION__MAX) {
        act(asked, action);
    } else {
        const char *query = address == NULL ? NULL : strchr(address, '?');
        come_back(asked, query == NULL ? "" : query + 1);
    }
}

static bool names_one(struct asked *asked)
{
    int64_t number = 0;
    const char *path = asked->request->path;
    bool is_there = str_starts(path, PATH_ONE) &&
                    str_to_int64(path + strlen(PATH_ONE), 1, (int64_t)asked->site->count, &number);
    asked->index = is_there ? (size_t)number - 1 : 0;
    return is_there;
}

static void refuse(const struct asked *asked, const struct refusal *refusal)
{
    send_told(asked, refusal->status, "This is no request for this page",
              refusal->status == 421 ? "Its Host is another name than that of this machine's own."
                                     : refusal->reason);
}

static void answer_route(struct asked *asked)
{
    const struct request *request = asked->request;
    bool gets = request->method == METHOD_GET || request->method == METHOD_HEAD;
    bool is_one = names_one(asked);
    if (request->method == METHOD_GET && request->query != NULL &&
        str_equal(request->path, asked->site->callback_path)) {
        come_back(asked, request->query);
    } else if (gets && str_equal(request->path, "/")) {
        send_list(asked);
    } else if (gets && is_one) {
        send_one(asked);
    } else if (request->method == METHOD_POST && is_one) {
        take_form(asked);
    } else {
        send_told(asked, 404, "Nothing is here", "There are connections, and the callback.");
    }
}

static void open_exchange(void *context, struct exchange *exchange)
{
    (void)context;
    (void)exchange;
}

static void close_exchange(void *context, const struct exchange *exchange)
{
    (void)context;
    (void)exchange;
}

/* No referrer to others, but an Origin for our own forms, which `no-referrer` would make "null". */
static void answer_exchange(void *context, struct exchange *exchange)
{
    struct asked asked = {.site = context,
                          .arena = exchange->request.arena,
                          .request = &exchange->request,
                          .response = &exchange->response};
    if (exchange->refusal.status != 0) {
        refuse(&asked, &exchange->refusal);
    } else {
        answer_route(&asked);
    }
    response_set(asked.response, "X-Frame-Options", "DENY");
    response_set(asked.response, "X-Content-Type-Options", "nosniff");
    response_set(asked.response, "Referrer-Policy", "same-origin");
    response_set(asked.response, "Cache-Control", "no-store");
    asked.response->close = true; /* a thread that waits for a service keeps nobody waiting */
}

const struct exchange_hooks served_site_hooks = {
    .open = open_exchange, .answer = answer_exchange, .close = close_exchange};
