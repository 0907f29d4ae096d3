/* Custom properties in Make's API: an organization's structure, its items, and what scenarios have
 * for them. */
#include "tests/unit/endpoints/steps.h"

#define ITEMS "/custom-property-structures/1/custom-property-structure-items"
#define ITEM "/custom-property-structures/custom-property-structure-items/"

#define OF_ORGANIZATION(id)                                                                        \
    "{'associatedType':'scenario','belongerType':'organization','belongerId':" #id "}"

static void an_organization_has_one_structure(void **state)
{
    static const char list[] = "GET /custom-property-structures?organizationId=1";
    static const struct step steps[] = {
        {list, .is = BEFORE},
        {"POST /custom-property-structures", OF_ORGANIZATION(1), 400, "IM005",
         .says = "^associatedType: 'scenario' has structure 1 in organization 1"},
        {list, .is = BEFORE},
        {"POST /organizations", "{'name':'Other'}", .at = "/organization/id", .is = "3"},
        {"POST /custom-property-structures", OF_ORGANIZATION(3), .status = 200},
    };
    RUN(state, steps);
}

/* -- items --------------------------------------------------------------------------------------
 */

#define BODY "'name':'city','label':'City','type':'shortText','required':false"
#define OPTIONS(value) "'options':[{'value':'" value "'}]"

/* Texts of so many bytes. */
#define X8 "xxxxxxxx"
#define X61 X8 X8 X8 X8 X8 X8 X8 "xxxxx"
#define X64 X8 X8 X8 X8 X8 X8 X8 X8
#define X251 X64 X64 X64 X8 X8 X8 X8 X8 X8 X8 "xxx"
#define X1024 X64 X64 X64 X64 X64 X64 X64 X64 X64 X64 X64 X64 X64 X64 X64 X64

/* These members, and the others of BODY; the caller's. */
static json_t *item_with(const char *change)
{
    json_t *item = json_from("{" BODY "}");
    json_auto_t *more = json_from(change);
    json_object_update(item, more);
    return item;
}

static const char *body_of(struct api *api, const json_t *item)
{
    char *text = json_dumps(item, JSON_COMPACT);
    const char *body = arena_strdup(api->arena, text);
    free(text);
    return body;
}

static void an_item_that_cannot_be_is_refused(void **state)
{
    static const struct {
        const char *change, *says;
    } rows[] = {
        {"{'name':'a b'}", "^name: 'a b' cannot be a name"},
        {"{'name':'1a'}", "^name: "},
        {"{'name':'a-b'}", "^name: "},
        {"{'name':'" X64 "x'}", "^name: "},
        {"{'name':'department'}", "^name: 'department' is there already"},
        {"{'type':'nonsense'}", "^type: is none; expected shortText, "},
        {"{'required':null}", "^required: is missing"},
        {"{'label':'" X64 "x'}", "^label: is too long"},
        {"{'description':'" X1024 "x'}", "^description: is too long"},
        {"{'type':'dropdown'}", "^options: are missing"},
        {"{'type':'multiselect','options':[]}", "^options: are missing"},
        {"{'type':'dropdown','options':[{'value':'a'},{'value':'a'}]}", "^options: "},
        {"{'type':'dropdown','options':['a']}", "^options: "},
        {"{'type':'dropdown'," OPTIONS(X251) "}", "^options: "},
        {"{" OPTIONS("a") "}", "^options: are there"},
        {"{'structureId':2}", "^structureId: is another than in the path; expected 1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_auto_t *item = item_with(rows[i].change);
        const struct step steps[] = {
            {"GET " ITEMS, .is = BEFORE},
            {"POST " ITEMS, body_of(*state, item), 400, "IM005", .says = rows[i].says},
            {"GET " ITEMS, .is = BEFORE},
        };
        RUN(state, steps);
    }
}

static void an_item_that_can_be_is_made(void **state)
{
    static const char *const changes[] = {
        "{'name':'$'}",
        "{'name':'_9$" X61 "'}",
        "{'type':'dropdown','options':[{'value':'a'},{'value':'b'}]}",
        "{'structureId':1}",
        "{'type':'boolean','options':null}",
        "{'required':true}",
    };
    struct api *api = *state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        json_auto_t *item = item_with(changes[i]);
        json_auto_t *wanted = json_pack("{s:i, s:s, s:n, s:i}", "id", (int)i + 2, "description", "",
                                        "options", "structureId", 1);
        json_object_update(wanted, item);
        json_t *made = api_ok(api, OWNER, "POST " ITEMS, body_of(api, item));
        if (!json_equal(json_object_get(made, "customPropertyStructureItem"), wanted)) {
            fail_msg("%s: made otherwise", changes[i]);
        }
        const char *gone = arena_printf(api->arena, "DELETE " ITEM "%zu", i + 2);
        api_ok(api, OWNER, gone, NULL);
    }
}

