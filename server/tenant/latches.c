#include "server/tenant/latches.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/duration.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/tenant/match.h"

struct latch {
    struct latch *next;
    int64_t id;
    json_t *match; /* NULL: all */
    enum latch_when when;
    int64_t timeout;
    bool is_open;      /* it lets all pass from now on */
    int64_t came;      /* how many it ever held */
    struct held *held; /* in the order of arrival */
};

struct latches {
    pthread_mutex_t lock;
    atomic_size_t count;
    int64_t last;
    struct latch *first;
};

static const char *const whens[] = {"before", "after", NULL};
static const struct shape when_shape = {
    .type = SHAPE_TEXT, .max = 10, .expected = "before or after", .words = whens};
static const struct shape timeout_shape = {.type = SHAPE_DURATION,
                                           .min = 1,
                                           .max = LATCH_TIMEOUT_MAX_MS,
                                           .expected = "a duration of at most 10m"};
static const struct shape_member latch_members[] = {
    {"match", &match_shape, false},
    {"when", &when_shape, false},
    {"timeout", &timeout_shape, false},
    {NULL, NULL, false},
};
const struct shape latch_shape = {
    .type = SHAPE_RECORD, .expected = "an object with match, when", .members = latch_members};

static const struct shape yes = {.type = SHAPE_BOOLEAN, .expected = "true"};
static const struct shape number = {
    .type = SHAPE_INTEGER, .min = 1, .max = INT64_MAX, .expected = "a number from 1"};
static const struct shape numbers = {.type = SHAPE_LIST,
                                     .min = 1,
                                     .max = 10000,
                                     .expected = "numbers of requests that are held",
                                     .item = &number,
                                     .unique = true};
static const struct shape_member release_members[] = {
    {"all", &yes, false},      {"count", &number, false},         {"order", &numbers, false},
    {"drop", &numbers, false}, {"do", &fault_doing_shape, false}, {NULL, NULL, false},
};
const struct shape latch_release_shape = {.type = SHAPE_RECORD,
                                          .expected = "an object with all, count, order or drop",
                                          .members = release_members};

struct latches *latches_new(void)
{
    struct latches *latches = memory_new(sizeof(*latches));
    pthread_mutex_init(&latches->lock, NULL);
    return latches;
}

static void latch_free(struct latch *latch)
{
    json_decref(latch->match);
    free(latch);
}

void latches_free(struct latches *latches)
{
    if (latches == NULL) {
        return;
    }
    latches_empty(latches);
    pthread_mutex_destroy(&latches->lock);
    free(latches);
}

bool latches_any(const struct latches *latches)
{
    return atomic_load(&latches->count) > 0;
}

static int64_t holding(const struct latch *latch)
{
    int64_t count = 0;
    for (const struct held *held = latch->held; held != NULL; held = held->next) {
        count++;
    }
    return count;
}

static json_t *show(const struct latch *latch)
{
    json_t *list = json_array();
    for (const struct held *held = latch->held; held != NULL; held = held->next) {
        json_array_append_new(list, json_integer(held->number));
    }
    return json_pack("{s:I, s:o*, s:s, s:f, s:b, s:I, s:o}", "id", (json_int_t)latch->id, "match",
                     json_deep_copy(latch->match), "when", whens[latch->when], "timeout",
                     (double)latch->timeout / 1000, "open", (int)latch->is_open, "came",
                     (json_int_t)latch->came, "held", list);
}

static struct latch **find(struct latches *latches, int64_t id)
{
    struct latch **at = &latches->first;
    while (*at != NULL && (*at)->id != id) {
        at = &(*at)->next;
    }
    return at;
}

