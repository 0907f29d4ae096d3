/* The documents that do not change while the server runs: metadata, keys, the pages' stylesheet. */
#ifndef MAKESHIFT_ENDPOINTS_DOCUMENTS_H
#define MAKESHIFT_ENDPOINTS_DOCUMENTS_H

#include <stddef.h>

#include "server/base/attr.h"
#include "server/oauth/issuer.h"

struct document {
    const char *text;
    size_t size;
    const char *etag; /* quoted: a strong validator (RFC 9110 8.8.3) */
};

struct documents {
    struct document
        metadata[ISSUER__MAX]; /* OpenID Connect Discovery 3 and RFC 8414 2: the same members */
    struct document jwks;
    const char *style_source;  /* the stylesheet as CSP names it: 'sha256-...' */
    const char *script_source; /* the one script, of the form_post page, likewise */
};

/* Made in `arena`, which must outlive them. 0; negative when the store is broken (logged). */
MUST_USE int documents_make(struct tenant *tenant, struct arena *arena,
                            struct documents *documents);

/* The metadata of an issuer as a value, derived from the tables and the profile. A new reference;
 * NULL when the store is broken. */
json_t *metadata_make(struct tenant *tenant, struct arena *arena, enum issuer_id issuer);

/* Another document, made when it is asked for, with its validator. */
struct document document_make(struct arena *arena, const json_t *value);

#endif
