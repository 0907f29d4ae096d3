#include "server/oauth/user.h"

#include "keys/digest.h"
#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/oauth/about.h"

/* So many users are looked at for the nearest name: a refusal costs the same however long the
 * fixture is. */
#define NEAREST_OF 100

struct verdict user_of_grant(struct tenant *tenant, struct arena *arena, int64_t id,
                             struct user_row *user)
{
    int found = users_get(tenant->db, id, arena, user);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0) {
        about_user(tenant, user->sub);
        return ALLOWED;
    }
    return REFUSED(INVALID_GRANT, .check = "user",
                   .detail = "the user who signed in is no longer there",
                   .expected = "a user of the fixture", .actual = "a user who is gone",
                   .clause = "OIDC Core 12.1");
}

static void offer(struct arena *arena, struct nearest *nearest, const struct user_row *user)
{
    json_auto_t *claims = json_loads(user->claims, 0, NULL);
    const char *username = json_string_value(json_object_get(claims, "preferred_username"));
    const char *const names[] = {user->sub, user->email, arena_strdup(arena, username)};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i] != NULL) {
            nearest_offer(nearest, names[i]);
        }
    }
}

int user_find_nearest(struct tenant *tenant, struct arena *arena, const char *hint,
                      const char **name)
{
    const struct user_row *users;
    size_t count;
    struct nearest nearest;
    int outcome = users_first(tenant->db, NEAREST_OF, arena, &users, &count);
    nearest_init(&nearest, hint);
    for (size_t i = 0; i < count; i++) {
        offer(arena, &nearest, &users[i]);
    }
    *name = nearest_text(&nearest);
    return outcome;
}

/* The name most like `hint`; when none is, the fixture's first user. */
static int find_any(struct tenant *tenant, struct arena *arena, const char *hint, const char **name)
{
    const struct user_row *first;
    size_t count;
    int outcome = user_find_nearest(tenant, arena, hint, name);
    if (outcome != 0 || *name != NULL) {
        return outcome;
    }
    outcome = users_first(tenant->db, 1, arena, &first, &count);
    if (count > 0) {
        *name = first->email != NULL ? first->email : first->sub;
    }
    return outcome;
}

struct verdict user_of_hint(struct tenant *tenant, struct arena *arena, const char *parameter,
                            const char *hint, struct user_row *user)
{
    const char *nearest = NULL;
    int found = users_find(tenant->db, hint, arena, user);
    if (found == 0) {
        return ALLOWED;
    }
    if (found < 0 || find_any(tenant, arena, hint, &nearest) != 0) {
        return error_store_broken();
    }
    return REFUSED(LOGIN_REQUIRED, .check = parameter,
                   .detail = arena_printf(arena,
                                          "%s names nobody of the fixture: '%s'; the nearest user "
                                          "is '%s'",
                                          parameter, hint, nearest),
                   .expected = "a subject, preferred_username or e-mail address of the fixture",
                   .actual = hint, .nearest = nearest, .clause = "OIDC Core 3.1.2.1");
}

bool user_password_is(const struct user_row *user, const char *password)
{
    uint8_t digest[DIGEST_SIZE];
    const char *const texts[] = {"password", user->sub, password != NULL ? password : ""};
    digest_texts(digest, texts, COUNT(texts));
    return user->password_hash == NULL || digest_equal(digest, user->password_hash, sizeof(digest));
}
