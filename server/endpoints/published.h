/* The documents that do not change while the server runs: metadata, keys, the pages' stylesheet. */
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

struct published {
    struct published_text
        metadata[ISSUER__MAX]; /* OpenID Connect Discovery 3 and RFC 8414 2: the same members */
    struct published_text jwks;
    const char *style_source;  /* the stylesheet as CSP names it: 'sha256-...' */
    const char *script_source; /* the one script, of the form_post page, likewise */
};

/* Made in `arena`, which must outlive them. 0; negative when the store is broken (logged). */
MUST_USE int published_make(struct tenant *tenant, struct arena *arena,
                            struct published *published);

/* Another document, made when it is asked for, with its validator. */
struct published_text published_text_make(struct arena *arena, const json_t *value);

#endif
