/* Certificates for TLS: an authority of one's own, what it signs, and what others made, judged.
 * ECDSA on P-256, in PEM. */
#ifndef MAKESHIFT_KEYS_CERTIFICATE_H
#define MAKESHIFT_KEYS_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "keys/attr.h"

/* A certificate and its private key (PKCS #8, unencrypted). malloc'd texts, freed by
 * certificate_fini. */
struct certificate {
    char *pem;
    char *key_pem;
};
void certificate_fini(struct certificate *certificate);

#define CERTIFICATE_AUTHORITY_DAYS 3650
#define CERTIFICATE_DAYS 397 /* browsers take no longer ones */
#define CERTIFICATE_RENEW_DAYS 30

#define CERTIFICATE_ORGANIZATION "makeshift, for tests only" /* of each subject */

/* A new authority (RFC 5280 4.2.1.9: a CA without others below it), valid from a day before `now`,
 * seconds since the epoch. 0; negative when OpenSSL fails. */
MUST_USE int certificate_make_authority(int64_t now, struct certificate *out);

/* A new server certificate, signed by the authority, for `names`: host names and addresses,
 * NULL-terminated. Likewise. */
MUST_USE int certificate_issue(const struct certificate *authority, const char *const *names,
                               int64_t now, struct certificate *out);

/* True when the authority signed it, it is for every name, and it is valid for
 * CERTIFICATE_RENEW_DAYS yet. */
bool certificate_is_fit(const struct certificate *certificate, const struct certificate *authority,
                        const char *const *names, int64_t now);

/* True when makeshift made the certificate, whatever became of the authority that signed it. */
bool certificate_is_ours(const struct certificate *certificate,
                         const struct certificate *authority);

/* True when both halves can be read and belong together. A half may be NULL. */
bool certificate_is_pair(const struct certificate *certificate);

enum certificate_outcome {
    CERTIFICATE_OK,
    CERTIFICATE_NOT_PEM,   /* no certificate in it */
    CERTIFICATE_CUT_OFF,   /* one of the chain cannot be read */
    CERTIFICATE_NO_KEY,    /* no private key in PEM */
    CERTIFICATE_ENCRYPTED, /* the key needs a password */
    CERTIFICATE_ODD_KEY,   /* of a kind or size that TLS does not take: see certificate_check */
    CERTIFICATE_MISMATCH,  /* the key is another certificate's */
    CERTIFICATE_EXPIRED,   /* or not yet valid; all else is right */
    CERTIFICATE__MAX
};

/* Judges a chain with the key of its first certificate, or an authority. Keys that TLS takes: RSA
 * from 2048 bits, also for PSS alone; P-256, P-384 and P-521, by name; Ed25519 and Ed448. */
MUST_USE int certificate_check(const struct certificate *certificate, int64_t now);

/* True when `name` can stand in a certificate: a host name (RFC 1123 2.1), perhaps with * for its
 * first label, or an address. */
bool certificate_may_name(const char *name);

/* True when it is an IPv4 or IPv6 address, without brackets. */
bool certificate_is_address(const char *name);

#endif
