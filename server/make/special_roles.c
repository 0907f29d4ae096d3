/* Roles, what they allow, and those that users make. */
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/make/may.h"
#include "server/make/members.h"
#include "server/make/role.h"
#include "server/make/special.h"
#include "server/oauth/texts.h"

#define NAME_MAX_SIZE 255

static bool is_asked_for(const struct api *api, const json_t *role)
{
    const char *category = form_get(api->query, "category");
    const char *number = form_get(api->query, "roleId");
    const char *mine = json_text(api->world->arena, json_object_get(role, "id"), NULL);
    return (category == NULL ||
            str_equal(category, json_string_value(json_object_get(role, "category")))) &&
           (number == NULL || str_equal(number, mine)) &&
           !form_has(api->query, "excludeRole[]", mine);
}

/* Custom ones are an organization's, which the call has to name. */
static bool is_of(const struct subject *subject, const json_t *role)
{
    const json_t *organization = json_object_get(role, "organizationId");
    return json_is_null(organization) ||
           (subject->organization != 0 &&
            json_integer_value(organization) == subject->organization);
}

static struct verdict choose_columns(const struct api *api, json_t *role, json_t *shown)
{
    if (form_count(api->query, "cols[]") == 0 || form_has(api->query, "cols[]", "*")) {
        json_object_update(shown, role);
        return ALLOWED;
    }
    for (size_t i = 0; i < api->query->count; i++) {
        const char *column = api->query->fields[i].value;
        if (!str_equal(api->query->fields[i].name, "cols[]")) {
            continue;
        }
        if (json_object_get(role, column) == NULL) {
            return input_refuse(
                api->world->arena, "cols[]",
                arena_printf(api->world->arena, "'%s' is no column of roles", column),
                "a member that a role has");
        }
        json_object_set(shown, column, json_object_get(role, column));
    }
    return ALLOWED;
}

static struct verdict list(const struct api *api, const struct subject *subject,
                           struct api_answer *answer)
{
    json_auto_t *all = json_array();
    json_auto_t *shown = json_array();
    TRY(role_list(api, all));
    for (size_t i = 0; i < json_array_size(all); i++) {
        json_t *role = json_array_get(all, i);
        if (is_asked_for(api, role) && is_of(subject, role)) {
            json_t *chosen = json_object();
            json_array_append_new(shown, chosen);
            TRY(choose_columns(api, role, chosen));
        }
    }
    answer->json = json_pack("{s:O, s:{s:i, s:i}}", "usersRoles", shown, "pg", "offset", 0, "limit",
                             (int)json_array_size(all));
    return ALLOWED;
}

static struct verdict read(const struct api *api, const struct subject *subject,
                           struct api_answer *answer)
{
    (void)subject;
    int64_t number;
    json_auto_t *role = NULL;
    TRY(api_number(api, "roleId", &number));
    TRY(role_describe(api, number, &role));
    answer->json = json_pack("{s:O}", "usersRole", role);
    return ALLOWED;
}

static struct verdict permissions(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    (void)subject;
    size_t count;
    const struct permission_row *rows =
        roles_permissions(catalogue_roles(api->world->catalogue), &count);
    const char *category = form_get(api->query, "roleCategory");
    json_t *shown = json_array();
    answer->json = json_object();
    json_object_set_new(answer->json, "usersRolesPermissions", shown);
    for (size_t i = 0; i < count; i++) {
        if (category == NULL || str_equal(category, rows[i].kind)) {
            json_array_append_new(shown,
                                  json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:b, s:[]}", "id",
                                            (int)i + 1, "name", rows[i].name, "note", "", "label",
                                            rows[i].name, "category", rows[i].kind, "roleCategory",
                                            rows[i].kind, "customRolesHidden", 0, "requires"));
        }
    }
    return ALLOWED;
}

