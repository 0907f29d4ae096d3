/* Request objects (OpenID Connect Core 6), which are not served: refused by name, never ignored,
 * never fetched. */
#ifndef MAKESHIFT_OAUTH_REQUEST_OBJECT_H
#define MAKESHIFT_OAUTH_REQUEST_OBJECT_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/error.h"

/* REQUEST_NOT_SUPPORTED, REQUEST_URI_NOT_SUPPORTED or REGISTRATION_NOT_SUPPORTED when the parameter
 * was sent. */
MUST_USE struct verdict request_object_refuse(const struct form *form);

/* The form, with `state` and `response_mode` from the object's payload where they stand there
 * alone, so that the refusal travels as its client expects. Nothing else of an object that nobody
 * has verified counts, least of all where to. */
const struct form *request_object_peek(struct arena *arena, const struct form *form);

#endif
