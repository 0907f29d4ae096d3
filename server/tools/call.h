/* A request of HTTP that a tool makes. */
#ifndef MAKESHIFT_TOOLS_CALL_H
#define MAKESHIFT_TOOLS_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

enum call_method {
    CALL_GET,
    CALL_POST,
    CALL_PUT,
    CALL_PATCH,
    CALL_DELETE,
    CALL_OPTIONS,
    CALL__MAX
};
extern const char *const call_method_names[CALL__MAX];

struct call_header {
    const char *name, *value;
};

/* Cookies, from one request to the next, as libcurl lists them: lines of Netscape's format. */
struct call_jar {
    const char **lines;
    size_t count;
};

struct call_out {
    enum call_method method;
    const char *url;
    const char *body;                  /* NULL: none */
    size_t size;                       /* of the body in bytes; 0: up to its NUL */
    const char *type;                  /* of the body; NULL: JSON */
    const char *accept;                /* a media type; NULL: any */
    const struct call_header *headers; /* beside these, or in their place */
    size_t header_count;
    const char *agent;    /* NULL: the tools' own */
    int redirects;        /* how many are followed */
    size_t most;          /* bytes of an answer; 0: as many as a snapshot may have */
    bool is_compressed;   /* the answer may be */
    struct call_jar *jar; /* NULL: no cookies */
    const char *token;    /* a bearer token; NULL: none */
    const char *ca;       /* a file: whose certificates are believed; NULL: the system's */
    const char *pem; /* such certificates as text, which count in the place of `ca`; NULL: none */
    bool unverified; /* any certificate is believed, and any name in it */
    const char *at;  /* "HOST:PORT" to call, whatever the URL has; NULL: the URL's */
    int64_t timeout; /* ms, from the first byte to the last */
};

struct call_answer {
    long status;
    const char *type; /* Content-Type; empty: none */
    const char *body; /* `size` bytes, and a NUL behind them */
    size_t size;
    const struct call_header *headers; /* names in lower case */
    size_t header_count;
    const char *redirect; /* the absolute URL that it leads to; NULL: none */
};

/* The first value of that name, which is in lower case; NULL: there is none. */
const char *call_header_of(const struct call_answer *answer, const char *name);

/* 0, whatever the status; 1: nobody answered in time; 2: the answer is too long, or its redirects
 * have no end. `*problem` then says why. No proxy is asked. All is in the arena. */
MUST_USE int call_make(struct arena *arena, const struct call_out *out, struct call_answer *answer,
                       const char **problem);

#endif
