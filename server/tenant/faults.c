#include "server/tenant/faults.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/memory.h"
#include "server/store/told.h"
#include "server/tenant/fault_whole.h"
#include "server/tenant/ledger.h"
#include "server/tenant/match.h"

struct fault {
    struct fault *next;
    int64_t id;
    enum fault_stage stage;
    json_t *given; /* whole, with what the catalogue and defaults say; immutable */
    int64_t skip, every;
    int64_t times; /* 0: without limit */
    double probability;
    int64_t matched, fired;
};

struct faults {
    struct ledger ledger;
    pthread_mutex_t lock;
    struct fault *first;
    struct fault **end; /* where the next is put */
    int64_t last;       /* id */
    size_t used;        /* up */
    atomic_size_t live;
};

struct faults *faults_new(const struct tenant *tenant)
{
    struct faults *faults = memory_new(sizeof(*faults));
    faults->ledger = (struct ledger){.tenant = tenant, .kind = TOLD_FAULT};
    pthread_mutex_init(&faults->lock, NULL);
    faults->end = &faults->first;
    return faults;
}

static bool is_used_up(const struct fault *fault)
{
    return fault->times > 0 && fault->fired >= fault->times;
}

static void fault_free(struct fault *fault)
{
    json_decref(fault->given);
    free(fault);
}

/* Out of the list, and counted no more. */
static void take_out(struct faults *faults, struct fault **at)
{
    struct fault *fault = *at;
    *at = fault->next;
    if (*at == NULL) {
        faults->end = at;
    }
    if (is_used_up(fault)) {
        faults->used--;
    } else {
        atomic_fetch_sub(&faults->live, 1);
    }
    fault_free(fault);
}

static void take_out_all(struct faults *faults)
{
    while (faults->first != NULL) {
        take_out(faults, &faults->first);
    }
}

void faults_free(struct faults *faults)
{
    if (faults == NULL) {
        return;
    }
    take_out_all(faults);
    pthread_mutex_destroy(&faults->lock);
    free(faults);
}

static struct fault **place_of(struct faults *faults, int64_t id)
{
    struct fault **at = &faults->first;
    while (*at != NULL && (*at)->id != id) {
        at = &(*at)->next;
    }
    return at;
}

static int64_t integer(const json_t *given, const char *name)
{
    return json_integer_value(json_object_get(given, name));
}

/* `given` is taken. */
static struct fault *fault_new(json_t *given, enum fault_stage stage)
{
    struct fault *fault = memory_new(sizeof(*fault));
    *fault = (struct fault){
        .stage = stage,
        .given = given,
        .skip = integer(given, "skip"),
        .every = integer(given, "every"),
        .times = integer(given, "times"),
        .probability = json_number_value(json_object_get(given, "probability")),
    };
    return fault;
}

static json_t *show(const struct fault *fault)
{
    json_t *shown = json_pack("{s:I}", "id", (json_int_t)fault->id);
    json_object_update(shown, fault->given);
    json_object_set_new(shown, "matched", json_integer(fault->matched));
    json_object_set_new(shown, "fired", json_integer(fault->fired));
    json_object_set_new(shown, "used_up", json_boolean(is_used_up(fault)));
    return shown;
}

/* What became of it, as it is shown. */
static void keep(const struct faults *faults, const struct fault *fault)
{
    json_auto_t *shown = show(fault);
    ledger_change(&faults->ledger, fault->id, shown);
}

static void append(struct faults *faults, struct fault *fault)
{
    *faults->end = fault;
    faults->end = &fault->next;
}

/* Takes the fault when it is done. */
static int add(struct faults *faults, struct fault *fault, json_t **made)
{
    if (atomic_load(&faults->live) >= FAULTS_MAX) {
        return FAULTS_FULL;
    }
    fault->id = faults->last + 1;
    json_t *shown = show(fault);
    if (ledger_put(&faults->ledger, fault->id, shown) != 0) {
        json_decref(shown);
        return FAULTS_BROKEN;
    }
    faults->last = fault->id;
    append(faults, fault);
    atomic_fetch_add(&faults->live, 1);
    *made = shown;
    return FAULTS_DONE;
}

int faults_add(struct faults *faults, const json_t *given, struct fault_refusal *refusal,
               json_t **made)
{
    enum fault_stage stage;
    json_t *whole = fault_whole(given, &stage, refusal);
    if (whole == NULL) {
        return FAULTS_REFUSED;
    }
    struct fault *fault = fault_new(whole, stage);
    pthread_mutex_lock(&faults->lock);
    int outcome = add(faults, fault, made);
    pthread_mutex_unlock(&faults->lock);
    if (outcome != FAULTS_DONE) {
        fault_free(fault);
    }
    return outcome;
}

json_t *faults_list(struct faults *faults)
{
    json_t *list = json_array();
    pthread_mutex_lock(&faults->lock);
    for (const struct fault *fault = faults->first; fault != NULL; fault = fault->next) {
        json_array_append_new(list, show(fault));
    }
    pthread_mutex_unlock(&faults->lock);
    return list;
}

int faults_get(struct faults *faults, int64_t id, json_t **fault)
{
    pthread_mutex_lock(&faults->lock);
    const struct fault *found = *place_of(faults, id);
    *fault = found != NULL ? show(found) : NULL;
    pthread_mutex_unlock(&faults->lock);
    return *fault != NULL ? FAULTS_DONE : FAULTS_UNKNOWN;
}

bool faults_have(struct faults *faults, int64_t id)
{
    pthread_mutex_lock(&faults->lock);
    bool is_there = *place_of(faults, id) != NULL;
    pthread_mutex_unlock(&faults->lock);
    return is_there;
}

