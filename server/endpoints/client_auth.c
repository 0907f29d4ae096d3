#include "server/endpoints/client_auth.h"

#include <string.h>

#include "keys/b64url.h"
#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/oauth/issuer.h"

#define BASIC "Basic "

/* Base64 with padding (RFC 7617 2), by way of the strict base64url reader. */
static char *decode_base64(struct arena *arena, const char *text, size_t *size)
{
    char *copy = arena_strdup(arena, text);
    size_t length = strlen(copy);
    if (length % 4 != 0) {
        return NULL;
    }
    for (int pad = 0; pad < 2 && length > 0 && copy[length - 1] == '='; pad++) {
        copy[--length] = '\0';
    }
    for (char *c = copy; *c != '\0'; c++) {
        if (*c == '-' || *c == '_') {
            return NULL;
        }
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    }
    char *bytes = arena_alloc(arena, length + 1);
    return b64url_decode(bytes, size, copy, length) == 0 ? bytes : NULL;
}

/* RFC 6749 2.3.1: id and secret are form-encoded before they are joined by a colon. */
static const char *decode_part(struct arena *arena, const char *part)
{
    struct str_buf field;
    struct form form = {0};
    const char *bad_name;
    str_buf_init(&field, arena);
    str_buf_put(&field, "part=");
    for (const char *c = part; *c != '\0'; c++) {
        if (*c == '&') {
            str_buf_put(&field, "%26");
            continue;
        }
        str_buf_put_n(&field, c, 1);
    }
    if (form_parse(arena, str_buf_text(&field), field.size, &form, &bad_name) != FORM_OK) {
        return NULL;
    }
    return form.fields[0].value;
}

static void read_header(struct arena *arena, const char *header, struct credentials *credentials)
{
    credentials->has_header = true;
    credentials->header_problem = "the Authorization header cannot be read: it must be Basic with "
                                  "base64 of client_id:client_secret, each form-encoded";
    if (strncasecmp(header, BASIC, strlen(BASIC)) != 0) {
        return;
    }
    size_t size;
    const char *at = header + strlen(BASIC);
    char *pair = decode_base64(arena, at + strspn(at, " "), &size);
    char *colon = pair != NULL && strlen(pair) == size ? strchr(pair, ':') : NULL;
    if (colon == NULL) {
        return;
    }
    *colon = '\0';
    credentials->basic_id = decode_part(arena, pair);
    credentials->basic_secret = decode_part(arena, colon + 1);
    credentials->basic_raw_secret = colon + 1;
    /* Whether a secret that cannot be decoded was meant as it stands there, the client's proof
     * says. */
    if (credentials->basic_id != NULL && credentials->basic_id[0] != '\0') {
        credentials->header_problem = NULL;
    }
}

/* RFC 7523 3, OpenID Connect Core 9: an issuer, the token endpoint, and the endpoint that was
 * called. */
static const char *const *audiences_of(const struct call *call)
{
    const char *issuer = call->tenant->issuer;
    const char **audiences = arena_alloc(call->arena, 5 * sizeof(*audiences));
    audiences[0] = issuer;
    audiences[1] = arena_printf(call->arena, "%s%s", issuer, PATH_TOKEN);
    audiences[2] =
        arena_printf(call->arena, "%s%s", issuer, call->request->path + strlen(call->base_path));
    audiences[3] = issuer_name(call->tenant, call->arena, ISSUER_MCP);
    return audiences;
}

struct credentials client_auth_read(struct call *call, const struct form *form)
{
    struct credentials credentials = {
        .body_id = form_get(form, "client_id"),
        .body_secret = form_get(form, "client_secret"),
        .assertion_type = form_get(form, "client_assertion_type"),
        .assertion = form_get(form, "client_assertion"),
    };
    if (credentials.assertion_type != NULL || credentials.assertion != NULL) {
        credentials.audiences = audiences_of(call);
    }
    const char *header = request_header(call->request, "Authorization");
    if (header != NULL) {
        read_header(call->arena, header, &credentials);
    }
    return credentials;
}
