/* Tenants: worlds of their own below /t/NAME, for a test that is to see no other. */
#include <string.h>

#include "server/base/duration.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/endpoints/control/tenants.h"

/* Without a path: the tenant's own follows. */
static const char *base_fault(struct arena *arena, const char *text)
{
    struct url url = {0};
    bool is_http = str_starts(text, "http://") || str_starts(text, "https://");
    if (!is_http || url_parse(arena, text, &url) != NULL || url.host == NULL ||
        url.userinfo != NULL) {
        return "is no http or https URL";
    }
    bool is_base = str_equal(url.path, "") && strpbrk(text, "?#") == NULL;
    return is_base ? NULL : "is more than scheme, host and port";
}

const struct shape tenant_base_shape = {.type = SHAPE_TEXT,
                                        .min = 1,
                                        .max = 200,
                                        .expected = "a base URL such as \"http://localhost:32768\"",
                                        .fault = base_fault};
const struct shape tenant_idle_shape = {
    .type = SHAPE_DURATION, .min = 1, .max = DURATION_MAX, .expected = DURATION_EXPECTED};
static const struct shape_member patch_members[] = {
    {"issuer", &tenant_base_shape, false}, {"ttl", &tenant_idle_shape, false}, {NULL, NULL, false}};
const struct shape tenant_patch_shape = {
    .type = SHAPE_RECORD, .expected = "an object with issuer, ttl", .members = patch_members};

/* Where the tenant is steered: at a port of the door's own, or where the tenant is. The realm is
 * held. */
static const char *control_of(const struct door *door, const struct realm *realm)
{
    const struct lock *lock = &door->call->site->lock;
    struct arena *arena = door->call->arena;
    const char *issuer = realm->tenant->issuer;
    size_t root = strlen(issuer) - strlen(realm->base_path);
    return lock->origin != NULL
               ? arena_printf(arena, "%s%s/_makeshift", lock->origin, realm->door_path)
               : arena_printf(arena, "%.*s%s/_makeshift", (int)root, issuer, realm->door_path);
}

json_t *tenants_show(const struct door *door, struct realm *realm)
{
    realm_read(realm);
    json_t *shown =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", realm->name, "issuer", realm->tenant->issuer,
                  "control", control_of(door, realm), "profile", realm->tenant->profile->name,
                  "login", login_names[realm->tenant->login]);
    if (realm->problem != NULL) {
        json_object_set_new(shown, "problem", json_string(realm->problem));
    }
    realm_unlock(realm);
    return shown;
}

struct verdict tenants_get(struct door *door)
{
    size_t count;
    struct realm **all = registry_all(door->call->site->registry, door->call->arena, &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, tenants_show(door, all[i]));
        realm_leave(all[i]);
    }
    return door_list(door, list);
}

/* The one that the path names, entered. */
static struct verdict enter(const struct door *door, struct realm **realm)
{
    const char *named = door->arguments[0];
    *realm = registry_enter(door->call->site->registry, named, strlen(named));
    return *realm != NULL ? ALLOWED : door_not_there(door, "tenant", named);
}

/* It has a database that is open afterwards. */
struct verdict tenants_wake(const struct door *door, struct realm *realm)
{
    const char *why = NULL;
    int outcome = site_wake(door->call->site, realm, door->call->arena, &why);
    if (outcome == 0) {
        return ALLOWED;
    }
    return why != NULL
               ? REFUSED(TEMPORARILY_UNAVAILABLE, .check = "tenant", .detail = why,
                         .expected = "a tenant whose database can be opened", .actual = realm->name)
               : error_store_broken();
}

struct verdict tenant_get(struct door *door)
{
    struct realm *realm;
    TRY(enter(door, &realm));
    json_t *shown = tenants_show(door, realm);
    realm_leave(realm);
    return door_answer(door, 200, shown);
}

static struct verdict refuse_default(const struct door *door, const char *what)
{
    return REFUSED(CONFLICT, .check = "tenant",
                   .detail =
                       arena_printf(door->call->arena, "the tenant default cannot be %s", what),
                   .actual = REALM_DEFAULT);
}

void tenants_end_when_idle(const struct door *door, struct realm *realm)
{
    const json_t *ttl = json_object_get(door->body, "ttl");
    int64_t ms = 0;
    if (ttl != NULL && duration_read(ttl, &ms) == 0) {
        atomic_store(&realm->ttl_ms, ms);
        realm->settings.ttl_ms = ms;
        realm_asked(realm); /* from now on */
    }
}

/* The one that the path names, entered and awake. */
static struct verdict enter_awake(const struct door *door, struct realm **realm)
{
    struct verdict entered = enter(door, realm);
    if (*realm == NULL) {
        return entered;
    }
    struct verdict woken = tenants_wake(door, *realm);
    if (woken.code != ERROR_NONE) {
        realm_leave(*realm);
    }
    return woken;
}

static struct verdict patch(const struct door *door, struct realm *realm)
{
    struct arena *arena = door->call->arena;
    const char *url = json_string_value(json_object_get(door->body, "issuer"));
    realm_write(realm);
    realm_own_base(realm, url);
    if (url != NULL) {
        realm_serve(realm, site_issuer(arena, url, realm->name));
    }
    tenants_end_when_idle(door, realm);
    int outcome = realm_keep_settings(realm, arena);
    realm_unlock(realm);
    return outcome == 0 ? ALLOWED : error_store_broken();
}

struct verdict tenant_patch(struct door *door)
{
    struct realm *realm;
    if (json_object_size(door->body) == 0) {
        return door_refuse(door, "", tenant_patch_shape.expected, NULL);
    }
    TRY(enter_awake(door, &realm));
    struct verdict verdict = realm == door->call->site->first
                                 ? refuse_default(door, "given another issuer: --issuer names it")
                                 : patch(door, realm);
    json_t *shown = tenants_show(door, realm);
    realm_leave(realm);
    if (verdict.code != ERROR_NONE) {
        json_decref(shown);
        return verdict;
    }
    return door_answer(door, 200, shown);
}

/* What is held goes on, and is the last that it answers. 0; 1: there is none; negative: broken. */
static int end(struct registry *registry, const char *named)
{
    struct realm *realm = registry_remove(registry, named);
    if (realm == NULL) {
        return 1;
    }
    int outcome = realm_end(realm);
    realm_leave(realm);
    return outcome;
}

struct verdict tenant_delete(struct door *door)
{
    const struct site *site = door->call->site;
    const char *named = door->arguments[0];
    if (str_equal(named, REALM_DEFAULT)) {
        return refuse_default(door, "deleted");
    }
    int outcome = end(site->registry, named);
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome == 0 ? door_done(door) : door_not_there(door, "tenant", named);
}

struct verdict tenants_delete(struct door *door)
{
    size_t count;
    struct registry *registry = door->call->site->registry;
    struct realm **all = registry_all(registry, door->call->arena, &count);
    bool is_broken = false;
    for (size_t i = 0; i < count; i++) {
        /* Somebody else may have ended it just now. */
        bool stays = all[i] == door->call->site->first;
        is_broken = (!stays && end(registry, all[i]->name) < 0) || is_broken;
        realm_leave(all[i]);
    }
    return is_broken ? error_store_broken() : door_done(door);
}
