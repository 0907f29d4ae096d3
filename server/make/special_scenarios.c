/* Scenarios: running them, what they are made from, and the trash. */
#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/parts.h"
#include "server/documents/view.h"
#include "server/make/body.h"
#include "server/make/may.h"
#include "server/make/special.h"
#include "server/make/verbs.h"

#define TRASH "scenarios-trash" /* the collection that deleted ones are in */
#define LOGS "scenario-logs"
#define STATUS_SUCCESS 1

/* What the scenario was made from, or as little as there can be. */
static struct verdict blueprint_of(const struct api *api, const struct subject *subject,
                                   json_t **blueprint)
{
    json_auto_t *part = NULL;
    TRY(parts_get(api->world, &subject->document.row, "blueprint", &part));
    *blueprint = part != NULL ? json_incref(part) : json_pack("{s:[], s:{}}", "flow", "metadata");
    return ALLOWED;
}

static json_t *spec_of(const json_t *interface, const char *member)
{
    json_t *spec = json_object_get(interface, member);
    return json_is_array(spec) ? json_incref(spec) : json_array();
}

/* {"response":{"blueprint":...}}, by the name and with the interface that the scenario has by
 * now. */
static struct verdict blueprint(const struct api *api, const struct subject *subject,
                                struct api_answer *answer)
{
    json_auto_t *made = NULL;
    json_auto_t *interface = NULL;
    json_t *scenario = subject->document.json;
    TRY(blueprint_of(api, subject, &made));
    TRY(parts_get(api->world, &subject->document.row, "interface", &interface));
    json_object_set(made, "name", json_object_get(scenario, "name"));
    if (interface != NULL) {
        json_object_set(made, "interface", interface);
    }
    answer->json =
        json_pack("{s:s, s:{s:O, s:O?, s:O?, s:O?, s:{s:o, s:o}}}", "code", "OK", "response",
                  "blueprint", made, "scheduling", json_object_get(scenario, "scheduling"),
                  "created", json_object_get(scenario, "created"), "last_edit",
                  json_object_get(scenario, "lastEdit"), "metadata", "input_spec",
                  spec_of(interface, "input"), "output_spec", spec_of(interface, "output"));
    return ALLOWED;
}

static struct verdict blueprints(const struct api *api, const struct subject *subject,
                                 struct api_answer *answer)
{
    json_t *created = json_object_get(subject->document.json, "lastEdit");
    (void)api;
    answer->json = json_pack("{s:[{s:O?, s:i, s:O?, s:b}]}", "scenariosBlueprints", "created",
                             created, "version", 1, "scenarioId",
                             json_object_get(subject->document.json, "id"), "draft", 0);
    return ALLOWED;
}

/* A run is over at once; its log stays with the scenario. */
static struct verdict add_log(const struct api *api, const struct subject *subject, json_t *log)
{
    struct document_row row = subject->document.row;
    row.collection = LOGS;
    row.parent = document_path(api->world->arena, &subject->document.row);
    row.key = arena_strdup(api->world->arena, json_string_value(json_object_get(log, "id")));
    json_object_set_new(log, "teamId", json_integer(row.team));
    json_object_set_new(log, "organizationId", json_integer(row.organization));
    document_settle(api->world, catalogue_collection(api->world->catalogue, LOGS), row.parent, log);
    return stored_add(api->world, &row, log) == 0 ? ALLOWED : error_store_broken();
}

static struct verdict check_active(const struct api *api, const json_t *scenario)
{
    if (json_is_true(json_object_get(scenario, "isActive"))) {
        return ALLOWED;
    }
    return REFUSED(INVALID_INPUT, .check = "isActive",
                   .detail = arena_printf(api->world->arena,
                                          "Scenario is not activated: POST /scenarios/%s/start "
                                          "activates it",
                                          match_value(api->match, "scenarioId")),
                   .expected = "true", .actual = "false");
}

static struct verdict run(const struct api *api, const struct subject *subject,
                          struct api_answer *answer)
{
    const struct collection *logs = catalogue_collection(api->world->catalogue, LOGS);
    json_auto_t *log = fill_value(api->world, logs->fresh, 0, api->match);
    json_auto_t *json = json_copy(subject->document.json);
    json_int_t operations = json_integer_value(json_object_get(json, "operations"));
    TRY(check_active(api, json));
    json_object_set_new(json, "operations", json_integer(operations + 1));
    TRY(add_log(api, subject, log));
    answer->json = json_pack("{s:O}", "executionId", json_object_get(log, "id"));
    if (json_is_true(json_object_get(api->body, "responsive"))) {
        json_object_set_new(answer->json, "status", json_integer(STATUS_SUCCESS));
        json_object_set_new(answer->json, "outputs", json_object());
    }
    return subject_store(api, subject, json);
}

