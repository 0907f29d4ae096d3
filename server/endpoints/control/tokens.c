/* Codes, access and refresh tokens: what became of each, and whose it is. */
#include "server/base/str.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/control/token_rows.h"

const struct door_parameter tokens_query[] = {
    {"kind", "access, refresh or code."},
    {"user", "Of this user, by subject, e-mail address or preferred_username."},
    {"client_id", "Of this client."},
    {"grant", "Of the grant of this id."},
    {"limit", PAGE_SAYS_LIMIT},
    {"since", PAGE_SAYS_SINCE},
    {NULL, NULL},
};

static struct verdict read_rows(const struct door *door, struct list_filter *filter,
                                struct token_rows *rows)
{
    const char *wanted = door_query(door, "kind");
    bool is_known = wanted == NULL;
    for (enum token_row_kind kind = 0; kind < TOKEN_ROW__MAX; kind++) {
        if (wanted != NULL && !str_equal(wanted, token_row_names[kind])) {
            continue;
        }
        is_known = true;
        if (lists_tokens(door->call->tenant->db, kind, filter, door->call->arena, &rows->at[kind],
                         &rows->count[kind]) != 0) {
            return error_store_broken();
        }
    }
    return is_known ? ALLOWED : page_refuse(door, "kind", "access, refresh or code");
}

static struct verdict show_rows(struct names *names, struct token_rows *rows, size_t most,
                                json_t *list)
{
    enum token_row_kind kind;
    for (size_t i = 0; i < most; i++) {
        const struct token_row *row = token_rows_next(rows, &kind);
        if (row == NULL) {
            return ALLOWED;
        }
        json_t *shown = NULL;
        struct verdict verdict = token_row_show(names, kind, row, &shown);
        json_array_append_new(list, shown);
        TRY(verdict);
    }
    return ALLOWED;
}

struct verdict tokens_get(struct door *door)
{
    AUTO(names_fini) struct names names = {.door = door};
    struct list_filter filter = {0};
    struct token_rows rows = {0};
    TRY(page_read(door, &filter));
    TRY(page_since(door, &filter));
    TRY(read_rows(door, &filter, &rows));
    json_auto_t *list = json_array();
    TRY(show_rows(&names, &rows, (size_t)filter.limit, list));
    return door_list(door, json_incref(list));
}
