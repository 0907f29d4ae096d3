/* Redirect URIs: an input is two lines, what is registered and what is presented. */
#include <string.h>

#include "server/base/str.h"
#include "server/base/url.h"
#include "server/oauth/redirect_uri.h"
#include "tests/fuzz/world.h"

/* RFC 8252 7.3: all that may differ is the port, and that of a loopback URI alone. */
static void check_match(struct arena *arena, const char *registered, const char *presented)
{
    struct url one, other;
    MUST(url_parse(arena, registered, &one) == NULL && url_parse(arena, presented, &other) == NULL);
    MUST(str_equal(one.scheme, "http") && url_is_loopback(&one) && url_is_loopback(&other));
    MUST(str_equal(one.host, other.host) && str_equal(one.path, other.path));
    MUST(one.userinfo == NULL && other.userinfo == NULL && other.fragment == NULL);
}

int fuzz_redirect_uri(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    char *registered = arena_strndup(arena, (const char *)bytes, size);
    char *presented = strchr(registered, '\n');
    if (presented == NULL) {
        return 0;
    }
    *presented++ = '\0';
    struct url url;
    if (url_parse(arena, registered, &url) != NULL) {
        return 0; /* is never registered */
    }
    MUST(redirect_uri_matches(presented, presented));
    if (redirect_uri_matches(registered, presented) && strcmp(registered, presented) != 0) {
        check_match(arena, registered, presented);
    }
    const struct client_row client = {.client_id = "a", .redirect_uris = registered};
    struct verdict verdict = redirect_uri_allow(arena, &client, presented);
    MUST(verdict.code == ERROR_NONE || (verdict.detail != NULL && *verdict.detail != '\0'));
    MUST(redirect_uri_difference(arena, registered, presented) != NULL);
    return 0;
}
