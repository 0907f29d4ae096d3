/* Clients, in the fixture's words, those that registered by themselves among them: what is put or
 * changed holds from the next request on. */
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/resources.h"
#include "server/fixture/single.h"
#include "server/oauth/client_metadata.h"

const struct door_parameter clients_query[] = {
    {"limit", PAGE_SAYS_LIMIT, &page_limit},
    {"since", "Those behind the one of this client_id.", NULL},
    {NULL, NULL, NULL}};
static const struct shape_member any_members[] = {{NULL, NULL, false}};
/* Judged by the handlers as in a fixture: the path says the client_id, and a patch leaves out the
 * rest. */
const struct shape client_words_shape = {.type = SHAPE_RECORD,
                                         .expected = "an object: a client, as a fixture has it",
                                         .members = any_members,
                                         .open = true};

struct verdict clients_get_all(struct door *door)
{
    struct list_filter filter = {0};
    struct client_row after = {0};
    const struct client_row *rows;
    size_t count;
    const char *since = door_query(door, "since");
    TRY(page_read(door, &filter));
    if (since != NULL) {
        TRY(named_client(door, "?since", since, &after));
    }
    if (clients_page(door->call->tenant->db, after.client_id, filter.limit, door->call->arena,
                     &rows, &count) != 0) {
        return error_store_broken();
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, client_metadata_of_row(&rows[i]));
    }
    return door_list(door, list);
}

struct verdict client_get_one(struct door *door)
{
    struct client_row row = {0};
    TRY(named_client(door, NULL, door->arguments[0], &row));
    return door_answer(door, 200, client_metadata_of_row(&row));
}

/* The path and the body name one client. */
static struct verdict settle_id(const struct door *door, json_t *words, const char *id)
{
    const json_t *given = json_object_get(words, "client_id");
    if (given == NULL) {
        json_object_set_new(words, "client_id", json_string(id));
        return ALLOWED;
    }
    return str_equal(json_string_value(given), id)
               ? ALLOWED
               : door_refuse(door, "/client_id",
                             arena_printf(door->call->arena, "\"%s\", as the path says", id),
                             json_string_value(given));
}

static struct verdict put(struct door *door, const struct single_client *given, int status)
{
    const struct call *call = door->call;
    struct shape_fault fault = {0};
    struct client_row row = {0};
    int outcome = single_client_put(call->tenant, call->arena, given, &fault);
    if (outcome > 0) {
        return door_refuse_fault(&fault);
    }
    const char *id = json_string_value(json_object_get(given->words, "client_id"));
    realm_publish(call->realm);
    if (outcome < 0 || clients_get(call->tenant->db, id, call->arena, &row) != 0) {
        return error_store_broken();
    }
    return door_answer(door, status, client_metadata_of_row(&row));
}

struct verdict client_put(struct door *door)
{
    const struct call *call = door->call;
    struct client_row row = {0};
    int found = clients_get(call->tenant->db, door->arguments[0], call->arena, &row);
    if (found < 0) {
        return error_store_broken();
    }
    json_auto_t *words = json_deep_copy(door->body);
    TRY(settle_id(door, words, door->arguments[0]));
    const struct single_client given = {.words = words};
    return put(door, &given, found == 0 ? 200 : 201);
}

/* A client without a secret is public and skips what a secret proves: that is said, not left out.
 */
static struct verdict check_secret(const struct door *door, const struct client_row *row,
                                   const json_t *words)
{
    bool loses = row->secret_hash != NULL &&
                 json_is_null(json_object_get(door->body, "client_secret")) &&
                 json_object_get(words, "token_endpoint_auth_method") == NULL;
    return loses ? door_refuse(door, "/client_secret",
                               "\"token_endpoint_auth_method\": \"none\" beside it, which makes "
                               "the client public",
                               NULL)
                 : ALLOWED;
}

struct verdict client_patch(struct door *door)
{
    struct client_row row = {0};
    TRY(named_client(door, NULL, door->arguments[0], &row));
    json_auto_t *words = client_metadata_of_row(&row);
    json_merge_patch(words, door->body);
    TRY(settle_id(door, words, row.client_id));
    TRY(check_secret(door, &row, words));
    const struct single_client given = {
        .words = words,
        .before = &row,
        .keeps_secret =
            row.secret_hash != NULL && json_object_get(door->body, "client_secret") == NULL,
    };
    return put(door, &given, 200);
}

struct verdict client_delete(struct door *door)
{
    const struct call *call = door->call;
    struct client_row row = {0};
    TRY(named_client(door, NULL, door->arguments[0], &row));
    return single_client_delete(call->tenant, call->arena, row.id) == 0 ? door_done(door)
                                                                        : error_store_broken();
}
