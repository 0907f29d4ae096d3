/* A connection that `connection serve` shows, and what is done with it. Thread-safe: each has its
 * one lock, in served.c, which is held as long as a step runs; nobody waits for it. */
#ifndef MAKESHIFT_TOOLS_SERVED_H
#define MAKESHIFT_TOOLS_SERVED_H

#include "server/tools/connection_given.h"

enum served_action {
    SERVED_CONNECT, /* again, where it is connected: then it is reauthorized */
    SERVED_VERIFY,
    SERVED_REFRESH,
    SERVED_REFRESH_WHEN_DUE,
    SERVED_INVALIDATE,
    SERVED_ACTION__MAX
};
extern const char *const served_action_words[SERVED_ACTION__MAX];

enum served_outcome {
    SERVED_DONE = 0, /* well or badly: served_view says how */
    SERVED_SENT = 1, /* a person has to sign in first */
    SERVED_BUSY = 2, /* a step is under way */
    SERVED_NONE = 3, /* nothing to do that with: no such directive, nothing is connected */
};

struct served;

/* `made` is one that connection_given_read read, which has to outlive it; `store` a file, or NULL:
 * what is there is read. NULL: a line says why not. */
struct served *served_new(const struct running *made, const char *name, const char *file,
                          const char *store);
void served_free(struct served *served); /* NULL is fine */

/* An outcome of enum served_outcome; `*url`, in the arena, is where the person is to be sent. */
MUST_USE int served_act(struct served *served, struct arena *arena, enum served_action action,
                        const char **url);

/* A person came back, with a query. SERVED_DONE; SERVED_BUSY; SERVED_NONE: its state is not the one
 * that they were sent with, or was used, or is too old. */
MUST_USE int served_return(struct served *served, const char *query);

/* What is shown of it; all in the arena. */
struct served_view {
    const char *name, *file;
    bool is_busy; /* and then no more is known */
    bool is_connected;
    bool has[SERVED_ACTION__MAX]; /* what can be done */
    struct iml_value kept; /* masked: data, expires, uid, metadata, scope; undefined: nothing */
    int64_t now;           /* ms since 1970, on the connection's clock */
    const char *url;       /* where a person is expected to sign in; NULL: nobody is */
    const char *said;      /* how the last action ended; NULL: there was none */
    bool has_failed;
    const char *make; /* what Make would show of that; NULL: nothing */
    const char *told; /* the steps of it */
};
void served_view(struct served *served, struct arena *arena, struct served_view *view);

#endif
