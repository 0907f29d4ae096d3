/* The shapes say what each value may be; here stands what holds between values. */
#include "server/seed_check.h"

#include "server/base/attr.h"
#include "server/base/str.h"
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

/* RFC 7591 2: the method says whether there is a secret. */
static int check_secret(const struct check *check, const json_t *client, const struct place *place)
{
    const struct place here = {.parent = place, .member = "client_secret"};
    const char *method = text_of(client, "token_endpoint_auth_method");
    bool secret = json_object_get(client, "client_secret") != NULL;
    if (method == NULL || secret != str_equal(method, "none")) {
        return 0;
    }
    return shape_refuse(check->arena, &here, NULL, secret ? "stands there" : "is missing",
                        arena_printf(check->arena,
                                     secret ? "none, as token_endpoint_auth_method is %s"
                                            : "one, as token_endpoint_auth_method is %s",
                                     method),
                        check->problem);
}

static bool has_grant(const json_t *client, const char *name)
{
    const json_t *grants = json_object_get(client, "grant_types");
    bool found = grants == NULL && str_equal(name, "authorization_code");
    for (size_t i = 0; i < json_array_size(grants); i++) {
        found |= str_equal(json_string_value(json_array_get(grants, i)), name);
    }
    return found;
}

/* RFC 7591 2.1: response_type code goes with grant_type authorization_code. RFC 6749 4.4: client_credentials goes with
 * a secret, and needs nothing else. */
static int check_grants(const struct check *check, const json_t *client, const struct place *place)
{
    const struct place here = {.parent = place, .member = "grant_types"};
    const json_t *grants = json_object_get(client, "grant_types");
    bool own = has_grant(client, "client_credentials");
    bool alone = own && json_array_size(grants) == 1;
    if (!has_grant(client, "authorization_code") && !alone) {
        return shape_refuse(check->arena, &here, grants, "stands there",
                            "authorization_code among them, or client_credentials alone",
                            check->problem);
    }
    if (own && json_object_get(client, "client_secret") == NULL) {
        return shape_refuse(check->arena, &here, grants, "stands there",
                            "no client_credentials, as the client is public", check->problem);
    }
    return 0;
}

/* What has to do with redirects stands where a browser comes back, and only there. */
static int check_redirects(const struct check *check, const json_t *client,
                           const struct place *place)
{
    const struct place uris_place = {.parent = place, .member = "redirect_uris"};
    const struct place types_place = {.parent = place, .member = "response_types"};
    const json_t *uris = json_object_get(client, "redirect_uris");
    const json_t *types = json_object_get(client, "response_types");
    if (has_grant(client, "authorization_code")) {
        return uris != NULL ? 0
                            : shape_refuse(check->arena, &uris_place, NULL, "is missing",
                                           "a list of 1 to 32 absolute URIs", check->problem);
    }
    if (uris == NULL && types == NULL) {
        return 0;
    }
    return shape_refuse(check->arena, uris != NULL ? &uris_place : &types_place,
                        uris != NULL ? uris : types, "stands there",
                        "none, as client_credentials redirects nobody", check->problem);
}

static int check_scope(const struct check *check, const json_t *client, const struct place *place)
{
    const struct place here = {.parent = place, .member = "scope"};
    const json_t *value = json_object_get(client, "scope");
    AUTO(free_json) json_t *seen = json_object();
    const char *at = json_string_value(value);
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        const char *name = arena_strndup(check->arena, word, size);
        bool twice = json_object_get(seen, name) != NULL;
        if (twice || json_object_get(check->scopes, name) == NULL) {
            const char *wrong = arena_printf(
                check->arena,
                twice ? "has \"%s\" twice" : "has \"%s\", which is not in the catalogue", name);
            return shape_refuse(check->arena, &here, NULL, wrong, "names from /scopes, once each",
                                check->problem);
        }
        json_object_set_new(seen, name, json_true());
    }
    return 0;
}

/* Only grace has a window and a count; its window has bounds. */
static int check_refresh(const struct check *check, const json_t *client, const struct place *place)
{
    const struct place policy_place = {.parent = place, .member = "refresh_policy"};
    const json_t *policy = json_object_get(client, "refresh_policy");
    const json_t *seconds = json_object_get(policy, "seconds");
    const json_t *uses = json_object_get(policy, "uses");
    const struct place seconds_place = {.parent = &policy_place, .member = "seconds"};
    const struct place uses_place = {.parent = &policy_place, .member = "uses"};
    bool grace = str_equal(text_of(policy, "mode"), "grace");
    if (grace && seconds == NULL) {
        return shape_refuse(check->arena, &seconds_place, NULL, "is missing",
                            "the window in seconds, as the mode is grace", check->problem);
    }
    if (!grace && (seconds != NULL || uses != NULL)) {
        return shape_refuse(check->arena, seconds != NULL ? &seconds_place : &uses_place,
                            seconds != NULL ? seconds : uses, "stands there",
                            "none, as only the mode grace has one", check->problem);
    }
    if (grace && uses == NULL && json_integer_value(seconds) > SEED_GRACE_MAX) {
        return shape_refuse(check->arena, &seconds_place, seconds, "is out of bounds",
                            "at most 60, or at most 300 beside \"uses\"", check->problem);
    }
    return 0;
}

/* RFC 9700 2.2.2: a public client's refresh tokens rotate, as nothing else holds a thief up. */
static int check_rotation(const struct check *check, const json_t *client,
                          const struct place *place)
{
    const struct place here = {.parent = place, .member = "refresh_rotation"};
    const json_t *value = json_object_get(client, "refresh_rotation");
    const char *rotation = json_string_value(value);
    bool rotates =
        rotation == NULL || str_equal(rotation, "always") || str_equal(rotation, "public");
    if (rotates || json_object_get(client, "client_secret") != NULL) {
        return 0;
    }
    return shape_refuse(check->arena, &here, value, "stands there",
                        "always or public, as the client is public", check->problem);
}

static int check_clients(const struct check *check)
{
    const struct place place = {.parent = &document, .member = "clients"};
    const json_t *clients = json_object_get(check->fixture, "clients");
    for (size_t i = 0; i < json_array_size(clients); i++) {
        const struct place here = {.parent = &place, .index = i};
        const json_t *client = json_array_get(clients, i);
        if (check_secret(check, client, &here) != 0 || check_grants(check, client, &here) != 0 ||
            check_redirects(check, client, &here) != 0 || check_scope(check, client, &here) != 0 ||
            check_refresh(check, client, &here) != 0 || check_rotation(check, client, &here) != 0) {
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

static int check_keys(const struct check *check)
{
    const struct place place = {.parent = &document, .member = "keys"};
    const json_t *keys = json_object_get(check->fixture, "keys");
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const struct place here = {.parent = &place, .index = i};
        const json_t *key = json_array_get(keys, i);
        bool file = json_object_get(key, "file") != NULL;
        if (file == (json_object_get(key, "pem") != NULL)) {
            return shape_refuse(check->arena, &here, NULL,
                                file ? "has both \"file\" and \"pem\"" : "has no key",
                                "either \"file\" or \"pem\"", check->problem);
        }
    }
    return 0;
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
