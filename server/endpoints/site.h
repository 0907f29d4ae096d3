/* What the process serves: all realms, and how another one is made. */
#ifndef MAKESHIFT_ENDPOINTS_SITE_H
#define MAKESHIFT_ENDPOINTS_SITE_H

#include "server/endpoints/control/lock.h"
#include "server/endpoints/maker.h"
#include "server/endpoints/registry.h"

struct host_log;

struct site {
    struct registry *registry;
    struct realm *first; /* the realm named default */
    struct journal_pool *journals;
    size_t journal_entries;    /* of each; 0: none is kept */
    const struct maker *maker; /* NULL: no tenant can be made */
    const char *origin; /* base URL of tenants that have none of their own; no slash at its end */
    struct host_log *hosts; /* names that are not the issuer's */
    struct lock lock;       /* the control door's */
};

/* A tenant that a path names and that cannot be served. */
struct missing {
    const char *name; /* NULL: there is none */
    const char *why;  /* its file cannot be opened; NULL: it is not there */
};

/* The realm that a path belongs to, entered; where that is `missing` (texts in the arena), the
 * default one. */
struct realm *site_enter(const struct site *site, struct arena *arena, const char *path,
                         struct missing *missing);

/* The realm's file is open afterwards. As realm_wake; and 1 where too many are. */
MUST_USE int site_wake(const struct site *site, struct realm *realm, struct arena *arena,
                       const char **why);

/* "http://localhost:8080/t/NAME": the issuer of a tenant at that base URL. */
const char *site_issuer(struct arena *arena, const char *origin, const char *name);

/* The name that a path below /t/ begins with, and its size; NULL: it is the default tenant's. Where
 * /.well-known/x stands in front of the issuer's path (RFC 8414 3.1), behind that. */
const char *site_name_in(const char *path, size_t *size);

#endif
