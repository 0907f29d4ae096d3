/* What a test ends: all of a user's, a client's, of a grant or a session, one token, or everything;
 * revoked, or expired while the clock stays. */
#include "server/base/str.h"
#include "server/endpoints/control/named.h"
#include "server/endpoints/control/resources.h"
#include "server/store/selection.h"

#define EXPECTED "one of user, client_id, grant, token, session, or \"all\": true"

static const struct shape name = {
    .type = SHAPE_TEXT, .min = 1, .max = 2000, .expected = "a text of 1 to 2000 bytes"};
static const struct shape number = {
    .type = SHAPE_INTEGER, .min = 1, .max = INT64_MAX, .expected = "the id of a grant"};
static const struct shape secret = {.type = SHAPE_TEXT,
                                    .min = 1,
                                    .max = 65536,
                                    .expected = "itself, its id or its fingerprint",
                                    .secret = true};
static const struct shape flag = {.type = SHAPE_BOOLEAN, .expected = "true"};
static const char *const kind_words[] = {"access", "refresh", "code", "session", NULL};
static const struct shape kind = {.type = SHAPE_TEXT,
                                  .max = 20,
                                  .expected = "access, refresh, code or session",
                                  .words = kind_words};

/* Revocations take all but the first: what is revoked is so with all that comes of it. */
static const struct shape_member selectors[] = {
    {"kind", &kind, false},    {"user", &name, false},    {"client_id", &name, false},
    {"grant", &number, false}, {"token", &secret, false}, {"session", &secret, false},
    {"all", &flag, false},     {NULL, NULL, false},
};
const struct shape revocation_shape = {
    .type = SHAPE_RECORD, .expected = "an object with " EXPECTED, .members = selectors + 1};
const struct shape expiration_shape = {
    .type = SHAPE_RECORD, .expected = "an object with " EXPECTED, .members = selectors};

/* A selection with what its pointers point to. */
struct choice {
    struct selection selection;
    struct hash token, session;
};

static struct verdict choose_grant(const struct door *door, const json_t *value,
                                   struct choice *choice)
{
    struct grant_row grant = {0};
    int64_t id = json_integer_value(value);
    int found = tokens_grant_get(door->call->tenant->db, id, door->call->arena, &grant);
    if (found < 0) {
        return error_store_broken();
    }
    choice->selection.grant = id;
    return found == 0 ? ALLOWED
                      : door_refuse(door, "/grant", "the id of a grant that is there",
                                    arena_printf(door->call->arena, "%lld", (long long)id));
}

/* Whose: a user and a client are named by what the fixture calls them. */
static struct verdict choose_owners(const struct door *door, struct choice *choice)
{
    const char *user = json_string_value(json_object_get(door->body, "user"));
    const char *client = json_string_value(json_object_get(door->body, "client_id"));
    struct user_row user_row = {0};
    struct client_row client_row = {0};
    if (user != NULL) {
        TRY(named_user(door, "/user", user, &user_row));
        choice->selection.user = user_row.id;
    }
    if (client != NULL) {
        TRY(named_client(door, "/client_id", client, &client_row));
        choice->selection.client = client_row.id;
    }
    return ALLOWED;
}

static struct verdict choose(const struct door *door, struct choice *choice)
{
    const json_t *grant = json_object_get(door->body, "grant");
    const char *token = json_string_value(json_object_get(door->body, "token"));
    const char *session = json_string_value(json_object_get(door->body, "session"));
    TRY(choose_owners(door, choice));
    if (grant != NULL) {
        TRY(choose_grant(door, grant, choice));
    }
    if (token != NULL) {
        TRY(named_secret(door, NAMED_TOKEN, "/token", token, &choice->token));
        choice->selection.token = &choice->token;
    }
    if (session != NULL) {
        TRY(named_secret(door, NAMED_SESSION, "/session", session, &choice->session));
        choice->selection.session = &choice->session;
    }
    return ALLOWED;
}

/* Everything is ended only where that is said: not by a body from which a selector is missing. */
static struct verdict check_all(const struct door *door)
{
    const json_t *all = json_object_get(door->body, "all");
    size_t count = json_object_size(door->body);
    count -= json_object_get(door->body, "kind") != NULL;
    if (count == 0) {
        return door_refuse(door, "", EXPECTED, NULL);
    }
    if (all != NULL && !json_is_true(all)) {
        return door_refuse(door, "/all", flag.expected, "false");
    }
    return all == NULL || count == 1
               ? ALLOWED
               : door_refuse(door, "/all", "none, as another selector stands there", NULL);
}

static struct verdict answer(struct door *door, int outcome, const struct ended *ended)
{
    if (outcome != 0) {
        return error_store_broken();
    }
    return door_answer(door, 200,
                       json_pack("{s:I, s:I, s:I, s:I}", "grants", (json_int_t)ended->grants,
                                 "access", (json_int_t)ended->access, "codes",
                                 (json_int_t)ended->codes, "sessions",
                                 (json_int_t)ended->sessions));
}

struct verdict revocations_post(struct door *door)
{
    const struct tenant *tenant = door->call->tenant;
    struct choice choice = {0};
    struct ended ended = {0};
    TRY(check_all(door));
    TRY(choose(door, &choice));
    int outcome = selection_revoke(tenant->db, &choice.selection, tenant_now(tenant), &ended);
    return answer(door, outcome, &ended);
}

/* The bits of SELECTION_ALL are in the order of kind_words. */
static unsigned kinds_of(const char *word)
{
    for (size_t i = 0; word != NULL && kind_words[i] != NULL; i++) {
        if (str_equal(kind_words[i], word)) {
            return 1U << i;
        }
    }
    return SELECTION_ALL;
}

struct verdict expirations_post(struct door *door)
{
    const struct tenant *tenant = door->call->tenant;
    struct choice choice = {0};
    struct ended ended = {0};
    unsigned kinds = kinds_of(json_string_value(json_object_get(door->body, "kind")));
    TRY(check_all(door));
    TRY(choose(door, &choice));
    int outcome =
        selection_expire(tenant->db, &choice.selection, kinds, tenant_now(tenant), &ended);
    return answer(door, outcome, &ended);
}
