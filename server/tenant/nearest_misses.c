#include "server/tenant/nearest_misses.h"

#include "server/tenant/match.h"

#define MISSES_MAX 3

struct misses {
    const json_t *match;
    size_t count;
    size_t distance[MISSES_MAX]; /* the least first */
    int64_t number[MISSES_MAX];
};

static bool look_at(void *context, const struct journal_item *item)
{
    struct misses *misses = context;
    size_t distance = match_distance(misses->match, item->json);
    size_t place = 0;
    while (place < misses->count && misses->distance[place] < distance) {
        place++;
    }
    if (distance == 0 || place == MISSES_MAX) {
        return true;
    }
    misses->count -= misses->count == MISSES_MAX;
    for (size_t i = misses->count++; i > place; i--) {
        misses->distance[i] = misses->distance[i - 1];
        misses->number[i] = misses->number[i - 1];
    }
    misses->distance[place] = distance;
    misses->number[place] = item->number;
    return true;
}

static json_t *tell(const json_t *match, const json_t *item)
{
    static const char *const members[] = {"id", "method", "path", "status"};
    json_t *miss = json_object();
    for (size_t i = 0; i < COUNT(members); i++) {
        json_t *value = json_object_get(item, members[i]);
        if (value != NULL) {
            json_object_set(miss, members[i], value);
        }
    }
    json_object_set_new(miss, "differences", match_differences(match, item));
    return miss;
}

json_t *nearest_misses(struct journal *journal, const struct journal_query *query,
                       const json_t *match)
{
    const struct journal_query all = {
        .tenant = query->tenant, .since = query->since, .brief = match};
    struct misses misses = {.match = match};
    json_t *list = json_array();
    journal_each(journal, &all, look_at, &misses);
    for (size_t i = 0; i < misses.count; i++) {
        const struct journal_query one = {
            .tenant = query->tenant, .since = misses.number[i] - 1, .limit = 1};
        json_auto_t *found = journal_read(journal, &one);
        const json_t *item = json_array_get(found, 0);
        if (json_integer_value(json_object_get(item, "id")) == misses.number[i]) {
            json_array_append_new(list, tell(match, item)); /* it is still there */
        }
    }
    return list;
}
