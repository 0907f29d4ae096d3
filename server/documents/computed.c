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

/* Documents of another collection that are in the same team or organization. Of all teams of an
 * organization at once, since each team of a list asks: is_of_team says which are this one's. */
static struct verdict read_beside(const struct source *source, const char *collection,
                                  const struct reading **reading)
{
    int64_t organization = owner(source, OWNER_ORGANIZATION);
    const struct documents_filter filter = {
        .collection = collection,
        .organization = organization,
        .team = organization != 0 ? 0 : owner(source, OWNER_TEAM),
    };
    return readings_get(source->readings, &filter, reading) == 0 ? ALLOWED : error_store_broken();
}

static bool is_of_team(const struct source *source, const struct reading *reading, size_t number)
{
    int64_t team = owner(source, OWNER_TEAM);
    return team == 0 || reading->rows[number].team == team;
}

static json_t *id_of(const json_t *json)
{
    return json_object_get(json, "id");
}

/* Those of another collection that have the key as their member `by`: how many, and the last of
 * them, borrowed; NULL when there is none. */
struct naming {
    json_int_t count;
    const json_t *last;
};

static struct verdict find_naming(const struct source *source, const char *collection,
                                  const char *by, const json_t *key, struct naming *naming)
{
    const struct reading *reading;
    const size_t *numbers;
    *naming = (struct naming){0};
    TRY(read_beside(source, collection, &reading));
    size_t count = reading_find(reading, by, key, &numbers);
    for (size_t i = 0; i < count; i++) {
        if (is_of_team(source, reading, numbers[i])) {
            naming->last = reading->items[numbers[i]];
            naming->count++;
        }
    }
    return ALLOWED;
}

static struct verdict count_naming_it(const struct source *source, const char *collection,
                                      const char *by, json_t **value)
{
    struct naming naming = {0};
    TRY(find_naming(source, collection, by, id_of(source->json), &naming));
    *value = json_integer(naming.count);
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
    const struct reading *all;
    json_int_t count = 0;
    TRY(read_beside(source, "scenarios", &all));
    for (size_t i = 0; i < all->count; i++) {
        count +=
            is_of_team(source, all, i) && json_is_true(json_object_get(all->items[i], "isActive"));
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
    const struct reading *all;
    *value = own_value(source, "teams");
    if (*value != NULL) {
        return ALLOWED;
    }
    TRY(read_beside(source, "teams", &all));
    *value = json_array();
    for (size_t i = 0; i < all->count; i++) {
        const json_t *team = all->items[i];
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
    struct naming naming = {0};
    TRY(find_naming(source, "scenarios", "hookId", id_of(source->json), &naming));
    json_t *found = json_object_get(naming.last, member);
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

/* The names from the top to this one. */
static struct verdict folder_path(const struct source *source, json_t **value)
{
    const struct reading *all;
    const char *path = "";
    const json_t *at = source->json;
    TRY(read_beside(source, source->collection->name, &all));
    for (int depth = 0; at != NULL && depth < DEPTH_MAX; depth++) {
        const size_t *numbers;
        const char *name = json_string_value(json_object_get(at, "name"));
        path = arena_printf(source->world->arena, "%s%s%s", name != NULL ? name : "",
                            depth > 0 ? "/" : "", path);
        size_t above = reading_find(all, "id", json_object_get(at, "parentId"), &numbers);
        at = above > 0 ? all->items[numbers[0]] : NULL;
    }
    *value = json_string(path);
    return ALLOWED;
}

static struct verdict folder_has_children(const struct source *source, json_t **value)
{
    struct naming naming = {0};
    TRY(find_naming(source, source->collection->name, "parentId", id_of(source->json), &naming));
    *value = json_boolean(naming.count > 0);
    return ALLOWED;
}

/* The keys of what is below those in `keys`, level by level, behind them; each once, even where
 * folders go in a circle. */
static void add_below(const struct source *source, const struct reading *all, json_t *keys)
{
    bool *is_seen = arena_alloc(source->world->arena, all->count + 1);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const size_t *numbers;
        size_t count = reading_find(all, "parentId", json_array_get(keys, i), &numbers);
        for (size_t j = 0; j < count; j++) {
            json_t *key = id_of(all->items[numbers[j]]);
            if (!is_seen[numbers[j]] && !json_equal(key, id_of(source->json))) {
                is_seen[numbers[j]] = true;
                json_array_append(keys, key);
            }
        }
    }
}

static struct verdict count_in_subtree(const struct source *source, const char *collection,
                                       json_t **value)
{
    const struct reading *all;
    json_auto_t *keys = json_array();
    json_int_t count = 0;
    TRY(read_beside(source, source->collection->name, &all));
    json_array_append(keys, id_of(source->json));
    add_below(source, all, keys);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        struct naming naming = {0};
        TRY(find_naming(source, collection, "folderId", json_array_get(keys, i), &naming));
        count += naming.count;
    }
    *value = json_integer(count);
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
