#include "server/tenant/fault_plan.h"

#include <string.h>

#include "server/base/duration.h"
#include "server/base/form.h"
#include "server/base/json.h"
#include "server/base/str.h"

static const char *text_of(const json_t *doing, const char *name)
{
    return json_string_value(json_object_get(doing, name));
}

static bool is_set(const json_t *doing, const char *name)
{
    return json_is_true(json_object_get(doing, name));
}

/* 0 for what is no duration, which the shape has refused. */
static int64_t duration_of(const json_t *value)
{
    int64_t ms = 0;
    return duration_read(value, &ms) == 0 ? ms : 0;
}

static int64_t delay_of(const json_t *delay, struct random *random)
{
    if (!json_is_object(delay)) {
        return delay != NULL ? duration_of(delay) : 0;
    }
    int64_t min = duration_of(json_object_get(delay, "min"));
    uint64_t width = (uint64_t)(duration_of(json_object_get(delay, "max")) - min) + 1;
    uint64_t drawn;
    random_bytes(random, &drawn, sizeof(drawn));
    return min + (int64_t)(drawn % width);
}

static enum fault_end end_of(const json_t *doing)
{
    if (is_set(doing, "close")) {
        return FAULT_END_CLOSE;
    }
    if (is_set(doing, "reset")) {
        return FAULT_END_RESET;
    }
    if (is_set(doing, "malformed")) {
        return FAULT_END_MALFORMED;
    }
    return json_object_get(doing, "cut") != NULL ? FAULT_END_CUT : FAULT_END_WHOLE;
}

static const struct bad_token *bad_of(const json_t *doing, const char *name)
{
    const char *text = text_of(doing, name);
    return text != NULL ? bad_token_find(text) : NULL;
}

void fault_plan_make(struct fault_plan *plan, int64_t id, enum fault_stage stage, json_t *doing,
                     struct random *random)
{
    json_t *own = json_deep_copy(doing); /* the fault may end before its plan */
    const json_t *dribble = json_object_get(own, "dribble");
    *plan = (struct fault_plan){
        .id = id,
        .stage = stage,
        .doing = own,
        .error = text_of(own, "error"),
        .error_description = text_of(own, "error_description"),
        .status = (int)json_integer_value(json_object_get(own, "status")),
        .headers = json_object_get(own, "headers"),
        .content_type = text_of(own, "content_type"),
        .delay_ms = delay_of(json_object_get(own, "delay"), random),
        .dribble_bytes = (size_t)json_integer_value(json_object_get(dribble, "bytes")),
        .dribble_ms = dribble != NULL ? duration_of(json_object_get(dribble, "every")) : 0,
        .end = end_of(own),
        .cut = (size_t)json_integer_value(json_object_get(own, "cut")),
        .token = bad_of(own, "token"),
        .access_token = bad_of(own, "access_token"),
    };
    plan->answers =
        plan->error != NULL || plan->status != 0 || json_object_get(own, "body") != NULL;
}

void fault_plan_fini(struct fault_plan *plan)
{
    json_decref(plan->doing);
    *plan = (struct fault_plan){0};
}

bool fault_plan_is_there(const struct fault_plan *plan)
{
    return plan->doing != NULL;
}

static const char *error_body(const struct fault_plan *plan, struct arena *arena, size_t *size)
{
    json_auto_t *body = json_pack("{s:s}", "error", plan->error);
    json_put_text(body, "error_description", plan->error_description);
    return json_text(arena, body, size);
}

const char *fault_plan_body(const struct fault_plan *plan, struct arena *arena, size_t *size,
                            const char **content_type)
{
    const json_t *body = json_object_get(plan->doing, "body");
    const char *own = json_is_string(body) ? "text/plain; charset=utf-8" : "application/json";
    *content_type = plan->content_type != NULL ? plan->content_type : own;
    if (plan->error != NULL) {
        return error_body(plan, arena, size);
    }
    if (json_is_string(body)) {
        *size = json_string_length(body);
        return arena_copy(arena, json_string_value(body), *size);
    }
    return body != NULL ? json_text(arena, body, size) : NULL;
}