/* Numbers of rows of the table, of the role's own category. */
static struct verdict check_permissions(const struct api *api, const json_t *role)
{
    size_t count;
    const struct permission_row *rows =
        roles_permissions(catalogue_roles(api->world->catalogue), &count);
    const char *category = json_string_value(json_object_get(role, "category"));
    const json_t *held = json_object_get(role, "permissions");
    for (size_t i = 0; i < json_array_size(held); i++) {
        size_t number = (size_t)json_integer_value(json_array_get(held, i)) - 1;
        if (number >= count || !str_equal(rows[number].kind, category)) {
            return input_refuse(api->world->arena, "permissions",
                                "has one that is no permission of this category",
                                "ids of GET /users/roles/permissions");
        }
    }
    return ALLOWED;
}

/* A name is what a membership says: two roles of an organization cannot share one. */
static struct verdict check_name(const struct api *api, int64_t organization, const json_t *role)
{
    int64_t number;
    const char *name = json_string_value(json_object_get(role, "name"));
    if (name == NULL || *name == '\0') {
        return input_refuse(api->world->arena, "name", "is missing or empty", "a text");
    }
    const char *fault = text_printable(api->world->arena, name);
    if (fault != NULL || strlen(name) > NAME_MAX_SIZE) {
        return input_refuse(api->world->arena, "name", fault != NULL ? fault : "is too long",
                            "a text of 1 to 255 bytes without control characters");
    }
    TRY(role_number(api->world, organization, name, &number));
    if (number != 0 && number != json_integer_value(json_object_get(role, "id"))) {
        return input_refuse(api->world->arena, "name", "is another role's", "a name of its own");
    }
    return ALLOWED;
}

static struct verdict check_role(const struct api *api, int64_t organization, const json_t *role)
{
    const json_t *description = json_object_get(role, "description");
    const char *category = json_string_value(json_object_get(role, "category"));
    TRY(check_name(api, organization, role));
    if (!json_is_null(description) && !json_is_string(description)) {
        return input_refuse(api->world->arena, "description", "is no text", "a text, or null");
    }
    if (!str_equal(category, "organization") && !str_equal(category, "team")) {
        return input_refuse(api->world->arena, "category", "is none", "organization or team");
    }
    if (!json_is_array(json_object_get(role, "permissions"))) {
        return input_refuse(api->world->arena, "permissions", "is no list", "a list of numbers");
    }
    return check_permissions(api, role);
}

static void take_body(const struct api *api, json_t *role)
{
    static const char *const members[] = {"name", "category", "description", "permissions"};
    for (size_t i = 0; i < COUNT(members); i++) {
        json_t *value = json_object_get(api->body, members[i]);
        if (value != NULL) {
            json_object_set(role, members[i], value);
        }
    }
}

/* {"role":{...}}, with the permissions' names. */
static json_t *wrap(const struct api *api, const json_t *role)
{
    json_t *shown = json_copy((json_t *)(uintptr_t)role);
    json_t *list = json_array();
    const json_t *held = json_object_get(role, "permissions");
    for (size_t i = 0; i < json_array_size(held); i++) {
        json_t *number = json_array_get(held, i);
        json_array_append_new(list, json_pack("{s:O, s:o}", "id", number, "name",
                                              role_permission(api->world, number)));
    }
    json_object_set_new(shown, "permissions", list);
    return json_pack("{s:o}", "role", shown);
}

static struct verdict create(const struct api *api, const struct subject *subject,
                             struct api_answer *answer)
{
    int64_t number;
    json_auto_t *role = json_pack("{s:n, s:[], s:s}", "description", "permissions",
                                  "managementType", "custom_managed");
    if (subject->organization == 0) {
        return input_refuse(api->world->arena, "organizationId", "is missing",
                            "an organization's number");
    }
    take_body(api, role);
    TRY(check_role(api, subject->organization, role));
    if (documents_number(api->world->tenant->db, CUSTOM_ROLES, &number) != 0) {
        return error_store_broken();
    }
    number = number <= CUSTOM_ROLES_FROM ? number + CUSTOM_ROLES_FROM : number;
    json_object_set_new(role, "id", json_integer(number));
    json_object_set_new(role, "organizationId", json_integer(subject->organization));
    struct document_row row = {
        .collection = CUSTOM_ROLES,
        .parent = "",
        .key = arena_printf(api->world->arena, "%lld", (long long)number),
        .organization = subject->organization,
    };
    answer->json = wrap(api, role);
    return stored_add(api->world, &row, role) == 0 ? ALLOWED : error_store_broken();
}

