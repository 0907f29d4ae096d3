/* What happened to a tenant: a ring of the exchanges of late, the oldest out first, bounded in
 * number and, over all tenants, in bytes.
 *
 * An entry is kept as it came, in one piece of memory; JSON and fingerprints are made when it is
 * read. No secret comes out of any read. Thread-safe: a lock for each journal, held for the time it
 * takes to link an entry; readers hold what they read, and nobody up. */
#ifndef MAKESHIFT_TENANT_JOURNAL_H
#define MAKESHIFT_TENANT_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/oauth/error.h"
#include "server/tenant/subject.h"
#include "server/tenant/watchers.h"

#define JOURNAL_ENTRIES 10000
#define JOURNAL_BYTES ((size_t)32 * 1024 * 1024)
#define JOURNAL_BODY_MAX 4096 /* of a body; what is longer is cut, and says so */

/* What the journals of a process may take together. */
struct journal_pool;
struct journal_pool *journal_pool_new(size_t bytes);
void journal_pool_free(struct journal_pool *pool); /* after its journals; NULL is fine */
size_t journal_pool_bytes(struct journal_pool *pool);

struct journal;

/* `entries` 0: it keeps none. When the pool is full, a journal that has more than its share of it
 * (all journals' are the same) gives up its own oldest; so the pool holds, and no tenant takes all
 * of it. */
struct journal *journal_new(struct journal_pool *pool, size_t entries);
void journal_free(struct journal *journal); /* NULL is fine */

/* Whether it keeps anything; NULL does not. */
bool journal_is_on(const struct journal *journal);

/* What became of the answer. */
enum journal_reply {
    REPLY_PENDING, /* it is on its way, or waits */
    REPLY_SENT,    /* every byte of it */
    REPLY_CUT,     /* some */
    REPLY_DROPPED, /* none */
    REPLY__MAX
};
extern const char *const journal_reply_words[REPLY__MAX]; /* pending sent cut dropped */

/* One exchange. Everything is copied; NULL and 0 are what is not known. */
struct journal_entry {
    struct subject subject;        /* user_names is not read */
    int64_t at;                    /* milliseconds since 1970 on the tenant's clock */
    int64_t duration;              /* microseconds so far */
    const char *request_id;        /* what the answer says in X-Request-Id */
    int64_t grant, generation;     /* the family of tokens, and the refresh token's in it */
    unsigned happened;             /* bits 1 << enum happening (server/oauth/about.h) */
    const struct verdict *verdict; /* NULL: allowed */
    int64_t fault, latch;          /* that took part in it */
    const char *location;          /* of the answer; its parameters tell what was issued */
    const char *retry_after;       /* of the answer, as it was sent */
    const char *answer;            /* JSON: the same, where an endpoint issues by it */
    size_t answer_size;
};

/* Its number: 1, 2, ... in the order in which they came; 0: it keeps none. It stands when this
 * returns. */
int64_t journal_put(struct journal *journal, const struct journal_entry *entry);

/* What became of its answer, after so many microseconds. */
void journal_end(struct journal *journal, int64_t number, enum journal_reply reply,
                 int64_t duration);

/* Forgets all; the numbers go on. */
void journal_empty(struct journal *journal);

/* The number of the newest entry; 0: none ever came. And how many there are. */
int64_t journal_last(struct journal *journal);
size_t journal_count(struct journal *journal);

/* Waked by each entry that comes: whoever waits for entries. Not to come back to the journal. */
void journal_watch(struct journal *journal, struct watcher *watcher);
void journal_unwatch(struct journal *journal, struct watcher *watcher);
/* Wakes those who watch, as an entry does: something else has happened that they may wait for. */
void journal_tell(struct journal *journal);

struct journal_query {
    const struct tenant *tenant; /* who tells the users' other names; NULL: nobody */
    const json_t *match;         /* of match_shape, borrowed; NULL: all */
    int64_t since;               /* after the entry of this number */
    size_t limit;                /* at most so many, the first ones; 0: all */
    bool without_json;           /* what is handed over has none: which they are is all */
    const json_t *brief;         /* what is handed over has no more than this match compares; NULL:
                                    all of it */
};

struct journal_item {
    int64_t number;
    int64_t at;   /* milliseconds */
    json_t *json; /* as it is read; borrowed; NULL: the query is without */
};

/* Hands over each entry that the match fits, oldest first, until `take` says false. */
void journal_each(struct journal *journal, const struct journal_query *query,
                  bool (*tell)(void *context, const struct journal_item *item), void *context);

/* The same as a list. A new reference. */
json_t *journal_read(struct journal *journal, const struct journal_query *query);

#endif
