/* Sign-ins to come: what the next authorization requests meet where nobody is asked. */
#include "server/tenant/sign_ins.h"

#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/endpoints/control/named.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/to_come.h"
#include "server/oauth/client.h"
#include "server/oauth/organization.h"
#include "server/oauth/scope.h"
#include "server/tenant/match.h"

#define SIGN_IN "sign-in"
#define TIMES_MAX 1000000000
#define NAMED_MAX 1000 /* bytes of a name */
#define USER_EXPECTED "the sub, e-mail or preferred_username of a user"

static const struct shape user = {
    .type = SHAPE_TEXT, .min = 1, .max = NAMED_MAX, .expected = USER_EXPECTED};
static const struct shape decision = {.type = SHAPE_TEXT,
                                      .max = NAMED_MAX,
                                      .expected = "approve, deny or page",
                                      .words = to_come_decisions};
static const struct shape scope = {
    .type = SHAPE_TEXT, .min = 1, .max = 10000, .expected = "scopes with spaces between"};
static const struct shape organization_id = {
    .type = SHAPE_INTEGER, .min = 1, .max = INT32_MAX, .expected = "the id of an organization"};
static const char *const all_of_them[] = {"all", NULL};
static const struct shape organization_word = {
    .type = SHAPE_TEXT, .max = NAMED_MAX, .expected = "\"all\"", .words = all_of_them};
static const struct shape organization = {
    .type = SHAPE_EITHER,
    .expected = "the id of an organization, or \"all\"",
    .either = (const struct shape *const[]){&organization_id, &organization_word, NULL}};
static const struct shape client_id = {
    .type = SHAPE_TEXT, .min = 1, .max = NAMED_MAX, .expected = "the client_id of a client"};
static const struct shape error = {.type = SHAPE_TEXT,
                                   .max = NAMED_MAX,
                                   .expected = "an error of the authorization endpoint, such as "
                                               "access_denied or login_required",
                                   .words = to_come_errors};
static const struct shape times = {.type = SHAPE_INTEGER,
                                   .min = 1,
                                   .max = TIMES_MAX,
                                   .expected = "how often it is met: an integer from 1"};
static const struct shape_member members[] = {
    {"user", &user, false},
    {"decision", &decision, false},
    {"scope", &scope, false},
    {"organization", &organization, false},
    {"client_id", &client_id, false},
    {"error", &error, false},
    {"times", &times, false},
    {"match", &match_shape, false},
    {NULL, NULL, false},
};
const struct shape sign_in_shape = {
    .type = SHAPE_RECORD, .expected = "an object", .members = members};

static const char *text_of(const struct door *door, const char *member)
{
    return arena_strdup(door->call->arena, json_string_value(json_object_get(door->body, member)));
}

/* An error is no decision; and only who approves grants something. */
static struct verdict check_together(const struct door *door)
{
    static const struct {
        const char *member, *pointer;
    } granted[] = {{"scope", "/scope"}, {"organization", "/organization"}};
    const char *word = text_of(door, "decision");
    bool fails = json_object_get(door->body, "error") != NULL;
    if (fails && word != NULL) {
        return door_refuse(door, "/error", "a decision or an error, not both", NULL);
    }
    if (fails && json_object_get(door->body, "user") != NULL) {
        return door_refuse(door, "/user", "a user or an error, not both", NULL);
    }
    bool approves = !fails && (word == NULL || str_equal(word, to_come_decisions[TO_COME_APPROVE]));
    for (size_t i = 0; !approves && i < COUNT(granted); i++) {
        if (json_object_get(door->body, granted[i].member) != NULL) {
            return door_refuse(door, granted[i].pointer, "the decision approve beside it", NULL);
        }
    }
    return ALLOWED;
}

/* What is not known before the answer, or of another endpoint, would never be met. */
static struct verdict check_match(const struct door *door)
{
    const json_t *match = json_object_get(door->body, "match");
    const char *of_answer = match_of_answer(match);
    const char *endpoint = json_string_value(json_object_get(match, "endpoint"));
    if (of_answer != NULL) {
        return door_refuse(door, arena_printf(door->call->arena, "/match/%s", of_answer),
                           "what is known of a request before it is answered", NULL);
    }
    return endpoint == NULL || str_equal(endpoint, "authorize")
               ? ALLOWED
               : door_refuse(door, "/match/endpoint", "authorize", endpoint);
}

/* Whether anybody is signed in without a page: a client may be where the tenant's are not. */
static int any_auto(const struct tenant *tenant, struct arena *arena, bool *is_any)
{
    const struct client_row *clients = NULL;
    size_t count = 0;
    *is_any = tenant->login == LOGIN_AUTO;
    int outcome = *is_any ? 0 : clients_list(tenant->db, arena, &clients, &count);
    for (size_t i = 0; i < count && !*is_any; i++) {
        *is_any = client_login(tenant, &clients[i]) == LOGIN_AUTO;
    }
    return outcome;
}

