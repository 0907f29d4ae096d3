#include "server/documents/computed.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/document.h"
#include "server/documents/parts.h"
#include "server/documents/script.h"

#define DEPTH_MAX 1000 /* of documents below each other */

/* The number of the team or the organization that the document is in, or is. */
static int64_t owner(const struct source *source, enum owner which)
{
    static const char *const own[OWNER__MAX] = {
        [OWNER_ORGANIZATION] = "organizations", [OWNER_TEAM] = "teams"};
    bool is_itself = str_equal(source->collection->name, own[which]);
    return json_integer_value(
        json_object_get(source->json, is_itself ? "id" : owner_members[which]));
}

/* Documents of another collection that are in the same team or organization. */
static struct verdict list_beside(const struct source *source, const char *collection,
                                  json_t **list)
{
    const struct world *world = source->world;
    const struct documents_filter filter = {
        .collection = collection,
        .organization = owner(source, OWNER_ORGANIZATION),
        .team = owner(source, OWNER_TEAM),
    };
    const struct document_row *rows;
    size_t count;
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(*list, stored_json(&rows[i]));
    }
    return ALLOWED;
}

static json_t *id_of(const json_t *json)
{
    return json_object_get(json, "id");
}

/* Those of another collection that have one of `keys` as their member `by`, in the order they were
 * made in. */
static struct verdict list_naming(const struct source *source, const char *collection,
                                  const char *by, const json_t *keys, json_t **list)
{
    json_auto_t *all = NULL;
    json_auto_t *kept = json_array();
    TRY(list_beside(source, collection, &all));
    for (size_t i = 0; i < json_array_size(all); i++) {
        json_t *other = json_array_get(all, i);
        if (json_has(keys, json_object_get(other, by))) {
            json_array_append(kept, other);
        }
    }
    *list = json_incref(kept);
    return ALLOWED;
}

/* Those that name the document itself. */
static struct verdict list_naming_it(const struct source *source, const char *collection,
                                     const char *by, json_t **list)
{
    json_auto_t *keys = json_array();
    json_array_append(keys, id_of(source->json));
    return list_naming(source, collection, by, keys, list);
}

static struct verdict count_naming_it(const struct source *source, const char *collection,
                                      const char *by, json_t **value)
{
    json_auto_t *list = NULL;
    TRY(list_naming_it(source, collection, by, &list));
    *value = json_integer((json_int_t)json_array_size(list));
    return ALLOWED;
}

/* Where the document stands, for what is part of it or beside it. */
static struct document_row place_of(const struct source *source)
{
    const char *member;
    return (struct document_row){
        .collection = source->collection->name,
        .parent = "",
        .key = document_key_of(source->world->arena, source->collection, source->json, &member),
    };
}

/* -- of an organization, of a team ------------------------------------------------------------- */

static struct verdict active_scenarios(const struct source *source, json_t **value)
{
    json_auto_t *all = NULL;
    json_int_t count = 0;
    TRY(list_beside(source, "scenarios", &all));
    for (size_t i = 0; i < json_array_size(all); i++) {
        count += json_is_true(json_object_get(json_array_get(all, i), "isActive"));
    }
    *value = json_integer(count);
    return ALLOWED;
}

/* What the document has of its own; NULL: nothing. */
static json_t *own_value(const struct source *source, const char *member)
{
    json_t *value = json_object_get(source->json, member);
    return value != NULL && !json_is_null(value) ? json_incref(value) : NULL;
}

/* A zone is where its API is: here, host and port of the issuer. */
static struct verdict organization_zone(const struct source *source, json_t **value)
{
    const char *authority = strstr(source->world->tenant->issuer, "://") + 3;
    json_t *own = own_value(source, "zone");
    *value = own != NULL ? own : json_stringn(authority, strcspn(authority, "/"));
    return ALLOWED;
}

static struct verdict organization_teams(const struct source *source, json_t **value)
{
    json_auto_t *all = NULL;
    *value = own_value(source, "teams");
    if (*value != NULL) {
        return ALLOWED;
    }
    TRY(list_beside(source, "teams", &all));
    *value = json_array();
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *team = json_array_get(all, i);
        json_array_append_new(*value, json_pack("{s:O?, s:O?}", "id", id_of(team), "name",
                                                json_object_get(team, "name")));
    }
    return ALLOWED;
}

/* -- of a scenario, of a hook ------------------------------------------------------------------ */

/* A column, which is kept beside the scenario. */
static struct verdict custom_properties(const struct source *source, json_t **value)
{
    const struct document_row place = place_of(source);
    TRY(parts_get(source->world, &place, "custom-properties", value));
    *value = *value != NULL ? *value : json_object();
    return ALLOWED;
}

/* The last scenario that has the hook. */
static struct verdict of_its_scenario(const struct source *source, const char *member,
                                      json_t **value)
{
    json_auto_t *list = NULL;
    TRY(list_naming_it(source, "scenarios", "hookId", &list));
    const json_t *last = json_array_get(list, json_array_size(list) - 1);
    json_t *found = json_object_get(last, member);
    *value = found != NULL ? json_incref(found) : json_null();
    return ALLOWED;
}

static struct verdict hook_scenario_id(const struct source *source, json_t **value)
{
    return of_its_scenario(source, "id", value);
}

static struct verdict hook_scenario_name(const struct source *source, json_t **value)
{
    return of_its_scenario(source, "name", value);
}

static struct verdict hook_scenario_is_active(const struct source *source, json_t **value)
{
    return of_its_scenario(source, "isActive", value);
}

/* -- of a folder ------------------------------------------------------------------------------- */

