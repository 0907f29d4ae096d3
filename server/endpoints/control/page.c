#include "server/endpoints/control/page.h"

#include "server/endpoints/control/query.h"

#define PAGE_USUAL 100

const struct shape page_limit = {
    .type = SHAPE_INTEGER, .min = 1, .max = PAGE_MOST, .expected = "a number from 1 to 1000"};
const struct shape page_id = {.type = SHAPE_INTEGER,
                              .min = 0,
                              .max = INT64_MAX,
                              .expected = "an id that this list has given"};

struct verdict page_read(const struct door *door, struct list_filter *filter)
{
    const char *user = door_query(door, "user");
    const char *client = door_query(door, "client_id");
    struct user_row user_row = {0};
    struct client_row client_row = {0};
    *filter = (struct list_filter){.limit = PAGE_USUAL};
    query_number(door, "limit", &filter->limit);
    query_number(door, "grant", &filter->grant);
    if (user != NULL) {
        TRY(named_user(door, "?user", user, &user_row));
        filter->user = user_row.id;
    }
    if (client != NULL) {
        TRY(named_client(door, "?client_id", client, &client_row));
        filter->client = client_row.id;
    }
    return ALLOWED;
}

struct verdict page_since(const struct door *door, struct list_filter *filter)
{
    const char *since = door_query(door, "since");
    return since == NULL || named_id_read(since, &filter->since) == 0
               ? ALLOWED
               : query_refuse(door, "since", "an id that this list has given");
}
