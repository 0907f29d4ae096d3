#include "server/endpoints/site.h"

#include <string.h>

#include "server/base/str.h"
#include "server/endpoints/handlers.h"

const char *site_name_in(const char *path, size_t *size)
{
    if (str_starts(path, WELL_KNOWN)) {
        path += strlen(WELL_KNOWN);
        path += strcspn(path, "/");
    }
    if (!str_starts(path, TENANT_PREFIX)) {
        return NULL;
    }
    path += strlen(TENANT_PREFIX);
    *size = strcspn(path, "/");
    return path;
}

struct realm *site_enter(const struct site *site, struct arena *arena, const char *path,
                         const char **missing)
{
    size_t size;
    const char *name = site_name_in(path, &size);
    *missing = NULL;
    if (name == NULL) {
        return realm_enter(site->first);
    }
    struct realm *realm = registry_enter(site->registry, name, size);
    /* The default tenant hangs at the root alone. */
    if (realm == site->first) {
        realm_leave(realm);
        realm = NULL;
    }
    if (realm == NULL) {
        *missing = arena_strndup(arena, name, size);
        return realm_enter(site->first);
    }
    return realm;
}

const char *site_issuer(struct arena *arena, const char *origin, const char *name)
{
    return arena_printf(arena, "%s" TENANT_PREFIX "%s", origin, name);
}
