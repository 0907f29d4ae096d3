#include "server/tenant/audit.h"

#include <stdio.h>
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/tenant/audit_rule.h"

#define EXCHANGES_MAX 100

/* What the journal has, by client. */
struct sorting {
    json_t *clients; /* client_id: its items */
    json_t *owners;  /* fingerprint: the client to which it was issued */
    json_t *jwks;    /* items of nobody */
    json_t *faults;  /* by id */
};

/* The key of a number in an object. */
struct key {
    char text[24];
};

static struct key key_of(const json_t *number)
{
    struct key key = {0};
    snprintf(key.text, sizeof(key.text), "%lld", (long long)json_integer_value(number));
    return key;
}

static void sorting_init(struct sorting *sorting)
{
    *sorting = (struct sorting){.clients = json_object(),
                                .owners = json_object(),
                                .jwks = json_array(),
                                .faults = json_object()};
}

static void sorting_fini(struct sorting *sorting)
{
    json_decref(sorting->clients);
    json_decref(sorting->owners);
    json_decref(sorting->jwks);
    json_decref(sorting->faults);
}

static const char *owner_of(const struct sorting *sorting, const char *secret)
{
    return secret != NULL ? item_text(sorting->owners, secret) : NULL;
}

/* Who names no client is the one to whom what it sends was issued. NULL: nobody known. */
static const char *client_of(const struct sorting *sorting, const json_t *item)
{
    const char *client = item_text(item, "client_id");
    const char *name;
    json_t *value;
    if (client == NULL) {
        client = owner_of(sorting, item_bearer(item));
    }
    json_object_foreach(json_object_get(item, "parameters"), name, value)
    {
        client = client != NULL ? client : owner_of(sorting, json_string_value(value));
    }
    return client;
}

static void own(struct sorting *sorting, const json_t *item, const char *client)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(item, "issued"), name, value)
    {
        if (json_is_string(value)) {
            json_object_set_new(sorting->owners, json_string_value(value), json_string(client));
        }
    }
}

/* A copy without what rules do not read. */
static json_t *brief(const struct sorting *sorting, const struct journal_item *from)
{
    static const char *const members[] = {
        "id",         "endpoint",   "client_id", "user",        "status",    "scope",
        "parameters", "grant_type", "grant",     "happened",    "issued",    "duration_us",
        "location",   "fault",      "query",     "retry_after", "expires_in"};
    json_t *item = json_object();
    for (size_t i = 0; i < COUNT(members); i++) {
        json_t *value = json_object_get(from->json, members[i]);
        if (value != NULL) {
            json_object_set(item, members[i], value);
        }
    }
    json_put_text(item, "authorization",
                  item_text(json_object_get(from->json, "header"), "authorization"));
    json_object_set_new(item, "ms", json_integer(from->at));
    const struct key key = key_of(json_object_get(item, "fault"));
    json_t *fault = json_object_get(sorting->faults, key.text);
    if (fault != NULL) {
        json_object_set(item, "of_fault", fault);
    }
    return item;
}

static bool sort(void *context, const struct journal_item *from)
{
    struct sorting *sorting = context;
    json_auto_t *item = brief(sorting, from);
    const char *client = client_of(sorting, item);
    if (client == NULL && item_is_at(item, "jwks")) {
        json_array_append(sorting->jwks, item);
    }
    if (client == NULL) {
        return true;
    }
    if (json_object_get(sorting->clients, client) == NULL) {
        json_object_set_new(sorting->clients, client, json_array());
    }
    json_array_append(json_object_get(sorting->clients, client), item);
    own(sorting, item, client);
    return true;
}

void judging_note(struct judging *judging, int64_t id, bool is_kept)
{
    json_t *list = is_kept ? judging->passed : judging->failed;
    if (json_array_size(list) < EXCHANGES_MAX) {
        json_array_append_new(list, json_integer(id));
    }
}

static void each(struct judging *judging, const json_t *items)
{
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        judging->rule->judge(judging, item);
    }
}

static json_t *finding_of(const struct judging *judging)
{
    const struct audit_rule *rule = judging->rule;
    bool failed = json_array_size(judging->failed) > 0;
    bool passed = !failed && json_array_size(judging->passed) > 0;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:O, s:s}", "rule", rule->name, "level",
                     rule->level, "clause", rule->clause, "says", rule->says, "outcome",
                     failed   ? "failed"
                     : passed ? "passed"
                              : "not exercised",
                     "exchanges", failed ? judging->failed : judging->passed, "hint", rule->hint);
}

static bool authenticates(const json_t *items)
{
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        const char *authorization = item_text(item, "authorization");
        if (item_parameter(item, "client_secret") != NULL ||
            item_parameter(item, "client_assertion") != NULL ||
            (authorization != NULL && str_starts(authorization, "Basic "))) {
            return true;
        }
    }
    return false;
}

static json_t *find(const struct sorting *sorting, struct judging *judging, const json_t *items)
{
    json_auto_t *seen = json_object(), *passed = json_array(), *failed = json_array();
    judging->seen = seen;
    judging->passed = passed;
    judging->failed = failed;
    each(judging, items);
    if (judging->is_alone) {
        each(judging, sorting->jwks);
    }
    if (judging->rule->end != NULL) {
        judging->rule->end(judging);
    }
    return finding_of(judging);
}

static json_t *report(const struct sorting *sorting, const char *client)
{
    const json_t *items = json_object_get(sorting->clients, client);
    json_t *findings = json_array();
    struct judging judging = {.is_confidential = authenticates(items),
                              .is_alone = items != NULL && json_object_size(sorting->clients) == 1};
    for (size_t i = 0; i < audit_rule_count; i++) {
        judging.rule = &audit_rules[i];
        json_array_append_new(findings, find(sorting, &judging, items));
    }
    return json_pack("{s:s, s:o}", "client_id", client, "findings", findings);
}

static void read_all(struct sorting *sorting, struct journal *journal, const json_t *faults)
{
    const struct journal_query query = {0};
    size_t i;
    json_t *fault;
    sorting_init(sorting);
    json_array_foreach(faults, i, fault)
    {
        const struct key key = key_of(json_object_get(fault, "id"));
        json_object_set(sorting->faults, key.text, fault);
    }
    journal_each(journal, &query, sort, sorting);
}

json_t *audit_of(struct journal *journal, const json_t *faults, const char *client_id,
                 bool *is_seen)
{
    AUTO(sorting_fini) struct sorting sorting = {0};
    read_all(&sorting, journal, faults);
    *is_seen = json_object_get(sorting.clients, client_id) != NULL;
    return report(&sorting, client_id);
}

json_t *audit_all(struct journal *journal, const json_t *faults)
{
    AUTO(sorting_fini) struct sorting sorting = {0};
    json_t *reports = json_array();
    const char *client;
    json_t *items;
    read_all(&sorting, journal, faults);
    json_object_foreach(sorting.clients, client, items)
    {
        json_array_append_new(reports, report(&sorting, client));
    }
    return reports;
}