static void an_item_keeps_its_name_and_its_type(void **state)
{
    static const char first[] = "PATCH " ITEM "1";
    static const struct step steps[] = {
        {"GET " ITEMS, .is = BEFORE},
        {first, "{'name':'other'}", 400, "IM005", .says = "^name: cannot be changed"},
        {first, "{'type':'multiselect'}", 400, "IM005", .says = "^type: cannot be changed"},
        {first, "{'structureId':2}", 400, "IM005", .says = "^structureId: cannot"},
        {first, "{'options':[]}", 400, "IM005", .says = "^options: "},
        {first, "{'options':null}", 400, "IM005", .says = "^options: "},
        {first, "{'label':'" X64 "x'}", 400, "IM005", .says = "^label: is too long"},
        {"GET " ITEMS, .is = BEFORE},
    };
    RUN(state, steps);
    struct api *api = *state;
    json_auto_t *wanted =
        json_at(api_ok(api, OWNER, "GET " ITEMS, NULL), "/customPropertyStructureItems/0");
    json_auto_t *same =
        json_from("{'name':'department','type':'dropdown','label':'New'," OPTIONS("Sales") "}");
    json_object_update(wanted, same);
    json_t *changed = api_ok(api, OWNER, first, body_of(api, same));
    assert_true(json_equal(json_object_get(changed, "customPropertyStructureItem"), wanted));
}

static void an_item_without_data_is_deleted_at_once(void **state)
{
    static const struct step steps[] = {
        {"POST /scenarios/2/custom-properties", "{'other':1}", .status = 200},
        {"DELETE " ITEM "1", .is = "{'customPropertyStructureItem':1}"},
        {"GET " ITEMS, .at = "/customPropertyStructureItems", .is = "[]"},
        {"GET /scenarios/2/custom-properties", .at = "/customProperties", .is = "{'other':1}"},
    };
    RUN(state, steps);
}

/* -- what scenarios have ------------------------------------------------------------------------
 */

#define PROPERTIES "/scenarios/1/custom-properties"

static void an_item_with_data_goes_with_it_when_that_is_confirmed(void **state)
{
    static const struct step steps[] = {
        {"POST " PROPERTIES, "{'department':'Sales','other':1}", .status = 200},
        {"DELETE " ITEM "1", NULL, 406, "IM004", .says = "what scenarios have for it"},
        {"GET " ITEMS, .at = "/customPropertyStructureItems/*/id", .is = "[1]"},
        {"DELETE " ITEM "1?confirmed=true", .status = 200},
        {"GET " PROPERTIES, .at = "/customProperties", .is = "{'other':1}"},
        {"GET " ITEMS, .at = "/customPropertyStructureItems", .is = "[]"},
    };
    RUN(state, steps);
}

