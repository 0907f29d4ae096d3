#include "server/oauth/issuer.h"

#include "server/base/str.h"

const struct issuer_row issuer_table[ISSUER__MAX] = {
    [ISSUER_MAIN] = {.name = "main", .path = ""},
    [ISSUER_MCP] = {.name = "mcp", .path = "/mcp"},
};

enum issuer_id issuer_find(const char *name)
{
    int i = 0;
    while (i < ISSUER__MAX && !str_equal(issuer_table[i].name, name)) {
        i++;
    }
    return (enum issuer_id)i;
}

static const char *below(const struct tenant *tenant, struct arena *arena, const char *path)
{
    return *path == '\0' ? tenant->issuer : arena_printf(arena, "%s%s", tenant->issuer, path);
}

const char *issuer_name(const struct tenant *tenant, struct arena *arena, enum issuer_id issuer)
{
    return below(tenant, arena, issuer_table[issuer].path);
}

const char *issuer_of(const struct tenant *tenant, struct arena *arena,
                      const struct client_row *client)
{
    return below(tenant, arena, client->issuer_path);
}

bool issuer_is_ours(const struct tenant *tenant, struct arena *arena, const char *name)
{
    for (int i = 0; i < ISSUER__MAX; i++) {
        if (name != NULL && str_equal(name, issuer_name(tenant, arena, (enum issuer_id)i))) {
            return true;
        }
    }
    return false;
}
