/* Custom apps: their connections and webhooks belong to the app, whatever its version. */
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/refers.h"
#include "server/make/list.h"
#include "server/make/special.h"
#include "server/make/verbs.h"

#define APPS "sdk-apps"

static struct verdict list_all(const struct api *api, const char *collection,
                               const struct document_row **rows, size_t *count)
{
    const struct documents_filter filter = {.collection = collection};
    return documents_list(api->world->tenant->db, &filter, api->world->arena, rows, count) == 0
               ? ALLOWED
               : error_store_broken();
}

/* Whether any version of the app is there. */
static struct verdict find_app(const struct api *api, const char *name, bool *found)
{
    const struct document_row *rows;
    size_t count;
    const char *start = arena_printf(api->world->arena, "%s/", name);
    TRY(list_all(api, APPS, &rows, &count));
    *found = false;
    for (size_t i = 0; i < count; i++) {
        *found = *found || str_starts(rows[i].key, start);
    }
    return ALLOWED;
}

static struct verdict check_app(const struct api *api)
{
    bool found;
    const char *name = match_value(api->match, "appName");
    TRY(find_app(api, name, &found));
    return found ? ALLOWED
                 : REFUSED(NOT_FOUND, .check = "appName",
                           .detail = arena_printf(api->world->arena, "there is no app '%s'", name),
                           .expected = "an app of GET /sdk/apps", .actual = name);
}

static struct verdict part_create(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    TRY(check_app(api));
    return verb_create(api, subject, answer);
}

static struct verdict part_list(const struct api *api, const struct subject *subject,
                                struct api_answer *answer)
{
    TRY(check_app(api));
    return verb_list(api, subject, answer);
}

static struct verdict delete_parts(const struct api *api, const char *collection, const char *app)
{
    const struct document_row *rows;
    size_t count;
    TRY(list_all(api, collection, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        json_auto_t *part = stored_json(&rows[i]);
        if (!str_equal(json_string_value(json_object_get(part, "appName")), app)) {
            continue;
        }
        TRY(refers_forget(api->world, &rows[i]));
        if (documents_delete(api->world->tenant->db, &rows[i]) < 0) {
            return error_store_broken();
        }
    }
    return ALLOWED;
}

/* With the last version go the app's connections and webhooks. */
static struct verdict app_delete(const struct api *api, const struct subject *subject,
                                 struct api_answer *answer)
{
    static const char *const parts[] = {"sdk-connections", "sdk-webhooks"};
    const char *name = json_string_value(json_object_get(subject->document.json, "name"));
    bool found;
    TRY(verb_delete(api, subject, answer));
    TRY(find_app(api, name, &found));
    for (size_t i = 0; i < COUNT(parts) && !found; i++) {
        TRY(delete_parts(api, parts[i], name));
    }
    return ALLOWED;
}

const struct special_row special_sdk[] = {
    {"sdk-part-create", part_create},
    {"sdk-part-list", part_list},
    {"sdk-app-delete", app_delete},
    {0},
};
