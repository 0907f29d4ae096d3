#include "server/make/members.h"

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/user.h"

#define TEAMS "teams" /* the collections */
#define ORGANIZATIONS "organizations"

struct verdict members_set(const struct world *world, int64_t user,
                           const struct membership *membership)
{
    struct user_row row = {0};
    struct tenant *tenant = world->tenant;
    if (users_get(tenant->db, user, world->arena, &row) != 0) {
        return error_store_broken();
    }
    row.memberships = memberships_with(world->arena, row.memberships, membership);
    return users_put(tenant->db, &row) == 0 ? ALLOWED : error_store_broken();
}

struct verdict members_join_new(const struct world *world, const struct document_row *row,
                                const json_t *document)
{
    int64_t id = json_integer_value(json_object_get(document, "id"));
    if (str_equal(row->collection, TEAMS)) {
        return members_set(world, world->who->id,
                           &(struct membership){MEMBERSHIP_TEAM, id, MEMBERS_TEAM_ADMIN});
    }
    if (str_equal(row->collection, ORGANIZATIONS)) {
        return members_set(world, world->who->id,
                           &(struct membership){MEMBERSHIP_ORGANIZATION, id, "Owner"});
    }
    return ALLOWED;
}

/* An organization with its teams, or one team alone. */
struct membership_place {
    int64_t organization; /* 0: none */
    const struct document_row *teams;
    size_t count;
};

static struct verdict place_of(const struct world *world, int64_t organization,
                               struct membership_place *place)
{
    const struct documents_filter filter = {.collection = TEAMS, .organization = organization};
    *place = (struct membership_place){.organization = organization};
    return documents_list(world->tenant->db, &filter, world->arena, &place->teams, &place->count) ==
                   0
               ? ALLOWED
               : error_store_broken();
}

static int64_t number_of(const struct document_row *row)
{
    int64_t number;
    return str_to_int64(row->key, 1, INT32_MAX, &number) ? number : 0;
}

static bool is_in(const struct membership_place *place, const struct membership *membership)
{
    if (str_equal(membership->kind, MEMBERSHIP_ORGANIZATION)) {
        return membership->id == place->organization;
    }
    for (size_t i = 0; i < place->count; i++) {
        if (number_of(&place->teams[i]) == membership->id) {
            return true;
        }
    }
    return false;
}

/* What becomes of roles: those of `kind` and `from` (NULL: all) in that place become `to` (NULL:
 * none). */
struct change {
    struct membership_place place;
    const char *kind, *from, *to;
};

static bool is_concerned(const struct change *change, const struct membership *membership)
{
    return is_in(&change->place, membership) &&
           (change->from == NULL || (str_equal(change->kind, membership->kind) &&
                                     str_equal(change->from, membership->role)));
}

static struct verdict change_user(const struct world *world, const struct user_row *user,
                                  const struct change *change)
{
    const struct memberships old = memberships_read(world->arena, user->memberships);
    struct membership *list = arena_alloc(world->arena, (old.count + 1) * sizeof(*list));
    struct memberships new = {.list = list, .is_admin = old.is_admin};
    for (size_t i = 0; i < old.count; i++) {
        struct membership *item = &list[new.count];
        *item = old.list[i];
        item->role = is_concerned(change, item) ? change->to : item->role;
        new.count += item->role != NULL;
    }
    struct user_row row = *user;
    row.memberships = memberships_text(world->arena, &new);
    return str_equal(row.memberships, user->memberships) || users_put(world->tenant->db, &row) == 0
               ? ALLOWED
               : error_store_broken();
}

static struct verdict change_all(const struct world *world, const struct change *change)
{
    const struct user_row *rows;
    size_t count;
    if (users_list(world->tenant->db, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        TRY(change_user(world, &rows[i], change));
    }
    return ALLOWED;
}

struct verdict members_leave_gone(const struct world *world, const struct document_row *row)
{
    struct change change = {.place = {.teams = row, .count = 1}};
    if (str_equal(row->collection, ORGANIZATIONS)) {
        TRY(place_of(world, number_of(row), &change.place));
        return change_all(world, &change);
    }
    return str_equal(row->collection, TEAMS) ? change_all(world, &change) : ALLOWED;
}

struct verdict members_leave(const struct world *world, const struct user_row *user,
                             int64_t organization)
{
    struct change change = {0};
    TRY(place_of(world, organization, &change.place));
    return change_user(world, user, &change);
}

struct verdict members_change_role(const struct world *world, int64_t organization,
                                   const char *kind, const char *from, const char *to)
{
    struct change change = {.kind = kind, .from = from, .to = to};
    TRY(place_of(world, organization, &change.place));
    return change_all(world, &change);
}

static bool is_held(const struct world *world, const struct user_row *user,
                    const struct change *change)
{
    const struct memberships theirs = memberships_read(world->arena, user->memberships);
    for (size_t i = 0; i < theirs.count; i++) {
        if (is_concerned(change, &theirs.list[i])) {
            return true;
        }
    }
    return false;
}

struct verdict members_with_role(const struct world *world, int64_t organization, const char *kind,
                                 const char *role, const char **holders)
{
    struct change change = {.kind = kind, .from = role};
    const struct user_row *rows;
    size_t count;
    *holders = NULL;
    TRY(place_of(world, organization, &change.place));
    if (users_list(world->tenant->db, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        if (is_held(world, &rows[i], &change)) {
            *holders = arena_printf(world->arena, "%s%s%lld", *holders != NULL ? *holders : "",
                                    *holders != NULL ? ", " : "", (long long)user_number(&rows[i]));
        }
    }
    return ALLOWED;
}

struct verdict members_user(const struct world *world, int64_t number, struct user_row *user)
{
    const struct user_row *rows;
    size_t count;
    if (users_list(world->tenant->db, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        if (user_number(&rows[i]) == number) {
            *user = rows[i];
            return ALLOWED;
        }
    }
    return REFUSED(NOT_FOUND, .check = "userId",
                   .detail = arena_printf(world->arena, "there is no user %lld", (long long)number),
                   .expected = "a user of the fixture",
                   .actual = arena_printf(world->arena, "%lld", (long long)number));
}
