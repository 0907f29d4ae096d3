#include "server/tenant/ledger.h"

#include <stdlib.h>

#include "server/base/memory.h"
#include "server/store/told.h"

static void free_text(char **text)
{
    free(*text);
}

static int write(const struct ledger *ledger, int64_t id, const json_t *json,
                 int (*how)(struct db *db, const char *kind, const struct told_row *row))
{
    if (ledger->tenant == NULL) {
        return 0;
    }
    AUTO(free_text) char *text = memory_need(json_dumps(json, JSON_COMPACT));
    const struct told_row row = {.id = id, .json = text};
    return how(ledger->tenant->db, ledger->kind, &row);
}

int ledger_put(const struct ledger *ledger, int64_t id, const json_t *json)
{
    return write(ledger, id, json, told_put);
}

void ledger_change(const struct ledger *ledger, int64_t id, const json_t *json)
{
    (void)(write(ledger, id, json, told_change) == 0);
}

int ledger_delete(const struct ledger *ledger, int64_t id)
{
    return ledger->tenant == NULL ? 0 : told_delete(ledger->tenant->db, ledger->kind, id);
}

int ledger_clear(const struct ledger *ledger)
{
    return ledger->tenant == NULL ? 0 : told_clear(ledger->tenant->db, ledger->kind);
}

json_t *ledger_list(const struct ledger *ledger)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const struct told_row *rows = NULL;
    size_t count = 0;
    if (ledger->tenant != NULL &&
        told_list(ledger->tenant->db, ledger->kind, arena, &rows, &count) != 0) {
        return NULL;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_loads(rows[i].json, 0, NULL));
    }
    return list;
}

int ledger_get(const struct ledger *ledger, json_t **json)
{
    json_auto_t *list = ledger_list(ledger);
    *json = json_incref(json_array_get(list, 0));
    if (list == NULL) {
        return DB_BROKEN;
    }
    return *json != NULL ? 0 : 1;
}
