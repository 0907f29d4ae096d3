#include "server/endpoints/published.h"

#include <string.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/base/json.h"
#include "server/endpoints/discovery.h"
#include "server/endpoints/embedded.h"

struct published_text published_text_make(struct arena *arena, const json_t *value)
{
    struct published_text document = {0};
    char hash[B64URL_SIZE(DIGEST_HALF_SIZE)];
    uint8_t half[DIGEST_HALF_SIZE];
    document.text = json_text(arena, value, &document.size);
    digest_half(half, document.text);
    b64url_encode(hash, half, sizeof(half));
    document.etag = arena_printf(arena, "\"%s\"", hash);
    return document;
}

/* CSP takes base64url, but wants the padding. */
static const char *csp_source(struct arena *arena, const char *inline_text)
{
    uint8_t digest[DIGEST_SIZE];
    char text[B64URL_SIZE(DIGEST_SIZE)];
    digest_sha256(digest, inline_text, strlen(inline_text));
    b64url_encode(text, digest, sizeof(digest));
    return arena_printf(arena, "'sha256-%s='", text);
}

int published_make(struct tenant *tenant, struct arena *arena, struct published *published)
{
    for (int i = 0; i < ISSUER__MAX; i++) {
        json_auto_t *metadata = discovery_make(tenant, arena, (enum issuer_id)i);
        if (metadata == NULL) {
            return DB_BROKEN;
        }
        published->metadata[i] = published_text_make(arena, metadata);
    }
    json_auto_t *jwks = ring_jwks(tenant->ring, tenant_now(tenant));
    published->jwks = published_text_make(arena, jwks);
    published->style_source = csp_source(arena, embedded_server_endpoints_pages_style_css);
    published->script_source = csp_source(arena, embedded_server_endpoints_pages_form_post_js);
    return 0;
}
