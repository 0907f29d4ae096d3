#include "server/endpoints/steering.h"

#include <string.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/call_subject.h"
#include "server/endpoints/delay.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/malformed.h"
#include "server/endpoints/mischief.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/endpoints/waiting.h"
#include "server/tenant/faults.h"
#include "server/tenant/journal.h"
#include "server/tenant/latches.h"
#include "server/tenant/subject.h"

enum phase { PHASE_FIRST, PHASE_HELD, PHASE_PAST };

/* A fault of this call, and how it is delayed by it. */
struct mishap {
    struct fault_plan plan;
    bool is_chosen; /* it was asked for, whether there is one or not */
    struct delay delay;
};

struct steering {
    enum phase phases[2];        /* before the handler, after it */
    struct held helds[2];        /* by a latch */
    struct mishap before, after; /* the handler */
    bool makes_bad;              /* the fault behind the handler spoils tokens in it */
    int64_t began;               /* microseconds of the monotonic clock */
    int64_t at;                  /* milliseconds since 1970 on the tenant's clock */
    int64_t entry;               /* in the journal; 0: not yet, or none is kept */
    bool is_noted;
    bool is_dropped;        /* by a latch */
    bool is_unheard;        /* dropped before its handler */
    struct waiting waiting; /* of the control door's own calls */
};

void steering_open(struct call *call)
{
    struct steering *steering = arena_alloc(call->arena, sizeof(*steering));
    *steering = (struct steering){.began = clock_ticks_us(),
                                  .at = clock_now_ms(&call->realm->tenant->clock)};
    call->steering = steering;
}

static void wake(void *context)
{
    exchange_wake(context);
}

/* True when a latch has it now. */
static bool is_caught(struct call *call, struct exchange *exchange, enum latch_when when)
{
    struct latches *latches = call->realm->latches;
    struct held *held = &call->steering->helds[when];
    if (!latches_any(latches)) {
        return false;
    }
    json_auto_t *subject = call_subject_json(call, when);
    *held = (struct held){.wake = wake, .context = exchange};
    return latches_catch(latches, when, subject, held, clock_ticks_ms());
}

/* Milliseconds that a latch still has it for; 0: it goes on. */
static int64_t latch_wait(struct call *call, struct exchange *exchange, enum latch_when when)
{
    struct steering *steering = call->steering;
    enum phase *phase = &steering->phases[when];
    struct held *held = &steering->helds[when];
    if (*phase == PHASE_FIRST) {
        *phase = is_caught(call, exchange, when) ? PHASE_HELD : PHASE_PAST;
        if (*phase == PHASE_HELD) {
            journal_tell(call->realm->journal); /* who waits for so many to be held */
        }
    }
    if (*phase == PHASE_PAST) {
        return 0;
    }
    int64_t now = clock_ticks_ms();
    enum held_state state = latches_state(call->realm->latches, held, now);
    if (state == HELD_WAITS && !exchange_is_stopping(exchange)) {
        return held->until > now ? held->until - now : 1;
    }
    *phase = PHASE_PAST;
    steering->is_dropped = steering->is_dropped || state == HELD_DROPPED;
    return 0;
}

/* Error at the authorization endpoint: the handler has to find out first whom to tell. */
static bool is_told_by_redirect(const struct call *call, const struct fault_plan *plan)
{
    bool is_there = call->route != NULL && call->route->endpoint == ENDPOINT_AUTHORIZE;
    return is_there && plan->error != NULL && plan->status == 0;
}

static void choose(struct call *call, struct mishap *mishap, enum fault_stage stage)
{
    enum latch_when when = stage >= FAULT_AFTER ? LATCH_AFTER : LATCH_BEFORE;
    if (!faults_any(call->realm->faults)) {
        return;
    }
    json_auto_t *subject = call_subject_json(call, when);
    faults_choose(call->realm->faults, stage, subject, call->tenant->random, &mishap->plan);
    if (mishap->plan.id != 0) {
        const struct log_field fields[] = {
            {.name = "request", .number = &call->number},
            {.name = "tenant", .value = call->realm->name},
            {.name = "fault", .number = &mishap->plan.id},
        };
        log_event(LOG_INFO, "a fault of the control door fires", fields, COUNT(fields));
    }
}

