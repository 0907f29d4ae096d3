/* Who has which role where. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/documents/user.h"
#include "server/make/members.h"
#include "server/make/role.h"
#include "server/make/special.h"

#define OWNER_ROLE "Owner"

/* Roles in organizations and in teams differ in these words. */
struct kind {
    const char *name;   /* of roles.h */
    const char *member; /* "organizationId" */
    const char *one, *many;
};
static const struct kind organization = {"organization", "organizationId", "userOrganizationRole",
                                         "userOrganizationRoles"};
static const struct kind team = {"team", "teamId", "userTeamRole", "userTeamRoles"};

/* Where the caller asks about roles: in an organization, or in one of its teams. */
struct membership_place {
    const struct kind *kind;
    int64_t id, organization;
};

static struct verdict describe(const struct api *api, const struct membership_place *place,
                               int64_t user, const char *role, json_t **described)
{
    int64_t number;
    TRY(role_number(api->world, place->organization, role, &number));
    json_t *made = *described = json_object();
    json_object_set_new(made, "userId", json_integer(user));
    json_object_set_new(made, place->kind->member, json_integer(place->id));
    json_object_set_new(made, "usersRoleId", json_integer(number));
    json_put_text(made, "role", role);
    json_object_set_new(made, "changeable", json_true());
    return ALLOWED;
}

/* Under `name` in the answer. */
static struct verdict answer_one(const struct api *api, const struct membership_place *place,
                                 int64_t user, const char *role, const char *name,
                                 struct api_answer *answer)
{
    json_auto_t *described = NULL;
    TRY(describe(api, place, user, role, &described));
    answer->json = json_object();
    json_object_set(answer->json, name, described);
    return ALLOWED;
}

static struct verdict add(const struct api *api, const struct membership_place *place, int64_t user,
                          const char *role, json_t *list)
{
    json_auto_t *described = NULL;
    TRY(describe(api, place, user, role, &described));
    json_array_append(list, described);
    return ALLOWED;
}

static struct membership_place place_of(const struct kind *kind, const struct subject *subject)
{
    return (struct membership_place){kind, kind == &team ? subject->team : subject->organization,
                                     subject->organization};
}

