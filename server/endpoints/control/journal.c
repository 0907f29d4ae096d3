/* What happened, and whether it did. */
#include "server/tenant/journal.h"

#include <stdio.h>
#include <string.h>

#include "server/base/heap_text.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/query.h"
#include "server/endpoints/control/resources.h"
#include "server/tenant/match.h"
#include "server/tenant/verify.h"

#define USUAL 1000
#define NDJSON "application/x-ndjson"

static const struct shape since = {
    .type = SHAPE_INTEGER, .min = 0, .max = INT64_MAX, .expected = "the id of an entry"};
static const struct shape limit = {
    .type = SHAPE_INTEGER, .min = 1, .max = INT32_MAX, .expected = "a number, 1 or more"};
const struct door_parameter journal_query[] = {
    {"match", "a match as JSON; its plain members may stand beside it", NULL},
    {"endpoint", "those of this endpoint", NULL},
    {"method", "those of this method", NULL},
    {"path", "those at this path", NULL},
    {"client_id", "those of this client", NULL},
    {"user", "those of this user: sub, e-mail or preferred_username", NULL},
    {"grant_type", "those with this grant_type", NULL},
    {"scope", "those with these words of scope", NULL},
    {"operation", "those of this operation of the API", NULL},
    {"status", "those answered with this status, or class: 4xx", NULL},
    {"error", "those refused with this error", NULL},
    {"since", "those after the entry of this id", &since},
    {"limit", "at most so many, the first ones; 1000 where it is not said, as lines all", &limit},
    {"wait", "until there is one, at most so long", &door_wait_shape},
    {NULL, NULL, NULL}};

const struct door_parameter verify_query[] = {
    {"wait", "until it comes true, at most so long; as in the body", &door_wait_shape},
    {NULL, NULL, NULL}};

const char *const journal_media[] = {"application/json", "application/x-ndjson", NULL};

/* The members of a match that a query can say by themselves. */
static const char *const plain_members[] = {"endpoint", "method",     "path",  "client_id",
                                            "user",     "grant_type", "scope", "operation",
                                            "error",    "status"};

struct wish {
    json_t *match; /* owned */
    int64_t since, limit;
};

static void wish_fini(struct wish *wish)
{
    json_decref(wish->match);
}

static json_t *member_value(const char *name, const char *text)
{
    int64_t number;
    bool is_number = str_equal(name, "status") && str_to_int64(text, 0, INT32_MAX, &number);
    return is_number ? json_integer(number) : json_string(text);
}

/* What stands by itself in the query is named so: "?status"; the rest is in "?match/header". */
static struct verdict refuse_match(const struct door *door, const struct shape_fault *fault)
{
    struct arena *arena = door->call->arena;
    const char *member = *fault->pointer == '/' ? fault->pointer + 1 : "";
    bool is_alone = door_query(door, member) != NULL;
    return REFUSED(WRONG_MEMBER, .check = "query",
                   .pointer = is_alone ? arena_printf(arena, "?%s", member)
                                       : arena_printf(arena, "?match%s", fault->pointer),
                   .detail = fault->problem, .expected = fault->expected, .actual = fault->actual,
                   .nearest = fault->nearest == NULL ? NULL : arena_strdup(arena, fault->nearest));
}

/* `match` and the members beside it, which win. */
static struct verdict read_match(const struct door *door, struct wish *wish)
{
    const char *text = door_query(door, "match");
    struct shape_fault fault = {0};
    wish->match = text == NULL ? json_object() : json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(wish->match)) {
        return query_refuse(door, "match", "a match as JSON");
    }
    for (size_t i = 0; i < COUNT(plain_members); i++) {
        const char *value = door_query(door, plain_members[i]);
        if (value != NULL) {
            json_object_set_new(wish->match, plain_members[i],
                                member_value(plain_members[i], value));
        }
    }
    return shape_judge(door->call->arena, &match_shape, wish->match, &fault) == 0
               ? ALLOWED
               : refuse_match(door, &fault);
}

static struct verdict read_wish(const struct door *door, struct wish *wish)
{
    wish->limit = USUAL;
    query_number(door, "since", &wish->since);
    query_number(door, "limit", &wish->limit);
    return read_match(door, wish);
}

static struct journal_query query_of(const struct door *door, const struct wish *wish)
{
    return (struct journal_query){.tenant = door->call->tenant,
                                  .match = wish->match,
                                  .since = wish->since,
                                  .limit = (size_t)wish->limit};
}

