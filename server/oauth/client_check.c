/* The shapes say what each value may be; here stands what holds between the values of one client.
 */
#include "server/oauth/client_check.h"

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/oauth/auth_method.h"
#include "server/oauth/client_keys.h"
#include "server/oauth/client_shapes.h"

static void free_json(json_t **value)
{
    json_decref(*value);
}

static const char *text_of(const json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

/* RFC 7591 2: the method says what there is to prove it with: a secret, keys, or nothing. */
static int check_proof(const struct client_check *check, const json_t *client,
                       const struct place *place)
{
    const char *method = text_of(client, "token_endpoint_auth_method");
    enum auth_proof proof =
        method != NULL ? auth_method_table[auth_method_find(method)].proof : PROOF_NONE;
    const struct {
        const char *member;
        enum auth_proof proof;
    } rows[] = {{"client_secret", PROOF_SECRET}, {"jwks", PROOF_KEYS}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct place here = {.parent = place, .member = rows[i].member};
        bool is_there = json_object_get(client, rows[i].member) != NULL;
        bool is_free = method == NULL && rows[i].proof == PROOF_SECRET;
        if (is_free || is_there == (proof == rows[i].proof)) {
            continue;
        }
        return shape_refuse(check->arena, &here, NULL, is_there ? "stands there" : "is missing",
                            arena_printf(check->arena, "%s, as token_endpoint_auth_method is %s",
                                         is_there ? "none" : "one",
                                         method != NULL ? method : "not private_key_jwt"),
                            check->problem);
    }
    return 0;
}

static int check_keys(const struct client_check *check, const json_t *client,
                      const struct place *place)
{
    const struct place jwks_place = {.parent = place, .member = "jwks"};
    const struct place keys_place = {.parent = &jwks_place, .member = "keys"};
    const json_t *keys = json_object_get(json_object_get(client, "jwks"), "keys");
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const struct place here = {.parent = &keys_place, .index = i};
        const char *fault = client_key_fault(json_array_get(keys, i));
        if (fault != NULL) {
            return shape_refuse(
                check->arena, &here, NULL, fault,
                "a public RSA key of at least 2048 bits, or one on P-256 or Ed25519",
                check->problem);
        }
    }
    return 0;
}

static bool is_confidential(const json_t *client)
{
    return json_object_get(client, "client_secret") != NULL ||
           json_object_get(client, "jwks") != NULL;
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

/* RFC 7591 2.1: response_type code goes with grant_type authorization_code. RFC 6749 4.4:
 * client_credentials goes with a secret, and needs nothing else. */
static int check_grants(const struct client_check *check, const json_t *client,
                        const struct place *place)
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
    if (own && !is_confidential(client)) {
        return shape_refuse(check->arena, &here, grants, "stands there",
                            "no client_credentials, as the client is public", check->problem);
    }
    return 0;
}

/* What has to do with redirects stands where a browser comes back, and only there. */
static int check_redirects(const struct client_check *check, const json_t *client,
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

static int check_scope(const struct client_check *check, const json_t *client,
                       const struct place *place)
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

/* What is asked for without asking can be asked for. */
static int check_default_scope(const struct client_check *check, const json_t *client,
                               const struct place *place)
{
    const struct place here = {.parent = place, .member = "default_scope"};
    const char *list = text_of(client, "default_scope");
    const char *at = list != NULL ? list : "";
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        const char *name = arena_strndup(check->arena, word, size);
        if (!str_has_word(text_of(client, "scope"), name)) {
            const char *wrong =
                arena_printf(check->arena, "has \"%s\", which is not registered", name);
            return shape_refuse(check->arena, &here, NULL, wrong, "some of the client's scopes",
                                check->problem);
        }
    }
    return 0;
}

/* Only grace has a window and a count; its window has bounds. */
static int check_refresh(const struct client_check *check, const json_t *client,
                         const struct place *place)
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
    if (grace && uses == NULL && json_integer_value(seconds) > CLIENT_GRACE_MAX) {
        return shape_refuse(check->arena, &seconds_place, seconds, "is out of bounds",
                            "at most 60, or at most 300 beside \"uses\"", check->problem);
    }
    return 0;
}

/* RFC 9700 2.2.2: a public client's refresh tokens rotate, as nothing else holds a thief up. */
static int check_rotation(const struct client_check *check, const json_t *client,
                          const struct place *place)
{
    const struct place here = {.parent = place, .member = "refresh_rotation"};
    const json_t *value = json_object_get(client, "refresh_rotation");
    const char *rotation = json_string_value(value);
    bool rotates =
        rotation == NULL || str_equal(rotation, "always") || str_equal(rotation, "public");
    if (rotates || is_confidential(client)) {
        return 0;
    }
    return shape_refuse(check->arena, &here, value, "stands there",
                        "always or public, as the client is public", check->problem);
}

/* A rule takes its value from one place, and waits for a scope that the client may have. */
static int check_claims(const struct client_check *check, const json_t *client,
                        const struct place *place)
{
    const struct place rules_place = {.parent = place, .member = "claims"};
    const char *name;
    json_t *rule;
    json_object_foreach(json_object_get(client, "claims"), name, rule)
    {
        const struct place here = {.parent = &rules_place, .member = name};
        const struct place scope_place = {.parent = &here, .member = "scope"};
        const json_t *scope = json_object_get(rule, "scope");
        if (json_object_get(rule, "from") != NULL && json_object_get(rule, "value") != NULL) {
            return shape_refuse(check->arena, &here, NULL, "has both \"from\" and \"value\"",
                                "one of them or neither", check->problem);
        }
        if (scope != NULL && !str_has_word(text_of(client, "scope"), json_string_value(scope))) {
            return shape_refuse(check->arena, &scope_place, scope, "is not registered",
                                "one of the client's scopes", check->problem);
        }
    }
    return 0;
}

int client_check(const struct client_check *check, const json_t *client, const struct place *place)
{
    return check_proof(check, client, place) != 0 || check_keys(check, client, place) != 0 ||
           check_grants(check, client, place) != 0 || check_redirects(check, client, place) != 0 ||
           check_scope(check, client, place) != 0 ||
           check_default_scope(check, client, place) != 0 ||
           check_refresh(check, client, place) != 0 || check_rotation(check, client, place) != 0 ||
           check_claims(check, client, place) != 0;
}
