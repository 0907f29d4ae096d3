#include "server/endpoints/mischief.h"

#include <string.h>

#include "server/base/form.h"
#include "server/base/str.h"
#include "server/endpoints/form_post.h"

/* ADM-10: an answer that is not the server's own says whose it is. */
static void say(struct call *call, const char *name, int64_t id)
{
    if (id != 0) {
        response_set(call->response, name, arena_printf(call->arena, "%lld", (long long)id));
    }
}

void mischief_mark(struct call *call, const struct fault_plan *plan)
{
    struct response *response = call->response;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)plan->headers, name, value)
    {
        if (json_is_string(value)) {
            response_set(response, name, json_string_value(value));
        } else {
            response_drop(response, name);
        }
    }
    if (plan->content_type != NULL) {
        response_set(response, "Content-Type", plan->content_type);
    }
    say(call, "X-Makeshift-Fault", plan->id);
    say(call, "X-Makeshift-Latch", plan->latch);
}

/* An error that the protocol has comes with the status that it has there. */
static int status_of(const struct fault_plan *plan)
{
    if (plan->status != 0) {
        return plan->status;
    }
    for (int code = 0; plan->error != NULL && code < ERROR__MAX; code++) {
        if (str_equal(error_table[code].name, plan->error)) {
            return error_table[code].status;
        }
    }
    return plan->error != NULL ? 400 : 200;
}

static void fill(struct call *call, const struct fault_plan *plan)
{
    size_t size = 0;
    const char *type = NULL;
    const char *body = fault_plan_body(plan, call->arena, &size, &type);
    if (body != NULL) {
        response_body_static(call->response, status_of(plan), type, body, size);
        return;
    }
    call->response->status = status_of(plan);
    call->response->body = NULL;
    call->response->body_size = 0;
}

void mischief_answer(struct call *call, const struct fault_plan *plan)
{
    fill(call, plan);
}

static void change_parameters(struct call *call, const struct fault_plan *plan)
{
    const char *location = response_get(call->response, "Location"), *bad_name;
    const char *changed = call->posted == NULL
                              ? fault_plan_location(plan, call->arena, location)
                              : fault_plan_parameters(plan, call->arena, call->posted);
    struct form form = {0};
    if (changed == NULL) {
        return;
    }
    if (call->posted == NULL) {
        response_set(call->response, "Location", changed);
    } else if (form_parse(call->arena, changed, strlen(changed), &form, &bad_name) == FORM_OK) {
        form_post_answer(call, &form);
    }
}

static void change_body(struct call *call, const struct fault_plan *plan)
{
    struct response *response = call->response;
    size_t size = 0;
    const char *changed =
        response->body_size > 0
            ? fault_plan_changed(plan, call->arena, response->body, response->body_size, &size)
            : NULL;
    if (changed != NULL) {
        response->body = changed;
        response->body_size = size;
    }
}

bool mischief_finds_something(const struct call *call)
{
    const struct response *response = call->response;
    return call->tells || (response->body_size > 0 && *(const char *)response->body == '{');
}

void mischief_change(struct call *call, const struct fault_plan *plan)
{
    if (plan->answers) {
        fill(call, plan);
    } else if (call->tells) {
        change_parameters(call, plan);
    } else {
        change_body(call, plan);
    }
    mischief_mark(call, plan);
}

void mischief_deliver(struct exchange *exchange, const struct fault_plan *plan)
{
    static const enum delivery_end ends[] = {[FAULT_END_WHOLE] = DELIVERY_WHOLE,
                                             [FAULT_END_CLOSE] = DELIVERY_CLOSE,
                                             [FAULT_END_RESET] = DELIVERY_RESET,
                                             [FAULT_END_CUT] = DELIVERY_CUT,
                                             [FAULT_END_MALFORMED] = DELIVERY_MALFORMED};
    exchange->delivery = (struct delivery){
        .end = ends[plan->end],
        .cut = plan->cut,
        .dribble_bytes = plan->dribble_bytes,
        .dribble_ms = (unsigned)plan->dribble_ms,
    };
}
