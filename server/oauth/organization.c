#include "server/oauth/organization.h"

#include "server/base/json.h"

static const char *name_of(struct arena *arena, const json_t *directory, const json_t *id)
{
    for (size_t i = 0; i < json_array_size(directory); i++) {
        const json_t *item = json_array_get(directory, i);
        if (json_equal(json_object_get(item, "id"), id)) {
            return arena_strdup(arena, json_string_value(json_object_get(item, "name")));
        }
    }
    return "";
}

int organizations_of(struct tenant *tenant, struct arena *arena, const struct user_row *user,
                     struct organizations *organizations)
{
    const char *text = "[]";
    if (directory_get(tenant->db, tenant->id, "organizations", arena, &text) < 0) {
        return DB_BROKEN;
    }
    json_auto_t *directory = json_loads(text, 0, NULL);
    json_auto_t *memberships = json_loads(user->memberships, 0, NULL);
    const json_t *in = json_object_get(memberships, "organizations");
    size_t count = json_array_size(in);
    struct organization *list = arena_alloc(arena, (count + 1) * sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(in, i);
        const json_t *id = json_object_get(item, "id");
        list[i] = (struct organization){
            .id = json_integer_value(id),
            .name = name_of(arena, directory, id),
            .role = arena_strdup(arena, json_string_value(json_object_get(item, "role"))),
        };
    }
    *organizations = (struct organizations){.list = list, .count = count};
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
