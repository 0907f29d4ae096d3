#include "server/make/may.h"

#include <string.h>

#include "server/base/str.h"
#include "server/documents/user.h"
#include "server/make/role.h"
#include "server/store/api_tokens.h"

#define ALL_TEAMS "access all teams" /* whoever may has this role in each: */
#define IN_ALL_TEAMS "Team admin"
#define MINUTE 60

static struct verdict refuse_scope(const struct api *api, const char *name)
{
    const struct operation *operation = api->match->operation;
    return REFUSED(INSUFFICIENT_SCOPE, .check = "scope",
                   .detail = arena_printf(api->world->arena,
                                          "%s %s needs the scope '%s', which the token lacks",
                                          operation->method, operation->path, name),
                   .expected = operation->scope, .actual = api->caller->scope,
                   .clause = "RFC 6750 3.1", .scope = operation->scope);
}

/* Anybody may hold an administrator's scope; who is none does not get far with it. */
static struct verdict check_admin(const struct api *api)
{
    const char *name = api->match->operation->admin_scope;
    if (name == NULL || api->caller->memberships.is_admin) {
        return ALLOWED;
    }
    return REFUSED(PERMISSION_DENIED, .check = "admin",
                   .detail = arena_printf(api->world->arena,
                                          "the scope '%s' is for administrators of the platform, "
                                          "and user '%s' is none",
                                          name, api->caller->user.sub),
                   .expected = "a user with \"admin\": true", .actual = "another user");
}

struct verdict may_scope(const struct api *api)
{
    const char *at = api->match->operation->scope;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *name = arena_strndup(api->world->arena, word, size);
        if (!str_has_word(api->caller->scope, name)) {
            return refuse_scope(api, name);
        }
    }
    return check_admin(api);
}

/* What the user is somewhere, and what is needed there. */
struct needed {
    int64_t organization;
    const struct permission_row *row; /* NULL: nothing */
    const char *role;                 /* that the user has there; NULL: none */
};

