/* Latches: races made on purpose. */
#include "server/tenant/latches.h"

#include "server/base/duration.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/control/query.h"
#include "server/endpoints/control/resources.h"
#include "server/tenant/match.h"

static const struct shape held = {
    .type = SHAPE_INTEGER, .min = 0, .max = INT64_MAX, .expected = "a number of requests"};
const struct door_parameter latch_query[] = {
    {"held", "so many requests are to be held", &held},
    {"wait", "until they are, at most so long", &door_wait_shape},
    {NULL, NULL, NULL}};

struct verdict latches_get_all(struct door *door)
{
    return door_list(door, latches_list(door->call->realm->latches));
}

struct verdict latches_post(struct door *door)
{
    const char *late = match_of_answer(json_object_get(door->body, "match"));
    const char *when = json_string_value(json_object_get(door->body, "when"));
    if (late != NULL && !str_equal(when, "after")) {
        return door_refuse(door, arena_printf(door->call->arena, "/match/%s", late),
                           "nothing of the answer before the handler: \"when\": \"after\"", NULL);
    }
    json_t *made = latches_add(door->call->realm->latches, door->body);
    if (made == NULL) {
        return REFUSED(TOO_MANY, .check = "latches",
                       .detail = "there are 1000 latches; delete some",
                       .expected = "fewer latches");
    }
    return door_answer(door, 201, made);
}

struct verdict latches_empty_all(struct door *door)
{
    latches_empty(door->call->realm->latches);
    return door_done(door);
}

bool latch_is_ready(struct door *door)
{
    int64_t id = 0, wanted = 0;
    if (door_number(door, 0, "latch", &id).code != ERROR_NONE) {
        return true; /* to be refused */
    }
    query_number(door, "held", &wanted);
    int64_t holds = latches_holding(door->call->realm->latches, id);
    return holds < 0 || holds >= wanted;
}

struct verdict latch_get(struct door *door)
{
    int64_t id = 0, wanted = 0;
    TRY(door_number(door, 0, "latch", &id));
    query_number(door, "held", &wanted);
    json_t *latch = latches_get(door->call->realm->latches, id);
    if (latch == NULL) {
        return door_not_there(door, "latch", door->arguments[0]);
    }
    int64_t holds = (int64_t)json_array_size(json_object_get(latch, "held"));
    if (holds >= wanted) {
        return door_answer(door, 200, latch);
    }
    json_decref(latch);
    return door_not_true(
        door, json_pack("{s:I, s:I}", "seen", (json_int_t)holds, "expected", (json_int_t)wanted));
}

struct verdict latch_release(struct door *door)
{
    int64_t id = 0;
    struct fault_refusal refusal = {0};
    TRY(door_number(door, 0, "latch", &id));
    if (json_object_size(door->body) == 0) {
        return door_refuse(door, "", latch_release_shape.expected, NULL);
    }
    json_t *latch = latches_release(door->call->realm->latches, id, door->body, &refusal);
    if (refusal.pointer != NULL) {
        return door_refuse(door, refusal.pointer, refusal.expected, NULL);
    }
    return latch != NULL ? door_answer(door, 200, latch)
                         : door_not_there(door, "latch", door->arguments[0]);
}

struct verdict latch_delete(struct door *door)
{
    int64_t id = 0;
    TRY(door_number(door, 0, "latch", &id));
    return latches_delete(door->call->realm->latches, id) == 0
               ? door_done(door)
               : door_not_there(door, "latch", door->arguments[0]);
}
