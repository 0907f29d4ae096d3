#include "server/make/part.h"

#include <string.h>

#include "keys/b64url.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/documents/parts.h"
#include "server/documents/user.h"
#include "server/make/trait.h"

/* The part that this path is: below the document it names, else below nothing, under the path's own
 * values. */
static struct document_row row_of_path(const struct api *api, const struct subject *subject)
{
    if (subject->has_document) {
        return parts_row(api->world, &subject->document.row, api->match->operation->name);
    }
    struct str_buf key;
    str_buf_init(&key, api->world->arena);
    str_buf_put(&key, api->match->operation->name);
    for (size_t i = 0; i < api->match->count; i++) {
        str_buf_printf(&key, "/%s", api->match->values[i].value);
    }
    if (api->match->count == 0) { /* /users/me/...: the caller's own */
        str_buf_printf(&key, "/%lld", (long long)user_number(&api->caller->user));
    }
    return (struct document_row){.collection = PARTS,
                                 .parent = subject->has_parent ? subject->parent : "",
                                 .key = str_buf_text(&key),
                                 .organization = subject->organization,
                                 .team = subject->team};
}

struct verdict verb_answer(const struct api *api, const struct subject *subject,
                           struct api_answer *answer)
{
    (void)subject;
    answer->json =
        fill_value(api->world, catalogue_answer(api->world->catalogue, api->match->operation->name),
                   0, api->match);
    return ALLOWED;
}

/* {"interface":{...}}: the one member is what wraps the part; NULL: nothing does. */
static const char *wrapper_of(const json_t *answer)
{
    void *only =
        json_object_size(answer) == 1 ? json_object_iter((json_t *)(uintptr_t)answer) : NULL;
    return only != NULL && json_is_object(json_object_iter_value(only)) ? json_object_iter_key(only)
                                                                        : NULL;
}

/* What the body says of the part, which it may have wrapped. */
static struct verdict read_part(const struct api *api, const char *wrapper, json_t **part)
{
    json_t *wrapped = wrapper != NULL ? json_object_get(api->body, wrapper) : NULL;
    json_t *said = wrapped != NULL ? wrapped : api->body;
    if (said != NULL && !json_is_object(said)) {
        return input_refuse(api->world->arena, wrapped != NULL ? wrapper : "the body",
                            "is no object", "an object");
    }
    *part = said != NULL ? json_deep_copy(said) : json_object();
    return ALLOWED;
}

static bool is_method(const struct api *api, const char *method)
{
    return str_equal(api->match->operation->method, method);
}

/* The part as it is: what was put, or what the table has. */
static struct verdict current(const struct api *api, const struct document_row *row,
                              const char *wrapper, json_t **part)
{
    struct document_row mine = {0};
    int found = parts_find(api->world, row, &mine);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0) {
        *part = stored_json(&mine);
        return ALLOWED;
    }
    const json_t *table = catalogue_answer(api->world->catalogue, api->match->operation->name);
    *part = fill_value(api->world, wrapper != NULL ? json_object_get(table, wrapper) : table, 0,
                       api->match);
    return ALLOWED;
}

static json_t *wrap(const char *wrapper, json_t *part)
{
    json_t *answer = json_object();
    if (wrapper == NULL) {
        json_object_update(answer, part);
        return answer;
    }
    json_object_set(answer, wrapper, part);
    return answer;
}

static struct verdict delete_part(const struct api *api, struct document_row *row)
{
    struct document_row mine = {0};
    int found = parts_find(api->world, row, &mine);
    if (found < 0 || (found == 0 && documents_delete(api->world->tenant->db, &mine) < 0)) {
        return error_store_broken();
    }
    return ALLOWED;
}

struct verdict verb_part(const struct api *api, const struct subject *subject,
                         struct api_answer *answer)
{
    const char *wrapper =
        wrapper_of(catalogue_answer(api->world->catalogue, api->match->operation->name));
    struct document_row row = row_of_path(api, subject);
    json_auto_t *part = NULL;
    json_auto_t *said = NULL;
    const json_t *settings = api->match->operation->settings;
    if (is_method(api, "DELETE") && settings == NULL) {
        TRY(delete_part(api, &row));
    }
    TRY(current(api, &row, wrapper, &part));
    if (is_method(api, "GET") || (is_method(api, "DELETE") && settings == NULL)) {
        answer->json = wrap(wrapper, part);
        return ALLOWED;
    }
    TRY(read_part(api, wrapper, &said));
    if (is_method(api, "PUT")) {
        json_object_clear(part);
    }
    json_object_update(part, said);
    json_object_update(part, (json_t *)(uintptr_t)settings);
    answer->json = wrap(wrapper, part);
    return parts_put_json(api->world, &row, part);
}

static struct verdict put_raw(const struct api *api, struct document_row *row,
                              struct api_answer *answer)
{
    row->type = api->type != NULL ? api->type : "text/plain";
    row->body = api->size > 0 ? api->bytes : (const uint8_t *)"";
    row->size = api->size;
    answer->json = json_pack("{s:{}, s:b}", "change", "changed", 1);
    return parts_put(api->world, row);
}

static struct verdict take_bytes(const struct api *api, const struct subject *subject)
{
    const struct collection *collection = api->match->operation->collection;
    const struct trait *trait = collection != NULL ? trait_of(collection) : NULL;
    return trait != NULL && trait->take_bytes != NULL ? trait->take_bytes(api, subject) : ALLOWED;
}

/* What the table has: JSON, or {"type","text"}, or {"type","base64url"}. */
static void answer_table(const struct api *api, struct api_answer *answer)
{
    const json_t *table = catalogue_answer(api->world->catalogue, api->match->operation->name);
    const char *text = json_string_value(json_object_get(table, "text"));
    const char *encoded = json_string_value(json_object_get(table, "base64url"));
    answer->type = json_string_value(json_object_get(table, "type"));
    if (encoded != NULL) {
        uint8_t *bytes = arena_alloc(api->world->arena, strlen(encoded));
        bool is_decoded = b64url_decode(bytes, &answer->size, encoded, strlen(encoded)) == 0;
        answer->size = is_decoded ? answer->size : 0;
        answer->bytes = bytes;
        return;
    }
    if (text == NULL) {
        answer->type = "application/jsonc"; /* as it is put: a text, maybe with comments */
        text = json_text(api->world->arena, table, NULL);
    }
    answer->bytes = (const uint8_t *)text;
    answer->size = strlen(text);
}

struct verdict verb_raw(const struct api *api, const struct subject *subject,
                        struct api_answer *answer)
{
    struct document_row row = row_of_path(api, subject);
    struct document_row mine = {0};
    if (is_method(api, "PUT")) {
        TRY(put_raw(api, &row, answer));
        return take_bytes(api, subject);
    }
    int found = parts_find(api->world, &row, &mine);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0) {
        answer->type = mine.type != NULL ? mine.type : "application/json";
        answer->bytes = mine.body;
        answer->size = mine.size;
        return ALLOWED;
    }
    answer_table(api, answer);
    return ALLOWED;
}