static bool stop_there(void *context, const struct journal_item *item)
{
    (void)item;
    *(bool *)context = true;
    return false;
}

bool journal_has_come(struct door *door)
{
    AUTO(wish_fini) struct wish wish = {0};
    bool has_come = false;
    if (read_wish(door, &wish).code != ERROR_NONE) {
        return true; /* to be refused */
    }
    struct journal_query query = query_of(door, &wish);
    query.without_json = true;
    query.since = door->looked_to > query.since ? door->looked_to : query.since;
    journal_each(door->call->realm->journal, &query, stop_there, &has_come);
    return has_come;
}

/* A list is written as it is read: it may be larger than what should lie in memory as JSON. */
struct writing {
    struct heap_text text;
    bool in_lines;
    size_t count;
};

static bool write_item(void *context, const struct journal_item *item)
{
    struct writing *writing = context;
    heap_text_put(&writing->text, ",", !writing->in_lines && writing->count > 0);
    heap_text_put_json(&writing->text, item->json);
    heap_text_put(&writing->text, "\n", writing->in_lines);
    writing->count++;
    return true;
}

static void put_words(struct writing *writing, const char *words)
{
    heap_text_put(&writing->text, words, writing->in_lines ? 0 : strlen(words));
}

/* Behind the items: whoever has seen entries before it may forget them. */
static void put_first(struct writing *writing, struct journal *journal)
{
    char end[64];
    int64_t first = journal_last(journal) - (int64_t)journal_count(journal) + 1;
    (void)snprintf(end, sizeof(end), "],\"first\":%lld}", (long long)first);
    put_words(writing, end);
}

static bool wants_lines(const struct call *call)
{
    const char *accept = request_header(call->request, "Accept");
    return accept != NULL && str_starts(accept, NDJSON);
}

struct verdict journal_get(struct door *door)
{
    struct call *call = door->call;
    AUTO(wish_fini) struct wish wish = {0};
    TRY(read_wish(door, &wish));
    struct writing writing = {.in_lines = wants_lines(call)};
    struct journal_query query = query_of(door, &wish);
    if (writing.in_lines && door_query(door, "limit") == NULL) {
        query.limit = 0; /* an export is whole */
    }
    put_words(&writing, "{\"items\":[");
    journal_each(call->realm->journal, &query, write_item, &writing);
    put_first(&writing, call->realm->journal);
    size_t size;
    char *text = heap_text_take(&writing.text, &size);
    if (text != NULL) {
        arena_own(call->arena, text);
    }
    response_body_static(call->response, 200, writing.in_lines ? NDJSON : "application/json",
                         text != NULL ? text : "", size);
    return ALLOWED;
}

struct verdict journal_get_one(struct door *door)
{
    int64_t id = 0;
    TRY(door_number(door, 0, "exchange", &id));
    const struct journal_query query = {.tenant = door->call->tenant, .since = id - 1, .limit = 1};
    json_auto_t *found = journal_read(door->call->realm->journal, &query);
    json_t *entry = json_array_get(found, 0);
    if (json_integer_value(json_object_get(entry, "id")) != id) {
        return door_not_there(door, "exchange", door->arguments[0]);
    }
    return door_answer(door, 200, json_incref(entry));
}

struct verdict journal_delete(struct door *door)
{
    journal_empty(door->call->realm->journal);
    return door_done(door);
}

static struct verdict check_question(const struct door *door)
{
    const char *pointer;
    const char *expected = verify_fault(door->body, &pointer);
    if (!journal_is_on(door->call->realm->journal)) {
        return REFUSED(CONFLICT, .check = "journal", .detail = "this server keeps no journal",
                       .expected = "--journal with a number above 0", .actual = "--journal 0");
    }
    return expected == NULL ? ALLOWED : door_refuse(door, pointer, expected, NULL);
}

bool journal_has_verified(struct door *door)
{
    struct journal *journal = door->call->realm->journal;
    const struct tenant *tenant = door->call->tenant;
    return check_question(door).code != ERROR_NONE ||
           (verify_is_touched(journal, tenant, door->body, door->looked_to) &&
            verify_run(journal, tenant, door->body, NULL));
}

struct verdict journal_verify(struct door *door)
{
    json_t *report = NULL;
    TRY(check_question(door));
    if (verify_run(door->call->realm->journal, door->call->tenant, door->body, &report)) {
        return door_answer(door, 200, report);
    }
    return door_not_true(door, report);
}
