/* Secrets are shown as short fingerprints, by which one is followed through its life: the same text
 * wherever it travels, in a form, a query, a header, a JSON body or an answer. */
#ifndef MAKESHIFT_TENANT_FINGERPRINT_H
#define MAKESHIFT_TENANT_FINGERPRINT_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/arena.h"

/* fp:1f3a9c20b7d4, with its NUL: the first 48 bits of the secret's SHA-256. */
#define FINGERPRINT_SIZE 16
void fingerprint(char out[FINGERPRINT_SIZE], const char *secret);

bool fingerprint_is_one(const char *text);

/* The fingerprint of what is a secret; an empty text and one that is a fingerprint already stay,
 * here and below. */
const char *fingerprint_text(struct arena *arena, const char *secret);

/* Whether the value of this parameter or JSON member is a secret: by the TABLE of names (in any
 * case, _ and - aside: accessToken is access_token), or as it is a JWT. */
bool fingerprint_hides(const char *name, const char *value);

/* The value of a parameter or JSON member as it may be shown: itself or its fingerprint. */
const char *fingerprint_parameter(struct arena *arena, const char *name, const char *value);

/* The same of a header. Of Authorization the scheme stays, and of Basic the user
 * ("Basic demo-web:fp:1f3a9c20b7d4", decoded); of cookies the names; of URLs all but secret
 * parameters. */
const char *fingerprint_header(struct arena *arena, const char *name, const char *value);

/* A URL with its query and fragment. */
const char *fingerprint_url(struct arena *arena, const char *url);

/* A copy of the value with the fingerprints of all secrets in it; where a list, an object or a
 * number is one, of all that is in it. `name` is what it is a member of; NULL: of nothing. A new
 * reference.
 */
json_t *fingerprint_json(struct arena *arena, const char *name, const json_t *value);

#endif
