#include "server/make/role.h"

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/stored.h"

static json_t *permissions_of(const struct world *world, const struct role_row *role)
{
    size_t count;
    const struct permission_row *rows =
        roles_permissions(catalogue_roles(world->catalogue), &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        if (str_equal(rows[i].kind, role->kind) && roles_row_allows(&rows[i], role->name)) {
            json_array_append_new(list, json_string(rows[i].name));
        }
    }
    return list;
}

static json_t *describe_built_in(const struct world *world, size_t index)
{
    size_t count;
    const struct role_row *role = &roles_list(catalogue_roles(world->catalogue), &count)[index];
    json_t *described = json_object();
    json_object_set_new(described, "id", json_integer((json_int_t)index + 1));
    json_put_text(described, "name", role->name);
    json_put_text(described, "category", role->kind);
    json_object_set_new(described, "subsidiary", json_false());
    json_put_text(described, "managementType", "system_locked");
    json_object_set_new(described, "description", json_null());
    json_object_set_new(described, "organizationId", json_null());
    json_object_set_new(described, "permissions", permissions_of(world, role));
    return described;
}

/* Permissions are kept as numbers of rows of the table. */
json_t *role_permission(const struct world *world, const json_t *number)
{
    size_t count;
    const struct permission_row *rows =
        roles_permissions(catalogue_roles(world->catalogue), &count);
    size_t place = (size_t)json_integer_value(number) - 1;
    return json_string(place < count ? rows[place].name : "");
}

static json_t *describe_custom(const struct world *world, const struct document_row *row)
{
    json_t *role = stored_json(row);
    json_t *names = json_array();
    const json_t *held = json_object_get(role, "permissions");
    for (size_t i = 0; i < json_array_size(held); i++) {
        json_array_append_new(names, role_permission(world, json_array_get(held, i)));
    }
    json_object_set_new(role, "permissions", names);
    json_object_set_new(role, "subsidiary", json_false());
    return role;
}

/* Of one organization; 0: of all. */
static struct verdict list_custom(const struct world *world, int64_t organization,
                                  const struct document_row **rows, size_t *count)
{
    const struct documents_filter filter = {.collection = CUSTOM_ROLES,
                                            .organization = organization};
    return documents_list(world->tenant->db, &filter, world->arena, rows, count) == 0
               ? ALLOWED
               : error_store_broken();
}

struct verdict role_list(const struct api *api, json_t *roles)
{
    size_t built_in;
    roles_list(catalogue_roles(api->world->catalogue), &built_in);
    for (size_t i = 0; i < built_in; i++) {
        json_array_append_new(roles, describe_built_in(api->world, i));
    }
    const struct document_row *rows;
    size_t count;
    TRY(list_custom(api->world, 0, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (caller_reaches(api->caller, rows[i].organization)) {
            json_array_append_new(roles, describe_custom(api->world, &rows[i]));
        }
    }
    return ALLOWED;
}

struct verdict role_describe(const struct api *api, int64_t number, json_t **role)
{
    json_auto_t *roles = json_array();
    TRY(role_list(api, roles));
    for (size_t i = 0; i < json_array_size(roles); i++) {
        json_t *item = json_array_get(roles, i);
        if (json_integer_value(json_object_get(item, "id")) == number) {
            *role = json_incref(item);
            return ALLOWED;
        }
    }
    return REFUSED(NOT_FOUND, .check = "roleId",
                   .detail =
                       arena_printf(api->world->arena, "there is no role %lld", (long long)number),
                   .expected = "a role of GET /users/roles",
                   .actual = arena_printf(api->world->arena, "%lld", (long long)number));
}

static int64_t built_in_number(const struct world *world, const char *name)
{
    size_t count;
    const struct role_row *rows = roles_list(catalogue_roles(world->catalogue), &count);
    for (size_t i = 0; i < count; i++) {
        if (str_equal(rows[i].name, name)) {
            return (int64_t)i + 1;
        }
    }
    return 0;
}

struct verdict role_number(const struct world *world, int64_t organization, const char *name,
                           int64_t *number)
{
    const struct document_row *rows;
    size_t count;
    *number = built_in_number(world, name);
    if (*number != 0) {
        return ALLOWED;
    }
    TRY(list_custom(world, organization, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        json_auto_t *role = stored_json(&rows[i]);
        if (str_equal(json_string_value(json_object_get(role, "name")), name)) {
            *number = json_integer_value(json_object_get(role, "id"));
        }
    }
    return ALLOWED;
}
