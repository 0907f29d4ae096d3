/* What a tenant publishes, until something of it changes: metadata and keys. A document is made
 * when it is first asked for, as most tenants are asked for one or two. */
#ifndef MAKESHIFT_ENDPOINTS_PUBLISHED_H
#define MAKESHIFT_ENDPOINTS_PUBLISHED_H

#include <stddef.h>

#include "server/base/attr.h"
#include "server/oauth/issuer.h"

struct published_text {
    const char *text;
    size_t size;
    const char *etag; /* quoted: a strong validator (RFC 9110 8.8.3) */
};

/* Calls that answer with what is in it keep it. */
struct publication;
struct publication *publication_new(const char *issuer); /* copied */
struct publication *publication_enter(struct publication *publication);
void publication_leave(struct publication *publication); /* the last one's frees it; NULL is fine */

/* The issuer that it is of; lives as long as it does. */
const char *publication_issuer(const struct publication *publication);

/* OpenID Connect Discovery 3 and RFC 8414 2: the same members. `tenant` is whose it is, and does
 * not change meanwhile. `*out` is the publication's. 0; negative when the store is broken (logged).
 */
MUST_USE int publication_metadata(struct publication *publication, struct tenant *tenant,
                                  enum issuer_id issuer, const struct published_text **out);

/* RFC 7517 5, likewise. */
const struct published_text *publication_jwks(struct publication *publication,
                                              struct tenant *tenant);

/* Another document, made for one call, with its validator. */
struct published_text published_text_make(struct arena *arena, const json_t *value);

#endif