/* What nobody can meet is refused: a test would wait for it in vain. */
static struct verdict refuse_page(const char *pointer, const char *expected)
{
    return REFUSED(CONFLICT, .check = "login", .pointer = pointer,
                   .detail = "a person is asked on a page here, so that no request would meet it; "
                             "POST interactions/{id} answers a page that is open",
                   .expected = expected);
}

static struct verdict check_client(const struct door *door)
{
    const struct call *call = door->call;
    const char *named = text_of(door, "client_id");
    struct client_row client = {0};
    bool is_any = true;
    if (named != NULL) {
        TRY(named_client(door, "/client_id", named, &client));
        return client_login(call->tenant, &client) == LOGIN_AUTO
                   ? ALLOWED
                   : refuse_page("/client_id", "a client with \"login\": \"auto\"");
    }
    if (any_auto(call->tenant, call->arena, &is_any) != 0) {
        return error_store_broken();
    }
    return is_any ? ALLOWED : refuse_page("", "--login auto, or a client with \"login\": \"auto\"");
}

/* The organization is the user's, where it is known who that will be. */
static struct verdict check_organization(const struct door *door, const struct user_row *row)
{
    const json_t *chosen = json_object_get(door->body, "organization");
    struct organizations organizations = {0};
    if (!json_is_integer(chosen)) {
        return ALLOWED;
    }
    if (organizations_of(door->call->tenant, door->call->arena, row, &organizations) != 0) {
        return error_store_broken();
    }
    return organizations_have(&organizations, json_integer_value(chosen))
               ? ALLOWED
               : door_refuse(door, "/organization", "one of the user's organizations, or \"all\"",
                             NULL);
}

static struct verdict check_user(const struct door *door)
{
    const char *named = text_of(door, "user");
    struct user_row row = {0};
    if (named == NULL) {
        return ALLOWED;
    }
    TRY(named_user(door, "/user", named, &row));
    return check_organization(door, &row);
}

static struct verdict refuse_scope(const struct door *door, const char *name)
{
    const struct scope_row *rows;
    size_t count;
    struct nearest nearest;
    if (scopes_list(door->call->tenant->db, door->call->arena, &rows, &count) != 0) {
        return error_store_broken();
    }
    nearest_init(&nearest, name);
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, rows[i].name);
    }
    struct verdict verdict = door_refuse(door, "/scope", "scopes of the catalogue", name);
    verdict.nearest = nearest_text(&nearest);
    return verdict;
}

/* Each is in the catalogue; and they stand there with single spaces between, from now on. */
static struct verdict check_scope(const struct door *door)
{
    struct arena *arena = door->call->arena;
    const char *given = text_of(door, "scope"), *parsed = "", *word;
    struct scope_row row = {0};
    size_t size;
    if (given == NULL) {
        return ALLOWED;
    }
    if (scope_parse(arena, given, &parsed).code != ERROR_NONE || *parsed == '\0') {
        return door_refuse(door, "/scope", scope.expected, given);
    }
    for (const char *at = parsed; (word = str_next_word(&at, &size)) != NULL;) {
        const char *name = arena_strndup(arena, word, size);
        int found = scopes_get(door->call->tenant->db, name, arena, &row);
        if (found != 0) {
            return found < 0 ? error_store_broken() : refuse_scope(door, name);
        }
    }
    json_object_set_new(door->body, "scope", json_string(parsed));
    return ALLOWED;
}

struct verdict sign_ins_post(struct door *door)
{
    json_t *shown;
    TRY(check_together(door));
    TRY(check_match(door));
    TRY(check_client(door));
    TRY(check_user(door));
    TRY(check_scope(door));
    if (json_object_get(door->body, "error") == NULL &&
        json_object_get(door->body, "decision") == NULL) {
        json_object_set_new(door->body, "decision",
                            json_string(to_come_decisions[TO_COME_APPROVE]));
    }
    int outcome = sign_ins_add(door->call->realm->sign_ins, door->body, &shown);
    if (outcome < 0) {
        return error_store_broken();
    }
    if (outcome > 0) {
        return REFUSED(TOO_MANY, .check = SIGN_IN,
                       .detail = "as many sign-ins are to come as there may be; delete some",
                       .expected = "at most 10000 that are not used up");
    }
    return door_answer(door, 201, shown);
}

struct verdict sign_ins_get_all(struct door *door)
{
    return door_list(door, sign_ins_list(door->call->realm->sign_ins));
}

struct verdict sign_ins_delete(struct door *door)
{
    return sign_ins_clear(door->call->realm->sign_ins) == 0 ? door_done(door)
                                                            : error_store_broken();
}

struct verdict sign_in_get(struct door *door)
{
    int64_t id;
    TRY(door_number(door, 0, SIGN_IN, &id));
    json_t *shown = sign_ins_get(door->call->realm->sign_ins, id);
    return shown != NULL ? door_answer(door, 200, shown)
                         : door_not_there(door, SIGN_IN, door->arguments[0]);
}

struct verdict sign_in_delete(struct door *door)
{
    int64_t id;
    TRY(door_number(door, 0, SIGN_IN, &id));
    int outcome = sign_ins_remove(door->call->realm->sign_ins, id);
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome == 0 ? door_done(door) : door_not_there(door, SIGN_IN, door->arguments[0]);
}