/* The role is an organization's, in which the caller may change it, whether or not the call names
 * that. */
static struct verdict find(const struct api *api, struct document_row *row)
{
    int64_t number;
    int64_t named;
    TRY(api_number(api, "id", &number));
    TRY(api_one_number(api, "organizationId", API_ALL_PLACES, &named));
    const struct document_row wanted = {
        .collection = CUSTOM_ROLES,
        .parent = "",
        .key = arena_printf(api->world->arena, "%lld", (long long)number),
    };
    int found = documents_get(api->world->tenant->db, &wanted, api->world->arena, row);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0 && (named == 0 || named == row->organization) &&
        caller_role(api->caller, MEMBERSHIP_ORGANIZATION, row->organization) != NULL) {
        const struct subject place = {.organization = row->organization, .parent = ""};
        TRY(may_role(api, &place));
        return named == 0 ? may_rate(api, &place) : ALLOWED;
    }
    return REFUSED(NOT_FOUND, .check = "id", .detail = "there is no such custom role",
                   .expected = "a custom role of your organization", .actual = wanted.key);
}

/* Who has it is it in places of this category. */
static struct verdict check_category(const struct api *api, const json_t *old, const json_t *role)
{
    const json_t *category = json_object_get(old, "category");
    return json_equal(category, json_object_get(role, "category"))
               ? ALLOWED
               : input_refuse(api->world->arena, "category", "cannot be changed",
                              json_string_value(category));
}

/* Those who have the role have it under the new name. */
static struct verdict change_holders(const struct api *api, const struct document_row *row,
                                     const json_t *old, const json_t *role)
{
    const char *category = json_string_value(json_object_get(old, "category"));
    const char *from = json_string_value(json_object_get(old, "name"));
    return members_change_role(api->world, row->organization, category, from,
                               json_string_value(json_object_get(role, "name")));
}

static struct verdict update(const struct api *api, const struct subject *subject,
                             struct api_answer *answer)
{
    (void)subject;
    struct document_row row = {0};
    TRY(find(api, &row));
    json_auto_t *old = stored_json(&row);
    json_auto_t *role = json_copy(old);
    take_body(api, role);
    TRY(check_role(api, row.organization, role));
    TRY(check_category(api, old, role));
    TRY(change_holders(api, &row, old, role));
    answer->json = wrap(api, role);
    return stored_change(api->world, &row, role) == 0 ? ALLOWED : error_store_broken();
}

/* A role that somebody has stays. */
static struct verdict check_free(const struct api *api, const struct document_row *row,
                                 const json_t *role)
{
    const char *holders;
    const char *category = json_string_value(json_object_get(role, "category"));
    const char *name =
        arena_strdup(api->world->arena, json_string_value(json_object_get(role, "name")));
    TRY(members_with_role(api->world, row->organization, category, name, &holders));
    return holders == NULL
               ? ALLOWED
               : input_refuse(
                     api->world->arena, "id",
                     arena_printf(api->world->arena, "'%s' is the role of user %s", name, holders),
                     "a role that nobody has: give them another one first");
}

static struct verdict delete (const struct api *api, const struct subject *subject,
                              struct api_answer *answer)
{
    (void)subject;
    struct document_row row = {0};
    TRY(find(api, &row));
    json_auto_t *role = stored_json(&row);
    TRY(check_free(api, &row, role));
    answer->json = json_pack("{s:O}", "roleId", json_object_get(role, "id"));
    return documents_delete(api->world->tenant->db, &row) == 0 ? ALLOWED : error_store_broken();
}

const struct special_row special_roles[] = {
    {"roles-list", list},
    {"roles-read", read},
    {"roles-permissions", permissions},
    {"custom-roles-create", create},
    {"custom-roles-update", update},
    {"custom-roles-delete", delete},
    {0},
};