/* Of all who have a role there, or of one of them (?userId=). */
static struct verdict list_there(const struct api *api, const struct membership_place *place,
                                 json_t *list)
{
    int64_t only;
    const struct user_row *rows;
    size_t count;
    TRY(api_number(api, "userId", &only));
    if (users_list(api->world->tenant->db, api->world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        int64_t number = user_number(&rows[i]);
        const struct memberships theirs = memberships_read(api->world->arena, rows[i].memberships);
        const char *role = memberships_role(&theirs, place->kind->name, place->id);
        if (role != NULL && (only == 0 || only == number)) {
            TRY(add(api, place, number, role, list));
        }
    }
    return ALLOWED;
}

/* The place of a role; false: it is none of those that the query asks for and the consent is
 * for. */
static bool is_place(const struct api *api, const struct subject *subject,
                     const struct membership *membership, struct membership_place *place)
{
    struct document_row row = {.organization = place->id};
    const struct document_row wanted = {
        .collection = "teams",
        .parent = "",
        .key = arena_printf(api->world->arena, "%lld", (long long)place->id),
    };
    int64_t only = api->caller->organization;
    if (!str_equal(membership->kind, place->kind->name) ||
        (place->kind == &team &&
         documents_get(api->world->tenant->db, &wanted, api->world->arena, &row) != 0)) {
        return false;
    }
    place->organization = row.organization;
    return (only == 0 || only == row.organization) &&
           (subject->organization == 0 || subject->organization == row.organization) &&
           (subject->team == 0 || place->kind != &team || subject->team == place->id);
}

/* Of one user, everywhere. */
static struct verdict list_everywhere(const struct api *api, const struct subject *subject,
                                      const struct kind *kind, json_t *list)
{
    int64_t number;
    struct user_row user = {0};
    TRY(api_number(api, "userId", &number));
    TRY(members_user(api->world, number, &user));
    const struct memberships theirs = memberships_read(api->world->arena, user.memberships);
    for (size_t i = 0; i < theirs.count; i++) {
        struct membership_place place = {.kind = kind, .id = theirs.list[i].id};
        if (is_place(api, subject, &theirs.list[i], &place)) {
            TRY(add(api, &place, number, theirs.list[i].role, list));
        }
    }
    return ALLOWED;
}

static struct verdict list_roles(const struct api *api, const struct subject *subject,
                                 const struct kind *kind, struct api_answer *answer)
{
    const struct membership_place place = place_of(kind, subject);
    json_auto_t *list = json_array();
    bool is_users = match_value(api->match, "userId") != NULL;
    TRY(is_users ? list_everywhere(api, subject, kind, list) : list_there(api, &place, list));
    answer->json = json_object();
    json_object_set(answer->json, kind->many, list);
    return ALLOWED;
}

static struct verdict read_role(const struct api *api, const struct subject *subject,
                                const struct kind *kind, struct api_answer *answer)
{
    int64_t number;
    struct user_row user = {0};
    TRY(api_number(api, "userId", &number));
    TRY(members_user(api->world, number, &user));
    const struct memberships theirs = memberships_read(api->world->arena, user.memberships);
    const struct membership_place place = place_of(kind, subject);
    const char *role = memberships_role(&theirs, kind->name, place.id);
    if (role == NULL) {
        return REFUSED(NOT_FOUND, .check = "userId",
                       .detail = arena_printf(api->world->arena, "user %lld has no role in %s %lld",
                                              (long long)number, kind->name, (long long)place.id),
                       .expected = "a member", .actual = "none");
    }
    return answer_one(api, &place, number, role, kind->one, answer);
}

/* A role in this kind of place: a built-in one, or the organization's own. */
static struct verdict check_role(const struct api *api, const struct membership_place *place,
                                 const json_t *role)
{
    const char *category = json_string_value(json_object_get(role, "category"));
    const json_t *of = json_object_get(role, "organizationId");
    if (!str_equal(category, place->kind->name)) {
        return input_refuse(
            api->world->arena, "usersRoleId",
            arena_printf(api->world->arena, "is one of the category %s", category),
            arena_printf(api->world->arena, "one of the category %s", place->kind->name));
    }
    if (json_is_integer(of) && json_integer_value(of) != place->organization) {
        return input_refuse(api->world->arena, "usersRoleId", "is another organization's role",
                            arena_printf(api->world->arena, "one of organization %lld",
                                         (long long)place->organization));
    }
    return ALLOWED;
}

static struct verdict refuse_owner(const struct api *api, const char *mine)
{
    return REFUSED(PERMISSION_DENIED, .check = "role",
                   .detail = "only the owner can give the organization away",
                   .expected = OWNER_ROLE,
                   .actual = mine != NULL ? arena_strdup(api->world->arena, mine) : "no role");
}

static bool is_owner(const struct api *api, int64_t id)
{
    return str_equal(caller_role(api->caller, organization.name, id), OWNER_ROLE);
}

/* The role that the body names by its number. */
static struct verdict read_new_role(const struct api *api, const struct membership_place *place,
                                    const char **name)
{
    int64_t number;
    json_auto_t *role = NULL;
    TRY(api_body_number(api, "usersRoleId", &number));
    if (number == 0) {
        return input_refuse(api->world->arena, "usersRoleId", "is missing", "the number of a role");
    }
    TRY(role_describe(api, number, &role));
    TRY(check_role(api, place, role));
    *name = arena_strdup(api->world->arena, json_string_value(json_object_get(role, "name")));
    bool is_ownership = str_equal(*name, OWNER_ROLE);
    return is_ownership && !is_owner(api, place->id)
               ? refuse_owner(api, caller_role(api->caller, organization.name, place->id))
               : ALLOWED;
}

static struct verdict take_away(const struct api *api, const struct membership_place *place,
                                const struct user_row *user, struct api_answer *answer)
{
    answer->json = json_pack("{s:n}", place->kind->one);
    return place->kind == &organization
               ? members_leave(api->world, user, place->id)
               : members_set(api->world, user->id,
                             &(struct membership){team.name, place->id, NULL});
}

static struct verdict count_owners(const struct api *api, int64_t id, size_t *owners)
{
    const struct user_row *rows;
    size_t count;
    *owners = 0;
    if (users_list(api->world->tenant->db, api->world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        const struct memberships theirs = memberships_read(api->world->arena, rows[i].memberships);
        *owners += str_equal(memberships_role(&theirs, organization.name, id), OWNER_ROLE);
    }
    return ALLOWED;
}

/* Of an organization a role can be changed unless it is the owner's: an owner may, and the last one
 * stays. In a team is who is in its organization. */
static struct verdict check_member(const struct api *api, const struct membership_place *place,
                                   const struct user_row *user)
{
    size_t owners;
    const struct memberships theirs = memberships_read(api->world->arena, user->memberships);
    const char *role = memberships_role(&theirs, organization.name, place->organization);
    if (place->kind == &team) {
        return role != NULL ? ALLOWED
                            : input_refuse(api->world->arena, "userId",
                                           "has no role in the team's organization",
                                           "a member of the organization: invite first");
    }
    if (!str_equal(role, OWNER_ROLE)) {
        return ALLOWED;
    }
    if (!is_owner(api, place->id)) {
        return refuse_owner(api, caller_role(api->caller, organization.name, place->id));
    }
    TRY(count_owners(api, place->id, &owners));
    return owners > 1 ? ALLOWED
                      : input_refuse(api->world->arena, "usersRoleId",
                                     "would leave the organization without an owner",
                                     "ownership to be transferred first (POST .../transfer)");
}

/* null takes the role away. */
static struct verdict set_role(const struct api *api, const struct subject *subject,
                               const struct kind *kind, struct api_answer *answer)
{
    int64_t number;
    const char *role = NULL;
    struct user_row user = {0};
    const struct membership_place place = place_of(kind, subject);
    TRY(api_number(api, "userId", &number));
    TRY(members_user(api->world, number, &user));
    TRY(check_member(api, &place, &user));
    if (json_is_null(json_object_get(api->body, "usersRoleId"))) {
        return take_away(api, &place, &user, answer);
    }
    TRY(read_new_role(api, &place, &role));
    TRY(members_set(api->world, user.id, &(struct membership){kind->name, place.id, role}));
    return answer_one(api, &place, number, role, kind->one, answer);
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
    struct user_row user = {0};
    const struct membership_place place = place_of(&organization, subject);
    TRY(api_number(api, "userId", &number));
    if (!is_owner(api, place.id)) {
        return refuse_owner(api, caller_role(api->caller, organization.name, place.id));
    }
    if (number == 0) {
        return input_refuse(api->world->arena, "userId", "is missing", "a member's number");
    }
    TRY(members_user(api->world, number, &user));
    const struct memberships theirs = memberships_read(api->world->arena, user.memberships);
    if (memberships_role(&theirs, organization.name, place.id) == NULL) {
        return input_refuse(api->world->arena, "userId", "is no member", "a member's number");
    }
    TRY(members_set(api->world, api->caller->user.id,
                    &(struct membership){organization.name, place.id, "Admin"}));
    TRY(members_set(api->world, user.id,
                    &(struct membership){organization.name, place.id, OWNER_ROLE}));
    return answer_one(api, &place, number, OWNER_ROLE, organization.one, answer);
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

/* Somebody whom the fixture knows by this address gets the role; nobody is written to. */
static struct verdict invite(const struct api *api, const struct subject *subject,
                             struct api_answer *answer)
{
    struct user_row user = {0};
    const char *role = NULL;
    const char *email = json_string_value(json_object_get(api->body, "email"));
    if (email == NULL) {
        return input_refuse(api->world->arena, "email", "is missing", "an e-mail address");
    }
    const struct membership_place place = place_of(&organization, subject);
    TRY(read_new_role(api, &place, &role));
    int found = users_find(api->world->tenant->db, email, api->world->arena, &user);
    if (found < 0) {
        return error_store_broken();
    }
    if (found > 0 || !str_equal(user.email, email)) {
        return input_refuse(api->world->arena, "email", "is no user's of the fixture",
                            "the address of a user of the fixture");
    }
    const struct memberships theirs = memberships_read(api->world->arena, user.memberships);
    if (memberships_role(&theirs, organization.name, place.id) != NULL) {
        return input_refuse(api->world->arena, "email", "is a member's already",
                            "the address of somebody who has no role there");
    }
    TRY(members_set(api->world, user.id, &(struct membership){organization.name, place.id, role}));
    return answer_one(api, &place, user_number(&user), role, "invitation", answer);
}

const struct special_row special_members[] = {
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
