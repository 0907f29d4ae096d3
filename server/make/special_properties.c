/* Custom properties: an organization's structure, its items, and what a scenario has for them. */
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/documents/parts.h"
#include "server/make/part.h"
#include "server/make/special.h"
#include "server/make/verbs.h"

#define PROPERTIES "custom-properties" /* the part of a scenario */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$"
#define DIGITS "0123456789"
#define NAME_MAX_SIZE 64
#define DESCRIPTION_MAX_SIZE 1024
#define OPTION_MAX_SIZE 250

static struct verdict list_rows(const struct api *api, const struct documents_filter *filter,
                                const struct document_row **rows, size_t *count)
{
    return documents_list(api->world->tenant->db, filter, api->world->arena, rows, count) == 0
               ? ALLOWED
               : error_store_broken();
}

/* -- the structure ---------------------------------------------------------------------------- */

/* An organization has one structure for each type. */
static struct verdict check_only(const struct api *api, int64_t organization,
                                 const char *associated)
{
    const struct documents_filter filter = {.collection = "custom-property-structures",
                                            .organization = organization};
    const struct document_row *rows;
    size_t count;
    TRY(list_rows(api, &filter, &rows, &count));
    return count == 0 ? ALLOWED
                      : input_refuse(api->world->arena, "associatedType",
                                     arena_printf(api->world->arena,
                                                  "'%s' has structure %s in organization %lld",
                                                  associated, rows[0].key, (long long)organization),
                                     "one that has none yet");
}

/* Whom the structure is for stands in the body's members, and in a list in the document. */
static struct verdict structure_create(const struct api *api, const struct subject *subject,
                                       struct api_answer *answer)
{
    const char *belonger = json_string_value(json_object_get(api->body, "belongerType"));
    const char *associated = json_string_value(json_object_get(api->body, "associatedType"));
    if (!str_equal(belonger, "organization")) {
        return input_refuse(api->world->arena, "belongerType", "is none", "organization");
    }
    if (!str_equal(associated, "scenario")) {
        return input_refuse(api->world->arena, "associatedType", "is none", "scenario");
    }
    if (subject->organization == 0) {
        return input_refuse(api->world->arena, "belongerId", "is missing",
                            "an organization's number");
    }
    TRY(check_only(api, subject->organization, associated));
    json_auto_t *body =
        json_pack("{s:I, s:[{s:I, s:s, s:[s]}]}", "belongerId", (json_int_t)subject->organization,
                  "belongers", "belongerId", (json_int_t)subject->organization, "belongerType",
                  belonger, "associatedTypes", associated);
    struct api other = *api;
    other.body = body;
    return verb_create(&other, subject, answer);
}

/* -- its items -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool has_options;
} types[] = {
    {"shortText", false}, {"longText", false}, {"number", false},     {"boolean", false},
    {"date", false},      {"dropdown", true},  {"multiselect", true},
};

static struct verdict check_name(const struct api *api, const char *name)
{
    bool fits = *name != '\0' && strlen(name) <= NAME_MAX_SIZE &&
                name[strspn(name, LETTERS DIGITS)] == '\0' && strchr(DIGITS, *name) == NULL;
    return fits ? ALLOWED
                : input_refuse(api->world->arena, "name",
                               arena_printf(api->world->arena, "'%s' cannot be a name", name),
                               "1 to 64 letters, digits, _ and $, with no digit first");
}

static struct verdict check_unique(const struct api *api, const struct subject *subject,
                                   const char *name)
{
    const struct documents_filter filter = {.collection = "custom-property-items",
                                            .parent = subject->parent};
    const struct document_row *rows;
    size_t count;
    TRY(list_rows(api, &filter, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        json_auto_t *item = stored_json(&rows[i]);
        if (str_equal(json_string_value(json_object_get(item, "name")), name)) {
            return input_refuse(api->world->arena, "name",
                                arena_printf(api->world->arena, "'%s' is there already", name),
                                "one that the structure does not have");
        }
    }
    return ALLOWED;
}

static struct verdict check_size(const struct api *api, const char *member, const json_t *item,
                                 size_t max)
{
    return json_string_length(json_object_get(item, member)) <= max
               ? ALLOWED
               : input_refuse(api->world->arena, member, "is too long",
                              arena_printf(api->world->arena, "at most %zu bytes", max));
}

static struct verdict find_type(const struct api *api, const json_t *item, bool *has_options)
{
    const char *type = json_string_value(json_object_get(item, "type"));
    struct str_buf names;
    str_buf_init(&names, api->world->arena);
    for (size_t i = 0; i < COUNT(types); i++) {
        if (str_equal(types[i].name, type)) {
            *has_options = types[i].has_options;
            return ALLOWED;
        }
        str_buf_printf(&names, "%s%s", i > 0 ? ", " : "", types[i].name);
    }
    return input_refuse(api->world->arena, "type", "is none", str_buf_text(&names));
}

static bool is_option(const json_t *options, size_t index)
{
    const json_t *value = json_object_get(json_array_get(options, index), "value");
    bool is_usable = json_string_length(value) > 0 && json_string_length(value) <= OPTION_MAX_SIZE;
    for (size_t i = 0; i < index && is_usable; i++) {
        is_usable = !json_equal(json_object_get(json_array_get(options, i), "value"), value);
    }
    return is_usable;
}

static struct verdict check_options(const struct api *api, const json_t *item)
{
    bool has_options = false;
    const json_t *options = json_object_get(item, "options");
    TRY(find_type(api, item, &has_options));
    if (!has_options) {
        return options == NULL || json_is_null(options)
                   ? ALLOWED
                   : input_refuse(api->world->arena, "options", "are there",
                                  "none for an item of this type");
    }
    bool is_usable = json_array_size(options) > 0;
    for (size_t i = 0; i < json_array_size(options); i++) {
        is_usable = is_usable && is_option(options, i);
    }
    return is_usable ? ALLOWED
                     : input_refuse(api->world->arena, "options",
                                    "are missing, or one of them is no option",
                                    "a list of {\"value\": a text of 1 to 250 bytes}, each "
                                    "another");
}

static struct verdict check_item(const struct api *api, const json_t *item)
{
    TRY(check_size(api, "label", item, NAME_MAX_SIZE));
    TRY(check_size(api, "description", item, DESCRIPTION_MAX_SIZE));
    return check_options(api, item);
}

static struct verdict item_create(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    const char *name = json_string_value(json_object_get(api->body, "name"));
    if (name != NULL && json_is_string(json_object_get(api->body, "type"))) {
        TRY(check_name(api, name));
        TRY(check_unique(api, subject, name));
        TRY(check_item(api, api->body));
    }
    return verb_create(api, subject, answer); /* which says what is missing */
}

