#include "server/documents/readings.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/memory.h"
#include "server/base/str.h"

/* Items by the value of one member, sorted, so that all of one value stand beside each other. */
struct order {
    struct order *next;
    const char *member;
    const char **texts; /* of the values, as JSON */
    size_t *numbers;
    size_t count; /* of those that have the member */
};

struct orders {
    struct arena *arena;
    struct order *first;
};

struct kept_reading {
    struct kept_reading *next;
    struct documents_filter filter;
    struct reading reading;
};

struct readings {
    const struct world *world;
    struct arena *arena; /* of all that is read */
    struct kept_reading *all_kept;
};

struct readings *readings_new(const struct world *world)
{
    struct readings *readings = memory_need(malloc(sizeof(*readings)));
    *readings = (struct readings){.world = world, .arena = arena_new()};
    return readings;
}

void readings_free(struct readings *readings)
{
    if (readings == NULL) {
        return;
    }
    for (struct kept_reading *kept = readings->all_kept; kept != NULL; kept = kept->next) {
        for (size_t i = 0; i < kept->reading.count; i++) {
            json_decref(kept->reading.items[i]);
        }
    }
    arena_free(readings->arena);
    free(readings);
}

void readings_drop(struct readings **readings)
{
    readings_free(*readings);
}

/* What computed members are made from, of whatever collection. */
static const char *const members[] = {"id",       "name",   "isActive", "parentId",
                                      "folderId", "hookId", "agentId"};

static json_t *pick(const struct document_row *row)
{
    json_auto_t *whole = stored_json(row);
    json_t *item = json_object();
    for (size_t i = 0; i < COUNT(members); i++) {
        json_object_set(item, members[i], json_object_get(whole, members[i]));
    }
    return item;
}

static bool is_same(const struct documents_filter *a, const struct documents_filter *b)
{
    return str_equal(a->collection, b->collection) && str_equal(a->parent, b->parent) &&
           a->organization == b->organization && a->team == b->team;
}

static int fill_kept(struct readings *readings, struct kept_reading *kept)
{
    struct reading *reading = &kept->reading;
    struct arena *arena = readings->arena;
    if (documents_list(readings->world->tenant->db, &kept->filter, arena, &reading->rows,
                       &reading->count) != 0) {
        return DB_BROKEN;
    }
    json_t **items = arena_alloc(arena, (reading->count + 1) * sizeof(*items));
    for (size_t i = 0; i < reading->count; i++) {
        items[i] = pick(&reading->rows[i]);
    }
    reading->items = items;
    reading->orders = arena_alloc(arena, sizeof(*reading->orders));
    *reading->orders = (struct orders){.arena = arena};
    return 0;
}

int readings_get(struct readings *readings, const struct documents_filter *filter,
                 const struct reading **reading)
{
    struct kept_reading *kept = readings->all_kept;
    while (kept != NULL && !is_same(&kept->filter, filter)) {
        kept = kept->next;
    }
    if (kept != NULL) {
        *reading = &kept->reading;
        return 0;
    }
    kept = arena_alloc(readings->arena, sizeof(*kept));
    *kept = (struct kept_reading){.next = readings->all_kept, .filter = *filter};
    if (fill_kept(readings, kept) != 0) {
        return DB_BROKEN;
    }
    readings->all_kept = kept;
    *reading = &kept->reading;
    return 0;
}

static int compare(const void *a, const void *b, void *context)
{
    const size_t *left = a;
    const size_t *right = b;
    const char *const *texts = context;
    int order = strcmp(texts[*left], texts[*right]);
    return order != 0 ? order : (*left > *right) - (*left < *right);
}

/* Numbers and texts never read alike. */
static const char *text_of(struct arena *arena, const json_t *value)
{
    if (json_is_integer(value)) {
        return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
    return json_is_string(value) ? arena_printf(arena, "\"%s", json_string_value(value))
                                 : json_text(arena, value, NULL);
}

static const struct order *make_order(const struct reading *reading, const char *member)
{
    struct arena *arena = reading->orders->arena;
    const char **texts = arena_alloc(arena, (reading->count + 1) * sizeof(*texts));
    struct order *order = arena_alloc(arena, sizeof(*order));
    *order = (struct order){.next = reading->orders->first,
                            .member = arena_strdup(arena, member),
                            .texts = texts,
                            .numbers = arena_alloc(arena, (reading->count + 1) * sizeof(size_t))};
    for (size_t i = 0; i < reading->count; i++) {
        const json_t *value = json_object_get(reading->items[i], member);
        if (value != NULL && !json_is_null(value)) {
            texts[i] = text_of(arena, value);
            order->numbers[order->count++] = i;
        }
    }
    qsort_r(order->numbers, order->count, sizeof(size_t), compare, texts);
    reading->orders->first = order;
    return order;
}

static const struct order *order_by(const struct reading *reading, const char *member)
{
    const struct order *order = reading->orders->first;
    while (order != NULL && !str_equal(order->member, member)) {
        order = order->next;
    }
    return order != NULL ? order : make_order(reading, member);
}

/* How many stand before `text`; with WITH_EQUAL also those that are it. */
enum bound { BEFORE, WITH_EQUAL };
static size_t count_up_to(const struct order *order, const char *text, enum bound bound)
{
    size_t low = 0;
    size_t high = order->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int difference = strcmp(order->texts[order->numbers[middle]], text);
        if (difference < 0 || (bound == WITH_EQUAL && difference == 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t reading_find(const struct reading *reading, const char *member, const json_t *value,
                    const size_t **numbers)
{
    if (value == NULL || json_is_null(value)) {
        return 0;
    }
    const struct order *order = order_by(reading, member);
    const char *text = text_of(reading->orders->arena, value);
    size_t before = count_up_to(order, text, BEFORE);
    *numbers = order->numbers + before;
    return count_up_to(order, text, WITH_EQUAL) - before;
}
