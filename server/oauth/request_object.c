#include "server/oauth/request_object.h"

#include <string.h>

#include <jansson.h>

#include "keys/jws.h"
#include "server/base/attr.h"

/* OpenID Connect Core 3.1.2.6: what would change the request is refused by its own name, never
 * ignored. */
struct verdict request_object_refuse(const struct form *form)
{
    if (form_get(form, "request") != NULL) {
        return REFUSED(REQUEST_NOT_SUPPORTED, .check = "request",
                       .detail = "request objects are not served: send the parameters themselves",
                       .expected = "no request parameter", .actual = "a request object",
                       .clause = "OIDC Core 6.1");
    }
    if (form_get(form, "request_uri") != NULL) {
        return REFUSED(REQUEST_URI_NOT_SUPPORTED, .check = "request_uri",
                       .detail = "request_uri is not served and was not fetched",
                       .expected = "no request_uri parameter", .actual = "a request_uri",
                       .clause = "OIDC Core 6.2");
    }
    if (form_get(form, "registration") != NULL) {
        return REFUSED(REGISTRATION_NOT_SUPPORTED, .check = "registration",
                       .detail = "the registration parameter is not served: clients are registered "
                                 "in the fixture",
                       .expected = "no registration parameter", .actual = "a registration",
                       .clause = "OIDC Core 7.2.1");
    }
    return ALLOWED;
}

const struct form *request_object_peek(struct arena *arena, const struct form *form)
{
    static const char *const names[] = {"state", "response_mode"};
    const char *object = form_get(form, "request");
    json_auto_t *payload = object != NULL ? jws_peek(object) : NULL;
    struct form_field *fields = arena_alloc(arena, (form->count + COUNT(names)) * sizeof(*fields));
    struct form *peeked = arena_alloc(arena, sizeof(*peeked));
    *peeked = (struct form){.fields = fields, .count = form->count};
    if (payload == NULL) {
        return form;
    }
    memcpy(fields, form->fields, form->count * sizeof(*fields));
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = json_string_value(json_object_get(payload, names[i]));
        if (value != NULL && form_count(form, names[i]) == 0) {
            fields[peeked->count++] = (struct form_field){names[i], arena_strdup(arena, value)};
        }
    }
    return peeked;
}