json_t *latches_add(struct latches *latches, const json_t *given)
{
    int64_t timeout = LATCH_TIMEOUT_MS;
    const json_t *asked = json_object_get(given, "timeout");
    if (asked != NULL && duration_read(asked, &timeout) != 0) {
        return NULL; /* its shape lets only durations pass */
    }
    struct latch *latch = memory_new(sizeof(*latch));
    latch->match = json_deep_copy(json_object_get(given, "match"));
    latch->when = str_equal(json_string_value(json_object_get(given, "when")), "after")
                      ? LATCH_AFTER
                      : LATCH_BEFORE;
    latch->timeout = timeout;
    pthread_mutex_lock(&latches->lock);
    if (atomic_load(&latches->count) >= LATCHES_MAX) {
        pthread_mutex_unlock(&latches->lock);
        latch_free(latch);
        return NULL;
    }
    latch->id = ++latches->last;
    *find(latches, -1) = latch;
    atomic_fetch_add(&latches->count, 1);
    json_t *shown = show(latch);
    pthread_mutex_unlock(&latches->lock);
    return shown;
}

json_t *latches_get(struct latches *latches, int64_t id)
{
    pthread_mutex_lock(&latches->lock);
    const struct latch *latch = *find(latches, id);
    json_t *shown = latch != NULL ? show(latch) : NULL;
    pthread_mutex_unlock(&latches->lock);
    return shown;
}

json_t *latches_list(struct latches *latches)
{
    json_t *list = json_array();
    pthread_mutex_lock(&latches->lock);
    for (const struct latch *latch = latches->first; latch != NULL; latch = latch->next) {
        json_array_append_new(list, show(latch));
    }
    pthread_mutex_unlock(&latches->lock);
    return list;
}

int64_t latches_holding(struct latches *latches, int64_t id)
{
    pthread_mutex_lock(&latches->lock);
    const struct latch *latch = *find(latches, id);
    int64_t count = latch != NULL ? holding(latch) : -1;
    pthread_mutex_unlock(&latches->lock);
    return count;
}

static struct held **find_held(struct latch *latch, int64_t number_of)
{
    struct held **at = &latch->held;
    while (*at != NULL && (*at)->number != number_of) {
        at = &(*at)->next;
    }
    return at;
}

/* How some are let go. */
struct letting {
    enum held_state state;
    const json_t *doing; /* borrowed; NULL: nothing happens to them */
    enum fault_stage stage;
};

static const struct letting plainly = {.state = HELD_RELEASED};

/* Out of its latch, and on. */
static void let_go(struct held **at, const struct letting *letting)
{
    struct held *held = *at;
    *at = held->next;
    held->next = NULL;
    held->latch = NULL;
    held->state = letting->state;
    held->doing = json_deep_copy(letting->doing);
    held->stage = letting->stage;
    held->wake(held->context);
}

static void let_all_go(struct latch *latch, const struct letting *letting)
{
    latch->is_open = true;
    while (latch->held != NULL) {
        let_go(&latch->held, letting);
    }
}

static bool all_are_held(struct latch *latch, const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        if (*find_held(latch, json_integer_value(one)) == NULL) {
            return false;
        }
    }
    return true;
}

static void let_these_go(struct latch *latch, const json_t *list, const struct letting *letting)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        struct held **at = find_held(latch, json_integer_value(one));
        if (*at != NULL) {
            let_go(at, letting);
        }
    }
}

static int refuse(struct fault_refusal *refusal, const char *pointer, const char *expected)
{
    *refusal = (struct fault_refusal){.pointer = pointer, .expected = expected};
    return 1;
}

static int judge_release(struct latch *latch, const json_t *given, struct letting *letting,
                         struct fault_refusal *refusal)
{
    static const char held[] = "numbers of requests that are held";
    const enum fault_stage stage = latch->when == LATCH_AFTER ? FAULT_AFTER : FAULT_BEFORE;
    bool lets_go = json_object_get(given, "all") != NULL ||
                   json_object_get(given, "count") != NULL ||
                   json_object_get(given, "order") != NULL;
    letting->doing = json_object_get(given, "do");
    if (!all_are_held(latch, json_object_get(given, "order"))) {
        return refuse(refusal, "/order", held);
    }
    if (!all_are_held(latch, json_object_get(given, "drop"))) {
        return refuse(refusal, "/drop", held);
    }
    if (letting->doing != NULL && !lets_go) {
        return refuse(refusal, "/do", "all, count or order beside it: to whom it is done");
    }
    return letting->doing != NULL
               ? fault_judge_doing(letting->doing, stage, &letting->stage, refusal)
               : 0;
}

