#include "server/endpoints/answer.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/form_post.h"
#include "server/endpoints/page.h"

#define REALM "makeshift"
#define RETRY_SECONDS "1"
#define RETRY_GUESS_SECONDS "60"
#define DESCRIPTION_MAX 2000 /* bytes: a detail may repeat what was sent, and goes into a header */

static void log_refusal(const struct call *call, const struct verdict *verdict)
{
    const char *error = error_table[verdict->code].name;
    const struct log_field fields[] = {
        {"path", call->request->path},   {"error", error != NULL ? error : "none"},
        {"check", verdict->check},       {"detail", verdict->detail},
        {"expected", verdict->expected}, {"actual", verdict->actual},
        {"clause", verdict->clause},
    };
    log_event(verdict->code == ERROR_SERVER_ERROR ? LOG_ERROR : LOG_INFO, "refused", fields,
              COUNT(fields));
}

/* NULL in terse mode: then all refusals of one kind look alike. */
static const char *description(struct call *call, const struct verdict *verdict)
{
    if (verdict->detail == NULL || call->tenant->explain == EXPLAIN_TERSE) {
        return NULL;
    }
    char *text = str_error_text(call->arena, verdict->detail);
    if (strlen(text) > DESCRIPTION_MAX) {
        memcpy(text + DESCRIPTION_MAX - 3, "...", 4);
    }
    return text;
}

static void answer_json(struct call *call, const struct verdict *verdict)
{
    const struct error_row *row = &error_table[verdict->code];
    json_auto_t *body = json_object();
    json_put_text(body, "error", row->name);
    json_put_text(body, "error_description", description(call, verdict));
    size_t size;
    const char *text = json_text(call->arena, body, &size);
    response_body(call->response, row->status, "application/json", text, size);
    if (row->status == 503) {
        response_set(call->response, "Retry-After", RETRY_SECONDS);
    }
    if (row->status == 429) {
        response_set(call->response, "Retry-After", RETRY_GUESS_SECONDS);
    }
}

/* RFC 6749 5.2: a client that tried the Authorization header is challenged in the same scheme. */
static void challenge_basic(struct call *call, const struct verdict *verdict)
{
    bool tried = request_header(call->request, "Authorization") != NULL;
    if (verdict->code == ERROR_INVALID_CLIENT && tried) {
        response_set(call->response, "WWW-Authenticate", "Basic realm=\"" REALM "\"");
    }
}

/* RFC 6750 3: what says something about the token, or how to send one. */
static bool is_about_bearer(enum error_code code)
{
    return code == ERROR_MISSING_TOKEN || code == ERROR_INVALID_TOKEN ||
           code == ERROR_INSUFFICIENT_SCOPE || code == ERROR_INVALID_REQUEST;
}

static void challenge_bearer(struct call *call, const struct verdict *verdict)
{
    struct str_buf challenge;
    const struct error_row *row = &error_table[verdict->code];
    const char *text = description(call, verdict);
    str_buf_init(&challenge, call->arena);
    str_buf_put(&challenge, "Bearer realm=\"" REALM "\"");
    /* RFC 6750 3.1: a request without credentials learns no error code. */
    if (row->name != NULL) {
        str_buf_printf(&challenge, ", error=\"%s\"", row->name);
    }
    if (row->name != NULL && text != NULL) {
        str_buf_printf(&challenge, ", error_description=\"%s\"", text);
    }
    const char *scope = verdict->scope != NULL ? verdict->scope : call->resource_scope;
    if (scope != NULL) {
        str_buf_printf(&challenge, ", scope=\"%s\"", scope);
    }
    if (call->resource_metadata != NULL) {
        str_buf_printf(&challenge, ", resource_metadata=\"%s\"", call->resource_metadata);
    }
    response_set(call->response, "WWW-Authenticate", str_buf_text(&challenge));
}

/* RFC 6749 3.1.2: a query that was registered stays. A registered URI has no fragment. */
static const char *first_separator(const struct call *call)
{
    if (call->response_mode == RESPONSE_MODE_FRAGMENT) {
        return "#";
    }
    return strchr(call->redirect_uri, '?') != NULL ? "&" : "?";
}

static void redirect(struct call *call, const struct answer_parameter *parameters, size_t count)
{
    struct str_buf location;
    str_buf_init(&location, call->arena);
    str_buf_put(&location, call->redirect_uri);
    for (size_t i = 0; i < count; i++) {
        str_buf_printf(&location, "%s%s=%s", i == 0 ? first_separator(call) : "&",
                       parameters[i].name, str_percent_encode(call->arena, parameters[i].value));
    }
    browser_redirect(call, str_buf_text(&location));
}

void answer_client(struct call *call, const struct answer_parameter *parameters, size_t count)
{
    struct answer_parameter *all = arena_alloc(call->arena, (count + 2) * sizeof(*all));
    size_t present = 0;
    for (size_t i = 0; i < count; i++) {
        if (parameters[i].value != NULL) {
            all[present++] = parameters[i];
        }
    }
    if (call->state != NULL) {
        all[present++] = (struct answer_parameter){"state", call->state};
    }
    all[present++] = (struct answer_parameter){"iss", call->issuer};
    if (call->response_mode == RESPONSE_MODE_FORM_POST) {
        form_post_answer(call, all, present);
        return;
    }
    redirect(call, all, present);
}

static void tell_client(struct call *call, const struct verdict *verdict)
{
    const struct answer_parameter parameters[] = {
        {"error", error_table[verdict->code].name},
        {"error_description", description(call, verdict)},
    };
    answer_client(call, parameters, COUNT(parameters));
}

void answer_refusal(struct call *call, enum dialect dialect, struct verdict verdict)
{
    log_refusal(call, &verdict);
    if (dialect == DIALECT_REDIRECT && call->redirect_uri != NULL &&
        error_table[verdict.code].name != NULL) {
        tell_client(call, &verdict);
        return;
    }
    if (dialect == DIALECT_REDIRECT) {
        page_error(call, &verdict);
        return;
    }
    answer_json(call, &verdict);
    if (dialect == DIALECT_BEARER && is_about_bearer(verdict.code)) {
        challenge_bearer(call, &verdict);
        return;
    }
    challenge_basic(call, &verdict);
}
