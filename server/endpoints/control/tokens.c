/* Codes, access and refresh tokens: what became of each, and whose it is. */
#include "server/base/str.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/control/token_rows.h"

static const struct shape kind = {.type = SHAPE_TEXT,
                                  .max = 100,
                                  .expected = "access, refresh or code",
                                  .words = token_row_names};
static const struct shape grant = {
    .type = SHAPE_INTEGER, .min = 1, .max = INT64_MAX, .expected = "the id of a grant"};
const struct door_parameter tokens_query[] = {
    {"kind", "Of this kind.", &kind},
    {"user", "Of this user, by subject, e-mail address or preferred_username.", NULL},
    {"client_id", "Of this client.", NULL},
    {"grant", "Of the grant of this id.", &grant},
    {"limit", PAGE_SAYS_LIMIT, &page_limit},
    {"since", PAGE_SAYS_SINCE, NULL},
    {NULL, NULL, NULL},
};

static struct verdict read_rows(const struct door *door, struct list_filter *filter,
                                struct token_rows *rows)
{
    const char *wanted = door_query(door, "kind");
    for (enum token_row_kind of = 0; of < TOKEN_ROW__MAX; of++) {
        bool is_wanted = wanted == NULL || str_equal(wanted, token_row_names[of]);
        if (is_wanted && lists_tokens(door->call->tenant->db, of, filter, door->call->arena,
                                      &rows->at[of], &rows->count[of]) != 0) {
            return error_store_broken();
        }
    }
    return ALLOWED;
}

static struct verdict show_rows(struct names *names, struct token_rows *rows, size_t most,
                                json_t *list)
{
    enum token_row_kind of;
    for (size_t i = 0; i < most; i++) {
        const struct token_row *row = token_rows_next(rows, &of);
        if (row == NULL) {
            return ALLOWED;
        }
        json_t *shown = NULL;
        struct verdict verdict = token_row_show(names, of, row, &shown);
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
