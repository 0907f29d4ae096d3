#include "server/tenant/entry.h"
#include "server/tenant/match.h"

#define BATCH 64 /* entries that a reader holds at a time */

struct reading {
    const struct journal_query *query;
    bool (*take)(void *context, const struct journal_item *item);
    void *context;
    struct arena *arena; /* of one entry */
    json_t *names;       /* of the users so far, by sub */
    size_t found;
};

/* Borrowed; NULL: the entry has no user, or nobody knows more of it. */
static const json_t *names_of(struct reading *reading, const struct entry *entry)
{
    const char *sub = entry_text(entry, ENTRY_USER);
    if (sub == NULL || reading->query->tenant == NULL) {
        return NULL;
    }
    if (json_object_get(reading->names, sub) == NULL) {
        json_object_set_new(reading->names, sub,
                            subject_user_names(reading->query->tenant, reading->arena, sub));
    }
    return json_object_get(reading->names, sub);
}

/* No more of it than the match compares. A new reference. */
static json_t *tell_briefly(struct reading *reading, const struct entry *entry, const json_t *match)
{
    json_t *told = json_object();
    struct subject subject = entry_subject(reading->arena, entry);
    bool has_user = json_object_get(match, "user") != NULL;
    subject.user_names = has_user ? names_of(reading, entry) : NULL;
    subject_put(reading->arena, &subject, subject_parts_of(match), told);
    return told;
}

static bool fits(struct reading *reading, const struct entry *entry)
{
    const json_t *match = reading->query->match;
    if (json_object_size(match) == 0) {
        return true;
    }
    if (!entry_may_fit(entry, match)) {
        return false;
    }
    json_auto_t *told = tell_briefly(reading, entry, match);
    return match_fits(match, told);
}

static json_t *tell(struct reading *reading, const struct entry *entry)
{
    const struct journal_query *query = reading->query;
    if (query->without_json) {
        return NULL;
    }
    return query->brief != NULL ? tell_briefly(reading, entry, query->brief)
                                : entry_json(reading->arena, entry, names_of(reading, entry));
}

/* False: that was enough. */
static bool show(struct reading *reading, const struct entry *entry)
{
    arena_reset(reading->arena);
    if (!fits(reading, entry)) {
        return true;
    }
    json_auto_t *json = tell(reading, entry);
    const struct journal_item item = {.number = entry->number, .at = entry->at, .json = json};
    reading->found++;
    return reading->take(reading->context, &item) &&
           (reading->query->limit == 0 || reading->found < reading->query->limit);
}

void journal_each(struct journal *journal, const struct journal_query *query,
                  bool (*take)(void *context, const struct journal_item *item), void *context)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_auto_t *names = json_object();
    struct reading reading = {
        .query = query, .take = take, .context = context, .arena = arena, .names = names};
    struct entry *batch[BATCH];
    int64_t since = query->since;
    bool goes_on = true;
    size_t count = journal_take(journal, since, batch, BATCH);
    while (count > 0) {
        since = batch[count - 1]->number;
        for (size_t i = 0; i < count; i++) {
            goes_on = goes_on && show(&reading, batch[i]);
            entry_leave(batch[i]);
        }
        count = goes_on ? journal_take(journal, since, batch, BATCH) : 0;
    }
}

static bool append(void *context, const struct journal_item *item)
{
    json_array_append(context, item->json);
    return true;
}

json_t *journal_read(struct journal *journal, const struct journal_query *query)
{
    json_t *list = json_array();
    journal_each(journal, query, append, list);
    return list;
}
