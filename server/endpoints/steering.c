#include "server/endpoints/steering.h"

#include <string.h>
#include <time.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/routes.h"
#include "server/tenant/journal.h"
#include "server/tenant/latches.h"
#include "server/tenant/subject.h"

enum phase { PHASE_FIRST, PHASE_HELD, PHASE_PAST };

struct steering {
    enum phase phases[2]; /* before the handler, after it */
    struct held helds[2]; /* by a latch */
    int64_t began;        /* microseconds of the monotonic clock */
    int64_t at;           /* milliseconds since 1970 on the tenant's clock */
    int64_t entry;        /* in the journal; 0: not yet, or none is kept */
    bool is_noted;
    struct journal_watcher watcher; /* while it waits for something to happen */
    bool watches;
};

static int64_t microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A clock that stands still has no milliseconds. */
static int64_t milliseconds_of(const struct call *call)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    bool is_still = call->realm->tenant->clock.fixed;
    return tenant_now(call->tenant) * 1000 + (is_still ? 0 : now.tv_nsec / 1000000);
}

void steering_open(struct call *call)
{
    struct steering *steering = arena_alloc(call->arena, sizeof(*steering));
    *steering = (struct steering){.began = microseconds(), .at = milliseconds_of(call)};
    call->steering = steering;
}

/* The control door steers, and is not steered. */
static bool is_of_door(const struct call *call)
{
    return call->route != NULL && call->route->place == PLACE_FIXED;
}

/* As sent, without what the issuer has of it; where /.well-known/x stands in front, behind that. */
static const char *path_of(const struct call *call)
{
    const char *path = call->request->path, *base = call->base_path;
    size_t front = 0;
    if (str_starts(path, WELL_KNOWN) && call->route != NULL && call->route->place == PLACE_AROUND) {
        front = strlen(WELL_KNOWN) + strcspn(path + strlen(WELL_KNOWN), "/");
    }
    if (base[0] == '\0' || !str_starts(path + front, base)) {
        return path;
    }
    const char *rest = path + front + strlen(base);
    return front == 0 ? rest : arena_printf(call->arena, "%.*s%s", (int)front, path, rest);
}

static struct subject subject_of(struct call *call)
{
    const struct request *request = call->request;
    const struct route *route = call->route;
    const char *method = method_names[request->method];
    const char *path = path_of(call);
    bool has_secret = route != NULL && route->has_secret && call->segment != NULL;
    return (struct subject){
        .endpoint = route != NULL ? route->endpoint : ENDPOINT_NONE,
        .operation = route != NULL && route->endpoint == ENDPOINT_API ? api_operation(call) : NULL,
        .method = method != NULL ? method : "OTHER",
        .path = path,
        .secret = has_secret ? path + strlen(path) - strlen(call->segment) : NULL,
        .query = request->query,
        .headers = request->headers,
        .header_count = request->header_count,
        .body = request->body,
        .body_size = request->body_size,
        .body_kept = request->body_size,
        .client = call->about.client,
        .user = call->about.user,
        .scope = call->about.scope,
    };
}

static void add_answer(const struct call *call, struct subject *subject)
{
    subject->status = call->response->status;
    subject->error = call->verdict.code != ERROR_NONE ? error_table[call->verdict.code].name : NULL;
}

/* A new reference. */
static json_t *subject_as_json(struct call *call, enum latch_when when)
{
    struct subject subject = subject_of(call);
    if (when == LATCH_BEFORE) {
        subject_present(call->tenant, call->arena, &subject);
    } else {
        add_answer(call, &subject);
    }
    json_auto_t *names =
        subject.user != NULL ? subject_user_names(call->tenant, call->arena, subject.user) : NULL;
    subject.user_names = names;
    return subject_json(call->arena, &subject);
}

static void wake(void *context)
{
    exchange_wake(context);
}

/* True when a latch has it now. */
static bool is_caught(struct call *call, struct exchange *exchange, enum latch_when when,
                      int64_t now)
{
    struct latches *latches = call->realm->latches;
    struct held *held = &call->steering->helds[when];
    if (!latches_any(latches)) {
        return false;
    }
    json_auto_t *subject = subject_as_json(call, when);
    *held = (struct held){.wake = wake, .context = exchange};
    return latches_catch(latches, when, subject, held, now);
}

