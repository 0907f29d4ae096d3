#include "server/connection/check_signature.h"

#include <string.h>

#include "server/base/str.h"

/* A member of the step's `oauth`, or of the connection's. */
static const json_t *credential_of(const struct checking *checking, const json_t *request,
                                   const char *name)
{
    const json_t *own = json_object_get(json_object_get(request, "oauth"), name);
    return own != NULL ? own
                       : json_object_get(json_object_get(checking->source.json, "oauth"), name);
}

static void put(struct checking *checking, const struct check_rule *rule, enum step step,
                const struct check_says *says)
{
    const struct place whole = {0};
    const struct place at = {.parent = &whole, .member = step_table[step].name};
    struct check_says all = *says;
    all.rule = rule->name;
    check_put(checking, &at, &all);
}

/* RFC 5849 2.2: the token goes along with the person. */
static void look_at_authorize(struct checking *checking, const struct check_rule *rule,
                              const json_t *request)
{
    const char *url = json_string_value(json_object_get(request, "url"));
    bool has_token = credential_of(checking, request, "token") != NULL ||
                     json_object_get(json_object_get(request, "qs"), "oauth_token") != NULL ||
                     (url != NULL && strstr(url, "oauth_token") != NULL);
    if (!has_token) {
        put(checking, rule, STEP_AUTHORIZE,
            &(struct check_says){.problem = "the person takes no token along",
                                 .expected = "\"oauth\": {\"token\": \"{{temp.token}}\"}"});
    }
}

/* RFC 5849 2.3: the verifier shows that the person came back. */
static void look_at_access_token(struct checking *checking, const struct check_rule *rule,
                                 const json_t *request)
{
    static const char *const names[] = {"token", "token_secret", "verifier"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (credential_of(checking, request, names[i]) == NULL) {
            put(checking, rule, STEP_ACCESS_TOKEN,
                &(struct check_says){
                    .problem = arena_printf(checking->arena, "its oauth has no %s", names[i]),
                    .expected = arena_printf(checking->arena, "\"%s\": \"{{temp.%s}}\"", names[i],
                                             names[i])});
        }
    }
}

/* RFC 5849 3.4. */
static void look_at_secret(struct checking *checking, const struct check_rule *rule, enum step step,
                           const json_t *request)
{
    const char *method = json_string_value(credential_of(checking, request, "signature_method"));
    bool is_rsa = str_equal(method, "RSA-SHA1");
    const char *lacking = is_rsa ? "private_key" : "consumer_secret";
    if (method != NULL && strstr(method, "{{") != NULL) {
        return;
    }
    if (credential_of(checking, request, "consumer_key") == NULL) {
        put(checking, rule, step,
            &(struct check_says){.problem = "it is signed by nobody: there is no consumer_key",
                                 .expected = "one in oauth"});
    } else if (credential_of(checking, request, lacking) == NULL) {
        put(checking, rule, step,
            &(struct check_says){
                .problem = arena_printf(checking->arena, "%s signs with %s, and there is none",
                                        method == NULL ? "HMAC-SHA1" : method, lacking),
                .expected = is_rsa ? "a key in PEM" : "one, or the method RSA-SHA1"});
    }
}

void look_at_signature(struct checking *checking, const struct check_rule *rule)
{
    static const enum step signs[] = {STEP_REQUEST_TOKEN, STEP_ACCESS_TOKEN};
    bool is_oauth1 =
        checking->has_step[STEP_REQUEST_TOKEN] || checking->has_step[STEP_ACCESS_TOKEN];
    for (size_t i = 0; i < COUNT(signs); i++) {
        const json_t *request = json_object_get(checking->source.json, step_table[signs[i]].name);
        if (json_is_object(request)) {
            look_at_secret(checking, rule, signs[i], request);
        }
    }
    const json_t *authorize = json_object_get(checking->source.json, "authorize");
    const json_t *access_token = json_object_get(checking->source.json, "accessToken");
    if (is_oauth1 && json_is_object(authorize)) {
        look_at_authorize(checking, rule, authorize);
    }
    if (json_is_object(authorize) && json_is_object(access_token)) {
        look_at_access_token(checking, rule, access_token);
    }
}
