/* Requests for credentials: what a user is asked to connect. Nobody is written to. */
#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/documents/user.h"
#include "server/documents/view.h"
#include "server/make/body.h"
#include "server/make/may.h"
#include "server/make/members.h"
#include "server/make/special.h"
#include "server/make/verbs.h"

#define CREDENTIALS "credentials"

/* The lists of a body that ask for credentials, and what each of them is. */
static const struct {
    const char *list, *component, *type;
} kinds[] = {
    {"connections", "account", "type"},
    {"keys", "keychain", "type"},
    {"credentials", "account", "appName"},
};

/* What an item of such a list may say besides. */
static const char *const said_of_item[] = {"nameOverride", "description", "scope",
                                           "appName",      "appModules",  "appVersion"};

/* One that is asked for, where it stands in the body. */
struct asked {
    const json_t *item;
    const char *place, *component, *type;
};

static struct verdict take_said(const struct api *api, const struct asked *asked, json_t *json)
{
    for (size_t i = 0; i < COUNT(said_of_item); i++) {
        const char *name = said_of_item[i];
        json_t *value = json_object_get(asked->item, name);
        bool is_version = str_equal(name, "appVersion") && json_is_integer(value);
        bool is_list = json_is_array(json_object_get(json, name));
        if (value == NULL) {
            continue;
        }
        if (is_version) {
            json_put_text(json, name, json_text(api->world->arena, value, NULL));
            continue;
        }
        if (is_list ? !json_is_array(value) : !json_is_string(value)) {
            return input_refuse(
                api->world->arena, arena_printf(api->world->arena, "%s.%s", asked->place, name),
                is_list ? "is no list" : "is no text", is_list ? "a list" : "a text");
        }
        json_object_set(json, name, value);
    }
    return ALLOWED;
}

static struct verdict add_credential(const struct api *api, const struct document_row *request,
                                     const struct asked *asked, json_t *list)
{
    const struct collection *collection = catalogue_collection(api->world->catalogue, CREDENTIALS);
    json_auto_t *json = fill_value(api->world, collection->fresh, 0, api->match);
    json_object_set_new(json, "requestId", json_string(request->key));
    json_put_text(json, "component", asked->component);
    json_put_text(json, "type", asked->type);
    json_put_text(json, "name", asked->type);
    TRY(take_said(api, asked, json));
    struct document_row row = {
        .collection = CREDENTIALS,
        .parent = document_path(api->world->arena, request),
        .key = arena_strdup(api->world->arena, json_string_value(json_object_get(json, "id"))),
        .organization = request->organization,
        .team = request->team,
    };
    if (stored_add(api->world, &row, json) != 0) {
        return error_store_broken();
    }
    view_omit(collection, json);
    json_array_append(list, json);
    return ALLOWED;
}

static struct verdict read_asked(const struct api *api, size_t kind, size_t index,
                                 struct asked *asked)
{
    const json_t *item = json_array_get(json_object_get(api->body, kinds[kind].list), index);
    const char *type = json_string_value(json_object_get(item, kinds[kind].type));
    *asked = (struct asked){
        .item = item,
        .place = arena_printf(api->world->arena, "%s[%zu]", kinds[kind].list, index),
        .component = kinds[kind].component,
        .type = type,
    };
    return type != NULL ? ALLOWED
                        : input_refuse(api->world->arena,
                                       arena_printf(api->world->arena, "%s.%s", asked->place,
                                                    kinds[kind].type),
                                       "is missing or no text", "a text");
}

/* All that the body asks for, in the order of the table. */
static struct verdict read_all(const struct api *api, struct asked **all, size_t *count)
{
    size_t most = 0;
    *count = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const json_t *list = json_object_get(api->body, kinds[i].list);
        if (list != NULL && !json_is_array(list)) {
            return input_refuse(api->world->arena, kinds[i].list, "is no list", "a list");
        }
        most += json_array_size(list);
    }
    *all = arena_alloc(api->world->arena, (most + 1) * sizeof(**all));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        for (size_t j = 0; j < json_array_size(json_object_get(api->body, kinds[i].list)); j++) {
            TRY(read_asked(api, i, j, &(*all)[*count]));
            (*count)++;
        }
    }
    return ALLOWED;
}

/* The apps that it is about, each once. */
static json_t *apps_of(const struct asked *all, size_t count)
{
    json_t *names = json_array();
    for (size_t i = 0; i < count; i++) {
        const char *app = json_string_value(json_object_get(all[i].item, "appName"));
        const char *name = app != NULL ? app : all[i].type;
        if (!json_has_text(names, name)) {
            json_array_append_new(names, json_string(name));
        }
    }
    return names;
}

static struct verdict describe(const struct api *api, const struct document_row *row,
                               json_t *request, json_t *credentials, struct api_answer *answer)
{
    view_omit(api->match->operation->collection, request);
    const char *uri = arena_printf(api->world->arena, "%s/credential-requests/%s",
                                   api->world->tenant->issuer, row->key);
    answer->json = json_pack("{s:O, s:O, s:s}", "request", request, "credentials", credentials,
                             "publicUri", uri);
    return ALLOWED;
}

