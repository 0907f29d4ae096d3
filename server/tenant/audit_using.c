/* What a client does with what it got. */
#include "server/tenant/audit_rule.h"

#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/bad_token.h"

#define TO_SHOW_CACHING 3   /* ID tokens */
#define ANSWERS_PER_READ 10 /* of the JWKS */
#define READS_ALWAYS 2      /* the first, and one for a key that was changed */

void judge_url(struct judging *judging, json_t *item)
{
    static const char *const names[] = {"access_token", "refresh_token"};
    bool is_in_url = false;
    bool is_sent = item_bearer(item) != NULL;
    for (size_t i = 0; i < COUNT(names); i++) {
        is_in_url = is_in_url || json_has_text(json_object_get(item, "query"), names[i]);
        is_sent = is_sent || item_parameter(item, names[i]) != NULL;
    }
    if (is_sent || is_in_url) {
        judging_note(judging, item_number(item, "id"), !is_in_url);
    }
}

static void count(json_t *seen, const char *name)
{
    json_object_set_new(seen, name, json_integer(item_number(seen, name) + 1));
}

/* A token that is wrong on purpose may send the client to the JWKS. */
void judge_jwks(struct judging *judging, json_t *item)
{
    int64_t status = item_number(item, "status");
    if (item_is_at(item, "token") && item_issued(item, "id_token") != NULL) {
        count(judging->seen, "answers");
    }
    if (item_is_at(item, "token") && item_number(item, "fault") != 0) {
        count(judging->seen, "spoiled");
    }
    if (judging->is_alone && item_is_at(item, "jwks") && (status == 200 || status == 304)) {
        count(judging->seen, "reads");
        json_object_set_new(judging->seen, "last", json_integer(item_number(item, "id")));
    }
}

void end_jwks(struct judging *judging)
{
    const json_t *seen = judging->seen;
    int64_t reads = item_number(seen, "reads"), answers = item_number(seen, "answers");
    bool is_kept =
        reads <= READS_ALWAYS + answers / ANSWERS_PER_READ + item_number(seen, "spoiled");
    if (reads > 0 && (answers >= TO_SHOW_CACHING || !is_kept)) {
        judging_note(judging, item_number(seen, "last"), is_kept);
    }
}

/* Under a kid that the client could not have seen. */
static bool is_under_another_key(const json_t *item)
{
    static const char *const names[] = {"unknown_kid", "new_key", NULL};
    const char *bad = item_text(json_object_get(json_object_get(item, "of_fault"), "do"), "token");
    size_t i = 0;
    while (names[i] != NULL && !str_equal(names[i], bad)) {
        i++;
    }
    return names[i] != NULL && item_issued(item, "id_token") != NULL;
}

#define LAST_READ "jwks" /* beside ids */

void judge_jwks_again(struct judging *judging, json_t *item)
{
    char id[24];
    if (is_under_another_key(item)) {
        snprintf(id, sizeof(id), "%lld", (long long)item_number(item, "id"));
        json_object_set(judging->seen, id, item);
    }
    if (judging->is_alone && item_is_at(item, "jwks")) {
        json_object_set(judging->seen, LAST_READ, item);
    }
}

/* Who never reads the JWKS verifies no signature, as the code flow allows (OpenID Connect Core
 * 3.1.3.7 (6)). */
void end_jwks_again(struct judging *judging)
{
    const json_t *read = json_object_get(judging->seen, LAST_READ);
    const char *key;
    json_t *answer;
    json_object_foreach(judging->seen, key, answer)
    {
        if (read != NULL && answer != read) {
            int64_t id = item_number(answer, "id");
            judging_note(judging, id, item_number(read, "id") > id);
        }
    }
}

/* Where a browser is, a person may press the key again. */
static bool is_of_program(const json_t *item)
{
    static const char *const browsers[] = {"authorize", "sign_in", "consent", "logout"};
    bool is_of_browser = false;
    for (size_t i = 0; i < COUNT(browsers); i++) {
        is_of_browser = is_of_browser || item_is_at(item, browsers[i]);
    }
    return !is_of_browser && item_text(item, "endpoint") != NULL;
}

/* Milliseconds at which the client may come back; 0: the answer asks for no patience. */
static int64_t patience_of(const json_t *item)
{
    int64_t status = item_number(item, "status"), seconds = 0;
    const char *after = item_text(item, "retry_after");
    bool asks = (status == 429 || status == 503) && after != NULL &&
                str_to_int64(after, 1, INT32_MAX, &seconds);
    return asks ? item_number(item, "ms") + seconds * 1000 : 0;
}

