/* Scopes: a list that was parsed parses as itself, and what is allowed is what was asked for. */
#include "server/base/str.h"
#include "server/oauth/scope.h"
#include "server/store/clients.h"
#include "tests/fuzz/world.h"

int fuzz_scope(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct world *world = world_for("make");
    struct client_row client;
    const char *scope = NULL, *again = NULL;
    const char *text = arena_strndup(arena, (const char *)bytes, size);
    MUST(clients_get(world->tenant.db, "demo-web", arena, &client) == 0);
    if (scope_parse(arena, text, &scope).code != ERROR_NONE) {
        return 0;
    }
    MUST(scope_parse(arena, scope, &again).code == ERROR_NONE && str_equal(scope, again));
    const char *asked = NULL;
    if (scope_request(&world->tenant, arena, &client, text, &asked).code == ERROR_NONE) {
        MUST(str_equal(asked, scope) && str_equal(scope_remaining(arena, &client, asked), asked));
    }
    MUST(scope_narrow(arena, scope, scope).code == ERROR_NONE);
    return 0;
}