/* The permissions of a role that the organization's users made: numbers of rows of the table. */
static bool custom_role_allows(const struct api *api, const struct needed *needed)
{
    const struct documents_filter filter = {.collection = CUSTOM_ROLES,
                                            .organization = needed->organization};
    const struct document_row *rows;
    size_t count;
    size_t row_count;
    const struct permission_row *permissions =
        roles_permissions(catalogue_roles(api->world->catalogue), &row_count);
    if (documents_list(api->world->tenant->db, &filter, api->world->arena, &rows, &count) != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        json_auto_t *json = stored_json(&rows[i]);
        const json_t *held = json_object_get(json, "permissions");
        for (size_t j = 0; j < json_array_size(held); j++) {
            size_t number = (size_t)json_integer_value(json_array_get(held, j)) - 1;
            if (number < row_count && &permissions[number] == needed->row &&
                str_equal(json_string_value(json_object_get(json, "name")), needed->role)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_held(const struct api *api, const struct needed *needed)
{
    return needed->role != NULL &&
           (roles_row_allows(needed->row, needed->role) || custom_role_allows(api, needed));
}

/* The role that counts in a team: the user's there, or the one that comes with the organization. */
static const char *team_role(const struct api *api, int64_t organization, int64_t team)
{
    const char *role = caller_role(api->caller, "team", team);
    if (role != NULL) {
        return role;
    }
    const char *above = caller_role(api->caller, "organization", organization);
    const struct needed needed = {
        organization,
        roles_find(catalogue_roles(api->world->catalogue), MEMBERSHIP_ORGANIZATION, ALL_TEAMS),
        above};
    return is_held(api, &needed) ? IN_ALL_TEAMS : NULL;
}

/* "team:scenario view" and what the user is there. Where no team or organization is concerned
 * nothing is needed. */
static struct needed needed_at(const struct api *api, int64_t organization, int64_t team)
{
    const struct permission_row *row = api->match->operation->needed;
    bool is_team = row != NULL && str_equal(row->kind, MEMBERSHIP_TEAM);
    if (row == NULL || (is_team ? team : organization) == 0) {
        return (struct needed){0};
    }
    return (struct needed){
        .organization = organization,
        .row = row,
        .role = is_team ? team_role(api, organization, team)
                        : caller_role(api->caller, MEMBERSHIP_ORGANIZATION, organization),
    };
}

static struct verdict check_consent(const struct api *api, int64_t organization)
{
    int64_t consented = api->caller->organization;
    if (consented == 0 || organization == 0 || organization == consented) {
        return ALLOWED;
    }
    return REFUSED(
        PERMISSION_DENIED, .check = "organization",
        .detail = arena_printf(api->world->arena,
                               "the user's consent is for organization %lld alone, and "
                               "this is about %lld",
                               (long long)consented, (long long)organization),
        .expected = arena_printf(api->world->arena, "organization %lld", (long long)consented),
        .actual = arena_printf(api->world->arena, "organization %lld", (long long)organization));
}

/* Teams and organizations are named by whoever asks; of the rest it is not even said that it
 * exists. */
static bool is_hidden(const struct api *api, const struct subject *subject)
{
    const struct collection *collection = api->match->operation->collection;
    bool is_place = collection != NULL && (str_equal(collection->name, "teams") ||
                                           str_equal(collection->name, "organizations"));
    return (subject->has_document || subject->has_parent) && !is_place &&
           !caller_belongs(api->caller, subject->organization, subject->team);
}

/* /users/{userId}/...: of the caller alone. */
static struct verdict check_self(const struct api *api)
{
    int64_t number;
    int64_t mine = user_number(&api->caller->user);
    if (!str_equal(api->match->operation->permission, PERMISSION_SELF)) {
        return ALLOWED;
    }
    TRY(api_number(api, "userId", &number));
    if (number == mine) {
        return ALLOWED;
    }
    return REFUSED(PERMISSION_DENIED, .check = "userId",
                   .detail = "you may see and change this of yourself alone",
                   .expected = arena_printf(api->world->arena, "%lld", (long long)mine),
                   .actual = arena_printf(api->world->arena, "%lld", (long long)number));
}

static struct verdict check_user(const struct api *api, const struct subject *subject)
{
    int64_t owner = subject->has_document ? subject->document.row.user : 0;
    int64_t mine = user_number(&api->caller->user);
    return owner == 0 || owner == mine ? ALLOWED : subject_refuse_hidden(api, subject);
}

/* Where a team's permission is needed and only an organization named, any role in that will do. */
static struct verdict check_member(const struct api *api, const struct subject *subject)
{
    if (api->match->operation->permission == NULL || subject->organization == 0 ||
        caller_role(api->caller, MEMBERSHIP_ORGANIZATION, subject->organization) != NULL) {
        return ALLOWED;
    }
    return REFUSED(PERMISSION_DENIED, .check = "role",
                   .detail = arena_printf(api->world->arena,
                                          "user '%s' has no role there, in organization %lld",
                                          api->caller->user.sub, (long long)subject->organization),
                   .expected = "a role in the organization", .actual = "no role");
}

struct verdict may_role(const struct api *api, const struct subject *subject)
{
    TRY(check_self(api));
    TRY(check_user(api, subject));
    const struct needed needed = needed_at(api, subject->organization, subject->team);
    if (needed.row == NULL) {
        TRY(check_member(api, subject));
        return check_consent(api, subject->organization);
    }
    if (is_held(api, &needed)) {
        return check_consent(api, subject->organization);
    }
    if (is_hidden(api, subject)) {
        return subject_refuse_hidden(api, subject);
    }
    int64_t where =
        str_equal(needed.row->kind, MEMBERSHIP_TEAM) ? subject->team : subject->organization;
    const char *role = needed.role != NULL ? needed.role : "no role";
    return REFUSED(PERMISSION_DENIED, .check = "role",
                   .detail = arena_printf(api->world->arena,
                                          "the user's role in %s %lld must allow '%s'; user '%s' "
                                          "has %s there",
                                          needed.row->kind, (long long)where, needed.row->name,
                                          api->caller->user.sub, role),
                   .expected = needed.row->name, .actual = role);
}

struct verdict may_team(const struct api *api, const struct subject *subject)
{
    return team_role(api, subject->organization, subject->team) != NULL
               ? ALLOWED
               : REFUSED(PERMISSION_DENIED, .check = "role",
                         .detail = arena_printf(api->world->arena,
                                                "user '%s' has no role there, in team %lld",
                                                api->caller->user.sub, (long long)subject->team),
                         .expected = "a role in the team", .actual = "no role");
}

static bool may_see_there(const struct api *api, int64_t organization, int64_t team)
{
    const struct needed needed = needed_at(api, organization, team);
    return check_consent(api, organization).code == ERROR_NONE &&
           (needed.row == NULL || is_held(api, &needed));
}

bool may_see(struct sight *sight, const struct document_row *row)
{
    if (!sight->is_known || sight->organization != row->organization || sight->team != row->team) {
        sight->organization = row->organization;
        sight->team = row->team;
        sight->may = may_see_there(sight->api, row->organization, row->team);
        sight->is_known = true;
    }
    return sight->may && (row->user == 0 || row->user == user_number(&sight->api->caller->user));
}

struct verdict may_rate(const struct api *api, const struct subject *subject)
{
    int64_t limit;
    int64_t calls;
    if (subject->organization == 0) {
        return ALLOWED;
    }
    if (api_limit_get(api->world->tenant->db, subject->organization, &limit) != 0) {
        return error_store_broken();
    }
    if (limit == 0) {
        return ALLOWED;
    }
    int64_t now = tenant_now(api->world->tenant);
    if (api_calls_count(api->world->tenant->db, subject->organization, now / MINUTE, &calls) != 0) {
        return error_store_broken();
    }
    if (calls <= limit) {
        return ALLOWED;
    }
    return REFUSED(RATE_LIMITED, .check = "license.apiLimit",
                   .detail = "Requests limit for organization exceeded, please try again later.",
                   .expected = arena_printf(api->world->arena, "at most %lld calls in a minute",
                                            (long long)limit),
                   .actual = arena_printf(api->world->arena, "%lld", (long long)calls),
                   .retry_after = MINUTE - now % MINUTE);
}