/* A request of the body's name and description, for the team of `subject`, with the credentials
 * that are asked for. */
static struct verdict add_request(const struct api *api, const struct subject *subject,
                                  const struct asked *all, size_t count, struct api_answer *answer)
{
    static const char *const members[] = {"name", "description"};
    struct document_row row = {0};
    json_auto_t *request = NULL;
    json_auto_t *credentials = json_array();
    json_auto_t *said = json_object();
    json_object_set_new(said, "teamId", json_integer(subject->team));
    json_object_set_new(said, "appNames", apps_of(all, count));
    for (size_t i = 0; i < COUNT(members); i++) {
        json_t *value = json_object_get(api->body, members[i]);
        if (value != NULL) {
            json_object_set(said, members[i], value);
        }
    }
    if (subject->team == 0) {
        return input_refuse(api->world->arena, "teamId", "is missing", "a team's number");
    }
    TRY(body_make(api, subject, said, &row, &request));
    TRY(verb_add(api, &row, request, NULL));
    for (size_t i = 0; i < count; i++) {
        TRY(add_credential(api, &row, &all[i], credentials));
    }
    return describe(api, &row, request, credentials, answer);
}

static struct verdict request_credentials(const struct api *api, const struct subject *subject,
                                          struct api_answer *answer)
{
    struct asked *all = NULL;
    size_t count = 0;
    TRY(read_all(api, &all, &count));
    return add_request(api, subject, all, count, answer);
}

/* The same, of which the request alone is answered. */
static struct verdict request_create(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer)
{
    TRY(request_credentials(api, subject, answer));
    json_object_del(answer->json, "credentials");
    json_object_del(answer->json, "publicUri");
    return ALLOWED;
}

/* More scopes for a connection, whose team it is about. */
static struct verdict request_extension(const struct api *api, const struct subject *subject,
                                        struct api_answer *answer)
{
    int64_t number;
    json_t *scopes = json_object_get(api->body, "scopes");
    AUTO(subject_fini) struct subject about = {.parent = "", .has_document = true};
    TRY(api_number(api, "connectionId", &number));
    if (number == 0) {
        return input_refuse(api->world->arena, "connectionId", "is missing",
                            "a connection's number");
    }
    TRY(document_load(api->world, catalogue_collection(api->world->catalogue, "connections"), "",
                      arena_printf(api->world->arena, "%lld", (long long)number), &about.document));
    about.team = about.document.row.team;
    about.organization = about.document.row.organization;
    TRY(may_role(api, &about));
    TRY(subject_agrees(api, subject, &about));
    TRY(subject->organization == 0 ? may_rate(api, &about) : ALLOWED);
    if (scopes != NULL && !json_is_array(scopes)) {
        return input_refuse(api->world->arena, "scopes", "is no list", "a list of scopes");
    }
    const char *type = json_string_value(json_object_get(about.document.json, "accountName"));
    json_auto_t *item = json_pack("{s:O*}", "scope", scopes);
    const struct asked asked = {item, "scopes", "account", type != NULL ? type : ""};
    return add_request(api, &about, &asked, 1, answer);
}

/* Who is asked; null: nobody who is there. */
static json_t *user_of(const struct api *api, const json_t *request)
{
    struct user_row row = {0};
    json_int_t number = json_integer_value(json_object_get(request, "userId"));
    if (members_user(api->world, number, &row).code != ERROR_NONE) {
        return json_null();
    }
    json_auto_t *user = user_describe(&row);
    return json_pack("{s:O?, s:O?, s:O?}", "id", json_object_get(user, "id"), "email",
                     json_object_get(user, "email"), "name", json_object_get(user, "name"));
}

/* The request with its credentials as they are now. */
static struct verdict request_detail(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer)
{
    const struct documents_filter filter = {
        .collection = CREDENTIALS,
        .parent = document_path(api->world->arena, &subject->document.row)};
    const struct document_row *rows;
    size_t count;
    json_t *detail = json_copy(subject->document.json);
    view_omit(api->match->operation->collection, detail);
    json_object_set(detail, "makeProvider",
                    json_object_get(subject->document.json, "makeProvider"));
    json_t *credentials = json_array();
    answer->json = json_pack("{s:o}", "requestDetail", detail);
    json_object_set_new(detail, "user", user_of(api, detail));
    json_object_set_new(detail, "credentials", credentials);
    if (documents_list(api->world->tenant->db, &filter, api->world->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        json_t *credential = stored_json(&rows[i]);
        view_omit(catalogue_collection(api->world->catalogue, CREDENTIALS), credential);
        json_array_append_new(credentials, credential);
    }
    return ALLOWED;
}

const struct special_row special_credentials[] = {
    {"request-create", request_create},
    {"request-credentials", request_credentials},
    {"request-extension", request_extension},
    {"request-detail", request_detail},
    {0},
};
