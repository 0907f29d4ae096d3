/* What a client does at the token endpoint. */
#include "server/tenant/audit_rule.h"

#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"

#define SOON_MS 60000

/* A token request that is to be tried again: nothing was judged, or the client was not known. */
static bool was_put_off(const json_t *item)
{
    int64_t status = item_number(item, "status");
    return status == 401 || status == 429 || status >= 500;
}

static void remember(struct judging *judging, const char *key, json_t *item)
{
    json_object_set(judging->seen, key, item);
}

void judge_secret(struct judging *judging, json_t *item)
{
    const char *authorization = item_text(item, "authorization");
    bool is_basic = authorization != NULL && str_starts(authorization, "Basic ");
    bool is_in_url = json_has_text(json_object_get(item, "query"), "client_secret");
    if (is_in_url || is_basic || item_parameter(item, "client_secret") != NULL) {
        judging_note(judging, item_number(item, "id"), !is_in_url);
    }
}

/* The URI of a redirect, up to its parameters. */
static bool leads_to(const char *location, const char *uri)
{
    size_t size = strlen(uri);
    return str_starts(location, uri) && strchr("?#&", location[size]) != NULL;
}

static bool has_same_redirect(const json_t *asked, const json_t *redeemed)
{
    const char *uri = item_parameter(redeemed, "redirect_uri");
    const char *before = item_parameter(asked, "redirect_uri");
    const char *location = item_text(asked, "location");
    if (before != NULL) {
        return str_equal(before, uri);
    }
    return uri == NULL || location == NULL || leads_to(location, uri);
}

/* The code that is to be redeemed; NULL: none is. */
static const char *code_of(const json_t *item)
{
    return item_is_grant(item, "authorization_code") ? item_parameter(item, "code") : NULL;
}

void judge_redirect(struct judging *judging, json_t *item)
{
    const char *issued = item_issued(item, "code");
    const char *code = code_of(item);
    const json_t *asked = code != NULL ? json_object_get(judging->seen, code) : NULL;
    if (issued != NULL) {
        remember(judging, issued, item);
    }
    if (asked != NULL) {
        judging_note(judging, item_number(item, "id"), has_same_redirect(asked, item));
    }
}

void judge_code_once(struct judging *judging, json_t *item)
{
    const char *code = code_of(item);
    if (code == NULL) {
        return;
    }
    judging_note(judging, item_number(item, "id"), json_object_get(judging->seen, code) == NULL);
    if (!was_put_off(item)) {
        remember(judging, code, item);
    }
}

void judge_code_soon(struct judging *judging, json_t *item)
{
    const char *issued = item_issued(item, "code");
    const char *code = code_of(item);
    const json_t *asked = code != NULL ? json_object_get(judging->seen, code) : NULL;
    if (issued != NULL) {
        remember(judging, issued, item);
    }
    if (asked != NULL) {
        judging_note(judging, item_number(item, "id"),
                     item_number(item, "ms") - item_number(asked, "ms") <= SOON_MS);
    }
}

static int64_t began_us(const json_t *item)
{
    return item_number(item, "ms") * 1000;
}

static int64_t ended_us(const json_t *item)
{
    return began_us(item) + item_number(item, "duration_us");
}

/* Both began before the other was answered. Moments are known to the millisecond, which is given to
 * the client. */
static bool overlap(const json_t *a, const json_t *b)
{
    return began_us(a) + 1000 < ended_us(b) && began_us(b) + 1000 < ended_us(a);
}

void judge_alone(struct judging *judging, json_t *item)
{
    const char *token =
        item_is_grant(item, "refresh_token") ? item_parameter(item, "refresh_token") : NULL;
    if (token == NULL) {
        return;
    }
    const json_t *before = json_object_get(judging->seen, token);
    judging_note(judging, item_number(item, "id"), before == NULL || !overlap(before, item));
    if (before == NULL || ended_us(before) < ended_us(item)) {
        remember(judging, token, item);
    }
}

/* Remembers by whose answer a token was replaced; one that was sent meanwhile is judge_alone's. */
void judge_rotated(struct judging *judging, json_t *item)
{
    const char *token =
        item_is_grant(item, "refresh_token") ? item_parameter(item, "refresh_token") : NULL;
    const char *next = item_issued(item, "refresh_token");
    if (token == NULL) {
        return;
    }
    const json_t *rotated = json_object_get(judging->seen, token);
    if (rotated != NULL) {
        judging_note(judging, item_number(item, "id"), overlap(rotated, item));
        return;
    }
    if (json_object_size(judging->seen) > 0) {
        judging_note(judging, item_number(item, "id"), true);
    }
    if (next != NULL && !str_equal(next, token)) {
        remember(judging, token, item);
    }
}

/* Sent when it has expired, or was refused: once is how a client without a clock finds out. */
static void judge_use(struct judging *judging, json_t *item, json_t *token)
{
    const json_t *late = json_object_get(token, "late");
    bool is_good =
        item_number(item, "ms") < item_number(token, "until") && item_number(item, "status") != 401;
    if (!is_good && late == NULL) {
        json_object_set(token, "late", item);
    } else if (!is_good && !overlap(late, item)) {
        judging_note(judging, item_number(item, "id"), false);
    }
}

/* Remembers access tokens by themselves, and the last one of each grant. */
void judge_in_time(struct judging *judging, json_t *item)
{
    const char *issued = item_issued(item, "access_token");
    const char *sent =
        item_bearer(item) != NULL ? item_bearer(item) : item_parameter(item, "access_token");
    json_t *used = sent != NULL ? json_object_get(judging->seen, sent) : NULL;
    int64_t ttl = item_number(item, "expires_in");
    char grant[24];
    if (used != NULL) {
        judge_use(judging, item, used);
    }
    if (issued == NULL || ttl <= 0) {
        return;
    }
    snprintf(grant, sizeof(grant), "%lld", (long long)item_number(item, "grant"));
    if (item_is_grant(item, "refresh_token") && json_object_get(judging->seen, grant) != NULL) {
        judging_note(judging, item_number(item, "id"), true);
    }
    json_auto_t *token = json_pack("{s:I}", "until", item_number(item, "ms") + ttl * 1000);
    json_object_set(judging->seen, grant, token);
    json_object_set(judging->seen, issued, token);
}
