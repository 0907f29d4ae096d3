/* Users, in the fixture's words: what is put or changed holds from the next request on. */
#include "server/fixture/users.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/resources.h"
#include "server/fixture/single.h"

const struct door_parameter users_query[] = {{"limit", PAGE_SAYS_LIMIT, &page_limit},
                                             {"since", "Those behind the user of this name.", NULL},
                                             {NULL, NULL, NULL}};
static const struct shape_member any_members[] = {{NULL, NULL, false}};
/* Judged by the handlers as in a fixture: the path says the sub, and a patch leaves out the rest.
 */
const struct shape user_shape = {.type = SHAPE_RECORD,
                                 .expected = "an object: a user, as a fixture has it",
                                 .members = any_members,
                                 .open = true};

struct verdict users_get_all(struct door *door)
{
    struct arena *arena = door->call->arena;
    struct list_filter filter = {0};
    struct user_row after = {0};
    const struct user_row *rows;
    size_t count;
    const char *since = door_query(door, "since");
    TRY(page_read(door, &filter));
    if (since != NULL) {
        TRY(named_user(door, "?since", since, &after));
    }
    if (users_page(door->call->tenant->db, after.sub, filter.limit, arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, fixture_user_words(arena, &rows[i]));
    }
    return door_list(door, list);
}

struct verdict user_get_one(struct door *door)
{
    struct user_row row = {0};
    TRY(named_user(door, NULL, door->arguments[0], &row));
    return door_answer(door, 200, fixture_user_words(door->call->arena, &row));
}

/* The path and the body name one user. */
static struct verdict settle_sub(const struct door *door, json_t *words, const char *sub)
{
    const json_t *given = json_object_get(words, "sub");
    if (given == NULL) {
        json_object_set_new(words, "sub", json_string(sub));
        return ALLOWED;
    }
    return str_equal(json_string_value(given), sub)
               ? ALLOWED
               : door_refuse(door, "/sub",
                             arena_printf(door->call->arena, "\"%s\", as the path says", sub),
                             json_string_value(given));
}

static struct verdict put(struct door *door, const struct single_user *given, int status)
{
    const struct call *call = door->call;
    struct shape_fault fault = {0};
    struct user_row row = {0};
    int outcome = single_user_put(call->tenant, call->arena, given, &fault);
    if (outcome > 0) {
        return door_refuse_fault(&fault);
    }
    const char *sub = json_string_value(json_object_get(given->words, "sub"));
    realm_publish(call->realm);
    if (outcome < 0 || users_find(call->tenant->db, sub, call->arena, &row) != 0) {
        return error_store_broken();
    }
    return door_answer(door, status, fixture_user_words(call->arena, &row));
}

struct verdict user_put(struct door *door)
{
    const struct call *call = door->call;
    struct user_row row = {0};
    int found = users_find(call->tenant->db, door->arguments[0], call->arena, &row);
    if (found < 0) {
        return error_store_broken();
    }
    json_auto_t *words = json_deep_copy(door->body);
    TRY(settle_sub(door, words, found == 0 ? row.sub : door->arguments[0]));
    const struct single_user given = {.words = words};
    return put(door, &given, found == 0 ? 200 : 201);
}

struct verdict user_patch(struct door *door)
{
    struct user_row row = {0};
    TRY(named_user(door, NULL, door->arguments[0], &row));
    json_auto_t *words = fixture_user_words(door->call->arena, &row);
    json_merge_patch(words, door->body);
    TRY(settle_sub(door, words, row.sub));
    const struct single_user given = {
        .words = words,
        .kept = json_object_get(door->body, "password") == NULL ? row.password_hash : NULL,
        .keeps_api_tokens = json_object_get(door->body, "api_tokens") == NULL,
    };
    return put(door, &given, 200);
}

/* Documents that nobody owns are the first user's, so that there is one. */
static struct verdict check_is_not_last(const struct door *door)
{
    const struct user_row *rows;
    size_t count;
    if (users_first(door->call->tenant->db, 2, door->call->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    return count > 1
               ? ALLOWED
               : REFUSED(CONFLICT, .check = "user", .detail = "the last user cannot be deleted",
                         .expected = "another user that stays");
}

struct verdict user_delete(struct door *door)
{
    struct user_row row = {0};
    TRY(named_user(door, NULL, door->arguments[0], &row));
    TRY(check_is_not_last(door));
    return single_user_delete(door->call->tenant, row.id) == 0 ? door_done(door)
                                                               : error_store_broken();
}
