#include "server/tenant/verify.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/duration.h"
#include "server/base/json.h"
#include "server/base/memory.h"
#include "server/tenant/match.h"
#include "server/tenant/nearest_misses.h"

#define ENTRIES_SHOWN 100
#define STEPS_MAX 20
#define FOREVER INT64_MAX

struct question {
    struct journal *journal;
    const struct tenant *tenant;
    const json_t *match;
    const json_t *sequence;
    int64_t least, most; /* of a match */
    int64_t within;      /* milliseconds; FOREVER */
    int64_t since;
};

static int64_t count_of(const json_t *times, const char *name, int64_t without)
{
    const json_t *count = json_object_get(times, name);
    return count != NULL ? json_integer_value(count) : without;
}

static struct question read_question(struct journal *journal, const struct tenant *tenant,
                                     const json_t *asked)
{
    const json_t *times = json_object_get(asked, "times");
    const json_t *within = json_object_get(asked, "within");
    bool has_most = json_object_get(times, "at_most") != NULL;
    struct question question = {
        .journal = journal,
        .tenant = tenant,
        .match = json_object_get(asked, "match"),
        .sequence = json_object_get(asked, "sequence"),
        .least = count_of(times, "exactly", count_of(times, "at_least", has_most ? 0 : 1)),
        .most = count_of(times, "exactly", count_of(times, "at_most", FOREVER)),
        .within = FOREVER,
        .since = json_integer_value(json_object_get(asked, "since")),
    };
    if (within != NULL && duration_read(within, &question.within) != 0) {
        question.within = FOREVER; /* the shape has refused it */
    }
    return question;
}

/* ---- so many times */

struct hit {
    int64_t number, at;
};

struct hits {
    struct hit *list;
    size_t count, room;
};

static bool add_hit(void *context, const struct journal_item *item)
{
    struct hits *hits = context;
    if (hits->count == hits->room) {
        hits->room = hits->room == 0 ? 64 : hits->room * 2;
        hits->list = memory_need(realloc(hits->list, hits->room * sizeof(*hits->list)));
    }
    hits->list[hits->count++] = (struct hit){.number = item->number, .at = item->at};
    return true;
}

/* A clock that is moved back makes a span of no length. */
static bool is_within(const struct hit *first, const struct hit *last, int64_t within)
{
    return within == FOREVER || last->at - first->at <= within;
}

/* The most of them that came within the span: `*from` is the first. */
static size_t densest(const struct hits *hits, int64_t within, size_t *from)
{
    size_t most = 0, first = 0;
    *from = 0;
    for (size_t last = 0; last < hits->count; last++) {
        while (!is_within(&hits->list[first], &hits->list[last], within)) {
            first++;
        }
        if (last - first + 1 > most) {
            most = last - first + 1;
            *from = first;
        }
    }
    return most;
}

static json_t *ids_of(const struct hit *list, size_t count)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < count && i < ENTRIES_SHOWN; i++) {
        json_array_append_new(ids, json_integer(list[i].number));
    }
    return ids;
}

static const char *span_of(struct arena *arena, const struct question *question)
{
    return question->within == FOREVER
               ? ""
               : arena_printf(arena, " within %s", duration_text(arena, question->within));
}

static const char *times_in_words(struct arena *arena, const struct question *question)
{
    const char *span = span_of(arena, question);
    long long least = question->least, most = question->most;
    if (least == most) {
        return arena_printf(arena, "exactly %lld%s", least, span);
    }
    if (question->most == FOREVER) {
        return arena_printf(arena, "at least %lld%s", least, span);
    }
    return least == 0 ? arena_printf(arena, "at most %lld%s", most, span)
                      : arena_printf(arena, "at least %lld and at most %lld%s", least, most, span);
}

static json_t *nearest_to(const struct question *question, const json_t *match, int64_t since)
{
    const struct journal_query query = {.tenant = question->tenant, .since = since};
    return nearest_misses(question->journal, &query, match);
}

static bool run_times(const struct question *question, json_t *report)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const struct journal_query query = {.tenant = question->tenant,
                                        .match = question->match,
                                        .since = question->since,
                                        .without_json = true};
    struct hits hits = {0};
    size_t from;
    journal_each(question->journal, &query, add_hit, &hits);
    int64_t seen = (int64_t)densest(&hits, question->within, &from);
    bool came_true = seen >= question->least && seen <= question->most;
    json_object_set_new(report, "seen", json_integer(seen));
    json_object_set_new(report, "entries",
                        seen > 0 ? ids_of(&hits.list[from], (size_t)seen) : json_array());
    free(hits.list);
    if (!came_true && report != NULL) {
        json_put_text(report, "expected", times_in_words(arena, question));
        json_object_set_new(report, "nearest",
                            seen < question->least
                                ? nearest_to(question, question->match, question->since)
                                : json_array());
    }
    return came_true;
}