static int delete_at(struct faults *faults, struct fault **at)
{
    if (*at == NULL) {
        return FAULTS_UNKNOWN;
    }
    if (ledger_delete(&faults->ledger, (*at)->id) != 0) {
        return FAULTS_BROKEN;
    }
    take_out(faults, at);
    return FAULTS_DONE;
}

int faults_delete(struct faults *faults, int64_t id)
{
    pthread_mutex_lock(&faults->lock);
    int outcome = delete_at(faults, place_of(faults, id));
    pthread_mutex_unlock(&faults->lock);
    return outcome;
}

int faults_empty(struct faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    int outcome = ledger_clear(&faults->ledger) == 0 ? FAULTS_DONE : FAULTS_BROKEN;
    if (outcome == FAULTS_DONE) {
        take_out_all(faults);
    }
    pthread_mutex_unlock(&faults->lock);
    return outcome;
}

static void restore_one(struct faults *faults, const json_t *shown)
{
    static const char *const counters[] = {"id", "matched", "fired", "used_up"};
    enum fault_stage stage;
    struct fault_refusal refusal = {0};
    json_t *given = json_deep_copy(shown);
    for (size_t i = 0; i < COUNT(counters); i++) {
        json_object_del(given, counters[i]);
    }
    if (fault_judge(given, &stage, &refusal) != 0) {
        json_decref(given);
        return;
    }
    struct fault *fault = fault_new(given, stage);
    fault->id = integer(shown, "id");
    fault->matched = integer(shown, "matched");
    fault->fired = integer(shown, "fired");
    faults->last = fault->id > faults->last ? fault->id : faults->last;
    append(faults, fault);
    if (is_used_up(fault)) {
        faults->used++;
    } else {
        atomic_fetch_add(&faults->live, 1);
    }
}

void faults_restore(struct faults *faults, const json_t *list)
{
    pthread_mutex_lock(&faults->lock);
    take_out_all(faults);
    for (size_t i = 0; i < json_array_size(list); i++) {
        restore_one(faults, json_array_get(list, i));
    }
    pthread_mutex_unlock(&faults->lock);
}

int faults_take_up(struct faults *faults)
{
    json_auto_t *list = ledger_list(&faults->ledger);
    if (list == NULL) {
        return FAULTS_BROKEN;
    }
    faults_restore(faults, list);
    return FAULTS_DONE;
}

bool faults_any(const struct faults *faults)
{
    return faults != NULL && atomic_load(&faults->live) > 0;
}

/* Before tokens are made, those that wait for the answer count too, if they are older. */
static bool counts_at(const struct fault *fault, enum fault_stage stage)
{
    bool is_after = fault->stage == FAULT_AFTER || fault->stage == FAULT_CHANGING;
    return fault->stage == stage || (stage == FAULT_MAKING && is_after) ||
           (stage == FAULT_CHANGING && is_after);
}

/* The one that counts. */
static struct fault *find(const struct faults *faults, enum fault_stage stage,
                          const json_t *subject)
{
    struct fault *fault = faults->first;
    while (fault != NULL && (is_used_up(fault) || !counts_at(fault, stage) ||
                             !match_fits(json_object_get(fault->given, "match"), subject))) {
        fault = fault->next;
    }
    bool waits = fault != NULL && stage == FAULT_MAKING && fault->stage != FAULT_MAKING;
    return waits ? NULL : fault;
}

/* 53 random bits as a fraction: every number that a double has there. */
static bool happens(double probability, struct random *random)
{
    uint64_t drawn;
    if (probability >= 1) {
        return true;
    }
    random_bytes(random, &drawn, sizeof(drawn));
    return (double)(drawn >> 11) / (double)(UINT64_C(1) << 53) < probability;
}

static bool is_due(const struct fault *fault)
{
    int64_t beyond = fault->matched - fault->skip;
    return beyond > 0 && beyond % fault->every == 0;
}

/* The oldest of those that are used up goes when there are too many. */
static void forget(struct faults *faults)
{
    struct fault **at = &faults->first;
    while (faults->used > FAULTS_USED_MAX) {
        if (is_used_up(*at)) {
            (void)(ledger_delete(&faults->ledger, (*at)->id) == 0); /* logged */
            take_out(faults, at);
        } else {
            at = &(*at)->next;
        }
    }
}

static void fire(struct faults *faults, struct fault *fault, struct random *random,
                 struct fault_plan *plan)
{
    fault->fired++;
    fault_plan_make(plan, fault->id, fault->stage, json_object_get(fault->given, "do"), random);
    if (is_used_up(fault)) {
        atomic_fetch_sub(&faults->live, 1);
        faults->used++;
    }
}

void faults_choose(struct faults *faults, enum fault_stage stage, const json_t *subject,
                   struct random *random, struct fault_plan *plan)
{
    *plan = (struct fault_plan){0};
    if (!faults_any(faults)) {
        return;
    }
    pthread_mutex_lock(&faults->lock);
    struct fault *fault = find(faults, stage, subject);
    if (fault != NULL) {
        fault->matched++;
        if (is_due(fault) && happens(fault->probability, random)) {
            fire(faults, fault, random, plan);
        }
        keep(faults, fault);
        forget(faults);
    }
    pthread_mutex_unlock(&faults->lock);
}

void faults_withdraw(struct faults *faults, struct fault_plan *plan)
{
    pthread_mutex_lock(&faults->lock);
    struct fault *fault = *place_of(faults, plan->id);
    if (fault != NULL && plan->id != 0 && fault->fired > 0) {
        bool was_used_up = is_used_up(fault);
        fault->matched--;
        fault->fired--;
        if (was_used_up) {
            faults->used--;
            atomic_fetch_add(&faults->live, 1);
        }
        keep(faults, fault);
    }
    pthread_mutex_unlock(&faults->lock);
    fault_plan_fini(plan);
}
