#include "server/seed.h"

#include <jansson.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/seed_check.h"
#include "server/seed_clients.h"
#include "server/seed_documents.h"
#include "server/seed_file.h"
#include "server/seed_keys.h"
#include "server/seed_resources.h"
#include "server/seed_users.h"
#include "server/store/consents.h"

extern const char embedded_fixtures_default_json[];
extern const char embedded_fixtures_make_scopes_json[];

static const char *syntax_problem(struct arena *arena, const json_error_t *error)
{
    const char *expected =
        json_error_code(error) == json_error_duplicate_key ? "; expected each name once" : "";
    return arena_printf(arena, "line %d, column %d: %s%s", error->line, error->column, error->text,
                        expected);
}

/* A new reference; NULL: *problem. */
static json_t *parse(struct arena *arena, const char *path, const char **problem)
{
    json_error_t error;
    size_t size = 0;
    const char *text = path == NULL ? embedded_fixtures_default_json
                                    : seed_file_read(arena, path, SEED_FILE_MAX, &size, problem);
    if (text == NULL) {
        return NULL;
    }
    size = path == NULL ? strlen(text) : size;
    json_t *fixture = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (fixture == NULL) {
        *problem = syntax_problem(arena, &error);
    }
    return fixture;
}

/* A fixture without scopes has Make's. */
static void fill_scopes(json_t *fixture)
{
    if (json_is_object(fixture) && json_object_get(fixture, "scopes") == NULL) {
        json_object_set_new(fixture, "scopes",
                            json_loads(embedded_fixtures_make_scopes_json, 0, NULL));
    }
}

/* Everything but the ring, within a transaction. */
static int put_all(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture,
                   struct seed_keys *keys, const struct seed_source *source)
{
    int64_t now = source->now;
    int64_t longest = seed_longest_ttl(arena, json_object_get(fixture, "clients"));
    int64_t before = seed_longest_ttl_stored(db, tenant, arena);
    if (before < 0 ||
        seed_keys_put(keys, db, tenant, now, before > longest ? before : longest) < 0 ||
        seed_scopes_put(db, tenant, json_object_get(fixture, "scopes")) < 0 ||
        seed_clients_put(db, tenant, arena, json_object_get(fixture, "clients")) < 0 ||
        seed_users_put(db, tenant, arena, fixture) < 0 ||
        seed_claims_put(db, tenant, arena, fixture) < 0 || consents_sweep(db, tenant) < 0 ||
        seed_documents_put(source->tenant, arena, source->make, fixture) < 0) {
        return DB_BROKEN;
    }
    return 0;
}

static int put(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture,
               struct seed_keys *keys, const struct seed_source *source)
{
    if (db_begin(db) < 0) {
        return DB_BROKEN;
    }
    if (put_all(db, tenant, arena, fixture, keys, source) == 0) {
        return db_commit(db);
    }
    db_rollback(db);
    return DB_BROKEN;
}

static const struct profile *choose_profile(const json_t *fixture, const char *given)
{
    const char *name =
        given != NULL ? given : json_string_value(json_object_get(fixture, "profile"));
    return name == NULL ? &profile_table[PROFILE_MAKE] : profile_find(name);
}

int seed_load(struct db *db, int64_t tenant, struct ring *ring, const struct seed_source *source,
              struct arena *arena, const struct profile **profile, const char **problem)
{
    AUTO(seed_keys_fini) struct seed_keys keys = {.arena = arena};
    const char *path = source->path;
    const char *wrong = NULL;
    json_auto_t *fixture = parse(arena, path, &wrong);
    fill_scopes(fixture);
    bool is_right = fixture != NULL && seed_check(arena, fixture, &wrong) == 0;
    if (is_right && seed_resources_any(fixture)) {
        make_load(source->make);
    }
    is_right = is_right && seed_resources_check(arena, source->make, fixture, &wrong) == 0;
    *profile = is_right ? choose_profile(fixture, source->profile) : NULL;
    keys.algs = is_right ? (*profile)->algs : "";
    if (!is_right || seed_keys_read(&keys, fixture, path, &wrong) != 0) {
        *problem = arena_printf(arena, "%s: %s", path == NULL ? "the built-in fixture" : path,
                                wrong == NULL ? "a key cannot be used" : wrong);
        return 1;
    }
    if (put(db, tenant, arena, fixture, &keys, source) < 0) {
        return DB_BROKEN;
    }
    seed_keys_hang(&keys, ring);
    seed_clients_audit(arena, json_object_get(fixture, "clients"));
    return 0;
}
