#include "server/endpoints/control/token_rows.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"

const char *const token_row_names[] = {
    [TOKEN_ROW_ACCESS] = "access",
    [TOKEN_ROW_REFRESH] = "refresh",
    [TOKEN_ROW_CODE] = "code",
    [TOKEN_ROW__MAX] = NULL,
};

static const char *const ends[] = {
    [GRANT_LIVE] = NULL,
    [GRANT_CODE_REPLAYED] = "code_replayed",
    [GRANT_REFRESH_REUSED] = "refresh_reused",
    [GRANT_REVOKED_BY_CLIENT] = "revoked_by_client",
    [GRANT_REVOKED_BY_TEST] = "revoked_by_test",
};

const char *token_row_end(enum grant_end end)
{
    return (size_t)end < COUNT(ends) ? ends[end] : NULL;
}

const struct token_row *token_rows_next(struct token_rows *rows, enum token_row_kind *kind)
{
    const struct token_row *first = NULL;
    for (enum token_row_kind i = 0; i < TOKEN_ROW__MAX; i++) {
        const struct token_row *row = rows->at[i] + rows->taken[i];
        if (rows->taken[i] < rows->count[i] &&
            (first == NULL || memcmp(&row->hash, &first->hash, sizeof(row->hash)) < 0)) {
            first = row;
            *kind = i;
        }
    }
    if (first != NULL) {
        rows->taken[*kind]++;
    }
    return first;
}

/* What would come of it if it were presented now. A spent one stays spent, whatever became of its
 * family. */
static const char *state_of(const struct token_row *row, int64_t now)
{
    if (row->taken_at != 0) {
        return "spent";
    }
    if (row->revoked_at != 0) {
        return "revoked";
    }
    if (row->is_replaced) {
        return "replaced";
    }
    return row->expires_at <= now ? "expired" : "live";
}

static void put_time(json_t *shown, const char *member, int64_t at)
{
    if (at != 0) {
        json_object_set_new(shown, member, json_integer(at));
    }
}

struct verdict token_row_show(struct names *names, enum token_row_kind kind,
                              const struct token_row *row, json_t **shown)
{
    const struct call *call = names->door->call;
    json_t *object = named_row(call->arena, &row->hash);
    *shown = object;
    json_put_text(object, "kind", token_row_names[kind]);
    json_put_text(object, "state", state_of(row, tenant_now(call->tenant)));
    TRY(names_put_user(names, object, row->user));
    TRY(names_put_client(names, object, row->client));
    json_put_text(object, "scope", row->scope);
    put_time(object, "grant", row->grant);
    put_time(object, "generation", row->generation);
    put_time(object, "issued_at", row->issued_at);
    put_time(object, "expires_at", row->expires_at);
    put_time(object, "spent_at", row->taken_at);
    put_time(object, "revoked_at", row->revoked_at);
    json_put_text(object, "grant_ended", token_row_end(row->end));
    return ALLOWED;
}
