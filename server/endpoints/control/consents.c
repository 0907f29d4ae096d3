/* Consents: what users have granted to clients, and are not asked for again. */
#include "server/store/consents.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/query.h"
#include "server/endpoints/control/resources.h"

const struct door_parameter consents_query[] = {
    {"user", "Of this user, by subject, e-mail address or preferred_username.", NULL},
    {"client_id", "To this client.", NULL},
    {"limit", PAGE_SAYS_LIMIT, &page_limit},
    {"since", PAGE_SAYS_SINCE, NULL},
    {NULL, NULL, NULL},
};
const struct door_parameter consents_selection[] = {{"user", "Those of this user.", NULL},
                                                    {"client_id", "Those to this client.", NULL},
                                                    {NULL, NULL, NULL}};

/* "7-3": the user's number, the client's. */
static struct verdict read_since(const struct door *door, struct consent_listed *after)
{
    const char *since = door_query(door, "since");
    size_t size = since == NULL ? 0 : strcspn(since, "-");
    if (since == NULL ||
        (since[size] == '-' &&
         str_to_int64(arena_strndup(door->call->arena, since, size), 1, INT64_MAX, &after->user) &&
         str_to_int64(since + size + 1, 1, INT64_MAX, &after->client))) {
        return ALLOWED;
    }
    return query_refuse(door, "since", "an id that this list has given");
}

static struct verdict show(struct names *names, const struct consent_listed *row, json_t *shown)
{
    struct call *call = names->door->call;
    const struct consent_key key = {.user = row->user, .client = row->client};
    int64_t organization;
    json_put_text(
        shown, "id",
        arena_printf(call->arena, "%lld-%lld", (long long)row->user, (long long)row->client));
    TRY(names_put_user(names, shown, row->user));
    TRY(names_put_client(names, shown, row->client));
    json_put_text(shown, "scope", row->scope);
    if (consents_get_organization(call->tenant->db, &key, &organization) != 0) {
        return error_store_broken();
    }
    if (organization != 0) {
        json_object_set_new(shown, "organization", json_integer(organization));
    }
    return ALLOWED;
}

struct verdict consents_get_all(struct door *door)
{
    AUTO(names_fini) struct names names = {.door = door};
    struct list_filter filter = {0};
    struct consent_listed after = {0};
    const struct consent_listed *rows;
    size_t count;
    TRY(page_read(door, &filter));
    TRY(read_since(door, &after));
    if (lists_consents(door->call->tenant->db, &filter, &after, door->call->arena, &rows, &count) !=
        0) {
        return error_store_broken();
    }
    json_auto_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *shown = json_object();
        json_array_append_new(list, shown);
        TRY(show(&names, &rows[i], shown));
    }
    return door_list(door, json_incref(list));
}

struct verdict consents_delete(struct door *door)
{
    struct list_filter filter = {0};
    TRY(page_read(door, &filter));
    const struct consent_key key = {.user = filter.user, .client = filter.client};
    return consents_forget(door->call->tenant->db, &key) == 0 ? door_done(door)
                                                              : error_store_broken();
}