/* Milliseconds that a latch still has it for; 0: it goes on. */
static int64_t latch_wait(struct call *call, struct exchange *exchange, enum latch_when when)
{
    struct steering *steering = call->steering;
    enum phase *phase = &steering->phases[when];
    struct held *held = &steering->helds[when];
    int64_t now = microseconds() / 1000;
    if (*phase == PHASE_FIRST) {
        *phase = is_caught(call, exchange, when, now) ? PHASE_HELD : PHASE_PAST;
        if (*phase == PHASE_HELD) {
            journal_tell(call->realm->journal); /* who waits for so many to be held */
        }
    }
    if (*phase == PHASE_PAST) {
        return 0;
    }
    enum held_state state = latches_state(call->realm->latches, held, now);
    if (state == HELD_WAITS && !exchange_is_stopping(exchange)) {
        return held->until > now ? held->until - now : 1;
    }
    *phase = PHASE_PAST;
    if (state == HELD_DROPPED) {
        exchange->delivery.end = DELIVERY_CLOSE;
    }
    return 0;
}

static void note_answer(const struct call *call, struct journal_entry *entry)
{
    const struct response *response = call->response;
    const char *type = response_get(response, "Content-Type");
    bool is_json = type != NULL && str_starts(type, "application/json");
    bool issues = call->route != NULL && (call->route->endpoint == ENDPOINT_TOKEN ||
                                          call->route->endpoint == ENDPOINT_REGISTER ||
                                          call->route->endpoint == ENDPOINT_REGISTRATION);
    entry->location = response_get(response, "Location");
    if (is_json && issues) {
        entry->answer = response->body;
        entry->answer_size = response->body_size;
    }
}

void steering_note(struct call *call)
{
    struct steering *steering = call->steering;
    struct journal *journal = call->realm->journal;
    if (steering->is_noted || is_of_door(call) || !journal_is_on(journal)) {
        return;
    }
    steering->is_noted = true;
    struct journal_entry entry = {
        .subject = subject_of(call),
        .at = steering->at,
        .duration = microseconds() - steering->began,
        .request_id = response_get(call->response, "X-Request-Id"),
        .grant = call->about.grant,
        .generation = call->about.generation,
        .happened = call->about.happened,
        .verdict = call->verdict.code != ERROR_NONE ? &call->verdict : NULL,
        .latch = steering->helds[LATCH_BEFORE].latch_id != 0
                     ? steering->helds[LATCH_BEFORE].latch_id
                     : steering->helds[LATCH_AFTER].latch_id,
    };
    add_answer(call, &entry.subject);
    note_answer(call, &entry);
    steering->entry = journal_put(journal, &entry);
}

/* A call of the control door that waits for something to come true is waked by each entry. */
static int64_t door_waits(struct call *call, struct exchange *exchange)
{
    struct steering *steering = call->steering;
    int64_t left = door_wait(call, (microseconds() - steering->began) / 1000);
    if (left > 0 && !steering->watches) {
        steering->watches = true;
        steering->watcher = (struct journal_watcher){.wake = wake, .context = exchange};
        journal_watch(call->realm->journal, &steering->watcher);
        left = door_wait(call, (microseconds() - steering->began) / 1000);
    }
    return exchange_is_stopping(exchange) ? 0 : left;
}

int64_t steering_wait(struct call *call, struct exchange *exchange)
{
    if (is_of_door(call)) {
        return exchange->stage == STAGE_HELD_BEFORE ? door_waits(call, exchange) : 0;
    }
    if (exchange->stage == STAGE_HELD_BEFORE) {
        return latch_wait(call, exchange, LATCH_BEFORE);
    }
    int64_t left = latch_wait(call, exchange, LATCH_AFTER);
    if (left == 0) {
        steering_note(call);
    }
    return left;
}

static enum journal_reply reply_of(const struct exchange *exchange)
{
    switch (exchange->fate) {
    case FATE_SENT:
        return REPLY_SENT;
    case FATE_CUT:
    case FATE_GONE:
    case FATE_MALFORMED:
        return REPLY_CUT;
    case FATE_DROPPED:
    case FATE_RESET:
        return REPLY_DROPPED;
    }
    return REPLY_CUT;
}

void steering_close(struct call *call, const struct exchange *exchange)
{
    struct steering *steering = call->steering;
    for (int when = LATCH_BEFORE; when <= LATCH_AFTER; when++) {
        if (steering->helds[when].latch_id != 0) {
            latches_leave(call->realm->latches, &steering->helds[when]);
        }
    }
    if (steering->watches) {
        journal_unwatch(call->realm->journal, &steering->watcher);
    }
    if (!is_of_door(call)) {
        steering_note(call); /* who left before it was answered stands there, too */
    }
    if (steering->entry != 0) {
        journal_end(call->realm->journal, steering->entry, reply_of(exchange),
                    microseconds() - steering->began);
    }
}
