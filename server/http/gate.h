/* What libmicrohttpd lets through and no handler may see (RFC 9112; DNS rebinding).
 *
 * The gate judges a request by its line and headers alone, before any of its body is read. */
#ifndef MAKESHIFT_HTTP_GATE_H
#define MAKESHIFT_HTTP_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/http/request.h"

#define GATE_BODY_MAX (64 * 1024)             /* bytes; beyond it 413 */
#define GATE_LARGE_BODY_MAX (2 * 1024 * 1024) /* the same below `large_prefix` */
#define GATE_DOOR_BODY_MAX (4 * 1024 * 1024)  /* and below `locked_prefix` */
#define GATE_TARGET_MAX (16 * 1024)           /* bytes of the request target; beyond it 414 */

struct gate {
    /* Names without port, lower case, IPv6 addresses with their brackets or without: served always.
     * NULL-terminated. */
    const char *const *hosts;
    /* Whether the name, of so many bytes, is served beside those, for what was made since the
     * start. From several threads at once. NULL: none is. */
    bool (*knows_host)(void *context, const char *host, size_t size);
    void *context; /* its */
    /* True when the server listens beyond loopback: any Host is served, except below
     * `locked_prefix`. */
    bool any_host;
    bool makes_certificate;    /* a name that is missing here is missing on the certificate too */
    const char *locked_prefix; /* "/_makeshift/" */
    const char *open_path;     /* below it, and not locked: "/_makeshift/health"; NULL: none */
    const char *large_prefix;  /* "/api/v2/", below the issuer's path; NULL: none */
    /* "/t/": behind it and a tenant's name stands what is locked, open or large there. NULL: there
     * are no tenants. */
    const char *tenant_prefix;
    const char *tenant_large_prefix; /* "/api/v2/"; NULL: none */
};

/* Why a request may not pass. How that is said is for who answers. */
struct refusal {
    int status;         /* 400, 413, 414, 421, 431, 501; 0: it may pass */
    const char *reason; /* a sentence, in the request's arena or static */
};

struct refusal gate_judge(const struct gate *gate, const struct request *request);

/* What a body may be large there, in bytes. */
size_t gate_body_max(const struct gate *gate, const struct request *request);

/* For what the gate cannot see: a body that grew too large. */
struct refusal gate_refuse_body(const struct gate *gate, const struct request *request);

#endif
