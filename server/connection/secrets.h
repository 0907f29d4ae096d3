/* What must not be seen: names that go with secrets, and the paths that log.sanitize lists. */
#ifndef MAKESHIFT_CONNECTION_SECRETS_H
#define MAKESHIFT_CONNECTION_SECRETS_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/arena.h"

/* Whether what goes by this name is a secret by habit: client_secret, Authorization, ... */
bool secrets_has(const char *name);

/* Whether an expression names one: what it becomes is one, too, by whatever name it goes. */
bool secrets_are_in(const char *expression);

/* What is shown in the place of a secret. */
#define SECRETS_MASK "***"

/* A text with the values masked that go by the names of secrets in it: of a form, of JSON, of XML,
 * of headers. */
const char *secrets_masked_text(struct arena *arena, const char *text);

/* Whether the list, an array of dotted paths, masks this one: itself, or all that holds it. */
bool secrets_are_masked(const json_t *sanitize, const char *path);

#endif
