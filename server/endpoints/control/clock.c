/* The tenant's clock: all that is due by it is due at once. */
#include <string.h>

#include "server/base/attr.h"
#include "server/base/clock.h"
#include "server/base/duration.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/orders.h"

#define SKEW_MAX INT64_C(3153600000000) /* ms: a hundred years */

static const char *instant_fault(struct arena *arena, const char *text)
{
    struct clock clock = {0};
    (void)arena;
    return clock_parse(text, &clock) == 0 && clock.fixed ? NULL : "is no instant";
}

static const struct shape advance = {.type = SHAPE_DURATION,
                                     .min = -DURATION_MAX,
                                     .max = DURATION_MAX,
                                     .expected = DURATION_EXPECTED};
static const struct shape skew = {.type = SHAPE_DURATION,
                                  .min = -SKEW_MAX,
                                  .max = SKEW_MAX,
                                  .expected = DURATION_EXPECTED ", with - in front for the past"};
static const struct shape instant = {.type = SHAPE_TEXT,
                                     .max = 40,
                                     .expected = "an instant such as \"2026-01-01T00:00:00Z\"",
                                     .fault = instant_fault};
static const struct shape flag = {.type = SHAPE_BOOLEAN, .expected = "true"};
static const struct shape_member members[] = {
    {"advance", &advance, false}, {"set", &instant, false}, {"freeze", &flag, false},
    {"resume", &flag, false},     {"skew", &skew, false},   {NULL, NULL, false},
};
const struct shape clock_shape = {.type = SHAPE_RECORD,
                                  .expected = "an object with one of advance, set, freeze, resume, "
                                              "skew",
                                  .members = members};

struct verdict clock_get(struct door *door)
{
    const struct realm *realm = door->call->realm;
    const struct clock *clock = &realm->tenant->clock;
    char date[CLOCK_ISO_SIZE];
    int64_t now = clock_now(clock);
    clock_iso_date(now, date);
    return door_answer(door, 200,
                       json_pack("{s:s, s:I, s:b, s:I, s:I}", "now", date, "epoch", (json_int_t)now,
                                 "frozen", (int)clock->fixed, "moved",
                                 (json_int_t)realm_moved(realm), "skew",
                                 (json_int_t)realm->tenant->skew));
}

static void set_now(struct clock *clock, int64_t at)
{
    const struct clock machine = {0};
    if (clock->fixed) {
        clock->at = at;
        return;
    }
    clock->offset = at - clock_now(&machine);
}

static void hold(struct clock *clock, bool still)
{
    int64_t now = clock_now(clock);
    clock->fixed = still;
    set_now(clock, now);
}

/* Whole seconds: that is what tokens and the store count in. */
static struct verdict seconds_of(const struct door *door, const char *pointer, const json_t *value,
                                 int64_t *seconds)
{
    int64_t ms = 0;
    if (duration_read(value, &ms) != 0 || ms % 1000 != 0) {
        return door_refuse(door, pointer, "a duration of whole seconds", NULL);
    }
    *seconds = ms / 1000;
    return ALLOWED;
}

/* What moved the clock; "" where nothing did. */
static const char *mover_of(const struct door *door)
{
    static const char *const pointers[] = {"/set", "/advance"};
    size_t i = 0;
    while (i < COUNT(pointers) && json_object_get(door->body, pointers[i] + 1) == NULL) {
        i++;
    }
    return i < COUNT(pointers) ? pointers[i] : "";
}

/* Within the years that a date can tell. */
static struct verdict check_reach(const struct door *door, const struct clock *clock)
{
    int64_t now = clock_now(clock);
    return now >= 0 && now <= CLOCK_LATEST
               ? ALLOWED
               : door_refuse(door, mover_of(door), "what leads to an instant from 1970 to 9999",
                             NULL);
}

static struct verdict move(const struct door *door, struct clock *clock)
{
    const json_t *by = json_object_get(door->body, "advance");
    const json_t *to = json_object_get(door->body, "set");
    int64_t seconds = 0;
    if (by != NULL) {
        TRY(seconds_of(door, "/advance", by, &seconds));
        set_now(clock, clock_now(clock) + seconds);
    }
    if (to != NULL) {
        struct clock at = {0};
        if (clock_parse(json_string_value(to), &at) != 0) {
            return door_refuse(door, "/set", instant.expected, json_string_value(to));
        }
        set_now(clock, at.at);
    }
    return ALLOWED;
}

/* An instant and what becomes of it may stand together: {"set": ..., "freeze": true}. */
struct verdict clock_post(struct door *door)
{
    const struct tenant *tenant = door->call->realm->tenant;
    struct clock clock = tenant->clock;
    int64_t ahead = tenant->skew;
    const json_t *skewed = json_object_get(door->body, "skew");
    bool freezes = json_is_true(json_object_get(door->body, "freeze"));
    bool resumes = json_is_true(json_object_get(door->body, "resume"));
    if (json_object_size(door->body) == 0 || (freezes && resumes)) {
        return door_refuse(door, "", clock_shape.expected, NULL);
    }
    if (json_object_get(door->body, "advance") != NULL &&
        json_object_get(door->body, "set") != NULL) {
        return door_refuse(door, "/set", "advance or set, not both", NULL);
    }
    if (skewed != NULL) {
        TRY(seconds_of(door, "/skew", skewed, &ahead));
    }
    if (freezes || resumes) {
        hold(&clock, freezes);
    }
    TRY(move(door, &clock));
    TRY(check_reach(door, &clock));
    return orders_set_clock(door->call->realm, &clock, ahead) == 0 ? clock_get(door)
                                                                   : error_store_broken();
}
