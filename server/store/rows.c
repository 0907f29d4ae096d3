#include "server/store/rows.h"

#include <string.h>

static void *grown(struct arena *arena, const struct rows *rows, size_t room)
{
    void *at = arena_alloc(arena, room * rows->size);
    if (rows->count > 0) {
        memcpy(at, rows->at, rows->count * rows->size);
    }
    return at;
}

int rows_read(struct query *query, struct arena *arena, struct rows *rows)
{
    size_t room = 0;
    int next;
    while ((next = query_next(query)) == 1) {
        if (rows->count == room) {
            room = room > 0 ? room * 2 : 8;
            rows->at = grown(arena, rows, room);
        }
        rows->read(query, arena, (char *)rows->at + rows->count * rows->size);
        rows->count++;
    }
    if (next == 0) {
        return 0;
    }
    rows->at = NULL;
    rows->count = 0;
    return DB_BROKEN;
}

int rows_one(struct query *query, struct arena *arena,
             void (*read)(struct query *query, struct arena *arena, void *row), void *row)
{
    int outcome = query_found(query);
    if (outcome == 0) {
        read(query, arena, row);
    }
    return outcome;
}
