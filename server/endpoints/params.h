/* A request's parameters, read strictly. */
#ifndef MAKESHIFT_ENDPOINTS_PARAMS_H
#define MAKESHIFT_ENDPOINTS_PARAMS_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/endpoints/call.h"

/* The form in the body; INVALID_REQUEST when the Content-Type is another or the encoding is wrong
 * (RFC 6749 Appendix B). Nothing in the query counts (RFC 6749 2.3.1). */
MUST_USE struct verdict params_body(struct call *call, struct form *form);

/* The form in the query. */
MUST_USE struct verdict params_query(struct call *call, struct form *form);

/* params_body for a POST, params_query otherwise. */
MUST_USE struct verdict params_either(struct call *call, struct form *form);

/* The JSON in the body, a new reference; `error` when the Content-Type is another or it is no JSON
 * in UTF-8 (RFC 8259), or a name in it stands twice. */
MUST_USE struct verdict params_json(struct call *call, enum error_code error, json_t **value);

/* INVALID_REQUEST when a client secret or a token stands in the URL, where logs and histories keep
 * it. */
MUST_USE struct verdict params_refuse_secret_in_query(struct call *call, const char *name);

#endif
