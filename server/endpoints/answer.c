#include "server/endpoints/answer.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/endpoints/browser.h"
#include "server/endpoints/form_post.h"
#include "server/endpoints/page.h"

#define REALM "makeshift"
#define RETRY_SECONDS "1"
#define RETRY_GUESS_SECONDS "60"
/* Bytes: a detail may repeat what was sent, and goes into a header. */
#define DESCRIPTION_MAX 2000

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

void answer_json(struct call *call, int status, const json_t *body)
{
    size_t size;
    const char *text = json_text(call->arena, body, &size);
    response_body_static(call->response, status, "application/json", text, size);
}

static void answer_error(struct call *call, const struct verdict *verdict)
{
    int status = error_status(verdict);
    json_auto_t *body = json_object();
    json_put_text(body, "error", error_table[verdict->code].name);
    json_put_text(body, "error_description", description(call, verdict));
    answer_json(call, status, body);
    if (status == 503) {
        response_set(call->response, "Retry-After", RETRY_SECONDS);
    }
    if (status == 429) {
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
static bool is_about_bearer(const struct verdict *verdict)
{
    enum error_code code = verdict->code;
    if (verdict->status != 0) {
        return false;
    }
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
    /* RFC 6750 3.1: a request without credentials learns no error code; nor is there one for what
     * is no fault of the token. */
    bool is_of_bearer = row->name != NULL && is_about_bearer(verdict);
    if (is_of_bearer) {
        str_buf_printf(&challenge, ", error=\"%s\"", row->name);
    }
    if (is_of_bearer && text != NULL) {
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
static const char *location_of(struct call *call, const struct form *form)
{
    const char *parameters = form_encode(call->arena, form->fields, form->count);
    return call->response_mode == RESPONSE_MODE_FRAGMENT
               ? arena_printf(call->arena, "%s#%s", call->redirect_uri, parameters)
               : url_with_query(call->arena, call->redirect_uri, parameters);
}

/* All that goes to the client: those that are there, `state` and `iss`. */
static struct form complete(struct call *call, const struct answer_parameter *parameters,
                            size_t count)
{
    struct form_field *all = arena_alloc(call->arena, (count + 2) * sizeof(*all));
    size_t present = 0;
    for (size_t i = 0; i < count; i++) {
        if (parameters[i].value != NULL) {
            all[present++] = (struct form_field){parameters[i].name, parameters[i].value};
        }
    }
    if (call->state != NULL) {
        all[present++] = (struct form_field){"state", call->state};
    }
    all[present++] = (struct form_field){"iss", call->issuer};
    return (struct form){.fields = all, .count = present};
}

void answer_client(struct call *call, const struct answer_parameter *parameters, size_t count)
{
    const struct form form = complete(call, parameters, count);
    if (call->response_mode == RESPONSE_MODE_FORM_POST) {
        form_post_answer(call, &form);
        return;
    }
    browser_tell(call, location_of(call, &form));
}

json_t *answer_client_later(struct call *call, const struct answer_parameter *parameters,
                            size_t count)
{
    const struct form form = complete(call, parameters, count);
    if (call->response_mode != RESPONSE_MODE_FORM_POST) {
        return json_pack("{s:s}", "location", location_of(call, &form));
    }
    json_t *fields = json_object();
    for (size_t i = 0; i < form.count; i++) {
        json_object_set_new(fields, form.fields[i].name, json_string(form.fields[i].value));
    }
    return json_pack("{s:s, s:o}", "location", call->redirect_uri, "form", fields);
}

void answer_kept(struct call *call, const json_t *kept)
{
    json_t *fields = json_object_get(kept, "form");
    struct form_field *all =
        arena_alloc(call->arena, (json_object_size(fields) + 1) * sizeof(*all));
    struct form form = {.fields = all};
    const char *location =
        arena_strdup(call->arena, json_string_value(json_object_get(kept, "location")));
    const char *name;
    json_t *value;
    if (fields == NULL) {
        browser_tell(call, location);
        return;
    }
    json_object_foreach(fields, name, value)
    {
        all[form.count++] = (struct form_field){
            arena_strdup(call->arena, name), arena_strdup(call->arena, json_string_value(value))};
    }
    call->redirect_uri = location;
    form_post_answer(call, &form);
}

json_t *answer_refusal_later(struct call *call, const struct verdict *verdict)
{
    const struct answer_parameter parameters[] = {
        {"error", error_table[verdict->code].name},
        {"error_description", description(call, verdict)},
    };
    return answer_client_later(call, parameters, COUNT(parameters));
}

static void tell_client(struct call *call, const struct verdict *verdict)
{
    const struct answer_parameter parameters[] = {
        {"error", error_table[verdict->code].name},
        {"error_description", description(call, verdict)},
    };
    answer_client(call, parameters, COUNT(parameters));
}

/* TABLE of Make's codes, where they are not SC and the status. */
static const char *const make_codes[ERROR__MAX] = {
    [ERROR_INVALID_INPUT] = "IM005",
    [ERROR_INVALID_REQUEST] = "IM005",
    [ERROR_NO_DATA] = "IM013",
    [ERROR_CONFIRMATION_REQUIRED] = "IM004",
};

/* TABLE of Make's messages, by status. */
static const struct {
    int status;
    const char *message;
} make_messages[] = {
    {400, "Validation failed"},
    {401, "Unauthorized"},
    {403, "Permission denied"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Confirmation required"},
    {413, "Payload Too Large"},
    {429, "Requests limit for organization exceeded, please try again later."},
    {503, "Service Unavailable"},
};

static const char *make_message(int status)
{
    for (size_t i = 0; i < COUNT(make_messages); i++) {
        if (make_messages[i].status == status) {
            return make_messages[i].message;
        }
    }
    return "Request failed";
}

/* {"detail","message","code"}, and suberrors with 400. `code` NULL: SC and the status. */
static void put_make(struct call *call, int status, const char *detail, const char *code)
{
    const char *message = make_message(status);
    const char *said = detail != NULL ? detail : message;
    json_auto_t *body = json_object();
    json_put_text(body, "detail", said);
    json_put_text(body, "message", message);
    json_put_text(body, "code", code != NULL ? code : arena_printf(call->arena, "SC%d", status));
    if (status == 400) {
        json_object_set_new(body, "suberrors",
                            json_pack("[{s:s, s:s}]", "message", said, "name", "Error"));
    }
    answer_json(call, status, body);
}

static void answer_make(struct call *call, const struct verdict *verdict)
{
    int status = error_status(verdict);
    const char *code = verdict->status == 0 ? make_codes[verdict->code] : NULL;
    put_make(call, status, description(call, verdict), code);
    if (verdict->retry_after != 0) {
        response_set(call->response, "Retry-After",
                     arena_printf(call->arena, "%lld", (long long)verdict->retry_after));
    }
    if (status == 503) {
        response_set(call->response, "Retry-After", RETRY_SECONDS);
    }
    if (status == 401 || status == 403) {
        challenge_bearer(call, verdict);
    }
}

/* RFC 9457 3.2: members beyond its own say where in the body, and what was expected there. */
static void answer_problem(struct call *call, const struct verdict *verdict)
{
    const struct error_row *row = &error_table[verdict->code];
    int status = error_status(verdict);
    json_auto_t *body = json_object();
    json_put_text(body, "title", row->title);
    json_object_set_new(body, "status", json_integer(status));
    json_put_text(body, "error", row->name);
    json_put_text(body, "detail", verdict->detail);
    if (verdict->pointer != NULL) {
        json_object_set_new(body, "pointer", json_string(verdict->pointer));
    }
    json_put_text(body, "expected", verdict->expected);
    json_put_text(body, "actual", verdict->actual);
    json_put_text(body, "nearest", verdict->nearest);
    answer_json(call, status, body);
    response_set(call->response, "Content-Type", "application/problem+json");
}

void answer_refusal(struct call *call, enum dialect dialect)
{
    const struct verdict *verdict = &call->verdict;
    if (dialect == DIALECT_PROBLEM) {
        answer_problem(call, verdict);
        return;
    }
    if (dialect == DIALECT_MAKE) {
        answer_make(call, verdict);
        return;
    }
    if (dialect == DIALECT_REDIRECT && call->redirect_uri != NULL &&
        error_table[verdict->code].name != NULL) {
        tell_client(call, verdict);
        return;
    }
    if (dialect == DIALECT_REDIRECT) {
        page_error(call, verdict);
        return;
    }
    answer_error(call, verdict);
    if (dialect == DIALECT_BEARER && is_about_bearer(verdict)) {
        challenge_bearer(call, verdict);
        return;
    }
    challenge_basic(call, verdict);
}
