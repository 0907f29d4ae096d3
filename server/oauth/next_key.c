#include "server/oauth/next_key.h"

#include "keys/built_in.h"
#include "keys/ring.h"
#include "server/base/str.h"
#include "server/store/signing_keys.h"

static int record(const struct tenant *tenant, struct arena *arena, const struct key *key,
                  unsigned number)
{
    const struct key_row row = {.kid = key_kid(key),
                                .alg = alg_table[key_alg(key)].name,
                                .pem = arena_printf(arena, KEY_ROW_BUILT_IN "%u", number),
                                .retired_at = KEY_ROW_NEXT,
                                .until = INT64_MAX};
    return signing_keys_put(tenant->db, &row);
}

int next_key_add(struct tenant *tenant, struct arena *arena, enum alg alg, const char **kid)
{
    unsigned first = built_in_number(tenant->name);
    for (unsigned i = 0; i < BUILT_IN_KEYS; i++) {
        struct key *key = built_in_key(alg, first + i, tenant->name);
        if (ring_find(tenant->ring, key_kid(key)) != NULL) {
            key_free(key);
            continue;
        }
        *kid = arena_strdup(arena, key_kid(key));
        if (record(tenant, arena, key, first + i) != 0) {
            key_free(key);
            return DB_BROKEN;
        }
        ring_add_next(tenant->ring, key);
        return 0;
    }
    return 1;
}

int next_key_find(struct tenant *tenant, struct arena *arena, enum alg alg, const char **kid)
{
    json_auto_t *list = ring_list(tenant->ring);
    size_t i;
    json_t *row;
    json_array_foreach(list, i, row)
    {
        if (str_equal(json_string_value(json_object_get(row, "state")),
                      key_state_names[KEY_NEXT]) &&
            alg_find(json_string_value(json_object_get(row, "alg"))) == alg) {
            *kid = arena_strdup(arena, json_string_value(json_object_get(row, "kid")));
            return 0;
        }
    }
    return next_key_add(tenant, arena, alg, kid);
}

/* What is stored of the keys follows the ring. */
static int restate(const struct tenant *tenant, struct arena *arena, enum alg alg,
                   const char *signs)
{
    const struct key_row *rows = NULL;
    size_t count = 0;
    if (signing_keys_list(tenant->db, arena, &rows, &count) < 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < count; i++) {
        struct key_row row = rows[i];
        bool is_it = str_equal(row.kid, signs);
        if (alg_find(row.alg) != alg || (!is_it && row.retired_at != 0)) {
            continue;
        }
        row.retired_at = is_it ? 0 : tenant_now(tenant);
        row.until = is_it ? 0 : INT64_MAX;
        if (signing_keys_put(tenant->db, &row) != 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}

/* One signs after it, and one did before: at no moment none. */
static int restate_at_once(const struct tenant *tenant, struct arena *arena, enum alg alg,
                           const char *signs)
{
    if (db_begin(tenant->db) != 0) {
        return DB_BROKEN;
    }
    if (restate(tenant, arena, alg, signs) == 0) {
        return db_commit(tenant->db);
    }
    db_rollback(tenant->db);
    return DB_BROKEN;
}

int next_key_sign(struct tenant *tenant, struct arena *arena, enum alg alg, const char *kid)
{
    bool is_done = restate_at_once(tenant, arena, alg, kid) == 0 &&
                   ring_turn(tenant->ring, kid, KEY_SIGNS, 0) == 0;
    return is_done ? 0 : DB_BROKEN;
}
