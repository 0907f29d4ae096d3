/* Browser sessions: who is signed in, and a sign-in without a page. */
#include "server/endpoints/session.h"

#include "server/base/json.h"
#include "server/endpoints/control/page.h"
#include "server/endpoints/control/resources.h"

const struct door_parameter sessions_query[] = {
    {"user", "Of this user, by subject, e-mail address or preferred_username.", NULL},
    {"limit", PAGE_SAYS_LIMIT, &page_limit},
    {"since", PAGE_SAYS_SINCE, NULL},
    {NULL, NULL, NULL},
};
static const struct shape user = {.type = SHAPE_TEXT,
                                  .min = 1,
                                  .max = 2000,
                                  .expected =
                                      "a user's subject, e-mail address or preferred_username"};
static const struct shape_member members[] = {{"user", &user, true}, {NULL, NULL, false}};
const struct shape session_shape = {
    .type = SHAPE_RECORD, .expected = "an object with user", .members = members};

static struct verdict show(struct names *names, const struct session_row *row, json_t **shown)
{
    const struct call *call = names->door->call;
    bool is_over = row->expires_at <= tenant_now(call->tenant);
    json_t *session = named_row(call->arena, &row->hash);
    *shown = session;
    json_put_text(session, "state", is_over ? "expired" : "live");
    TRY(names_put_user(names, session, row->user));
    json_put_text(session, "sid", row->sid);
    if (row->user != 0) {
        json_object_set_new(session, "auth_time", json_integer(row->auth_time));
        json_object_set_new(session, "amr", json_words(row->amr != NULL ? row->amr : ""));
    }
    json_object_set_new(session, "expires_at", json_integer(row->expires_at));
    return ALLOWED;
}

struct verdict sessions_get_all(struct door *door)
{
    AUTO(names_fini) struct names names = {.door = door};
    struct list_filter filter = {0};
    const struct session_row *rows;
    size_t count;
    TRY(page_read(door, &filter));
    TRY(page_since(door, &filter));
    if (lists_sessions(door->call->tenant->db, &filter, door->call->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    json_auto_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *shown = NULL;
        struct verdict verdict = show(&names, &rows[i], &shown);
        json_array_append_new(list, shown);
        TRY(verdict);
    }
    return door_list(door, json_incref(list));
}

/* As the sign-in page does it. */
struct verdict sessions_post(struct door *door)
{
    AUTO(names_fini) struct names names = {.door = door};
    struct call *call = door->call;
    struct session session = {0};
    struct sign_in sign_in = {.auth_time = tenant_now(call->tenant)};
    const char *named = json_string_value(json_object_get(door->body, "user"));
    TRY(named_user(door, "/user", named, &sign_in.user));
    sign_in.amr = sign_in.user.password_hash != NULL ? "pwd" : "user";
    TRY(session_sign_in(call, &session, &sign_in, SESSION_BESIDE));
    json_t *shown = NULL;
    struct verdict verdict = show(&names, &session.row, &shown);
    json_auto_t *answer = shown;
    TRY(verdict);
    json_object_set_new(answer, "cookie", session_cookie(call, &session));
    return door_answer(door, 201, json_incref(answer));
}

struct verdict session_delete(struct door *door)
{
    struct hash hash = {0};
    TRY(named_secret(door, NAMED_SESSION, NULL, door->arguments[0], &hash));
    return sessions_delete(door->call->tenant->db, &hash) == 0 ? door_done(door)
                                                               : error_store_broken();
}

struct verdict sessions_delete_all(struct door *door)
{
    return sessions_clear(door->call->tenant->db) == 0 ? door_done(door) : error_store_broken();
}
