/* Custom functions: what their code is checked for, and what it was. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/documents/script.h"
#include "server/make/special.h"
#include "server/make/verbs.h"

#define HISTORY "function-history"

static struct verdict evaluate(const struct api *api, const struct subject *subject,
                               struct api_answer *answer)
{
    (void)subject;
    const char *code = json_string_value(json_object_get(api->body, "code"));
    if (code == NULL) {
        return input_refuse(api->world->arena, "code", "is missing or no text", "a text");
    }
    const char *fault = script_fault(api->world->arena, code);
    answer->json = json_pack("{s:b, s:s?}", "success", fault == NULL, "error", fault);
    return ALLOWED;
}

static struct verdict add_history(const struct api *api, const struct document_row *function,
                                  const json_t *code)
{
    const struct collection *collection = catalogue_collection(api->world->catalogue, HISTORY);
    int64_t number;
    if (documents_number(api->world->tenant->db, HISTORY, &number) != 0) {
        return error_store_broken();
    }
    json_auto_t *entry = fill_value(api->world, collection->fresh, number, api->match);
    json_object_set(entry, "previousCode", (json_t *)(uintptr_t)code);
    struct document_row row = {
        .collection = HISTORY,
        .parent = document_path(api->world->arena, function),
        .key = arena_printf(api->world->arena, "%lld", (long long)number),
        .organization = function->organization,
        .team = function->team,
    };
    return stored_add(api->world, &row, entry) == 0 ? ALLOWED : error_store_broken();
}

static struct verdict update(const struct api *api, const struct subject *subject,
                             struct api_answer *answer)
{
    const json_t *old = json_object_get(subject->document.json, "code");
    const json_t *code = json_object_get(api->body, "code");
    TRY(verb_update(api, subject, answer));
    return code == NULL || json_equal(code, old) ? ALLOWED
                                                 : add_history(api, &subject->document.row, old);
}

const struct special_row special_functions[] = {
    {"function-eval", evaluate},
    {"function-update", update},
    {0},
};
