#include "server/make/members.h"

#include "server/base/json.h"
#include "server/base/str.h"

struct verdict members_set(const struct api *api, int64_t user, const struct membership *membership)
{
    struct user_row row;
    struct tenant *tenant = api->tenant;
    if (users_get(tenant->db, tenant->id, user, api->arena, &row) != 0) {
        return error_store_broken();
    }
    row.memberships = memberships_with(api->arena, row.memberships, membership);
    return users_put(tenant->db, tenant->id, &row) == 0 ? ALLOWED : error_store_broken();
}

struct verdict members_join_new(const struct api *api, const struct document_row *row,
                                const json_t *document)
{
    int64_t id = json_integer_value(json_object_get(document, "id"));
    if (str_equal(row->collection, "teams")) {
        return members_set(api, api->caller->user.id,
                           &(struct membership){MEMBERSHIP_TEAM, id, "Team admin"});
    }
    if (str_equal(row->collection, "organizations")) {
        return members_set(api, api->caller->user.id,
                           &(struct membership){MEMBERSHIP_ORGANIZATION, id, "Owner"});
    }
    return ALLOWED;
}

json_t *members_describe(const struct user_row *user)
{
    json_auto_t *claims = json_loads(user->claims, 0, NULL);
    json_t *described = json_object();
    json_object_set_new(described, "id", json_integer(caller_number(user)));
    json_put_text(described, "name", json_string_value(json_object_get(claims, "name")));
    json_put_text(described, "email", user->email);
    json_put_text(described, "avatar", json_string_value(json_object_get(claims, "picture")));
    return described;
}

struct verdict members_user(const struct api *api, int64_t number, struct user_row *user)
{
    const struct user_row *rows;
    size_t count;
    if (users_list(api->tenant->db, api->tenant->id, api->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        if (caller_number(&rows[i]) == number) {
            *user = rows[i];
            return ALLOWED;
        }
    }
    return REFUSED(NOT_FOUND, .check = "userId",
                   .detail = arena_printf(api->arena, "there is no user %lld", (long long)number),
                   .expected = "a user of the fixture",
                   .actual = arena_printf(api->arena, "%lld", (long long)number));
}