/* The object's text with the member once more at its end. */
static const char *doubled(struct arena *arena, const json_t *object, const char *name,
                           size_t *size)
{
    const json_t *value = json_object_get(object, name);
    const char *text = json_text(arena, object, size);
    if (value == NULL) {
        return text;
    }
    json_auto_t *again = json_pack("{s:O}", name, value);
    const char *more = json_text(arena, again, NULL);
    const char *all = arena_printf(arena, "%.*s,%s", (int)(*size - 1), text, more + 1);
    *size = strlen(all);
    return all;
}

const char *fault_plan_changed(const struct fault_plan *plan, struct arena *arena, const char *body,
                               size_t size, size_t *changed_size)
{
    const json_t *patch = json_object_get(plan->doing, "change");
    const char *twice = text_of(plan->doing, "double");
    if (patch == NULL && twice == NULL) {
        return NULL;
    }
    json_auto_t *object = json_loadb(body, size, 0, NULL);
    if (!json_is_object(object)) {
        return NULL;
    }
    json_merge_patch(object, patch);
    return twice != NULL ? doubled(arena, object, twice, changed_size)
                         : json_text(arena, object, changed_size);
}

/* What a parameter is set to; NULL: nothing that a parameter can be. */
static const char *value_of(struct arena *arena, const json_t *value)
{
    return json_is_number(value) ? json_text(arena, value, NULL) : json_string_value(value);
}

static bool stays(struct arena *arena, const json_t *patch, const char *name)
{
    const json_t *value = json_object_get(patch, name);
    return value == NULL || (!json_is_null(value) && value_of(arena, value) == NULL);
}

static void put_piece(struct str_buf *buf, const char *piece, size_t size)
{
    str_buf_put(buf, buf->size > 0 ? "&" : "");
    str_buf_put_n(buf, piece, size);
}

/* The pieces of `parameters` that have this name, or, where that is NULL, those that the patch
 * leaves as they are. */
static void put_pieces(struct str_buf *buf, struct arena *arena, const char *parameters,
                       const char *only, const json_t *patch)
{
    while (*parameters != '\0') {
        size_t size = strcspn(parameters, "&");
        const char *name = arena_strndup(arena, parameters, strcspn(parameters, "=&"));
        if (size > 0 && (only != NULL ? str_equal(name, only) : stays(arena, patch, name))) {
            put_piece(buf, parameters, size);
        }
        parameters += size + (parameters[size] == '&');
    }
}

static void put_set(struct str_buf *buf, struct arena *arena, const json_t *patch)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)patch, name, value)
    {
        const char *text = value_of(arena, value);
        if (text != NULL) {
            const struct form_field field = {name, text};
            const char *piece = form_encode(arena, &field, 1);
            put_piece(buf, piece, strlen(piece));
        }
    }
}

const char *fault_plan_parameters(const struct fault_plan *plan, struct arena *arena,
                                  const char *parameters)
{
    const json_t *patch = json_object_get(plan->doing, "change");
    const char *twice = text_of(plan->doing, "double");
    struct str_buf buf;
    if (patch == NULL && twice == NULL) {
        return NULL;
    }
    str_buf_init(&buf, arena);
    put_pieces(&buf, arena, parameters, NULL, patch);
    put_set(&buf, arena, patch);
    const char *changed = arena_strdup(arena, str_buf_text(&buf));
    if (twice != NULL) {
        put_pieces(&buf, arena, changed, str_percent_encode(arena, twice), NULL);
    }
    return str_buf_text(&buf);
}

const char *fault_plan_location(const struct fault_plan *plan, struct arena *arena,
                                const char *location)
{
    const char *mark = strchr(location, '#') != NULL ? "#" : "?";
    size_t base = strcspn(location, mark);
    const char *changed =
        fault_plan_parameters(plan, arena, location + base + (location[base] != '\0'));
    return changed == NULL ? NULL
                           : arena_printf(arena, "%.*s%s%s", (int)base, location,
                                          *changed != '\0' ? mark : "", changed);
}