static void drop_all(json_t *json, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_object_del(json, names[i]);
    }
}

/* A copy is not active, has no hook and has never run; in another team it is in no folder. What a
 * body says of the modules' connections and the like is not looked at. */
static struct verdict scenario_clone(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer)
{
    static const char *const uncopied[] = {
        "isActive",   "islinked",      "iswaiting", "nextExec", "hookId",
        "operations", "transfer",      "dlqCount",  "created",  "createdByUser",
        "lastEdit",   "updatedByUser", "account",   "key",      "hook",
        "device",     "udt",           "datastore", "states",   "notAnalyze"};
    struct subject target = {0};
    struct subject source = *subject;
    struct api other = *api;
    TRY(subject_target(api, subject, &target));
    TRY(body_check_object(api));
    json_auto_t *json = json_copy(subject->document.json);
    json_auto_t *body = json_copy(api->body);
    drop_all(json, uncopied, COUNT(uncopied));
    drop_all(body, uncopied, COUNT(uncopied));
    if (target.team != subject->team) {
        json_object_del(json, "folderId");
    }
    source.document.json = json;
    other.body = body;
    return verb_copy(&other, &source, answer);
}

static struct document_row in_trash(const struct document_row *scenario)
{
    struct document_row row = *scenario;
    row.collection = TRASH;
    return row;
}

static struct verdict put_away(const struct api *api, const struct document_row *row,
                               const struct document_row *place)
{
    if (documents_add(api->world->tenant->db, place) != 0 ||
        stored_copy_below(api->world, LOGS, row, place) != 0) {
        return error_store_broken();
    }
    TRY(parts_copy_all(api->world, row, place));
    return documents_delete(api->world->tenant->db, row) == 0 ? ALLOWED : error_store_broken();
}

static struct verdict scenario_delete(const struct api *api, const struct subject *subject,
                                      struct api_answer *answer)
{
    const struct document_row place = in_trash(&subject->document.row);
    answer->json = json_pack("{s:O?}", "scenario", json_object_get(subject->document.json, "id"));
    return put_away(api, &subject->document.row, &place);
}

static struct verdict find_in_trash(const struct api *api, struct document_row *row)
{
    const struct document_row wanted = {
        .collection = TRASH, .parent = "", .key = match_value(api->match, "scenarioId")};
    int found = documents_get(api->world->tenant->db, &wanted, api->world->arena, row);
    if (found < 0) {
        return error_store_broken();
    }
    bool is_shown = found == 0 && caller_belongs(api->caller, row->organization, row->team);
    return is_shown ? ALLOWED
                    : REFUSED(NOT_FOUND, .check = "scenarioId",
                              .detail = "there is no deleted scenario of this number",
                              .expected = "a scenario that was deleted", .actual = wanted.key);
}

static struct verdict scenario_restore(const struct api *api, const struct subject *subject,
                                       struct api_answer *answer)
{
    struct document_row row = {0};
    TRY(find_in_trash(api, &row));
    const struct subject place = {
        .parent = subject->parent, .organization = row.organization, .team = row.team};
    TRY(may_role(api, &place));
    TRY(subject_agrees(api, subject, &place));
    TRY(subject->organization == 0 ? may_rate(api, &place) : ALLOWED);
    struct document_row restored = row;
    json_auto_t *json = stored_json(&row);
    restored.collection = "scenarios";
    const struct view view = {.world = api->world,
                              .collection =
                                  catalogue_collection(api->world->catalogue, restored.collection),
                              .query = api->query};
    json_auto_t *shown = NULL;
    TRY(view_document(&view, json, &shown));
    answer->json = json_pack("{s:O}", "scenario", shown);
    return put_away(api, &row, &restored);
}

static struct verdict trash_count(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    const struct documents_filter filter = {
        .collection = TRASH, .organization = subject->organization, .team = subject->team};
    const struct document_row *rows;
    size_t all;
    json_int_t count = 0;
    struct sight sight = {.api = api};
    if (documents_list(api->world->tenant->db, &filter, api->world->arena, &rows, &all) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < all; i++) {
        count += may_see(&sight, &rows[i]);
    }
    answer->json = json_pack("{s:I}", "count", count);
    return ALLOWED;
}

const struct special_row special_scenarios[] = {
    {"blueprint", blueprint},
    {"blueprints", blueprints},
    {"run", run},
    {"scenario-clone", scenario_clone},
    {"scenario-delete", scenario_delete},
    {"scenario-restore", scenario_restore},
    {"trash-count", trash_count},
    {0},
};
