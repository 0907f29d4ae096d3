/* TABLE of what doctor looks at, and what it found. */
#ifndef MAKESHIFT_TOOLS_DIAGNOSIS_H
#define MAKESHIFT_TOOLS_DIAGNOSIS_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/str.h"
#include "server/base/url.h"
#include "server/tools/call.h"

#define DIAGNOSIS_PATIENCE 5000 /* ms for an answer */
#define DIAGNOSIS_TENANTS "/t/" /* before the name of one */

/* Who is looked at, by whose name, and what was seen so far. */
struct diagnosis {
    struct arena *arena;
    const char *url;     /* what is to be the issuer, without a slash at its end */
    bool has_slash;      /* it was given with one */
    struct url parts;    /* of it */
    const char *at;      /* HOST:PORT that is called, whatever name is in the URL */
    const char *origin;  /* whose pages call the server; NULL: no page's */
    const char *sign_in; /* path and query of an authorization request; NULL: none */
    const char *ca;
    struct call_answer answer; /* to the request for the metadata */
    json_t *metadata;          /* owned; NULL: none yet */
    struct str_buf lines;      /* one for each check */
    bool failed;
};

/* How the checks go on. */
enum diagnosis_next {
    DIAGNOSIS_GO_ON,
    DIAGNOSIS_STOP, /* without this nothing else can be seen */
};

struct diagnosis_check {
    const char *name; /* NULL ends the table */
    enum diagnosis_next (*look)(struct diagnosis *diagnosis, const char *name);
};
extern const struct diagnosis_check diagnosis_table[];

#endif
