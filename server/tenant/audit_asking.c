/* What a client puts into its authorization requests. */
#include "server/tenant/audit_rule.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"

#define LONG_ENOUGH 22 /* characters of base64url: 128 bits */

static bool asks(const json_t *item)
{
    return item_is_at(item, "authorize") && item_parameter(item, "response_type") != NULL;
}

static bool asks_for_code(const json_t *item)
{
    return asks(item) && str_has_word(item_parameter(item, "response_type"), "code");
}

static bool has_openid(const json_t *item)
{
    const char *scope = item_parameter(item, "scope");
    return scope != NULL && str_has_word(scope, "openid");
}

/* A nonce is of OpenID Connect alone. */
static bool is_about(const struct judging *judging, const json_t *item)
{
    return asks(item) && (!str_equal(judging->rule->parameter, "nonce") || has_openid(item));
}

void judge_csrf(struct judging *judging, json_t *item)
{
    if (asks(item)) {
        judging_note(judging, item_number(item, "id"),
                     item_parameter(item, "state") != NULL ||
                         item_parameter(item, "code_challenge") != NULL ||
                         (has_openid(item) && item_parameter(item, "nonce") != NULL));
    }
}

void judge_used(struct judging *judging, json_t *item)
{
    bool is_code = str_equal(judging->rule->parameter, "code_challenge");
    if (is_code ? asks_for_code(item) : is_about(judging, item)) {
        judging_note(judging, item_number(item, "id"),
                     item_parameter(item, judging->rule->parameter) != NULL);
    }
}

/* Whether both are one request: a page that was loaded again is sent with all the same values. */
static bool is_same(const json_t *a, const json_t *b)
{
    static const char *const names[] = {"state", "nonce", "code_challenge", "scope"};
    size_t i = 0;
    while (i < COUNT(names) &&
           str_equal(item_parameter(a, names[i]), item_parameter(b, names[i]))) {
        i++;
    }
    return i == COUNT(names);
}

static bool issued_code(const json_t *item)
{
    return json_has_text(json_object_get(item, "happened"), "code issued");
}

void judge_fresh(struct judging *judging, json_t *item)
{
    const char *value =
        is_about(judging, item) ? item_parameter(item, judging->rule->parameter) : NULL;
    if (value == NULL) {
        return;
    }
    bool is_first = json_object_size(judging->seen) == 0;
    json_t *before = json_object_get(judging->seen, value);
    bool is_again = before != NULL && is_same(before, item);
    bool is_kept = before == NULL || (is_again && !(issued_code(before) && issued_code(item)));
    if (before == NULL || issued_code(item)) {
        json_object_set(judging->seen, value, item);
    }
    if (!is_first) {
        judging_note(judging, item_number(item, "id"), is_kept);
    }
}

void judge_long(struct judging *judging, json_t *item)
{
    const char *value =
        is_about(judging, item) ? item_parameter(item, judging->rule->parameter) : NULL;
    if (value != NULL) {
        judging_note(judging, item_number(item, "id"), strlen(value) >= LONG_ENOUGH);
    }
}

void judge_bound(struct judging *judging, json_t *item)
{
    if (asks_for_code(item)) {
        bool has_nonce = has_openid(item) && item_parameter(item, "nonce") != NULL;
        judging_note(judging, item_number(item, "id"),
                     item_parameter(item, "code_challenge") != NULL ||
                         (judging->is_confidential && has_nonce));
    }
}

/* RFC 7636 4.3: without a method it is plain. */
void judge_s256(struct judging *judging, json_t *item)
{
    if (asks_for_code(item) && item_parameter(item, "code_challenge") != NULL) {
        judging_note(judging, item_number(item, "id"),
                     str_equal(item_parameter(item, "code_challenge_method"), "S256"));
    }
}
