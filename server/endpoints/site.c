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

int site_wake(const struct site *site, struct realm *realm, struct arena *arena, const char **why)
{
    *why = NULL;
    if (!atomic_load(&realm->is_awake) && !registry_make_room(site->registry)) {
        *why = "as many tenants are in use at once as may be; ask again when one is through";
        return 1;
    }
    return realm_wake(realm, site->maker, arena, why);
}

/* Entered and awake; NULL: it is missing. */
static struct realm *enter(const struct site *site, struct arena *arena, struct missing *missing)
{
    struct realm *realm = registry_enter(site->registry, missing->name, strlen(missing->name));
    /* The default tenant hangs at the root alone. */
    if (realm == NULL || realm == site->first) {
        realm_leave(realm);
        return NULL;
    }
    int outcome = site_wake(site, realm, arena, &missing->why);
    if (outcome == 0) {
        return realm;
    }
    if (outcome < 0) {
        missing->why = "its database failed; the log has its reason";
    }
    realm_leave(realm);
    return NULL;
}

struct realm *site_enter(const struct site *site, struct arena *arena, const char *path,
                         struct missing *missing)
{
    size_t size;
    const char *name = site_name_in(path, &size);
    *missing = (struct missing){.name = NULL};
    if (name == NULL) {
        return realm_enter(site->first);
    }
    missing->name = arena_strndup(arena, name, size);
    struct realm *realm = enter(site, arena, missing);
    if (realm == NULL) {
        return realm_enter(site->first);
    }
    missing->name = NULL;
    return realm;
}

const char *site_issuer(struct arena *arena, const char *origin, const char *name)
{
    return arena_printf(arena, "%s" TENANT_PREFIX "%s", origin, name);
}
