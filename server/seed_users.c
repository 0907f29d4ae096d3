#include "server/seed_users.h"

#include <stdint.h>
#include <string.h>

#include "keys/digest.h"
#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/claims.h"
#include "server/oauth/membership.h"

/* What a user is where: the fixture's members and what the store calls them. */
static const struct {
    const char *member, *kind;
} places[] = {
    {"organizations", MEMBERSHIP_ORGANIZATION},
    {"teams", MEMBERSHIP_TEAM},
};

/* The members of a user that are no claims. */
static const char *const no_claims[] = {"password", "claims", "organizations",
                                        "teams",    "admin",  "api_tokens"};

static const char *claims_text(struct arena *arena, const json_t *user)
{
    json_auto_t *claims = json_deep_copy(user);
    for (size_t i = 0; i < COUNT(no_claims); i++) {
        json_object_del(claims, no_claims[i]);
    }
    json_object_update(claims, json_object_get(user, "claims"));
    return json_text(arena, claims, NULL);
}

/* Whether the fixture has this organization or team. */
static bool is_of_fixture(const json_t *fixture, const struct membership *membership)
{
    bool is_team = str_equal(membership->kind, MEMBERSHIP_TEAM);
    const json_t *list = json_object_get(fixture, places[is_team].member);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *id = json_object_get(json_array_get(list, i), "id");
        if (json_integer_value(id) == membership->id) {
            return true;
        }
    }
    return false;
}

/* What the user is in the fixture's places, and, as before, in those that were made since. */
static const char *text_of_memberships(struct arena *arena, const json_t *fixture,
                                       const json_t *user, const struct memberships *old)
{
    size_t most = json_array_size(json_object_get(user, places[0].member)) +
                  json_array_size(json_object_get(user, places[1].member)) + old->count;
    struct membership *list = arena_alloc(arena, (most + 1) * sizeof(*list));
    struct memberships memberships = {.list = list,
                                      .is_admin = json_is_true(json_object_get(user, "admin"))};
    for (size_t i = 0; i < COUNT(places); i++) {
        const json_t *items = json_object_get(user, places[i].member);
        for (size_t j = 0; j < json_array_size(items); j++) {
            const json_t *item = json_array_get(items, j);
            list[memberships.count++] = (struct membership){
                .kind = places[i].kind,
                .id = json_integer_value(json_object_get(item, "id")),
                .role = json_string_value(json_object_get(item, "role")),
            };
        }
    }
    for (size_t i = 0; i < old->count; i++) {
        if (!is_of_fixture(fixture, &old->list[i])) {
            list[memberships.count++] = old->list[i];
        }
    }
    return memberships_text(arena, &memberships);
}

/* As the store has them; of somebody new: none. */
static int read_memberships(struct db *db, int64_t tenant, struct arena *arena, const char *sub,
                            struct memberships *memberships)
{
    struct user_row row;
    int found = users_find(db, tenant, sub, arena, &row);
    bool is_known = found == 0 && str_equal(row.sub, sub);
    *memberships = memberships_read(arena, is_known ? row.memberships : "");
    return found < 0 ? DB_BROKEN : 0;
}

static int put_user(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture,
                    const json_t *user)
{
    struct memberships old;
    const char *sub = json_string_value(json_object_get(user, "sub"));
    const char *password = json_string_value(json_object_get(user, "password"));
    const char *const password_texts[] = {"password", sub, password};
    uint8_t password_hash[DIGEST_SIZE];
    if (password != NULL) {
        digest_texts(password_hash, password_texts, COUNT(password_texts));
    }
    if (read_memberships(db, tenant, arena, sub, &old) != 0) {
        return DB_BROKEN;
    }
    const struct user_row row = {
        .sub = sub,
        .email = json_string_value(json_object_get(user, "email")),
        .claims = claims_text(arena, user),
        .memberships = text_of_memberships(arena, fixture, user, &old),
        .password_hash = password == NULL ? NULL : password_hash,
    };
    return users_put(db, tenant, &row);
}

int seed_users_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture)
{
    const json_t *users = json_object_get(fixture, "users");
    if (users_mark(db, tenant) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < json_array_size(users); i++) {
        if (put_user(db, tenant, arena, fixture, json_array_get(users, i)) < 0) {
            return DB_BROKEN;
        }
    }
    return users_sweep(db, tenant);
}

/* What an object's names add: claims beyond the standard, and language tags. */
struct names {
    json_t *claims;
    json_t *locales;
};

static void note(struct arena *arena, const struct names *names, const char *name)
{
    const char *tag = strchr(name, '#');
    const char *base = tag != NULL ? arena_strndup(arena, name, (size_t)(tag - name)) : name;
    if (tag != NULL) {
        json_object_set_new(names->locales, tag + 1, json_true());
    }
    json_object_set_new(names->claims, base, json_true());
}

static void note_all(struct arena *arena, const struct names *names, const json_t *object)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        note(arena, names, name);
    }
}

static int put_names(struct db *db, int64_t tenant, struct arena *arena, const char *what,
                     json_t *names)
{
    json_auto_t *list = json_array();
    const char *name;
    json_t *value;
    json_object_foreach(names, name, value)
    {
        json_array_append_new(list, json_string(name));
    }
    return directory_put(db, tenant, what, json_text(arena, list, NULL));
}

static void drop_known(json_t *claims)
{
    json_object_del(claims, "sub");
    for (size_t i = 0; i < COUNT(no_claims); i++) {
        json_object_del(claims, no_claims[i]);
    }
    for (size_t i = 0; i < claim_count; i++) {
        json_object_del(claims, claim_table[i].name);
    }
}

int seed_claims_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *fixture)
{
    json_auto_t *claims = json_object();
    json_auto_t *locales = json_object();
    const struct names names = {.claims = claims, .locales = locales};
    const json_t *users = json_object_get(fixture, "users");
    const json_t *clients = json_object_get(fixture, "clients");
    for (size_t i = 0; i < json_array_size(users); i++) {
        note_all(arena, &names, json_array_get(users, i));
        note_all(arena, &names, json_object_get(json_array_get(users, i), "claims"));
    }
    for (size_t i = 0; i < json_array_size(clients); i++) {
        note_all(arena, &names, json_object_get(json_array_get(clients, i), "claims"));
    }
    drop_known(claims);
    return put_names(db, tenant, arena, "claims", claims) < 0 ||
                   put_names(db, tenant, arena, "locales", locales) < 0
               ? DB_BROKEN
               : 0;
}
