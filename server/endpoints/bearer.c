#include "server/endpoints/bearer.h"

#include <string.h>

#include "server/base/str.h"
#include "server/endpoints/params.h"

#define BEARER "Bearer"

static struct verdict read_header(struct call *call, const char **token)
{
    const char *header = request_header(call->request, "Authorization");
    *token = NULL;
    size_t size = strlen(BEARER);
    if (header == NULL || strncasecmp(header, BEARER, size) != 0 ||
        (header[size] != ' ' && header[size] != '\0')) {
        return ALLOWED; /* another scheme says nothing to this endpoint */
    }
    const char *at = header + size + strspn(header + size, " ");
    if (*at != '\0' && at[strcspn(at, " ,\t")] == '\0') {
        *token = at;
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "authorization",
                   .detail = "the Authorization header is not Bearer and one token",
                   .expected = "Authorization: Bearer <access token>", .actual = "another form",
                   .clause = "RFC 6750 2.1");
}

struct verdict bearer_refuse_missing(struct call *call, const char *remedy)
{
    bool is_other = request_header(call->request, "Authorization") != NULL;
    const char *what =
        is_other ? "the Authorization header has no token that is read here" : "no token was sent";
    return REFUSED(MISSING_TOKEN, .check = "authorization",
                   .detail = arena_printf(call->arena, "%s: %s", what, remedy),
                   .expected = "a token", .actual = is_other ? "another form" : "none",
                   .clause = "RFC 6750 3.1");
}

/* RFC 6750 2: one way at a time. */
struct verdict bearer_read(struct call *call, const char **token)
{
    struct form form = {0};
    TRY(params_refuse_secret_in_query(call, "access_token"));
    TRY(read_header(call, token));
    bool has_form = call->request->method == METHOD_POST && call->request->body_size > 0;
    if (has_form && request_is(call->request, "application/x-www-form-urlencoded")) {
        TRY(params_body(call, &form));
    }
    size_t ways = form_count(&form, "access_token") + (*token != NULL);
    if (ways > 1) {
        return REFUSED(INVALID_REQUEST, .check = "authorization",
                       .detail = "the access token was sent more than once",
                       .expected = "one way of sending it",
                       .actual = arena_printf(call->arena, "%zu", ways), .clause = "RFC 6750 2");
    }
    if (*token == NULL) {
        *token = form_get(&form, "access_token");
    }
    if (*token != NULL) {
        return ALLOWED;
    }
    return bearer_refuse_missing(call, "use Authorization: Bearer");
}

struct verdict bearer_open(struct call *call, enum resource_id resource, struct bearer *bearer)
{
    const char *token;
    TRY(bearer_read(call, &token));
    TRY(token_recognise(call->tenant, call->arena, token, bearer));
    return resource_check(call->tenant, call->arena, bearer, resource);
}

struct verdict bearer_check_scope(struct call *call, const struct bearer *bearer, const char *scope)
{
    if (str_has_word(bearer->scope, scope)) {
        return ALLOWED;
    }
    return REFUSED(
        INSUFFICIENT_SCOPE, .check = "scope",
        .detail =
            arena_printf(call->arena, "the access token was issued without the scope '%s'", scope),
        .expected = scope, .actual = bearer->scope, .clause = "RFC 6750 3.1", .scope = scope);
}
