/* Users as the API shows them, and who has which role where. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/make/members.h"
#include "server/make/role.h"
#include "server/make/special.h"

/* Roles in organizations and in teams differ in these words. */
struct kind {
    const char *name;   /* of roles.h */
    const char *member; /* "organizationId" */
    const char *one, *many;
};
static const struct kind organization = {"organization", "organizationId", "userOrganizationRole",
                                         "userOrganizationRoles"};
static const struct kind team = {"team", "teamId", "userTeamRole", "userTeamRoles"};

static json_t *describe(const struct api *api, const struct kind *kind, int64_t user, int64_t id,
                        const char *role)
{
    json_t *described = json_object();
    json_object_set_new(described, "userId", json_integer(user));
    json_object_set_new(described, kind->member, json_integer(id));
    json_object_set_new(described, "usersRoleId", json_integer(role_number(api, role)));
    json_put_text(described, "role", role);
    json_object_set_new(described, "changeable", json_true());
    return described;
}

/* Of all who have a role there. */
static struct verdict list_there(const struct api *api, const struct kind *kind, int64_t id,
                                 json_t *list)
{
    const struct user_row *rows;
    size_t count;
    if (users_list(api->tenant->db, api->tenant->id, api->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        const struct memberships theirs = memberships_read(api->arena, rows[i].memberships);
        const char *role = memberships_role(&theirs, kind->name, id);
        if (role != NULL) {
            json_array_append_new(list, describe(api, kind, caller_number(&rows[i]), id, role));
        }
    }
    return ALLOWED;
}

/* Of one user, everywhere. */
static void list_everywhere(const struct api *api, const struct kind *kind,
                            const struct user_row *user, json_t *list)
{
    const struct memberships theirs = memberships_read(api->arena, user->memberships);
    for (size_t i = 0; i < theirs.count; i++) {
        const struct membership *item = &theirs.list[i];
        if (str_equal(item->kind, kind->name)) {
            json_array_append_new(list,
                                  describe(api, kind, caller_number(user), item->id, item->role));
        }
    }
}

static int64_t place_of(const struct kind *kind, const struct subject *subject)
{
    return str_equal(kind->name, "team") ? subject->team : subject->organization;
}

static struct verdict list_roles(const struct api *api, const struct subject *subject,
                                 const struct kind *kind, struct api_answer *answer)
{
    int64_t number;
    struct user_row user;
    json_auto_t *list = json_array();
    TRY(api_number(api, "userId", &number));
    if (number == 0) {
        TRY(list_there(api, kind, place_of(kind, subject), list));
    }
    if (number != 0) {
        TRY(members_user(api, number, &user));
        list_everywhere(api, kind, &user, list);
    }
    answer->json = json_object();
    json_object_set(answer->json, kind->many, list);
    return ALLOWED;
}

static struct verdict read_role(const struct api *api, const struct subject *subject,
                                const struct kind *kind, struct api_answer *answer)
{
    int64_t number;
    struct user_row user;
    TRY(api_number(api, "userId", &number));
    TRY(members_user(api, number, &user));
    const struct memberships theirs = memberships_read(api->arena, user.memberships);
    int64_t id = place_of(kind, subject);
    const char *role = memberships_role(&theirs, kind->name, id);
    if (role == NULL) {
        return REFUSED(NOT_FOUND, .check = "userId",
                       .detail = arena_printf(api->arena, "user %lld has no role in %s %lld",
                                              (long long)number, kind->name, (long long)id),
                       .expected = "a member", .actual = "none");
    }
    answer->json = json_object();
    json_object_set_new(answer->json, kind->one, describe(api, kind, number, id, role));
    return ALLOWED;
}

/* The role that the body names by its number, of the kind; null takes the role away. */
static struct verdict read_new_role(const struct api *api, const struct kind *kind,
                                    const char **name)
{
    int64_t number;
    json_auto_t *role = NULL;
    const json_t *said = json_object_get(api->body, "usersRoleId");
    *name = NULL;
    if (said == NULL) {
        return api_refuse_input(api->arena, "usersRoleId", "is missing",
                                "the number of a role, or null to take the role away");
    }
    TRY(api_number(api, "usersRoleId", &number));
    if (number == 0) {
        return ALLOWED;
    }
    TRY(role_describe(api, number, &role));
    const char *category = json_string_value(json_object_get(role, "category"));
    if (!str_equal(category, kind->name)) {
        return api_refuse_input(api->arena, "usersRoleId",
                                arena_printf(api->arena, "is a role in a %s", category),
                                arena_printf(api->arena, "one of the category %s", kind->name));
    }
    *name = arena_strdup(api->arena, json_string_value(json_object_get(role, "name")));
    return ALLOWED;
}

static struct verdict set_role(const struct api *api, const struct subject *subject,
                               const struct kind *kind, struct api_answer *answer)
{
    int64_t number;
    const char *role;
    struct user_row user;
    TRY(api_number(api, "userId", &number));
    TRY(members_user(api, number, &user));
    TRY(read_new_role(api, kind, &role));
    int64_t id = place_of(kind, subject);
    TRY(members_set(api, user.id, &(struct membership){kind->name, id, role}));
    answer->json = json_object();
    json_object_set_new(answer->json, kind->one,
                        role != NULL ? describe(api, kind, number, id, role) : json_null());
    return ALLOWED;
}

static struct verdict organization_list(const struct api *api, const struct subject *subject,
                                        struct api_answer *answer)
{
    return list_roles(api, subject, &organization, answer);
}

static struct verdict organization_read(const struct api *api, const struct subject *subject,
                                        struct api_answer *answer)
{
    return read_role(api, subject, &organization, answer);
}

static struct verdict organization_set(const struct api *api, const struct subject *subject,
                                       struct api_answer *answer)
{
    return set_role(api, subject, &organization, answer);
}

/* Ownership goes to another member; who had it becomes an administrator. */
static struct verdict organization_transfer(const struct api *api, const struct subject *subject,
                                            struct api_answer *answer)
{
    int64_t number;
    struct user_row user;
    int64_t id = subject->organization;
    const char *mine = caller_role(api->caller, organization.name, id);
    TRY(api_number(api, "userId", &number));
    TRY(members_user(api, number, &user));
    if (!str_equal(mine, "Owner")) {
        return REFUSED(PERMISSION_DENIED, .check = "role",
                       .detail = "only the owner can give the organization away",
                       .expected = "Owner", .actual = mine != NULL ? mine : "no role");
    }
    TRY(members_set(api, api->caller->user.id,
                    &(struct membership){organization.name, id, "Admin"}));
    TRY(members_set(api, user.id, &(struct membership){organization.name, id, "Owner"}));
    answer->json = json_object();
    json_object_set_new(answer->json, organization.one,
                        describe(api, &organization, number, id, "Owner"));
    return ALLOWED;
}

static struct verdict team_list(const struct api *api, const struct subject *subject,
                                struct api_answer *answer)
{
    return list_roles(api, subject, &team, answer);
}

static struct verdict team_read(const struct api *api, const struct subject *subject,
                                struct api_answer *answer)
{
    return read_role(api, subject, &team, answer);
}

static struct verdict team_set(const struct api *api, const struct subject *subject,
                               struct api_answer *answer)
{
    return set_role(api, subject, &team, answer);
}

/* Those who have a role in the team or organization named; without one, who shares an organization. */
static bool is_shown(const struct api *api, const struct subject *subject,
                     const struct user_row *user)
{
    const struct memberships theirs = memberships_read(api->arena, user->memberships);
    if (subject->team != 0) {
        return memberships_role(&theirs, MEMBERSHIP_TEAM, subject->team) != NULL;
    }
    if (subject->organization != 0) {
        return memberships_role(&theirs, MEMBERSHIP_ORGANIZATION, subject->organization) != NULL;
    }
    for (size_t i = 0; i < theirs.count; i++) {
        const struct membership *item = &theirs.list[i];
        int64_t only = api->caller->organization; /* that the consent is for */
        if (str_equal(item->kind, MEMBERSHIP_ORGANIZATION) && (only == 0 || only == item->id) &&
            caller_role(api->caller, item->kind, item->id) != NULL) {
            return true;
        }
    }
    return user->id == api->caller->user.id;
}

static struct verdict users(const struct api *api, const struct subject *subject,
                            struct api_answer *answer)
{
    const struct user_row *rows;
    size_t count;
    if (users_list(api->tenant->db, api->tenant->id, api->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    json_t *list = json_array();
    answer->json = json_object();
    json_object_set_new(answer->json, "users", list);
    for (size_t i = 0; i < count; i++) {
        if (is_shown(api, subject, &rows[i])) {
            json_array_append_new(list, members_describe(&rows[i]));
        }
    }
    return ALLOWED;
}

/* Somebody whom the fixture knows by this address gets the role; nobody is written to. */
static struct verdict invite(const struct api *api, const struct subject *subject,
                             struct api_answer *answer)
{
    struct user_row user;
    const char *role;
    const char *email = json_string_value(json_object_get(api->body, "email"));
    if (email == NULL) {
        return api_refuse_input(api->arena, "email", "is missing", "an e-mail address");
    }
    TRY(read_new_role(api, &organization, &role));
    int found = users_find(api->tenant->db, api->tenant->id, email, api->arena, &user);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0) {
        return api_refuse_input(api->arena, "email", "is no user's of the fixture",
                                "the address of a user of the fixture");
    }
    TRY(members_set(api, user.id,
                    &(struct membership){organization.name, subject->organization, role}));
    answer->json = json_object();
    json_object_set_new(
        answer->json, "invitation",
        describe(api, &organization, caller_number(&user), subject->organization, role));
    return ALLOWED;
}

const struct special_row special_users[] = {
    {"users-list", users},
    {"users-by-permission", users},
    {"organization-roles-list", organization_list},
    {"organization-roles-read", organization_read},
    {"organization-roles-set", organization_set},
    {"organization-roles-transfer", organization_transfer},
    {"team-roles-list", team_list},
    {"team-roles-read", team_read},
    {"team-roles-set", team_set},
    {"invite", invite},
    {0},
};
