#include "server/oauth/organization.h"

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/membership.h"
#include "server/store/documents.h"

/* As the API has it, where it may have been made or renamed. 0; 1 when it is gone; negative:
 * broken. */
static int name_of(struct tenant *tenant, struct arena *arena, int64_t id, const char **name)
{
    const struct document_row wanted = {
        .collection = "organizations",
        .parent = "",
        .key = arena_printf(arena, "%lld", (long long)id),
    };
    struct document_row row = {0};
    int found = documents_get(tenant->db, &wanted, arena, &row);
    if (found != 0) {
        return found;
    }
    json_auto_t *json = json_loadb((const char *)row.body, row.size, 0, NULL);
    *name = arena_strdup(arena, json_string_value(json_object_get(json, "name")));
    return 0;
}

int organizations_of(struct tenant *tenant, struct arena *arena, const struct user_row *user,
                     struct organizations *organizations)
{
    const struct memberships memberships = memberships_read(arena, user->memberships);
    struct organization *list = arena_alloc(arena, (memberships.count + 1) * sizeof(*list));
    *organizations = (struct organizations){.list = list};
    for (size_t i = 0; i < memberships.count; i++) {
        const struct membership *item = &memberships.list[i];
        struct organization *next = &list[organizations->count];
        if (!str_equal(item->kind, MEMBERSHIP_ORGANIZATION)) {
            continue;
        }
        next->id = item->id;
        next->role = item->role;
        int found = name_of(tenant, arena, next->id, &next->name);
        if (found < 0) {
            return DB_BROKEN;
        }
        organizations->count += found == 0;
    }
    return 0;
}

bool organizations_have(const struct organizations *organizations, int64_t id)
{
    for (size_t i = 0; i < organizations->count; i++) {
        if (organizations->list[i].id == id) {
            return true;
        }
    }
    return false;
}
