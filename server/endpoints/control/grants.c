/* Grants: what one authorization gave, with the family of its refresh tokens. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/query.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/control/token_rows.h"

const struct door_parameter grants_query[] = {
    {"user", "Of this user, by subject, e-mail address or preferred_username.", NULL},
    {"client_id", "Of this client.", NULL},
    {"limit", PAGE_SAYS_LIMIT, &page_limit},
    {"since", PAGE_SAYS_SINCE, &page_id},
    {NULL, NULL, NULL},
};

static void put_number(json_t *shown, const char *member, int64_t number)
{
    if (number != 0) {
        json_object_set_new(shown, member, json_integer(number));
    }
}

/* The refresh token that may be presented. */
static void put_leaf(struct arena *arena, json_t *shown, const struct grant_row *row)
{
    if (row->generation == 0) {
        return;
    }
    json_object_set_new(shown, "generation", json_integer(row->generation));
    json_object_set_new(shown, "leaf", named_row(arena, &row->leaf));
    json_object_set_new(shown, "leaf_at", json_integer(row->leaf_at));
}

static struct verdict show(struct names *names, const struct grant_row *row, json_t **shown)
{
    const struct call *call = names->door->call;
    bool is_over = row->expires_at <= tenant_now(call->tenant);
    const char *state = row->revoked_at != 0 ? "revoked" : is_over ? "expired" : "live";
    json_t *grant = json_pack("{s:I, s:s}", "id", (json_int_t)row->id, "state", state);
    *shown = grant;
    TRY(names_put_user(names, grant, row->user));
    TRY(names_put_client(names, grant, row->client));
    json_put_text(grant, "scope", row->scope);
    put_number(grant, "created_at", row->created_at);
    put_number(grant, "auth_time", row->auth_time);
    put_number(grant, "expires_at", row->expires_at);
    put_number(grant, "revoked_at", row->revoked_at);
    json_put_text(grant, "ended", token_row_end(row->end));
    put_leaf(call->arena, grant, row);
    json_put_text(grant, "sid", row->terms.sid);
    json_put_text(grant, "resource", row->terms.resource);
    put_number(grant, "organization", row->terms.organization);
    return ALLOWED;
}

static struct verdict show_all(struct names *names, const struct grant_row *rows, size_t count,
                               json_t *list)
{
    for (size_t i = 0; i < count; i++) {
        json_t *shown = NULL;
        struct verdict verdict = show(names, &rows[i], &shown);
        json_array_append_new(list, shown);
        TRY(verdict);
    }
    return ALLOWED;
}

struct verdict grants_get(struct door *door)
{
    AUTO(names_fini) struct names names = {.door = door};
    struct list_filter filter = {0};
    const struct grant_row *rows;
    size_t count;
    TRY(page_read(door, &filter));
    query_number(door, "since", &filter.after);
    if (lists_grants(door->call->tenant->db, &filter, door->call->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    json_auto_t *list = json_array();
    TRY(show_all(&names, rows, count, list));
    return door_list(door, json_incref(list));
}

/* Which refresh token was spent for this one: that of the generation before which was spent. */
static const struct token_row *parent_of(const struct token_rows *rows, enum token_row_kind kind,
                                         const struct token_row *row)
{
    if (kind != TOKEN_ROW_REFRESH) {
        return NULL;
    }
    if (row->generation == 1) {
        return rows->count[TOKEN_ROW_CODE] > 0 ? rows->at[TOKEN_ROW_CODE] : NULL;
    }
    for (size_t i = 0; i < rows->count[kind]; i++) {
        const struct token_row *other = &rows->at[kind][i];
        if (other->generation == row->generation - 1 && other->taken_at != 0) {
            return other;
        }
    }
    return NULL;
}

static struct verdict put_tokens(struct names *names, struct token_rows *rows, json_t *list)
{
    enum token_row_kind kind;
    for (const struct token_row *row; (row = token_rows_next(rows, &kind)) != NULL;) {
        json_t *shown = NULL;
        const struct token_row *parent = parent_of(rows, kind, row);
        struct verdict verdict = token_row_show(names, kind, row, &shown);
        if (parent != NULL) {
            json_object_set_new(shown, "parent",
                                named_row(names->door->call->arena, &parent->hash));
        }
        json_array_append_new(list, shown);
        TRY(verdict);
    }
    return ALLOWED;
}

static struct verdict find(const struct door *door, struct grant_row *row)
{
    int64_t id;
    TRY(door_number(door, 0, "grant", &id));
    int found = tokens_grant_get(door->call->tenant->db, id, door->call->arena, row);
    if (found < 0) {
        return error_store_broken();
    }
    return found == 0 ? ALLOWED : door_not_there(door, "grant", door->arguments[0]);
}

struct verdict grant_get(struct door *door)
{
    AUTO(names_fini) struct names names = {.door = door};
    struct grant_row row = {0};
    struct token_rows rows = {0};
    TRY(find(door, &row));
    const struct list_filter filter = {.grant = row.id, .limit = PAGE_MOST};
    for (enum token_row_kind kind = 0; kind < TOKEN_ROW__MAX; kind++) {
        if (lists_tokens(door->call->tenant->db, kind, &filter, door->call->arena, &rows.at[kind],
                         &rows.count[kind]) != 0) {
            return error_store_broken();
        }
    }
    json_t *shown = NULL;
    struct verdict verdict = show(&names, &row, &shown);
    json_auto_t *grant = shown;
    TRY(verdict);
    json_t *list = json_array();
    json_object_set_new(grant, "tokens", list);
    TRY(put_tokens(&names, &rows, list));
    return door_answer(door, 200, json_incref(grant));
}

struct verdict grant_delete(struct door *door)
{
    const struct tenant *tenant = door->call->tenant;
    struct grant_row row = {0};
    TRY(find(door, &row));
    /* One that had been revoked before stays so. */
    int outcome =
        tokens_grant_revoke(tenant->db, row.id, tenant_now(tenant), GRANT_REVOKED_BY_TEST);
    return outcome < 0 ? error_store_broken() : door_done(door);
}