/* What the latch let it go with takes the place of a fault there: true when there is such. */
static bool is_released_with(struct call *call, enum latch_when when, struct mishap *mishap)
{
    const struct held *held = &call->steering->helds[when];
    if (held->doing == NULL) {
        return false;
    }
    int64_t spoils = mishap->plan.id; /* a fault that has spoiled tokens has fired all the same */
    fault_plan_fini(&mishap->plan);
    fault_plan_make(&mishap->plan, spoils, held->stage, held->doing, call->tenant->random);
    mishap->plan.latch = held->latch_id;
    return true;
}

static void choose_before(struct call *call)
{
    struct steering *steering = call->steering;
    bool spoils = steering->helds[LATCH_BEFORE].stage == FAULT_MAKING;
    if (is_released_with(call, LATCH_BEFORE, spoils ? &steering->after : &steering->before)) {
        steering->makes_bad = spoils;
        return;
    }
    choose(call, &steering->before, FAULT_BEFORE);
    if (!fault_plan_is_there(&steering->before.plan)) {
        choose(call, &steering->after, FAULT_MAKING);
        steering->makes_bad = fault_plan_is_there(&steering->after.plan);
    }
}

static void choose_for_answer(struct call *call)
{
    struct steering *steering = call->steering;
    if (steering->makes_bad && !call->about.is_spoiled) {
        faults_withdraw(call->realm->faults, &steering->after.plan);
        steering->makes_bad = false;
    }
    if (!is_released_with(call, LATCH_AFTER, &steering->after) && !steering->makes_bad) {
        choose(call, &steering->after,
               mischief_finds_something(call) ? FAULT_CHANGING : FAULT_AFTER);
    }
}

static void choose_after(struct call *call, struct exchange *exchange)
{
    struct steering *steering = call->steering;
    if (steering->is_dropped) {
        exchange->delivery = (struct delivery){.end = DELIVERY_CLOSE};
        return;
    }
    if (steering->before.plan.end != FAULT_END_WHOLE) {
        mischief_deliver(exchange, &steering->before.plan); /* it is over */
        return;
    }
    choose_for_answer(call);
    if (fault_plan_is_there(&steering->after.plan)) {
        mischief_change(call, &steering->after.plan);
        mischief_deliver(exchange, &steering->after.plan);
    } else if (fault_plan_is_there(&steering->before.plan)) {
        mischief_mark(call, &steering->before.plan);
        mischief_deliver(exchange, &steering->before.plan);
    }
}

void steering_spoil(struct call *call)
{
    const struct fault_plan *plan = &call->steering->after.plan;
    if (call->steering->makes_bad) {
        call->tenant->id_token_bad = plan->token;
        call->tenant->access_token_bad = plan->access_token;
    }
}

bool steering_answers(struct call *call)
{
    const struct fault_plan *plan = &call->steering->before.plan;
    if (call->steering->is_dropped) {
        call->response->status = 503; /* nobody will see it */
        return true;
    }
    bool answers =
        (plan->answers || plan->end != FAULT_END_WHOLE) && !is_told_by_redirect(call, plan);
    if (answers) {
        mischief_answer(call, plan);
    }
    return answers;
}

bool steering_tells(struct call *call)
{
    const struct fault_plan *plan = &call->steering->before.plan;
    if (!is_told_by_redirect(call, plan) || call->redirect_uri == NULL) {
        return false;
    }
    const struct answer_parameter parameters[] = {
        {"error", plan->error},
        {"error_description", plan->error_description},
    };
    answer_client(call, parameters, COUNT(parameters));
    return true;
}

static void note_answer(const struct call *call, struct journal_entry *entry)
{
    const struct response *response = call->response;
    const char *type = response_get(response, "Content-Type");
    bool is_json = type != NULL && str_starts(type, "application/json");
    bool issues = call->route != NULL && (call->route->endpoint == ENDPOINT_TOKEN ||
                                          call->route->endpoint == ENDPOINT_REGISTER ||
                                          call->route->endpoint == ENDPOINT_REGISTRATION);
    entry->location = call->posted != NULL
                          ? url_with_query(call->arena, call->redirect_uri, call->posted)
                          : response_get(response, "Location");
    entry->retry_after = response_get(response, "Retry-After");
    if (is_json && issues) {
        entry->answer = response->body;
        entry->answer_size = response->body_size;
    }
}

