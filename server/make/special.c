#include "server/make/special.h"

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/documents/parts.h"
#include "server/documents/user.h"
#include "server/documents/view.h"
#include "server/make/body.h"
#include "server/make/members.h"
#include "server/make/role.h"
#include "server/make/verbs.h"

static struct verdict ping(const struct api *api, const struct subject *subject,
                           struct api_answer *answer)
{
    (void)api;
    (void)subject;
    answer->json = json_pack("{s:s}", "ping", "pong");
    return ALLOWED;
}

/* What a connection or a hook was given: a hook shows it, a connection's is kept apart. */
static struct verdict set_data(const struct api *api, const struct subject *subject,
                               struct api_answer *answer)
{
    json_t *body = api->body;
    TRY(body_check_object(api));
    json_t *said = json_object_get(body, "data");
    json_t *data = json_is_object(said) ? said : body;
    json_auto_t *parts = json_object();
    json_auto_t *json = json_copy(subject->document.json);
    answer->json = json_pack("{s:b}", "changed", 1);
    if (json_object_get(json, "data") != NULL) {
        json_object_set(json, "data", data != NULL ? data : json_object_get(json, "data"));
        return subject_store(api, subject, json);
    }
    json_object_set(parts, "data", data);
    return parts_put_all(api->world, &subject->document.row, parts);
}

static struct verdict hook_ping(const struct api *api, const struct subject *subject,
                                struct api_answer *answer)
{
    json_auto_t *hook = NULL;
    const struct view view = {
        .world = api->world, .collection = api->match->operation->collection, .query = api->query};
    TRY(view_complete(&view, subject->document.json, &hook));
    bool is_attached = json_is_integer(json_object_get(hook, "scenarioId"));
    answer->json = json_pack("{s:O?, s:b, s:O?, s:O?}", "address", json_object_get(hook, "url"),
                             "attached", is_attached, "learning", json_object_get(hook, "learning"),
                             "gone", json_object_get(hook, "gone"));
    return ALLOWED;
}

static struct verdict incomings_stats(const struct api *api, const struct subject *subject,
                                      struct api_answer *answer)
{
    const json_t *hook = subject->parent_document.json;
    (void)api;
    answer->json = json_pack(
        "{s:{s:O?, s:O?, s:O?}}", "incomingStat", "queue", json_object_get(hook, "queueCount"),
        "limit", json_object_get(hook, "queueLimit"), "enabled", json_object_get(hook, "enabled"));
    return ALLOWED;
}

/* Who makes a team is its admin, which the answer says too. */
static struct verdict team_create(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    int64_t role;
    TRY(verb_create(api, subject, answer));
    TRY(role_number(api->world, subject->organization, MEMBERS_TEAM_ADMIN, &role));
    const json_t *team = json_object_get(answer->json, "team");
    json_object_set_new(answer->json, "userTeamRole",
                        json_pack("{s:I, s:I, s:O?, s:b}", "usersRoleId", (json_int_t)role,
                                  "userId", (json_int_t)user_number(&api->caller->user), "teamId",
                                  json_object_get(team, "id"), "changeable", 0));
    return ALLOWED;
}

/* Its secret is shown now and never again: nothing keeps it. */
static struct verdict agent_register(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer)
{
    const struct collection *collection = api->match->operation->collection;
    json_auto_t *secret = json_string("{hex32}");
    TRY(verb_create(api, subject, answer));
    json_object_set_new(json_object_get(answer->json, collection->one), "clientSecret",
                        fill_value(api->world, secret, 0, NULL));
    return ALLOWED;
}

static struct verdict unread_notifications(const struct api *api, const struct subject *subject,
                                           struct api_answer *answer)
{
    const struct documents_filter filter = {.collection = "notifications",
                                            .user = user_number(&api->caller->user)};
    const struct document_row *rows;
    size_t count;
    json_int_t unread = 0;
    (void)subject;
    if (documents_list(api->world->tenant->db, &filter, api->world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        json_auto_t *json = stored_json(&rows[i]);
        unread += !json_is_true(json_object_get(json, "read"));
    }
    answer->json = json_pack("{s:I}", "unreadNotifications", unread);
    return ALLOWED;
}

const struct special_row special_other[] = {
    {"ping", ping},
    {"set-data", set_data},
    {"hook-ping", hook_ping},
    {"incomings-stats", incomings_stats},
    {"team-create", team_create},
    {"agent-register", agent_register},
    {"unread-notifications", unread_notifications},
    {0},
};

static const struct special_row *const tables[] = {
    special_me,         special_roles,       special_users,      special_members,   special_account,
    special_scenarios,  special_credentials, special_properties, special_functions, special_sdk,
    special_blueprints, special_records,     special_other,
};

verb_function *special_find(const char *name)
{
    for (size_t i = 0; i < COUNT(tables); i++) {
        for (const struct special_row *row = tables[i]; row->name != NULL; row++) {
            if (str_equal(row->name, name)) {
                return row->answer;
            }
        }
    }
    return NULL;
}

struct verdict verb_special(const struct api *api, const struct subject *subject,
                            struct api_answer *answer)
{
    return special_find(api->match->operation->name)(api, subject, answer);
}
