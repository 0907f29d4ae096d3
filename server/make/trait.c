#include "server/make/trait.h"

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/script.h"
#include "server/make/blueprint.h"
#include "server/make/given.h"

static struct verdict read_scenario(const struct api *api, json_t *members, json_t *apart)
{
    return blueprint_take(api, "usedPackages", members, apart);
}

static struct verdict read_template(const struct api *api, json_t *members, json_t *apart)
{
    return blueprint_take(api, "usedApps", members, apart);
}

/* The SDK's CreateScenarioBody: beside the team a new one has to be given these. */
static struct verdict check_new_scenario(const struct api *api)
{
    static const char *const needed[] = {"scheduling", "blueprint"};
    for (size_t i = 0; i < COUNT(needed); i++) {
        const json_t *value = json_object_get(api->body, needed[i]);
        if (value == NULL || json_is_null(value)) {
            return input_refuse(api->world->arena, needed[i], "is missing",
                                "an object, or the same as JSON in a text");
        }
    }
    return ALLOWED;
}

/* What is switched on already is not switched on. */
static struct verdict check_switch(const struct api *api, const json_t *scenario)
{
    const char *name = "isActive";
    const json_t *value = json_object_get(api->match->operation->settings, name);
    if (value == NULL || !json_equal(json_object_get(scenario, name), value)) {
        return ALLOWED;
    }
    bool is_on = json_is_true(value);
    return REFUSED(INVALID_INPUT, .check = name,
                   .detail = is_on ? "Scenario is already running" : "Scenario is not running",
                   .expected = is_on ? "false" : "true", .actual = is_on ? "true" : "false");
}

/* `member` of what it is part of. */
static struct verdict count_into(const struct api *api, const struct subject *subject,
                                 const char *member)
{
    const struct world *world = api->world;
    const struct documents_filter filter = {.collection = api->match->operation->collection->name,
                                            .parent = subject->parent};
    const struct document_row *rows;
    size_t count;
    if (!subject->has_parent) {
        return ALLOWED;
    }
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    struct document_row parent = subject->parent_document.row;
    json_t *json = subject->parent_document.json;
    json_object_set_new(json, member, json_integer((json_int_t)count));
    return stored_change(world, &parent, json) == 0 ? ALLOWED : error_store_broken();
}

static struct verdict count_queue(const struct api *api, const struct subject *subject)
{
    return count_into(api, subject, "queueCount");
}

static struct verdict count_records(const struct api *api, const struct subject *subject)
{
    return count_into(api, subject, "records");
}

/* A function tells the arguments that its code has. */
static struct verdict take_code(const struct api *api, const struct subject *subject)
{
    if (!str_equal(api->match->operation->name, "code")) {
        return ALLOWED;
    }
    const char *code = arena_strndup(api->world->arena, (const char *)api->bytes, api->size);
    json_auto_t *json = json_copy(subject->document.json);
    json_put_text(json, "args", script_arguments(api->world->arena, code));
    return subject_store(api, subject, json);
}

const struct trait trait_table[] = {
    {.collection = "teams", .read = given_team},
    {.collection = "scenarios",
     .read = read_scenario,
     .check_new = check_new_scenario,
     .check_set = check_switch},
    {.collection = "templates", .read = read_template},
    {.collection = "hooks", .read = given_hook},
    {.collection = "hook-incomings", .count = count_queue},
    {.collection = "connections", .read = given_connection},
    {.collection = "data-stores", .read = given_data_store, .name_in_body = given_data_store_name},
    {.collection = "data-store-records", .read = given_record, .count = count_records},
    {.collection = "agents", .is_missing_input = true},
    {.collection = "connected-systems", .read = given_connected_system, .is_missing_input = true},
    {.collection = "sdk-functions", .take_bytes = take_code},
    {0},
};

const struct trait *trait_of(const struct collection *collection)
{
    const struct trait *trait = trait_table;
    while (trait->collection != NULL && !str_equal(trait->collection, collection->name)) {
        trait++;
    }
    return trait;
}