/* What scenarios have for the item goes by its name, and is of its type. */
static struct verdict check_fixed(const struct api *api, const json_t *item)
{
    static const char *const fixed[] = {"name", "type"};
    for (size_t i = 0; i < COUNT(fixed); i++) {
        const json_t *said = json_object_get(api->body, fixed[i]);
        const json_t *old = json_object_get(item, fixed[i]);
        if (said != NULL && !json_equal(said, old)) {
            return input_refuse(api->world->arena, fixed[i], "cannot be changed",
                                json_text(api->world->arena, old, NULL));
        }
    }
    return ALLOWED;
}

static struct verdict item_update(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    json_auto_t *item = json_copy(subject->document.json);
    json_object_update_existing(item, api->body);
    TRY(verb_update(api, subject, answer));
    TRY(check_fixed(api, subject->document.json));
    return check_item(api, item);
}

/* -- what scenarios have for them ------------------------------------------------------------- */

/* What one scenario has for the item is taken away; `*found`: it had something. */
static struct verdict take_away(const struct api *api, const struct document_row *scenario,
                                const char *name, bool *found)
{
    json_auto_t *data = NULL;
    json_auto_t *parts = json_object();
    TRY(parts_get(api->world, scenario, PROPERTIES, &data));
    if (json_object_get(data, name) == NULL) {
        return ALLOWED;
    }
    *found = true;
    json_object_del(data, name);
    json_object_set(parts, PROPERTIES, data);
    return parts_put_all(api->world, scenario, parts);
}

static struct verdict item_delete(const struct api *api, const struct subject *subject,
                                  struct api_answer *answer)
{
    static const char *const places[] = {"scenarios", "scenarios-trash"};
    const char *name = json_string_value(json_object_get(subject->document.json, "name"));
    bool found = false;
    for (size_t i = 0; i < COUNT(places); i++) {
        const struct documents_filter filter = {.collection = places[i],
                                                .organization = subject->organization};
        const struct document_row *rows;
        size_t count;
        TRY(list_rows(api, &filter, &rows, &count));
        for (size_t j = 0; j < count; j++) {
            TRY(take_away(api, &rows[j], name, &found));
        }
    }
    if (found) { /* the data is back when this is refused */
        TRY(api_confirmed(api, "what scenarios have for it, too"));
    }
    return verb_delete(api, subject, answer);
}

/* The first values are posted; later ones put or patched. */
static struct verdict custom_properties(const struct api *api, const struct subject *subject,
                                        struct api_answer *answer)
{
    json_auto_t *part = NULL;
    TRY(parts_get(api->world, &subject->document.row, PROPERTIES, &part));
    bool is_first = str_equal(api->match->operation->method, "POST");
    if (is_first && part != NULL) {
        return input_refuse(api->world->arena, "customProperties", "are there already",
                            "PATCH or PUT, which change them");
    }
    if (!is_first && part == NULL) {
        return REFUSED(NO_DATA, .check = "customProperties",
                       .detail = "customProperties: are not there yet; expected POST, which sets "
                                 "the first",
                       .expected = "POST first", .actual = "none");
    }
    struct match match = *api->match;
    struct operation operation = *match.operation;
    struct api other = *api;
    operation.name = PROPERTIES;
    match.operation = &operation;
    other.match = &match;
    return verb_part(&other, subject, answer);
}

const struct special_row special_properties[] = {
    {"property-structure-create", structure_create}, {"property-item-create", item_create},
    {"property-item-update", item_update},           {"property-item-delete", item_delete},
    {"custom-properties", custom_properties},        {0},
};