/* Dropped first: who is named in both is. */
static void release(struct latch *latch, const json_t *given, const struct letting *letting)
{
    static const struct letting dropped = {.state = HELD_DROPPED};
    int64_t count = json_integer_value(json_object_get(given, "count"));
    let_these_go(latch, json_object_get(given, "drop"), &dropped);
    let_these_go(latch, json_object_get(given, "order"), letting);
    for (; count > 0 && latch->held != NULL; count--) {
        let_go(&latch->held, letting);
    }
    if (json_is_true(json_object_get(given, "all"))) {
        let_all_go(latch, letting);
    }
}

json_t *latches_release(struct latches *latches, int64_t id, const json_t *given,
                        struct fault_refusal *refusal)
{
    struct letting letting = plainly;
    json_t *shown = NULL;
    *refusal = (struct fault_refusal){0};
    pthread_mutex_lock(&latches->lock);
    struct latch *latch = *find(latches, id);
    if (latch != NULL && judge_release(latch, given, &letting, refusal) == 0) {
        release(latch, given, &letting);
        shown = show(latch);
    }
    pthread_mutex_unlock(&latches->lock);
    return shown;
}

static void take_out(struct latches *latches, struct latch **at)
{
    struct latch *latch = *at;
    let_all_go(latch, &plainly);
    *at = latch->next;
    latch_free(latch);
    atomic_fetch_sub(&latches->count, 1);
}

int latches_delete(struct latches *latches, int64_t id)
{
    pthread_mutex_lock(&latches->lock);
    struct latch **at = find(latches, id);
    bool is_there = *at != NULL;
    if (is_there) {
        take_out(latches, at);
    }
    pthread_mutex_unlock(&latches->lock);
    return is_there ? 0 : 1;
}

void latches_empty(struct latches *latches)
{
    pthread_mutex_lock(&latches->lock);
    while (latches->first != NULL) {
        take_out(latches, &latches->first);
    }
    pthread_mutex_unlock(&latches->lock);
}

static struct latch *fitting(const struct latches *latches, enum latch_when when,
                             const json_t *subject)
{
    struct latch *latch = latches->first;
    while (latch != NULL &&
           (latch->is_open || latch->when != when || !match_fits(latch->match, subject))) {
        latch = latch->next;
    }
    return latch;
}

bool latches_catch(struct latches *latches, enum latch_when when, const json_t *subject,
                   struct held *held, int64_t now)
{
    pthread_mutex_lock(&latches->lock);
    struct latch *latch = fitting(latches, when, subject);
    if (latch != NULL) {
        held->latch = latch;
        held->latch_id = latch->id;
        held->number = ++latch->came;
        held->until = now + latch->timeout;
        held->state = HELD_WAITS;
        *find_held(latch, -1) = held;
    }
    pthread_mutex_unlock(&latches->lock);
    return latch != NULL;
}

enum held_state latches_state(struct latches *latches, struct held *held, int64_t now)
{
    pthread_mutex_lock(&latches->lock);
    if (held->state == HELD_WAITS && now >= held->until) {
        let_all_go(held->latch, &plainly);
    }
    enum held_state state = held->state;
    pthread_mutex_unlock(&latches->lock);
    return state;
}

void latches_leave(struct latches *latches, struct held *held)
{
    pthread_mutex_lock(&latches->lock);
    if (held->latch != NULL) {
        struct held **at = find_held(held->latch, held->number);
        *at = held->next;
        held->latch = NULL;
        held->state = HELD_NOT;
    }
    json_decref(held->doing);
    held->doing = NULL;
    pthread_mutex_unlock(&latches->lock);
}
