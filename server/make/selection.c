#include "server/make/selection.h"

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/make/list.h"

static bool lists(const struct api *api, const char *member, const char *key)
{
    const json_t *list = json_object_get(api->body, member);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *text = json_is_string(item) ? json_string_value(item)
                                                : json_text(api->world->arena, item, NULL);
        if (str_equal(text, key)) {
            return true;
        }
    }
    return false;
}

static bool is_all(const struct api *api)
{
    return json_is_true(json_object_get(api->body, "all"));
}

static bool is_selected(const struct api *api, const char *key)
{
    if (is_all(api)) {
        return !lists(api, "exceptIds", key);
    }
    return lists(api, "keys", key) || lists(api, "ids", key);
}

static struct verdict check(const struct api *api)
{
    const json_t *except = json_object_get(api->body, "exceptIds");
    if (except != NULL && is_all(api) && !json_is_array(except)) {
        return input_refuse(api->world->arena, "exceptIds", "is no list", "a list of ids");
    }
    if (is_all(api) || json_is_array(json_object_get(api->body, "keys")) ||
        json_is_array(json_object_get(api->body, "ids"))) {
        return ALLOWED;
    }
    return input_refuse(api->world->arena, "ids", "is missing",
                        "a list of ids (or keys), or \"all\": true");
}

static int delete_row(const struct api *api, const struct document_row *row)
{
    return documents_delete(api->world->tenant->db, row);
}

static int set_row(const struct api *api, const struct document_row *row)
{
    struct document_row changed = *row;
    json_auto_t *json = stored_json(row);
    json_auto_t *settings = json_deep_copy(api->match->operation->settings);
    json_object_update(json, settings);
    return stored_change(api->world, &changed, json);
}

static struct verdict each(const struct api *api, const struct subject *subject,
                           int (*act)(const struct api *api, const struct document_row *row),
                           struct api_answer *answer)
{
    json_auto_t *keys = json_array();
    const struct document_row *rows;
    size_t count;
    TRY(check(api));
    TRY(list_rows(api, subject, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (!is_selected(api, rows[i].key)) {
            continue;
        }
        if (act(api, &rows[i]) < 0) {
            return error_store_broken();
        }
        json_array_append_new(keys, json_string(rows[i].key));
    }
    answer->json = json_object();
    json_object_set(answer->json, api->match->operation->collection->many, keys);
    return ALLOWED;
}

struct verdict selection_delete(const struct api *api, const struct subject *subject,
                                struct api_answer *answer)
{
    return each(api, subject, delete_row, answer);
}

struct verdict selection_set(const struct api *api, const struct subject *subject,
                             struct api_answer *answer)
{
    return each(api, subject, set_row, answer);
}
