/* Whose control door is asked: what --url, --tenant, --control-token and --ca say. */
#ifndef MAKESHIFT_TOOLS_TARGET_H
#define MAKESHIFT_TOOLS_TARGET_H

#include "server/tools/call.h"
#include "server/tools/given.h"

#define TARGET_OPTIONS "url tenant control_token"
#define TARGET_URL "http://localhost:8080" /* where nobody names one */
#define TARGET_PATIENCE 30000              /* ms for an answer */

struct target {
    const char *url;  /* "http://localhost:8080", or with the tenant's path behind it */
    const char *door; /* the same with "/_makeshift/" */
    const char *token;
    const char *ca;
    bool unverified; /* as struct call_out has it */
};

/* 0; 1: `*problem` says what is wrong with the URL. */
MUST_USE int target_read(struct arena *arena, const struct given *given, struct target *target,
                         const char **problem);

/* The server that the server's own variables start on this machine, such as MAKESHIFT_PORT: what
 * stands beside it in a container needs no URL. Without --ca its certificate is not looked at. */
MUST_USE int target_own(struct arena *arena, const struct given *given, struct target *target,
                        const char **problem);

#endif
