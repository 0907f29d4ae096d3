#include "server/endpoints/neighbours.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/endpoints/control/thing_name.h"
#include "server/endpoints/orders.h"
#include "server/store/kept.h"

#define INFIX ".t-"
#define UNFINISHED ".new-" /* of store/file.h */
#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

static const char *const reserved[] = {"-wal", "-shm", "-journal"};

static bool is_name(const char *name)
{
    int64_t size = (int64_t)strlen(name);
    return size >= thing_name.min && size <= thing_name.max && thing_name.fault(NULL, name) == NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && str_equal(text + size - end_size, end);
}

const char *neighbour_reserved(const char *name)
{
    for (size_t i = 0; i < COUNT(reserved); i++) {
        if (ends_with(name, reserved[i])) {
            return reserved[i];
        }
    }
    return NULL;
}

const char *neighbour_path(struct arena *arena, const char *db, const char *name)
{
    return arena_printf(arena, "%s" INFIX "%s", db, name);
}

struct search {
    const struct site *site;
    struct arena *arena;
    const char *db;
};

static void tell(const char *path, const char *reason)
{
    const struct log_field fields[] = {{.name = "file", .value = path},
                                       {.name = "reason", .value = reason}};
    log_event(LOG_WARN, "a file beside the database is not served", fields, COUNT(fields));
}

static struct realm *realm_of(const struct search *search, const char *name, const char *path)
{
    struct arena *arena = search->arena;
    const struct site *site = search->site;
    const struct maker *maker = site->maker;
    const char *text = NULL, *why = NULL;
    struct settings settings = {.profile = maker->profile,
                                .login = maker->options.login,
                                .clock = maker->options.clock,
                                .seeded = maker->options.seeded,
                                .seed = maker->options.seed};
    int outcome = db_peek(path, KEPT_TENANT, arena, &text, &why);
    if (outcome == 0 && text != NULL) {
        settings_read(arena, text, &settings);
    }
    struct maker_wish wish = {
        .name = name, .db = path, .profile = settings.profile, .options = maker->options};
    wish.options.login = settings.login;
    wish.options.clock = settings.clock;
    wish.options.seeded = settings.seeded;
    wish.options.seed = settings.seed;
    struct realm *realm = realm_new(name, maker_find(maker, &wish), NULL, NULL);
    realm_found(realm, &settings);
    realm_note_problem(realm, outcome == 0 ? NULL : why);
    return realm;
}

static void hang(const struct search *search, const char *name, const char *path)
{
    const struct site *site = search->site;
    struct realm *realm = realm_of(search, name, path);
    const char *base = realm->settings.base_url;
    realm_keep_journal(realm, site->journals, site->journal_entries);
    realm_serve(realm, site_issuer(search->arena, base != NULL ? base : site->origin, name));
    if (registry_add(site->registry, realm) != REGISTRY_ADDED) {
        tell(path, "there are more tenants than --tenants allows: allow more, or move it away");
        realm_leave(realm);
    }
}

static bool is_there(const struct search *search, const char *name, size_t size)
{
    const char *other =
        neighbour_path(search->arena, search->db, arena_strndup(search->arena, name, size));
    return access(other, F_OK) == 0;
}

/* What SQLite keeps beside a tenant's file, and our snapshots of it, go with that. */
static void look_at_other(const struct search *search, const char *rest, const char *path)
{
    size_t size = strspn(rest, LETTERS);
    const char *reserves = rest[size] == '\0' ? neighbour_reserved(rest) : NULL;
    if (str_starts(rest + size, UNFINISHED)) {
        unlink(path); /* nobody was ever told of it */
        return;
    }
    size -= reserves != NULL ? strlen(reserves) : 0;
    bool belongs = reserves != NULL || str_starts(rest + size, SNAPSHOT_INFIX);
    if (belongs && is_there(search, rest, size)) {
        return;
    }
    tell(path, belongs ? "the tenant's database that it belongs to is missing: put that back "
                         "beside it, or delete this"
                       : "it has no tenant's name, which is of a-z, 0-9 and -: rename it, or move "
                         "it away");
}

static void look_at(const struct search *search, const char *rest)
{
    const char *path = neighbour_path(search->arena, search->db, rest);
    if (is_name(rest) && neighbour_reserved(rest) == NULL) {
        hang(search, arena_strdup(search->arena, rest), path);
    } else {
        look_at_other(search, rest, path);
    }
}

static void close_directory(DIR **directory)
{
    if (*directory != NULL) {
        closedir(*directory);
    }
}

static void hang_all(const struct site *site)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const struct search search = {.site = site, .arena = arena, .db = site->maker->db};
    const char *folder = dirname(arena_strdup(arena, search.db));
    const char *prefix = arena_printf(arena, "%s" INFIX, basename(arena_strdup(arena, search.db)));
    AUTO(close_directory) DIR *directory = opendir(folder);
    if (directory == NULL) {
        tell(folder, strerror(errno));
        return;
    }
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (str_starts(entry->d_name, prefix)) {
            look_at(&search, entry->d_name + strlen(prefix));
        }
    }
}

int neighbours_open(const struct site *site)
{
    if (site->maker == NULL || site->maker->db == NULL) {
        return 0;
    }
    int outcome = orders_take_up_first(site->first);
    hang_all(site);
    return outcome;
}