static const json_t *find(const json_t *list, const json_t *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_equal(id_of(json_array_get(list, i)), id)) {
            return json_array_get(list, i);
        }
    }
    return NULL;
}

/* The names from the top to this one. */
static struct verdict folder_path(const struct source *source, json_t **value)
{
    json_auto_t *all = NULL;
    const char *path = NULL;
    const json_t *at = source->json;
    TRY(list_beside(source, source->collection->name, &all));
    for (int depth = 0; at != NULL && depth < DEPTH_MAX; depth++) {
        const char *name = json_string_value(json_object_get(at, "name"));
        path = arena_printf(source->world->arena, "%s%s%s", name != NULL ? name : "",
                            path != NULL ? "/" : "", path != NULL ? path : "");
        at = find(all, json_object_get(at, "parentId"));
    }
    *value = json_string(path);
    return ALLOWED;
}

static struct verdict folder_has_children(const struct source *source, json_t **value)
{
    json_auto_t *list = NULL;
    TRY(list_naming_it(source, source->collection->name, "parentId", &list));
    *value = json_boolean(json_array_size(list) > 0);
    return ALLOWED;
}

/* The keys of what is below those in `keys`, level by level, behind them. */
static void add_below(const json_t *all, json_t *keys)
{
    for (size_t i = 0; i < json_array_size(keys); i++) {
        for (size_t j = 0; j < json_array_size(all); j++) {
            const json_t *other = json_array_get(all, j);
            if (json_equal(json_object_get(other, "parentId"), json_array_get(keys, i)) &&
                !json_has(keys, id_of(other))) {
                json_array_append(keys, id_of(other));
            }
        }
    }
}

static struct verdict count_in_subtree(const struct source *source, const char *collection,
                                       json_t **value)
{
    json_auto_t *all = NULL;
    json_auto_t *list = NULL;
    json_auto_t *keys = json_array();
    TRY(list_beside(source, source->collection->name, &all));
    json_array_append(keys, id_of(source->json));
    add_below(all, keys);
    TRY(list_naming(source, collection, "folderId", keys, &list));
    *value = json_integer((json_int_t)json_array_size(list));
    return ALLOWED;
}

static struct verdict folder_scenarios(const struct source *source, json_t **value)
{
    return count_naming_it(source, "scenarios", "folderId", value);
}

static struct verdict folder_scenarios_below(const struct source *source, json_t **value)
{
    return count_in_subtree(source, "scenarios", value);
}

static struct verdict folder_deleted(const struct source *source, json_t **value)
{
    return count_naming_it(source, "scenarios-trash", "folderId", value);
}

static struct verdict folder_deleted_below(const struct source *source, json_t **value)
{
    return count_in_subtree(source, "scenarios-trash", value);
}

/* -- of the rest ------------------------------------------------------------------------------- */

/* What its records take as JSON: a number in a text. */
static struct verdict data_store_size(const struct source *source, json_t **value)
{
    const struct world *world = source->world;
    const struct document_row place = place_of(source);
    const struct documents_filter filter = {.collection = "data-store-records",
                                            .parent = document_path(world->arena, &place)};
    const struct document_row *rows;
    size_t count;
    long long size = 0;
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        size += (long long)rows[i].size;
    }
    *value = json_string(arena_printf(world->arena, "%lld", size));
    return ALLOWED;
}

static struct verdict function_arguments(const struct source *source, json_t **value)
{
    const char *code = json_string_value(json_object_get(source->json, "code"));
    *value = json_string(script_arguments(source->world->arena, code != NULL ? code : ""));
    return ALLOWED;
}

static struct verdict agent_systems(const struct source *source, json_t **value)
{
    return count_naming_it(source, "connected-systems", "agentId", value);
}

const struct computed_row computed_table[] = {
    {"organizations", "zone", organization_zone},
    {"organizations", "teams", organization_teams},
    {"organizations", "activeScenarios", active_scenarios},
    {"teams", "activeScenarios", active_scenarios},
    {"scenarios", "customProperties", custom_properties},
    {"folders", "path", folder_path},
    {"folders", "hasChildren", folder_has_children},
    {"folders", "scenariosTotal", folder_scenarios},
    {"folders", "scenariosSubtreeTotal", folder_scenarios_below},
    {"folders", "scenariosDeleted", folder_deleted},
    {"folders", "scenariosDeletedSubtreeTotal", folder_deleted_below},
    {"hooks", "scenarioId", hook_scenario_id},
    {"hooks", "scenarioName", hook_scenario_name},
    {"hooks", "scenarioIsActive", hook_scenario_is_active},
    {"data-stores", "size", data_store_size},
    {"functions", "args", function_arguments},
    {"agents", "systemConnectionsCount", agent_systems},
    {0},
};

const struct computed_row *computed_of(const struct collection *collection, size_t *count)
{
    const struct computed_row *row = computed_table;
    while (row->collection != NULL && !str_equal(row->collection, collection->name)) {
        row++;
    }
    *count = 0;
    while (row[*count].collection != NULL && str_equal(row[*count].collection, collection->name)) {
        (*count)++;
    }
    return row;
}

bool computed_has(const struct collection *collection, const char *member)
{
    size_t count;
    const struct computed_row *rows = computed_of(collection, &count);
    for (size_t i = 0; i < count; i++) {
        if (str_equal(rows[i].member, member)) {
            return true;
        }
    }
    return false;
}

bool computed_is_always(const struct collection *collection, const struct computed_row *row)
{
    return json_object_get(collection->fresh, row->member) != NULL;
}