static void an_item_with_data_in_the_trash_goes_with_it_when_that_is_confirmed(void **state)
{
    static const struct step steps[] = {
        {"POST " PROPERTIES, "{'department':'Sales','other':1}", .status = 200},
        {"DELETE /scenarios/1", .status = 200},
        {"DELETE " ITEM "1", NULL, 406, "IM004", .says = "what scenarios have for it"},
        {"GET " ITEMS, .at = "/customPropertyStructureItems/*/id", .is = "[1]"},
        {"DELETE " ITEM "1?confirmed=true", .status = 200},
        {"POST /scenarios/1/restore", .status = 200},
        {"GET " PROPERTIES, .at = "/customProperties", .is = "{'other':1}"},
        {"GET " ITEMS, .at = "/customPropertyStructureItems", .is = "[]"},
    };
    RUN(state, steps);
}

static void a_deletion_that_was_not_confirmed_takes_no_data(void **state)
{
    static const struct step steps[] = {
        {"POST " PROPERTIES, "{'department':'Sales'}", .status = 200},
        {"DELETE " ITEM "1", NULL, 406, .code = "IM004"},
        {"GET " PROPERTIES, .at = "/customProperties", .is = "{'department':'Sales'}"},
    };
    RUN(state, steps);
}

static void a_scenario_shows_its_custom_properties(void **state)
{
    static const char shown[] = "GET /scenarios/1?cols[]=customProperties";
    static const struct step steps[] = {
        {shown, .at = "/scenario/customProperties", .is = "{}"},
        {"POST " PROPERTIES, "{'department':'Sales'}", .status = 200},
        {shown, .at = "/scenario/customProperties", .is = "{'department':'Sales'}"},
        {"GET /scenarios/1", .at = "/scenario/customProperties", .is = NOTHING},
        {"PATCH /scenarios/1", "{'customProperties':{'department':'HR'}}", 400, "IM005",
         .says = "^customProperties: cannot be changed"},
        {shown, .at = "/scenario/customProperties", .is = "{'department':'Sales'}"},
        {"GET /scenarios?teamId=1&cols[]=customProperties", .at = "/scenarios/*/customProperties",
         .is = "[{'department':'Sales'},{},{}]"},
    };
    RUN(state, steps);
}

/* -- apps ---------------------------------------------------------------------------------------
 */

/* What stands at `path` of the app, wrapped in `one`, is of no other app. */
static void stays_its_apps(void **state, const char *path, const char *one)
{
    struct api *api = *state;
    const char *call = arena_printf(api->arena, "POST /sdk/apps/example-shop/%s", path);
    api_refused(api, OWNER, call, "{'type':'basic','label':'x','appName':'other'}", 400, "IM005",
                "^appName: is another than in the path; expected 'example-shop'");
    json_t *made =
        api_ok(api, OWNER, call, "{'type':'basic','label':'x','appName':'example-shop'}");
    const char *name = text_of(json_object_get(made, one), "name");
    assert_string_not_equal(name, "");
    api_refused(api, OWNER, arena_printf(api->arena, "PATCH /sdk/apps/%s/%s", path, name),
                "{'appName':'other'}", 400, "IM005", "^appName: cannot be changed");
}

static void what_is_an_apps_stays_that_apps(void **state)
{
    stays_its_apps(state, "connections", "appConnection");
    stays_its_apps(state, "webhooks", "appWebhook");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_organization_has_one_structure),
        TEST(an_item_that_cannot_be_is_refused),
        TEST(an_item_that_can_be_is_made),
        TEST(an_item_keeps_its_name_and_its_type),
        TEST(an_item_without_data_is_deleted_at_once),
        TEST(an_item_with_data_goes_with_it_when_that_is_confirmed),
        TEST(an_item_with_data_in_the_trash_goes_with_it_when_that_is_confirmed),
        TEST(a_deletion_that_was_not_confirmed_takes_no_data),
        TEST(a_scenario_shows_its_custom_properties),
        TEST(what_is_an_apps_stays_that_apps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