/* One that was on its way before the answer came is not held against the client. */
void judge_retry(struct judging *judging, json_t *item)
{
    const char *endpoint = item_text(item, "endpoint");
    int64_t ms = item_number(item, "ms");
    if (!is_of_program(item)) {
        return;
    }
    const json_t *asked = json_object_get(judging->seen, endpoint);
    if (asked != NULL && ms * 1000 > item_number(asked, "ended")) {
        judging_note(judging, item_number(item, "id"), ms >= item_number(asked, "until"));
        json_object_del(judging->seen, endpoint);
    }
    if (patience_of(item) != 0) {
        json_object_set_new(judging->seen, endpoint,
                            json_pack("{s:I, s:I, s:I}", "id", item_number(item, "id"), "until",
                                      patience_of(item), "ended",
                                      ms * 1000 + item_number(item, "duration_us")));
    }
}

/* Who did not come back was patient. */
void end_retry(struct judging *judging)
{
    const char *endpoint;
    json_t *asked;
    json_object_foreach(judging->seen, endpoint, asked)
    {
        judging_note(judging, item_number(asked, "id"), true);
    }
}

static void leave(struct judging *judging, const json_t *item)
{
    const char *user = item_text(item, "user"), *token;
    json_t *held;
    json_object_foreach(judging->seen, token, held)
    {
        if (item_number(held, "logout") == 0 &&
            (user == NULL || str_equal(item_text(held, "user"), user))) {
            json_object_set(held, "logout", json_object_get(item, "id"));
        }
    }
}

/* Remembers refresh tokens: whose they are, the logout that left them, and whether they are
 * revoked. */
void judge_logout(struct judging *judging, json_t *item)
{
    const char *issued = item_issued(item, "refresh_token");
    const char *shown = item_parameter(item, "refresh_token");
    const char *revoked = item_is_at(item, "revoke") ? item_parameter(item, "token") : NULL;
    const char *user = item_text(item, "user");
    if (issued != NULL && shown != NULL) {
        json_object_del(judging->seen, shown); /* rotated */
    }
    if (issued != NULL && user != NULL) {
        json_object_set_new(judging->seen, issued, json_pack("{s:s}", "user", user));
    }
    if (revoked != NULL && item_number(item, "status") == 200) {
        json_object_set_new(json_object_get(judging->seen, revoked), "revoked", json_true());
    }
    if (json_has_text(json_object_get(item, "happened"), "signed out")) {
        leave(judging, item);
    }
}

void end_logout(struct judging *judging)
{
    const char *token;
    json_t *held;
    json_object_foreach(judging->seen, token, held)
    {
        if (item_number(held, "logout") != 0) {
            judging_note(judging, item_number(held, "logout"),
                         json_object_get(held, "revoked") != NULL);
        }
    }
}

/* Without names the rule is about all ID tokens that a client must refuse. */
static bool is_spoiled(const struct judging *judging, const json_t *item)
{
    const json_t *fault = json_object_get(item, "of_fault");
    const char *name = item_text(fault, "fault");
    const char *bad = item_text(json_object_get(fault, "do"), "token");
    const struct bad_token *row = bad != NULL ? bad_token_find(bad) : NULL;
    const char *const *names = judging->rule->faults;
    if (names == NULL) {
        return row != NULL && row->client == CLIENT_REFUSES &&
               item_issued(item, "id_token") != NULL;
    }
    while (*names != NULL && !str_equal(*names, name) && !str_equal(*names, bad)) {
        names++;
    }
    return *names != NULL;
}

/* The exchange that issued what is sent here; 0: nothing spoiled is. */
static int64_t spoiled_by(const struct judging *judging, const json_t *item)
{
    const char *const sent[] = {item_bearer(item), item_parameter(item, "access_token"),
                                item_parameter(item, "refresh_token"),
                                item_parameter(item, "code")};
    int64_t id = 0;
    for (size_t i = 0; i < COUNT(sent); i++) {
        if (id == 0 && sent[i] != NULL) {
            id = item_number(judging->seen, sent[i]);
        }
    }
    return id;
}

/* What came with something that must be refused is not used: neither tokens nor a code. To revoke
 * it is fine. */
void judge_spoiled(struct judging *judging, json_t *item)
{
    const char *name;
    json_t *issued;
    if (!item_is_at(item, "revoke") && spoiled_by(judging, item) != 0) {
        judging_note(judging, item_number(item, "id"), false);
    }
    if (!is_spoiled(judging, item)) {
        return;
    }
    json_object_foreach(json_object_get(item, "issued"), name, issued)
    {
        if (json_is_string(issued)) {
            json_object_set(judging->seen, json_string_value(issued), json_object_get(item, "id"));
        }
    }
}

void end_spoiled(struct judging *judging)
{
    const char *secret;
    json_t *id;
    int64_t last = 0;
    json_object_foreach(judging->seen, secret, id)
    {
        if (json_integer_value(id) != last) {
            last = json_integer_value(id);
            judging_note(judging, last, true);
        }
    }
}
