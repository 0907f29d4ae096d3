/* The parameter `claims` (OpenID Connect Core 5.5): what is kept of it reads as what it asks. */
#include <string.h>

#include "server/base/str.h"
#include "server/oauth/claims_request.h"
#include "tests/fuzz/world.h"

int fuzz_claims(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)bytes, size);
    const struct form_field fields[] = {{"claims", text}, {"claims_locales", text}};
    const struct form form = {.fields = fields, .count = 1 + (size % 2)};
    struct claims_request request = {0};
    if (claims_request_read(arena, &form, &request).code != ERROR_NONE || request.text == NULL) {
        return 0;
    }
    json_auto_t *kept = json_loads(request.text, 0, NULL);
    MUST(json_is_object(kept));
    for (enum claims_place place = 0; place < CLAIMS_PLACE__MAX; place++) {
        json_t *asked = claims_request_at(kept, place);
        MUST(asked == NULL || json_is_object(asked));
    }
    MUST(claims_request_locales(kept) != NULL);
    const char *names = claims_request_names(arena, request.text);
    const char *left = claims_request_without(arena, request.text, names);
    MUST(left == NULL || *claims_request_names(arena, left) == '\0');
    return 0;
}
