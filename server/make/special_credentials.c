/* Requests for credentials: what a user is asked to connect. Nobody is written to. */
#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/make/body.h"
#include "server/make/fill.h"
#include "server/make/may.h"
#include "server/make/special.h"

#define CREDENTIALS "credentials"

/* The lists of a body that ask for credentials, and what each of them is. */
static const struct {
    const char *list, *component, *type;
} kinds[] = {
    {"connections", "connection", "type"},
    {"keys", "key", "type"},
    {"credentials", "connection", "appName"},
};

static struct verdict add_credential(const struct api *api, const struct document_row *request,
                                     const char *component, const char *type, json_t *list)
{
    const struct collection *collection = catalogue_collection(api->make->catalogue, CREDENTIALS);
    json_auto_t *json = fill(api, collection->fresh, 0);
    json_object_set_new(json, "requestId", json_string(request->key));
    json_object_set_new(json, "teamId", json_integer(request->team));
    json_put_text(json, "component", component);
    json_put_text(json, "type", type);
    json_put_text(json, "name", type);
    struct document_row row = {
        .collection = CREDENTIALS,
        .parent = "",
        .key = arena_strdup(api->arena, json_string_value(json_object_get(json, "id"))),
        .organization = request->organization,
        .team = request->team,
    };
    json_array_append(list, json);
    return stored_add(api, &row, json) == 0 ? ALLOWED : error_store_broken();
}

static struct verdict add_credentials(const struct api *api, const struct document_row *request,
                                      json_t *list)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const json_t *asked = json_object_get(api->body, kinds[i].list);
        for (size_t j = 0; j < json_array_size(asked); j++) {
            const json_t *item = json_array_get(asked, j);
            const char *type = json_string_value(json_object_get(item, kinds[i].type));
            if (type == NULL) {
                return api_refuse_input(
                    api->arena,
                    arena_printf(api->arena, "%s[%zu].%s", kinds[i].list, j, kinds[i].type),
                    "is missing or no text", "a text");
            }
            TRY(add_credential(api, request, kinds[i].component, type, list));
        }
    }
    return ALLOWED;
}

static struct verdict describe(const struct api *api, const struct document_row *row,
                               json_t *request, json_t *credentials, struct api_answer *answer)
{
    const char *uri =
        arena_printf(api->arena, "%s/credential-requests/%s", api->tenant->issuer, row->key);
    answer->json = json_pack("{s:O, s:O, s:s}", "request", request, "credentials", credentials,
                             "publicUri", uri);
    return ALLOWED;
}

/* A request of the body's name and description, for the team of `subject`. */
static struct verdict add_request(const struct api *api, const struct subject *subject,
                                  struct document_row *row, json_t **request)
{
    static const char *const members[] = {"name", "description"};
    json_auto_t *said = json_object();
    json_object_set_new(said, "teamId", json_integer(subject->team));
    for (size_t i = 0; i < COUNT(members); i++) {
        json_t *value = json_object_get(api->body, members[i]);
        if (value != NULL) {
            json_object_set(said, members[i], value);
        }
    }
    if (subject->team == 0) {
        return api_refuse_input(api->arena, "teamId", "is missing", "a team's number");
    }
    TRY(body_make(api, subject, said, row, request));
    return verb_add(api, row, *request, NULL);
}

static struct verdict request_credentials(const struct api *api, const struct subject *subject,
                                          struct api_answer *answer)
{
    struct document_row row;
    json_auto_t *request = NULL;
    json_auto_t *credentials = json_array();
    TRY(add_request(api, subject, &row, &request));
    TRY(add_credentials(api, &row, credentials));
    return describe(api, &row, request, credentials, answer);
}

static void free_subject(struct subject *subject)
{
    subject_fini(subject);
}

/* More scopes for a connection, whose team it is about. */
static struct verdict request_extension(const struct api *api, const struct subject *subject,
                                        struct api_answer *answer)
{
    int64_t number;
    struct document_row row;
    json_auto_t *request = NULL;
    json_auto_t *credentials = json_array();
    AUTO(free_subject) struct subject about = {.parent = "", .has_document = true};
    TRY(api_number(api, "connectionId", &number));
    if (number == 0) {
        return api_refuse_input(api->arena, "connectionId", "is missing", "a connection's number");
    }
    TRY(document_load(api, catalogue_collection(api->make->catalogue, "connections"), "",
                      arena_printf(api->arena, "%lld", (long long)number), &about.document));
    about.team = about.document.row.team;
    about.organization = about.document.row.organization;
    TRY(may_role(api, &about));
    TRY(subject_agrees(api, subject, &about));
    TRY(subject->organization == 0 ? may_rate(api, &about) : ALLOWED);
    TRY(add_request(api, &about, &row, &request));
    const char *type = json_string_value(json_object_get(about.document.json, "accountName"));
    TRY(add_credential(api, &row, "connection", type != NULL ? type : "", credentials));
    return describe(api, &row, request, credentials, answer);
}

/* The request with its credentials as they are now. */
static struct verdict request_detail(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer)
{
    const struct documents_filter filter = {.collection = CREDENTIALS};
    const struct document_row *rows;
    size_t count;
    json_t *detail = json_copy(subject->document.json);
    json_t *credentials = json_array();
    answer->json = json_pack("{s:o}", "requestDetail", detail);
    json_object_set_new(detail, "credentials", credentials);
    if (documents_list(api->tenant->db, api->tenant->id, &filter, api->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    for (size_t i = 0; i < count; i++) {
        json_auto_t *json = stored_json(&rows[i]);
        if (str_equal(json_string_value(json_object_get(json, "requestId")),
                      subject->document.row.key)) {
            json_array_append(credentials, json);
        }
    }
    return ALLOWED;
}

const struct special_row special_credentials[] = {
    {"request-credentials", request_credentials},
    {"request-extension", request_extension},
    {"request-detail", request_detail},
    {0},
};
