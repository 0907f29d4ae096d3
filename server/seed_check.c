/* The shapes say what each value may be; here stands what holds between values. */
#include "server/seed_check.h"

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/oauth/client_check.h"
#include "server/seed_shapes.h"

struct check {
    struct arena *arena;
    json_t *fixture;
    json_t *scopes; /* the catalogue: name -> null */
    const char **problem;
};

static const struct place document;

static void free_json(json_t **value)
{
    json_decref(*value);
}

static const char *text_of(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

/* A text, or a number in its digits: what tells the items of a list apart. */
static const char *identity(const struct check *check, const json_t *item, const char *member)
{
    const json_t *value = json_object_get(item, member);
    return json_is_integer(value)
               ? arena_printf(check->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : json_string_value(value);
}

/* No two items of the list have the same `member`. */
static int check_unique(const struct check *check, const json_t *list, const struct place *place,
                        const char *member)
{
    AUTO(free_json) json_t *seen = json_object();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const struct place item = {.parent = place, .index = i};
        const struct place here = {.parent = &item, .member = member};
        const char *id = identity(check, json_array_get(list, i), member);
        if (id == NULL) {
            continue;
        }
        if (json_object_get(seen, id) != NULL) {
            const json_t *value = json_object_get(json_array_get(list, i), member);
            return shape_refuse(check->arena, &here, value, "stands twice",
                                "one that no other item of the list has", check->problem);
        }
        json_object_set_new(seen, id, json_true());
    }
    return 0;
}

static int check_all_unique(const struct check *check)
{
    static const struct {
        const char *list, *member;
    } rows[] = {{"clients", "client_id"}, {"users", "sub"}, {"users", "email"},
                {"organizations", "id"},  {"teams", "id"},  {"scopes", "name"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct place place = {.parent = &document, .member = rows[i].list};
        const json_t *list = json_object_get(check->fixture, rows[i].list);
        if (check_unique(check, list, &place, rows[i].member) != 0) {
            return 1;
        }
    }
    return 0;
}

/* A client's ID tokens are signed with a key that is there, or will be generated. */
static int check_alg(const struct check *check, const json_t *client, const struct place *place)
{
    const struct place here = {.parent = place, .member = "id_token_signed_response_alg"};
    const json_t *alg = json_object_get(client, "id_token_signed_response_alg");
    const json_t *keys = json_object_get(check->fixture, "keys");
    bool found = alg == NULL || !json_is_array(keys);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        found = found || json_equal(json_object_get(json_array_get(keys, i), "alg"), alg);
    }
    return found ? 0
                 : shape_refuse(check->arena, &here, alg, "has no key",
                                "the alg of a key from /keys", check->problem);
}

static int check_clients(const struct check *check)
{
    const struct place place = {.parent = &document, .member = "clients"};
    const json_t *clients = json_object_get(check->fixture, "clients");
    const struct client_check each = {
        .arena = check->arena, .scopes = check->scopes, .problem = check->problem};
    for (size_t i = 0; i < json_array_size(clients); i++) {
        const struct place here = {.parent = &place, .index = i};
        const json_t *client = json_array_get(clients, i);
        if (client_check(&each, client, &here) != 0 || check_alg(check, client, &here) != 0) {
            return 1;
        }
    }
    return 0;
}

/* What `item` calls `member` is the id of something in the document's `list`. */
static int check_reference(const struct check *check, const json_t *item, const struct place *place,
                           const char *member, const char *list)
{
    const struct place here = {.parent = place, .member = member};
    const json_t *id = json_object_get(item, member);
    const json_t *all = json_object_get(check->fixture, list);
    for (size_t i = 0; i < json_array_size(all); i++) {
        if (json_equal(json_object_get(json_array_get(all, i), "id"), id)) {
            return 0;
        }
    }
    return shape_refuse(check->arena, &here, id, "is not there",
                        arena_printf(check->arena, "an id from /%s", list), check->problem);
}

static int check_references(const struct check *check, const json_t *items,
                            const struct place *place, const char *member, const char *list)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const struct place here = {.parent = place, .index = i};
        if (check_reference(check, json_array_get(items, i), &here, member, list) != 0) {
            return 1;
        }
    }
    return 0;
}

static int check_users(const struct check *check)
{
    static const char *const lists[] = {"organizations", "teams"};
    const struct place place = {.parent = &document, .member = "users"};
    const json_t *users = json_object_get(check->fixture, "users");
    for (size_t i = 0; i < json_array_size(users) * COUNT(lists); i++) {
        const char *list = lists[i % COUNT(lists)];
        const struct place user = {.parent = &place, .index = i / COUNT(lists)};
        const struct place here = {.parent = &user, .member = list};
        const json_t *in = json_object_get(json_array_get(users, user.index), list);
        if (check_unique(check, in, &here, "id") != 0 ||
            check_references(check, in, &here, "id", list) != 0) {
            return 1;
        }
    }
    return 0;
}

static int check_teams(const struct check *check)
{
    const struct place place = {.parent = &document, .member = "teams"};
    return check_references(check, json_object_get(check->fixture, "teams"), &place,
                            "organizationId", "organizations");
}

static int check_key(const struct check *check, const json_t *key, const struct place *place)
{
    bool file = json_object_get(key, "file") != NULL;
    if (file != (json_object_get(key, "pem") != NULL)) {
        return 0;
    }
    return shape_refuse(check->arena, place, NULL,
                        file ? "has both \"file\" and \"pem\"" : "has no key",
                        "either \"file\" or \"pem\"", check->problem);
}

/* RFC 9068 2.1 and OpenID Connect Core 15.1: every server signs with RS256, whatever else. */
static int check_keys(const struct check *check)
{
    const struct place place = {.parent = &document, .member = "keys"};
    const json_t *keys = json_object_get(check->fixture, "keys");
    bool has_rs256 = !json_is_array(keys);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const struct place here = {.parent = &place, .index = i};
        const json_t *key = json_array_get(keys, i);
        has_rs256 = has_rs256 || str_equal(text_of(key, "alg"), "RS256");
        if (check_key(check, key, &here) != 0) {
            return 1;
        }
    }
    return has_rs256 ? 0
                     : shape_refuse(check->arena, &place, NULL, "has no key for RS256",
                                    "one, as access tokens are signed with it", check->problem);
}

static json_t *catalogue(const json_t *scopes)
{
    json_t *names = json_object();
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        json_object_set_new(names, text_of(json_array_get(scopes, i), "name"), json_true());
    }
    return names;
}

int seed_check(struct arena *arena, json_t *fixture, const char **problem)
{
    if (shape_check(arena, &seed_fixture_shape, &document, fixture, problem) != 0) {
        return 1;
    }
    AUTO(free_json) json_t *names = catalogue(json_object_get(fixture, "scopes"));
    const struct check check = {
        .arena = arena, .fixture = fixture, .scopes = names, .problem = problem};
    return check_all_unique(&check) != 0 || check_clients(&check) != 0 ||
           check_users(&check) != 0 || check_teams(&check) != 0 || check_keys(&check) != 0;
}