/* ---- in an order */

/* The beginning of a sequence, as late as it could be. */
struct chain {
    size_t size;
    struct hit hits[STEPS_MAX];
};

struct walk {
    const struct question *question;
    size_t steps;
    struct chain chains[STEPS_MAX]; /* [i] is of i + 1 steps */
    struct chain best;              /* of all steps, in the shortest span */
};

static int64_t span(const struct chain *chain)
{
    return chain->hits[chain->size - 1].at - chain->hits[0].at;
}

/* The longest chain is looked at first, so that no entry is two steps of one. */
static bool go_on(void *context, const struct journal_item *item)
{
    struct walk *walk = context;
    for (size_t i = walk->steps; i-- > 0;) {
        struct chain *chain = &walk->chains[i];
        bool has_begun = i == 0 || walk->chains[i - 1].size > 0;
        if (!has_begun || !match_fits(json_array_get(walk->question->sequence, i), item->json)) {
            continue;
        }
        if (i > 0) {
            *chain = walk->chains[i - 1];
        }
        chain->hits[i] = (struct hit){.number = item->number, .at = item->at};
        chain->size = i + 1;
    }
    const struct chain *whole = &walk->chains[walk->steps - 1];
    if (whole->size > 0 && (walk->best.size == 0 || span(whole) < span(&walk->best))) {
        walk->best = *whole;
    }
    return walk->best.size == 0 || span(&walk->best) > walk->question->within;
}

/* The one that came furthest; NULL: none has begun. */
static const struct chain *furthest(const struct walk *walk)
{
    size_t i = walk->steps;
    while (i > 0 && walk->chains[i - 1].size == 0) {
        i--;
    }
    return i > 0 ? &walk->chains[i - 1] : NULL;
}

static void report_missing_step(const struct walk *walk, const struct chain *reached,
                                json_t *report)
{
    const struct question *question = walk->question;
    size_t next = reached != NULL ? reached->size : 0;
    int64_t since = reached != NULL ? reached->hits[reached->size - 1].number : question->since;
    json_object_set_new(report, "nearest",
                        nearest_to(question, json_array_get(question->sequence, next), since));
}

static bool run_sequence(const struct question *question, json_t *report)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct walk walk = {.question = question, .steps = json_array_size(question->sequence)};
    const struct journal_query query = {.tenant = question->tenant, .since = question->since};
    journal_each(question->journal, &query, go_on, &walk);
    const struct chain *reached = walk.best.size > 0 ? &walk.best : furthest(&walk);
    bool is_whole = walk.best.size > 0;
    bool came_true = is_whole && span(&walk.best) <= question->within;
    size_t seen = reached != NULL ? reached->size : 0;
    json_object_set_new(report, "seen", json_integer((json_int_t)seen));
    json_object_set_new(report, "entries",
                        reached != NULL ? ids_of(reached->hits, seen) : json_array());
    if (came_true || report == NULL) {
        return came_true;
    }
    json_put_text(
        report, "expected",
        arena_printf(arena, "%zu steps in this order%s", walk.steps, span_of(arena, question)));
    if (is_whole) {
        json_put_text(report, "took", duration_text(arena, span(&walk.best)));
        json_object_set_new(report, "nearest", json_array());
        return false;
    }
    report_missing_step(&walk, reached, report);
    return false;
}

bool verify_run(struct journal *journal, const struct tenant *tenant, const json_t *asked,
                json_t **report)
{
    const struct question question = read_question(journal, tenant, asked);
    json_t *told = report != NULL ? json_object() : NULL;
    bool came_true =
        question.sequence != NULL ? run_sequence(&question, told) : run_times(&question, told);
    if (report != NULL) {
        *report = told;
    }
    return came_true;
}

static bool stop_there(void *context, const struct journal_item *item)
{
    (void)item;
    *(bool *)context = true;
    return false;
}

bool verify_is_touched(struct journal *journal, const struct tenant *tenant, const json_t *asked,
                       int64_t since)
{
    const json_t *sequence = json_object_get(asked, "sequence");
    size_t steps = sequence != NULL ? json_array_size(sequence) : 1;
    bool is_touched = since <= journal_last(journal) - (int64_t)journal_count(journal);
    for (size_t i = 0; i < steps && !is_touched; i++) {
        const struct journal_query query = {
            .tenant = tenant,
            .match =
                sequence != NULL ? json_array_get(sequence, i) : json_object_get(asked, "match"),
            .since = since,
            .without_json = true,
        };
        journal_each(journal, &query, stop_there, &is_touched);
    }
    return is_touched;
}
