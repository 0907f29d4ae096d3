/* Records of data stores: what a body says is inside their member `data`, and the client's own. */
#include "server/base/json.h"
#include "server/documents/input.h"
#include "server/make/body.h"
#include "server/make/list.h"
#include "server/make/special.h"
#include "server/make/verbs.h"

#define RECORDS "data-store-records"
#define DATA "data"

/* What the data store's structure says of its records. */
static struct verdict put_structure(const struct api *api, const json_t *store, json_t *answer)
{
    AUTO(document_fini) struct document structure = {0};
    const json_t *number = json_object_get(store, "datastructureId");
    if (json_is_integer(number)) {
        TRY(document_load(api->world,
                          catalogue_collection(api->world->catalogue, "data-structures"), "",
                          json_text(api->world->arena, number, NULL), &structure));
    }
    json_t *spec = json_object_get(structure.json, "spec");
    json_t *strict = json_object_get(structure.json, "strict");
    json_object_set_new(answer, "spec", spec != NULL ? json_incref(spec) : json_array());
    json_object_set_new(answer, "strict", strict != NULL ? json_incref(strict) : json_false());
    return ALLOWED;
}

static struct verdict records_list(const struct api *api, const struct subject *subject,
                                   struct api_answer *answer)
{
    const struct document_row *rows;
    size_t count;
    json_auto_t *more = json_object();
    TRY(list_rows(api, subject, &rows, &count));
    json_object_set_new(more, "count", json_integer((json_int_t)count));
    TRY(put_structure(api, subject->parent_document.json, more));
    return list_with(api, subject, more, answer);
}

static struct verdict store(const struct api *api, const struct subject *subject, json_t *json,
                            struct api_answer *answer)
{
    TRY(verb_show(api, api->match->operation->collection, json, answer));
    return subject_store(api, subject, json);
}

static struct verdict patch(const struct api *api, const struct subject *subject,
                            struct api_answer *answer)
{
    json_auto_t *json = json_deep_copy(subject->document.json);
    TRY(body_check_object(api));
    json_object_update(json_object_get(json, DATA), api->body);
    return store(api, subject, json, answer);
}

static struct verdict replace(const struct api *api, const struct subject *subject,
                              struct api_answer *answer)
{
    json_auto_t *json = json_deep_copy(subject->document.json);
    TRY(body_check_object(api));
    json_object_set_new(json, DATA, api->body != NULL ? json_incref(api->body) : json_object());
    return store(api, subject, json, answer);
}

/* Where nothing was: under the path's key. */
static struct verdict put_new(const struct api *api, const struct subject *subject, const char *key,
                              struct api_answer *answer)
{
    struct api other = *api;
    json_auto_t *body = json_pack("{s:s, s:o}", "key", key, DATA,
                                  api->body != NULL ? json_incref(api->body) : json_object());
    other.body = body;
    return verb_create(&other, subject, answer);
}

/* The operation is about the data store, as the record need not be there. */
static struct verdict put(const struct api *api, const struct subject *subject,
                          struct api_answer *answer)
{
    const char *key = match_value(api->match, "key");
    struct operation operation = *api->match->operation;
    struct match match = *api->match;
    struct api other = *api;
    operation.collection = catalogue_collection(api->world->catalogue, RECORDS);
    match.operation = &operation;
    other.match = &match;
    struct subject record = {
        .has_parent = true,
        .parent_document = subject->document, /* borrowed */
        .parent = document_path(api->world->arena, &subject->document.row),
        .organization = subject->organization,
        .team = subject->team,
    };
    AUTO(document_fini) struct document document = {0};
    struct verdict found =
        document_load(api->world, operation.collection, record.parent, key, &document);
    if (found.code == ERROR_NOT_FOUND) {
        return put_new(&other, &record, key, answer);
    }
    TRY(found);
    record.has_document = true;
    record.document = document;
    return replace(&other, &record, answer);
}

const struct special_row special_records[] = {
    {"records-list", records_list},
    {"record-patch", patch},
    {"record-put", put},
    {0},
};
