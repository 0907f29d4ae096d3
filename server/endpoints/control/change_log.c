#include "server/endpoints/control/change_log.h"

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/log.h"
#include "server/tenant/fingerprint.h"

#define GIVEN_MAX 1000 /* bytes of a body that is told whole */

/* Of a large body, a fixture say, the names of its members. */
static json_t *outline(const json_t *body)
{
    json_t *names = json_array();
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        json_array_append_new(names, json_string(name));
    }
    return names;
}

static const char *given(const struct door *door)
{
    const struct call *call = door->call;
    if (door->body == NULL) {
        return NULL;
    }
    json_auto_t *shown = call->request->body_size > GIVEN_MAX
                             ? outline(door->body)
                             : fingerprint_json(call->arena, NULL, door->body);
    return json_text(call->arena, shown, NULL);
}

void change_log(const struct door *door)
{
    const struct call *call = door->call;
    const char *query = call->request->query;
    const struct log_field fields[] = {
        {.name = "request", .number = &call->number},
        {.name = "tenant", .value = call->realm->name},
        {.name = "call",
         .value =
             arena_printf(call->arena, "%s %s%s%s", method_names[call->request->method],
                          call->segment, query != NULL ? "?" : "", query != NULL ? query : "")},
        {.name = "given", .value = given(door)},
        {.name = "made", .value = door->made},
    };
    log_event(LOG_INFO, "steered", fields, COUNT(fields));
}