void steering_note(struct call *call)
{
    struct steering *steering = call->steering;
    struct journal *journal = call->realm->journal;
    if (steering->is_noted || !call_is_steered(call) || !journal_is_on(journal)) {
        return;
    }
    steering->is_noted = true;
    struct journal_entry entry = {
        .subject = call_subject(call),
        .at = steering->at,
        .duration = clock_ticks_us() - steering->began,
        .request_id = response_get(call->response, "X-Request-Id"),
        .grant = call->about.grant,
        .generation = call->about.generation,
        .happened = call->about.happened,
        .verdict = call->verdict.code != ERROR_NONE ? &call->verdict : NULL,
        .fault = steering->after.plan.id != 0 ? steering->after.plan.id : steering->before.plan.id,
        .latch = steering->helds[LATCH_BEFORE].latch_id != 0
                     ? steering->helds[LATCH_BEFORE].latch_id
                     : steering->helds[LATCH_AFTER].latch_id,
    };
    if (!steering->is_unheard) {
        call_subject_answered(call, &entry.subject);
        note_answer(call, &entry);
    }
    steering->entry = journal_put(journal, &entry);
}

static int64_t wait_before(struct call *call, struct exchange *exchange)
{
    struct mishap *mishap = &call->steering->before;
    int64_t left = latch_wait(call, exchange, LATCH_BEFORE);
    if (left > 0 || call->steering->is_dropped) {
        call->steering->is_unheard = left == 0;
        return left;
    }
    if (!mishap->is_chosen) {
        mishap->is_chosen = true;
        choose_before(call);
    }
    return delay_left(call, exchange, &mishap->plan, &mishap->delay);
}

static int64_t wait_after(struct call *call, struct exchange *exchange)
{
    struct mishap *mishap = &call->steering->after;
    int64_t left = call->steering->is_unheard ? 0 : latch_wait(call, exchange, LATCH_AFTER);
    if (left > 0) {
        return left;
    }
    if (!mishap->is_chosen) {
        mishap->is_chosen = true;
        choose_after(call, exchange);
    }
    left = delay_left(call, exchange, &mishap->plan, &mishap->delay);
    if (left == 0) {
        steering_note(call);
    }
    return left;
}

int64_t steering_wait(struct call *call, struct exchange *exchange)
{
    bool is_before = exchange->stage == STAGE_HELD_BEFORE;
    if (!call_is_steered(call)) {
        return is_before && call->segment != NULL
                   ? waiting_left(call, exchange, &call->steering->waiting)
                   : 0;
    }
    return is_before ? wait_before(call, exchange) : wait_after(call, exchange);
}

static enum journal_reply reply_of(const struct exchange *exchange)
{
    switch (exchange->fate) {
    case FATE_SENT:
        return REPLY_SENT;
    case FATE_CUT:
        return REPLY_CUT;
    case FATE_GONE:
    case FATE_MALFORMED: /* by whom it was refused while it came, nobody has answered it */
        return exchange->response.status != 0 ? REPLY_CUT : REPLY_DROPPED;
    case FATE_DROPPED:
    case FATE_RESET:
        return REPLY_DROPPED;
    }
    return REPLY_CUT;
}

void steering_close(struct call *call, const struct exchange *exchange)
{
    struct steering *steering = call->steering;
    if (exchange->fate == FATE_MALFORMED) {
        call->verdict = malformed_verdict();
        malformed_log(exchange);
    }
    if (call_is_steered(call)) {
        steering_note(call); /* who left before it was answered stands there, too */
    }
    for (int when = LATCH_BEFORE; when <= LATCH_AFTER; when++) {
        if (steering->helds[when].latch_id != 0) {
            latches_leave(call->realm->latches, &steering->helds[when]);
        }
    }
    delay_leave(call, &steering->before.delay);
    delay_leave(call, &steering->after.delay);
    fault_plan_fini(&steering->before.plan);
    fault_plan_fini(&steering->after.plan);
    waiting_leave(call, &steering->waiting);
    if (steering->entry != 0) {
        journal_end(call->realm->journal, steering->entry, reply_of(exchange),
                    clock_ticks_us() - steering->began);
    }
}
