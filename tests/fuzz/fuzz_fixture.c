/* Fixtures: one that is taken gives a server that answers; one that is refused says why. */
#include <string.h>

#include "server/base/str.h"
#include "tests/fuzz/world.h"

static const char *const requests[] = {
    "GET /.well-known/openid-configuration HTTP/1.1\nHost: localhost\n\n",
    "GET /oauth/v2/oidc/jwks HTTP/1.1\nHost: localhost\n\n",
    "GET /oauth/v2/authorize?client_id=a&response_type=code&scope=openid&redirect_uri="
    "http%3A%2F%2Fapp.test%2Fcb HTTP/1.1\nHost: localhost\n\n",
    "GET /api/v2/users/me HTTP/1.1\nHost: localhost\n"
    "Authorization: Token 00000000-0000-4000-8000-000000001001\n\n",
    "GET /api/v2/scenarios?teamId=1 HTTP/1.1\nHost: localhost\n"
    "Authorization: Token 00000000-0000-4000-8000-000000001001\n\n",
};

int fuzz_fixture(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_auto_t *fixture = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    const char *keys = json_string_value(json_object_get(fixture, "keys"));
    /* Making keys takes a tenth of a second. */
    if (!json_is_object(fixture) || (keys != NULL && str_equal(keys, "generate"))) {
        return 0;
    }
    struct world *world = world_open(NULL, fixture);
    for (size_t i = 0; world != NULL && i < COUNT(requests); i++) {
        struct response response;
        world_answer(world, arena, requests[i], strlen(requests[i]), &response);
    }
    world_close(world);
    return 0;
}
