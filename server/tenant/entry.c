#include "server/tenant/entry.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/memory.h"

#define FIRST 1 /* in `bytes`; 0 is nowhere */

/* What is put where, with its size. */
struct packing {
    const struct journal_entry *given;
    const char *text[ENTRY_TEXT__MAX];
    size_t size[ENTRY_TEXT__MAX];
    size_t body_kept, answer_kept;
    size_t total;
};

/* Where tokens, codes and secrets are issued in a body of JSON. */
static bool issues(enum endpoint endpoint)
{
    return endpoint == ENDPOINT_TOKEN || endpoint == ENDPOINT_REGISTER ||
           endpoint == ENDPOINT_REGISTRATION;
}

static void gather(struct packing *packing)
{
    static const struct verdict allowed = {.code = ERROR_NONE};
    const struct journal_entry *given = packing->given;
    const struct subject *subject = &given->subject;
    const struct verdict *verdict = given->verdict != NULL ? given->verdict : &allowed;
    const char **text = packing->text;
    text[ENTRY_REQUEST_ID] = given->request_id;
    text[ENTRY_OPERATION] = subject->operation;
    text[ENTRY_METHOD] = subject->method;
    text[ENTRY_PATH] = subject->path;
    text[ENTRY_QUERY] = subject->query;
    text[ENTRY_CLIENT] = subject->client;
    text[ENTRY_USER] = subject->user;
    text[ENTRY_SCOPE] = subject->scope;
    text[ENTRY_ERROR] = subject->error;
    text[ENTRY_CHECK] = verdict->check;
    text[ENTRY_EXPECTED] = verdict->expected;
    text[ENTRY_ACTUAL] = verdict->actual;
    text[ENTRY_CLAUSE] = verdict->clause;
    text[ENTRY_DETAIL] = verdict->detail;
    text[ENTRY_LOCATION] = given->location;
    text[ENTRY_RETRY_AFTER] = given->retry_after;
}

static void measure(struct packing *packing)
{
    const struct journal_entry *given = packing->given;
    const struct subject *subject = &given->subject;
    size_t total = FIRST;
    for (size_t i = 0; i < ENTRY_TEXT__MAX; i++) {
        packing->size[i] = packing->text[i] != NULL ? strlen(packing->text[i]) + 1 : 0;
        total += packing->size[i];
    }
    for (size_t i = 0; i < subject->header_count; i++) {
        total += strlen(subject->headers[i].name) + strlen(subject->headers[i].value) + 2;
    }
    packing->body_kept =
        subject->body_size < JOURNAL_BODY_MAX ? subject->body_size : JOURNAL_BODY_MAX;
    packing->answer_kept = issues(subject->endpoint) && given->answer_size <= JOURNAL_BODY_MAX
                               ? given->answer_size
                               : 0;
    packing->total = total + packing->body_kept + packing->answer_kept;
}

static uint32_t put(struct entry *entry, size_t *at, const char *bytes, size_t size)
{
    uint32_t here = (uint32_t)*at;
    memcpy(entry->bytes + *at, bytes, size);
    *at += size;
    return here;
}

static void put_headers(struct entry *entry, size_t *at, const struct subject *subject)
{
    entry->headers = (uint32_t)*at;
    entry->header_count = (uint32_t)subject->header_count;
    for (size_t i = 0; i < subject->header_count; i++) {
        put(entry, at, subject->headers[i].name, strlen(subject->headers[i].name) + 1);
        put(entry, at, subject->headers[i].value, strlen(subject->headers[i].value) + 1);
    }
}

static void put_all(struct entry *entry, const struct packing *packing)
{
    const struct subject *subject = &packing->given->subject;
    size_t at = FIRST;
    for (size_t i = 0; i < ENTRY_TEXT__MAX; i++) {
        if (packing->size[i] > 0) {
            entry->text[i] = put(entry, &at, packing->text[i], packing->size[i]);
        }
    }
    put_headers(entry, &at, subject);
    entry->body_size = (uint32_t)subject->body_size;
    entry->body_kept = (uint32_t)packing->body_kept;
    if (packing->body_kept > 0) {
        entry->body = put(entry, &at, subject->body, packing->body_kept);
    }
    entry->answer_size = (uint32_t)packing->answer_kept;
    if (packing->answer_kept > 0) {
        entry->answer = put(entry, &at, packing->given->answer, packing->answer_kept);
    }
    entry->secret = subject->secret != NULL ? (uint32_t)(subject->secret - subject->path) : 0;
}

struct entry *entry_new(const struct journal_entry *given)
{
    struct packing packing = {.given = given};
    gather(&packing);
    measure(&packing);
    size_t size = sizeof(struct entry) + packing.total;
    struct entry *entry = memory_need(malloc(size));
    memset(entry, 0, sizeof(*entry));
    entry->size = size;
    entry->at = given->at;
    entry->grant = given->grant;
    entry->generation = given->generation;
    entry->fault = given->fault;
    entry->latch = given->latch;
    entry->happened = given->happened;
    entry->endpoint = given->subject.endpoint;
    entry->status = given->subject.status;
    atomic_init(&entry->users, 1);
    atomic_init(&entry->duration, given->duration);
    atomic_init(&entry->reply, REPLY_PENDING);
    put_all(entry, &packing);
    return entry;
}

void entry_leave(struct entry *entry)
{
    if (atomic_fetch_sub(&entry->users, 1) == 1) {
        free(entry);
    }
}

const char *entry_text(const struct entry *entry, enum entry_text text)
{
    return entry->text[text] != 0 ? entry->bytes + entry->text[text] : NULL;
}

static const struct header *list_headers(struct arena *arena, const struct entry *entry)
{
    struct header *headers = arena_alloc(arena, (entry->header_count + 1) * sizeof(*headers));
    const char *at = entry->bytes + entry->headers;
    for (uint32_t i = 0; i < entry->header_count; i++) {
        headers[i].name = at;
        at += strlen(at) + 1;
        headers[i].value = at;
        at += strlen(at) + 1;
    }
    return headers;
}

struct subject entry_subject(struct arena *arena, const struct entry *entry)
{
    const char *path = entry_text(entry, ENTRY_PATH);
    return (struct subject){
        .endpoint = entry->endpoint,
        .operation = entry_text(entry, ENTRY_OPERATION),
        .method = entry_text(entry, ENTRY_METHOD),
        .path = path,
        .secret = entry->secret != 0 ? path + entry->secret : NULL,
        .query = entry_text(entry, ENTRY_QUERY),
        .headers = list_headers(arena, entry),
        .header_count = entry->header_count,
        .body = entry->body != 0 ? entry->bytes + entry->body : NULL,
        .body_size = entry->body_size,
        .body_kept = entry->body_kept,
        .client = entry_text(entry, ENTRY_CLIENT),
        .user = entry_text(entry, ENTRY_USER),
        .scope = entry_text(entry, ENTRY_SCOPE),
        .status = entry->status,
        .error = entry_text(entry, ENTRY_ERROR),
    };
}
