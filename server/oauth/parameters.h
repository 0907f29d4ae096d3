/* Rules for the parameters of any request (RFC 6749 3.1, 3.2). */
#ifndef MAKESHIFT_OAUTH_PARAMETERS_H
#define MAKESHIFT_OAUTH_PARAMETERS_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/error.h"

/* INVALID_REQUEST when `name` was sent more than once. */
MUST_USE struct verdict parameters_once(struct arena *arena, const struct form *form,
                                        const char *name);

/* INVALID_REQUEST when any parameter was sent more than once; the first one is named. `but` is the
 * one that may come again (NULL: none may). */
MUST_USE struct verdict parameters_all_once(struct arena *arena, const struct form *form,
                                            const char *but);

#endif
