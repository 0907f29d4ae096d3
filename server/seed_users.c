#include "server/seed_users.h"

#include <stdint.h>
#include <string.h>

#include "keys/digest.h"
#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/oauth/claims.h"

/* The members of a user that are no claims. */
static const char *const memberships[] = {"organizations", "teams"};

static const char *claims_text(struct arena *arena, const json_t *user)
{
    json_auto_t *claims = json_deep_copy(user);
    json_object_del(claims, "password");
    json_object_del(claims, "claims");
    json_object_update(claims, json_object_get(user, "claims"));
    for (size_t i = 0; i < COUNT(memberships); i++) {
        json_object_del(claims, memberships[i]);
    }
    return json_text(arena, claims, NULL);
}

static const char *memberships_text(struct arena *arena, const json_t *user)
{
    json_auto_t *object = json_object();
    for (size_t i = 0; i < COUNT(memberships); i++) {
        json_t *list = json_object_get(user, memberships[i]);
        json_object_set_new(object, memberships[i],
                            list == NULL ? json_array() : json_incref(list));
    }
    return json_text(arena, object, NULL);
}

static int put_user(struct db *db, int64_t tenant, struct arena *arena, const json_t *user)
{
    const char *sub = json_string_value(json_object_get(user, "sub"));
    const char *password = json_string_value(json_object_get(user, "password"));
    const char *const password_texts[] = {"password", sub, password};
    uint8_t password_hash[DIGEST_SIZE];
    if (password != NULL) {
        digest_texts(password_hash, password_texts, COUNT(password_texts));
    }
    const struct user_row row = {
        .sub = sub,
        .email = json_string_value(json_object_get(user, "email")),
        .claims = claims_text(arena, user),
        .memberships = memberships_text(arena, user),
        .password_hash = password == NULL ? NULL : password_hash,
    };
    return users_put(db, tenant, &row);
}

int seed_users_put(struct db *db, int64_t tenant, struct arena *arena, const json_t *users)
{
    if (users_mark(db, tenant) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < json_array_size(users); i++) {
        if (put_user(db, tenant, arena, json_array_get(users, i)) < 0) {
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
    static const char *const others[] = {"sub", "password", "claims", "organizations", "teams"};
    for (size_t i = 0; i < COUNT(others); i++) {
        json_object_del(claims, others[i]);
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
