#include "server/seed_users.h"

#include "keys/digest.h"
#include "server/base/attr.h"
#include "server/base/json.h"

/* The members of a user that are no claims. */
static const char *const memberships[] = {"organizations", "teams"};

static const char *claims_text(struct arena *arena, const json_t *user)
{
    json_auto_t *claims = json_deep_copy(user);
    json_object_del(claims, "password");
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
