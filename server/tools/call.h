/* A request of HTTP that a tool makes. */
#ifndef MAKESHIFT_TOOLS_CALL_H
#define MAKESHIFT_TOOLS_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

enum call_method { CALL_GET, CALL_POST, CALL_PUT, CALL_PATCH, CALL_DELETE, CALL__MAX };
extern const char *const call_method_names[CALL__MAX];

struct call_out {
    enum call_method method;
    const char *url;
    const char *body;   /* JSON; NULL: none */
    const char *accept; /* a media type */
    const char *token;  /* a bearer token; NULL: none */
    const char *ca;     /* a file: whose certificates are believed; NULL: the system's */
    bool unverified;    /* any certificate is believed, and any name in it */
    int64_t timeout;    /* ms, from the first byte to the last */
};

struct call_answer {
    long status;
    const char *type; /* Content-Type; empty: none */
    const char *body; /* `size` bytes, and a NUL behind them */
    size_t size;
};

/* 0, whatever the status; 1: nobody answered in time, and `*problem` says why. No redirect is
 * followed and no proxy asked. All is in the arena. */
MUST_USE int call_make(struct arena *arena, const struct call_out *out, struct call_answer *answer,
                       const char **problem);

#endif
