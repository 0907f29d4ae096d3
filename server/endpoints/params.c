#include "server/endpoints/params.h"

#include <string.h>

#define FORM_TYPE "application/x-www-form-urlencoded"
#define JSON_TYPE "application/json"

static struct verdict read_form(struct call *call, const char *bytes, size_t size,
                                struct form *form)
{
    static const char *const problems[] = {
        [FORM_BAD_ENCODING] = "holds a % that two hexadecimal digits do not follow",
        [FORM_NUL] = "holds a NUL character",
        [FORM_NOT_UTF8] = "is not UTF-8",
        [FORM_TOO_MANY] = "stands behind too many others",
    };
    const char *bad_name = NULL;
    int outcome = form_parse(call->arena, bytes, size, form, &bad_name);
    if (outcome == FORM_OK) {
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "parameters",
                   .detail = arena_printf(call->arena, "parameter '%s' %s",
                                          bad_name != NULL ? bad_name : "", problems[outcome]),
                   .expected = FORM_TYPE " of UTF-8 text", .actual = problems[outcome],
                   .clause = "RFC 6749 Appendix B");
}

struct verdict params_body(struct call *call, struct form *form)
{
    *form = (struct form){0};
    if (!request_is(call->request, FORM_TYPE)) {
        const char *type = request_header(call->request, "Content-Type");
        return REFUSED(INVALID_REQUEST, .check = "content_type",
                       .detail = arena_printf(
                           call->arena, "Content-Type is '%s': send the parameters as " FORM_TYPE,
                           type != NULL ? type : ""),
                       .expected = FORM_TYPE, .actual = type != NULL ? type : "none",
                       .clause = "RFC 6749 Appendix B");
    }
    return read_form(call, call->request->body, call->request->body_size, form);
}

struct verdict params_query(struct call *call, struct form *form)
{
    const char *query = call->request->query;
    *form = (struct form){0};
    return query != NULL ? read_form(call, query, strlen(query), form) : ALLOWED;
}

struct verdict params_either(struct call *call, struct form *form)
{
    return call->request->method == METHOD_POST ? params_body(call, form)
                                                : params_query(call, form);
}

/* What jansson says, without the words of the body that it says them about: a secret may stand
 * there. */
static const char *json_fault(struct arena *arena, const json_error_t *error)
{
    const char *near = strstr(error->text, " near ");
    return arena_strndup(arena, error->text,
                         near != NULL ? (size_t)(near - error->text) : strlen(error->text));
}

struct verdict params_json(struct call *call, enum error_code error, json_t **value)
{
    json_error_t where;
    const char *type = request_header(call->request, "Content-Type");
    if (!request_is(call->request, JSON_TYPE)) {
        return (struct verdict){
            .code = error,
            .check = "content_type",
            .detail = arena_printf(call->arena, "Content-Type is '%s': send " JSON_TYPE,
                                   type != NULL ? type : ""),
            .expected = JSON_TYPE,
            .actual = type != NULL ? type : "none",
            .clause = "RFC 8259",
        };
    }
    *value = json_loadb(call->request->body != NULL ? call->request->body : "",
                        call->request->body_size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &where);
    if (*value != NULL) {
        return ALLOWED;
    }
    const char *fault = json_fault(call->arena, &where);
    return (struct verdict){
        .code = error,
        .check = "body",
        .detail = arena_printf(call->arena, "the body is not JSON: line %d, column %d: %s",
                               where.line, where.column, fault),
        .expected = "JSON in UTF-8, with each name once",
        .actual = fault,
        .clause = "RFC 8259",
    };
}

struct verdict params_refuse_secret_in_query(struct call *call, const char *name)
{
    struct form form = {0};
    TRY(params_query(call, &form));
    if (form_count(&form, name) == 0) {
        return ALLOWED;
    }
    return REFUSED(INVALID_REQUEST, .check = "query",
                   .detail =
                       arena_printf(call->arena,
                                    "'%s' stands in the URL, where logs keep it: send it in the "
                                    "body or a header",
                                    name),
                   .expected = "no secret in the URL", .actual = name, .clause = "RFC 9700 4.3.2");
}
