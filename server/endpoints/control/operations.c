/* The operations of the API, and what each needs. */
#include "server/base/json.h"
#include "server/endpoints/control/resources.h"

static json_t *describe(const struct operation *operation)
{
    json_t *row = json_object();
    json_put_text(row, "method", operation->method);
    json_put_text(row, "path", operation->path);
    json_object_set_new(row, "scopes", json_words(operation->scope));
    json_put_text(row, "permission", operation->permission);
    json_object_set_new(row, "for_administrators", json_boolean(operation->admin_scope != NULL));
    json_object_set_new(row, "needs_confirmation", json_boolean(operation->needs_confirmation));
    return row;
}

/* Those of Make's reference, and those that only its SDK knows. */
struct verdict operations_get(struct door *door)
{
    size_t count;
    struct call *call = door->call;
    if (make_ready(call->make) != 0) {
        return error_store_broken();
    }
    const struct operation *rows = catalogue_operations(make_catalogue(call->make), &count);
    json_t *answer = json_object();
    json_t *list = json_array();
    json_t *beyond = json_array();
    json_object_set_new(answer, "operations", list);
    json_object_set_new(answer, "beyond", beyond);
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(rows[i].is_beyond ? beyond : list, describe(&rows[i]));
    }
    return door_answer(door, 200, answer);
}
