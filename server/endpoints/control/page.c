#include "server/endpoints/control/page.h"

#include "server/base/str.h"

#define PAGE_USUAL 100

struct verdict page_refuse(const struct door *door, const char *parameter, const char *expected)
{
    return REFUSED(WRONG_MEMBER, .check = "query", .pointer = "",
                   .detail =
                       arena_printf(door->call->arena, "%s: expected %s", parameter, expected),
                   .expected = expected, .actual = door_query(door, parameter));
}

/* A number of the query; `*value` stays as it is where there is none. */
static struct verdict read_number(const struct door *door, const char *parameter, int64_t most,
                                  const char *expected, int64_t *value)
{
    const char *text = door_query(door, parameter);
    if (text == NULL || str_to_int64(text, 1, most, value)) {
        return ALLOWED;
    }
    return page_refuse(door, parameter, expected);
}

struct verdict page_read(const struct door *door, struct list_filter *filter)
{
    const char *user = door_query(door, "user");
    const char *client = door_query(door, "client_id");
    struct user_row user_row = {0};
    struct client_row client_row = {0};
    *filter = (struct list_filter){.limit = PAGE_USUAL};
    TRY(read_number(door, "limit", PAGE_MOST, "a number from 1 to 1000", &filter->limit));
    TRY(read_number(door, "grant", INT64_MAX, "the id of a grant", &filter->grant));
    if (user != NULL) {
        TRY(named_user(door, "", user, &user_row));
        filter->user = user_row.id;
    }
    if (client != NULL) {
        TRY(named_client(door, "", client, &client_row));
        filter->client = client_row.id;
    }
    return ALLOWED;
}

struct verdict page_since(const struct door *door, struct list_filter *filter)
{
    const char *since = door_query(door, "since");
    return since == NULL || named_id_read(since, &filter->since) == 0
               ? ALLOWED
               : page_refuse(door, "since", "an id that this list has given");
}
