/* What https is served with: a certificate that somebody made, or one of an authority that is made
 * here. */
#ifndef MAKESHIFT_TLS_TLS_H
#define MAKESHIFT_TLS_TLS_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

#define TLS_NAMES_MAX 32

/* What the options ask for. */
struct tls_asked {
    bool any;                 /* false: no https */
    const char *cert, *key;   /* --tls-cert, --tls-key: both or none */
    const char *directory;    /* --tls-dir; NULL: one of the user's */
    const char *const *names; /* --tls-name: lower case, NULL-terminated, up to TLS_NAMES_MAX */
    const char *issuer;       /* --issuer; NULL: none */
    const char *host;         /* --host */
};

struct tls {
    const char *certificate; /* PEM, with its chain; NULL: no https */
    const char *key;
    const char *ca_path; /* of the authority's certificate, absolute; NULL: it is somebody else's */
    const char *certificate_path;
    bool is_ca_new;       /* made at this start */
    const char *made_for; /* the names of a certificate made at this start; NULL: none was */
};

/* Reads, and with --tls auto makes, what the options ask for; all lives in the arena. The authority
 * stays for the next start; the server's certificate is made again when it lacks a name or is about
 * to end. Several processes may do it at once. 0; 1 when something is wrong: `*problem` names the
 * option, the file and the fix. Goes by the machine's clock, as clients do. */
MUST_USE int tls_read(const struct tls_asked *asked, struct arena *arena, struct tls *tls,
                      const char **problem);

/* Says what is served at `port`, and what was made for it. */
void tls_log(const struct tls *tls, unsigned port);

#endif
