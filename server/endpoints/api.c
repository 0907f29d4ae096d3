/* Make's API (/api/v2): what comes in over HTTP is handed to server/make. */
#include "server/make/rule.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/bearer.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/params.h"
#include "server/endpoints/routes.h"

#define TOKEN "Token"
#define BEARER "Bearer"

static struct verdict refuse_path(const struct call *call)
{
    return REFUSED(NOT_FOUND, .check = "path",
                   .detail = arena_printf(call->arena,
                                          "the API has no path '/%s'; GET " PATH_OPERATIONS
                                          " lists those it has",
                                          call->segment),
                   .expected = "a path of the catalogue", .actual = call->segment,
                   .clause = "RFC 9110 15.5.5");
}

static struct verdict refuse_method(struct call *call, const struct match *match)
{
    const char *name = method_names[call->request->method];
    const char *method = name != NULL ? name : "this method";
    const char *head = strstr(match->allow, "GET") != NULL ? ", HEAD" : "";
    const char *allow = arena_printf(call->arena, "%s%s, OPTIONS", match->allow, head);
    response_set(call->response, "Allow", allow);
    return REFUSED(METHOD_NOT_ALLOWED, .check = "method",
                   .detail =
                       arena_printf(call->arena, "%s is not allowed here, but %s", method, allow),
                   .expected = allow, .actual = method, .clause = "RFC 9110 15.5.6");
}

static struct verdict find(struct call *call, struct match *match)
{
    const char *path = arena_printf(call->arena, "/%s", call->segment);
    enum method method = call->request->method == METHOD_HEAD ? METHOD_GET : call->request->method;
    const char *name = method_names[method] != NULL ? method_names[method] : "";
    switch ((enum match_outcome)catalogue_find(make_catalogue(call->make), call->arena, name, path,
                                               match)) {
    case MATCH_FOUND:
        call->operation = match->operation;
        return ALLOWED;
    case MATCH_NO_PATH:
        return refuse_path(call);
    case MATCH_NO_METHOD:
        return refuse_method(call, match);
    case MATCH_MALFORMED:
        break;
    }
    return input_refuse(call->arena, "the path",
                        "has a segment that cannot be decoded, or decodes to a slash",
                        "UTF-8, percent-encoded, without %2F, %5C and control characters");
}

/* What follows the scheme; NULL: another scheme. */
static const char *after(const char *header, const char *scheme)
{
    size_t size = strlen(scheme);
    bool is_it = header != NULL && strncasecmp(header, scheme, size) == 0 && header[size] == ' ';
    return is_it ? header + size + strspn(header + size, " ") : NULL;
}

static struct verdict recognise(struct call *call, struct caller *caller)
{
    const char *header = request_header(call->request, "Authorization");
    const char *bearer = after(header, BEARER);
    const char *token = after(header, TOKEN);
    if (bearer != NULL) {
        return caller_by_bearer(call->tenant, call->arena, bearer, caller);
    }
    if (token != NULL) {
        return caller_by_api_token(call->tenant, call->arena, token, caller);
    }
    return bearer_refuse_missing(
        call, "use Authorization: Bearer with an access token, or Token with an API token");
}

static void respond(struct call *call, struct api_answer *answer)
{
    if (answer->json == NULL && answer->text.size > 0) {
        size_t size;
        char *text = heap_text_take(&answer->text, &size);
        arena_own(call->arena, text);
        response_body_static(call->response, 200, "application/json", text, size);
        return;
    }
    if (answer->json == NULL) {
        response_body(call->response, 200, answer->type, answer->bytes, answer->size);
        return;
    }
    answer_json(call, 200, answer->json);
}

static struct verdict read_body(struct call *call, const struct match *match, json_t **body)
{
    bool is_raw = match->operation->verb == VERB_RAW;
    bool has_body = call->request->body_size > 0 && call->request->method != METHOD_GET &&
                    call->request->method != METHOD_HEAD;
    return has_body && !is_raw ? params_json(call, ERROR_INVALID_INPUT, body) : ALLOWED;
}

/* Query and body are read of those alone whose token has the scopes. */
static struct verdict answer_admitted(struct call *call, struct api *api, struct api_answer *answer)
{
    struct form query = {0};
    json_auto_t *body = NULL;
    TRY(rule_admit(api));
    TRY(params_query(call, &query));
    TRY(read_body(call, api->match, &body));
    api->query = &query;
    api->body = body;
    struct verdict verdict = rule_answer(api, answer);
    api->query = NULL; /* it ends here, and so does the body */
    api->body = NULL;
    return verdict;
}

/* Not by the handler yet. */
static void find_operation(struct call *call)
{
    struct match match = {0};
    if (make_ready(call->make) != 0) {
        return;
    }
    struct response *response = call->response;
    struct response ignored = {.arena = call->arena};
    call->response = &ignored;
    struct verdict found = find(call, &match);
    (void)found; /* then there is none */
    call->response = response;
}

const char *api_operation(struct call *call)
{
    if (call->operation == NULL) {
        find_operation(call);
    }
    return call->operation != NULL ? call->operation->label : NULL;
}

struct verdict api_handle(struct call *call)
{
    struct caller caller = {0};
    struct match match = {0};
    AUTO(api_answer_fini) struct api_answer answer = {0};
    if (make_ready(call->make) != 0) {
        return error_store_broken();
    }
    TRY(find(call, &match));
    TRY(recognise(call, &caller));
    const struct world world = {call->tenant, call->arena, make_catalogue(call->make),
                                &caller.user};
    struct api api = {
        .world = &world,
        .match = &match,
        .caller = &caller,
        .type = request_header(call->request, "Content-Type"),
        .bytes = (const uint8_t *)call->request->body,
        .size = call->request->body_size,
    };
    TRY(answer_admitted(call, &api, &answer));
    respond(call, &answer);
    return ALLOWED;
}
