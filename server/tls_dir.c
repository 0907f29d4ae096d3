#include "server/tls_dir.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "keys/certificate.h"
#include "server/base/attr.h"
#include "server/base/str.h"

#define NAMES_FIXED 3

/* What is wrong with a pair, in words that follow a file's name; NULL: nothing. */
const char *tls_fault(int outcome)
{
    switch ((enum certificate_outcome)outcome) {
    case CERTIFICATE_OK:
    case CERTIFICATE_EXPIRED:
        return NULL;
    case CERTIFICATE_NOT_PEM:
        return "holds no certificate in PEM";
    case CERTIFICATE_NO_KEY:
        return "holds no private key in PEM, or one that is encrypted; write it out without a "
               "password";
    case CERTIFICATE_MISMATCH:
        return "holds the key of another certificate";
    }
    return NULL;
}

/* 0 read; 1 there is no certificate; 2 only the key is missing; negative: refused. */
static int read_pair(const struct tls_place *place, const char *name, struct certificate *pair)
{
    const char *pem = tls_path(place, arena_printf(place->arena, "%s.pem", name));
    const char *key = tls_path(place, arena_printf(place->arena, "%s-key.pem", name));
    const char *text;
    const char *key_text;
    if (access(pem, F_OK) != 0) {
        return 1; /* the key was written first, and nobody knows a certificate of it */
    }
    if (access(key, F_OK) != 0) {
        return 2;
    }
    if (tls_read_file(place, "--tls-dir", pem, &text) != 0 ||
        tls_read_file(place, "--tls-dir", key, &key_text) != 0) {
        return -1;
    }
    *pair = (struct certificate){.pem = strdup(text), .key_pem = strdup(key_text)};
    return pair->pem != NULL && pair->key_pem != NULL ? 0 : -1;
}

static int write_pair(const struct tls_place *place, const char *name,
                      const struct certificate *pair)
{
    return tls_write_file(place, arena_printf(place->arena, "%s-key.pem", name), 0600,
                          pair->key_pem) != 0 ||
           tls_write_file(place, arena_printf(place->arena, "%s.pem", name), 0644, pair->pem) != 0;
}

/* One that clients may have learnt to trust is never replaced. */
static int find_authority(const struct tls_place *place, int64_t now, struct certificate *authority)
{
    int outcome = read_pair(place, "ca", authority);
    if (outcome < 0) {
        return 1;
    }
    if (outcome == 1) {
        return certificate_make_authority(now, authority) == 0
                   ? write_pair(place, "ca", authority)
                   : tls_refuse(place, "--tls", "OpenSSL cannot make a key");
    }
    int state = outcome == 0 ? certificate_check(authority, now) : CERTIFICATE_OK;
    bool is_of_key = state == CERTIFICATE_NO_KEY || state == CERTIFICATE_MISMATCH;
    const char *file = tls_path(place, is_of_key ? "ca-key.pem" : "ca.pem");
    const char *fault = outcome == 2                   ? "stands without the other half of its pair"
                        : state == CERTIFICATE_EXPIRED ? "holds a CA that has expired"
                                                       : tls_fault(state);
    if (fault == NULL) {
        return 0;
    }
    return tls_refuse(
        place, "--tls-dir",
        arena_printf(place->arena,
                     "%s %s; remove ca.pem and ca-key.pem there, and a new CA is made, "
                     "or name another directory",
                     file, fault));
}

/* What is there is used while it is fit; nobody was told to trust it, so it may be replaced. */
static int find_certificate(const struct tls_place *place, const struct certificate *authority,
                            const char *const *names, int64_t now, struct certificate *certificate)
{
    int outcome = read_pair(place, "server", certificate);
    if (outcome < 0) {
        return 1;
    }
    if (outcome == 0 && certificate_is_fit(certificate, authority, names, now)) {
        return 0;
    }
    certificate_fini(certificate);
    return certificate_issue(authority, names, now, certificate) == 0
               ? write_pair(place, "server", certificate)
               : tls_refuse(place, "--tls", "OpenSSL cannot make a certificate");
}

int tls_keep(const struct config *config, const struct tls_place *place, struct tls *tls)
{
    const char *names[CONFIG_TLS_NAMES_MAX + NAMES_FIXED + 1] = {"localhost", "127.0.0.1", "::1"};
    AUTO(certificate_fini) struct certificate authority = {0};
    AUTO(certificate_fini) struct certificate certificate = {0};
    int64_t now = time(NULL);
    memcpy(names + NAMES_FIXED, config->tls_names, sizeof(config->tls_names));
    AUTO(tls_close)
    int lock = open(tls_path(place, "lock"), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        return tls_refuse_directory(place, "cannot be written to");
    }
    if (find_authority(place, now, &authority) != 0 ||
        find_certificate(place, &authority, names, now, &certificate) != 0) {
        return 1;
    }
    const char *ca = realpath(tls_path(place, "ca.pem"), (char[PATH_MAX]){0});
    tls->certificate = arena_strdup(place->arena, certificate.pem);
    tls->key = arena_strdup(place->arena, certificate.key_pem);
    tls->ca_path = ca != NULL ? arena_strdup(place->arena, ca) : tls_path(place, "ca.pem");
    return 0;
}
