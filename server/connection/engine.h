/* A connection's steps, run in Make's order. Requests are made by whoever runs it. */
#ifndef MAKESHIFT_CONNECTION_ENGINE_H
#define MAKESHIFT_CONNECTION_ENGINE_H

#include "server/base/clock.h"
#include "server/connection/known.h"
#include "server/connection/outgoing.h"
#include "server/connection/step.h"

#define ENGINE_DATA_MAX (64 * 1024) /* bytes of the stored data as JSON */

/* What answered a request. */
struct incoming {
    long status;
    struct iml_value headers; /* a collection; names in lower case */
    const char *body;         /* `size` bytes, and a NUL behind them */
    size_t size;
};

/* Why a step failed. */
struct failure {
    enum step step;
    const char *pointer; /* in the connection; "": not of one member */
    const char *why;     /* in our words */
    const char *shown;   /* what Make would show of it */
    const char *name;    /* the kind of error, as Make names it */
    bool is_unreachable; /* nobody answered */
    bool is_told;        /* the engine's listener knows of it */
};

/* What a connection keeps. */
struct kept {
    struct iml_value data; /* a collection */
    struct iml_value expires, uid, metadata;
    struct iml_value scope; /* an array */
};

struct engine {
    struct arena *arena;
    json_t *connection;
    struct iml_value parameters, common; /* collections */
    const char *redirect_uri;
    const char *older_redirect_uri; /* what oauth.redirectUri is; NULL: the same */
    const char *against; /* scheme, host and port in the place of authorize's; NULL: none */
    const char *zone;
    struct clock clock;
    struct random *random;
    struct kept kept;
    struct iml_value temp; /* a collection; lives through all steps */
    const char *token;     /* OAuth 1: the one that authorize sent; NULL: none yet */
    struct known known;    /* secrets that it has met, for what is shown */
    struct outgoing sent;  /* where the person was sent; without a URL: nowhere yet */

    void *context; /* of the functions */
    /* 0; 1: nobody answered; 2: it cannot be sent, or its answer not be used. `*problem` says why.
     */
    int (*send)(void *context, const struct outgoing *outgoing, struct incoming *incoming,
                const char **problem);
    /* Told of each request with its answer: {step, number, request, response, stored,
     * error}, masked; `number`, from 1, in an array of requests. */
    void (*tell)(void *context, const struct iml_value *event);
    /* Told of a step that does not run, as its condition is false. NULL: nobody wants to know. */
    void (*skip)(void *context, enum step step);
};

enum engine_outcome {
    ENGINE_DONE = 0,
    ENGINE_FAILED = 1,
    ENGINE_SKIPPED = 2, /* there is no such directive, or its condition is false */
};
enum engine_condition { ENGINE_WHEN_TRUE, ENGINE_ALWAYS };

/* Runs a step with a request. Nothing is kept unless the whole directive held. */
MUST_USE int engine_run(struct engine *engine, enum step step, enum engine_condition condition,
                        struct failure *failure);

/* Whether the steps are those of OAuth 1. */
bool engine_is_oauth1(const struct engine *engine);

/* The URL that a person is sent to, with this state; in OAuth 1 with the token in its place. */
MUST_USE int engine_authorize(struct engine *engine, const char *state, const char **url,
                              struct failure *failure);

/* What a callback's query has to hold to belong to this sign-in: the state, or OAuth 1's token. For
 * behind engine_authorize. */
struct engine_mark {
    const char *name, *value;
};
struct engine_mark engine_mark(const struct engine *engine, const char *state);

/* What the person came back with. */
MUST_USE int engine_return(struct engine *engine, const struct iml_value *query, const char *state,
                           struct failure *failure);

/* The person did not come back, and why; `advice` is ours alone, and "" where there is none. For
 * behind engine_authorize. */
void engine_lost(struct engine *engine, const char *why, const char *advice,
                 struct failure *failure);

/* {pointer, why, message, name}. */
struct iml_value engine_failure_value(struct arena *arena, const struct failure *failure);

/* {data, expires, uid, metadata, scope}: what is kept, masked. */
struct iml_value engine_kept_value(const struct engine *engine);

/* Is there such a directive. */
bool engine_has(const struct engine *engine, enum step step);

#endif
