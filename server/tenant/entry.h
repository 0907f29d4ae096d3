/* One entry of a journal, in one piece of memory. Private to the journal. */
#ifndef MAKESHIFT_TENANT_ENTRY_H
#define MAKESHIFT_TENANT_ENTRY_H

#include <stdatomic.h>
#include <stdint.h>

#include "server/tenant/journal.h"

enum entry_text {
    ENTRY_REQUEST_ID,
    ENTRY_OPERATION,
    ENTRY_METHOD,
    ENTRY_PATH,
    ENTRY_QUERY,
    ENTRY_CLIENT,
    ENTRY_USER,
    ENTRY_SCOPE,
    ENTRY_ERROR,
    ENTRY_CHECK,
    ENTRY_EXPECTED,
    ENTRY_ACTUAL,
    ENTRY_CLAUSE,
    ENTRY_DETAIL,
    ENTRY_LOCATION,
    ENTRY_RETRY_AFTER,
    ENTRY_TEXT__MAX
};

struct entry {
    atomic_uint users;  /* the ring, and each reader */
    struct entry *next; /* of those that are going */
    size_t size;        /* of all of it */
    int64_t number, at, grant, generation, fault, latch;
    _Atomic int64_t duration;
    atomic_int reply;
    enum endpoint endpoint;
    int status;
    unsigned happened;
    uint32_t text[ENTRY_TEXT__MAX]; /* where it begins in `bytes`; 0: there is none */
    uint32_t secret;                /* where in the path; 0: nowhere */
    uint32_t headers, header_count; /* names and values in turn */
    uint32_t body, body_size, body_kept;
    uint32_t answer, answer_size; /* whole, or none */
    char bytes[];
};

/* With one user, and no number. */
struct entry *entry_new(const struct journal_entry *given);
void entry_leave(struct entry *entry); /* the last one frees it */

const char *entry_text(const struct entry *entry, enum entry_text text); /* NULL: none */

/* The entries after that number, oldest first, each with one user more; how many. */
size_t journal_take(struct journal *journal, int64_t since, struct entry **entries, size_t most);

/* The subject of it; texts and headers are the entry's, the list of headers the arena's. */
struct subject entry_subject(struct arena *arena, const struct entry *entry);

/* False: the match does not fit, and it costs nothing to tell. */
bool entry_may_fit(const struct entry *entry, const json_t *match);

/* As it is read. `user_names` is borrowed. A new reference. */
json_t *entry_json(struct arena *arena, const struct entry *entry, const json_t *user_names);

#endif
