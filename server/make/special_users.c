/* Users as the API shows them. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/user.h"
#include "server/make/may.h"
#include "server/make/members.h"
#include "server/make/special.h"

/* Those who have a role in the team or organization named; without one, who shares an
 * organization. */
static bool is_shown(const struct api *api, const struct subject *subject,
                     const struct user_row *user)
{
    const struct memberships theirs = memberships_read(api->world->arena, user->memberships);
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
    if (users_list(api->world->tenant->db, api->world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    TRY(subject->team != 0 ? may_team(api, subject) : ALLOWED);
    json_t *list = json_array();
    answer->json = json_object();
    json_object_set_new(answer->json, "users", list);
    for (size_t i = 0; i < count; i++) {
        if (is_shown(api, subject, &rows[i])) {
            json_array_append_new(list, user_describe(&rows[i]));
        }
    }
    return ALLOWED;
}

const struct special_row special_users[] = {
    {"users-list", users},
    {"users-by-permission", users},
    {0},
};
