#include "server/tls/dir.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "keys/certificate.h"
#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/tls/fault.h"

static const char *const usual_names[] = {"localhost", "127.0.0.1", "::1"};
static const char new_ca[] = "remove ca.pem and ca-key.pem there, and a new CA is made";

static int refuse_file(const struct tls_place *place, const char *name, const char *fault,
                       const char *fix)
{
    return tls_refuse(place, "--tls-dir",
                      arena_printf(place->arena, "%s %s; %s, or name another directory",
                                   tls_path(place, name), fault, fix));
}

static int make_authority(const struct tls_place *place, int64_t now, struct certificate *authority,
                          struct tls *tls)
{
    if (certificate_make_authority(now, authority) != 0) {
        return tls_refuse(place, "--tls", "OpenSSL cannot make a key");
    }
    tls->is_ca_new = true;
    return tls_write_pair(place, "ca", authority);
}

/* One that clients may have learnt to trust is never replaced, nor is a key that somebody put
 * there. */
static int find_authority(const struct tls_place *place, int64_t now, struct certificate *authority,
                          struct tls *tls)
{
    if (tls_read_pair(place, "ca", authority) != 0) {
        return 1;
    }
    if (authority->pem == NULL && authority->key_pem == NULL) {
        return make_authority(place, now, authority, tls);
    }
    if (authority->pem == NULL) {
        return refuse_file(place, "ca-key.pem", "stands without ca.pem",
                           "put that beside it, or move it away, and a new CA is made");
    }
    if (authority->key_pem == NULL) {
        return refuse_file(place, "ca.pem", "stands without the other half of its pair", new_ca);
    }
    int state = certificate_check(authority, now);
    const struct tls_fault *fault = tls_fault(state);
    if (state == CERTIFICATE_EXPIRED) {
        return refuse_file(
            place, "ca.pem",
            "holds a CA that has expired, or is not valid yet by this machine's clock", new_ca);
    }
    return fault->what == NULL
               ? 0
               : refuse_file(place, fault->is_of_key ? "ca-key.pem" : "ca.pem", fault->what,
                             state == CERTIFICATE_ENCRYPTED ? fault->fix : new_ca);
}

/* Whose key would be lost otherwise? NULL: nobody's. */
static const char *foreign_half(const struct certificate *pair, const struct certificate *authority)
{
    if (pair->pem == NULL) {
        return pair->key_pem == NULL ? NULL : "server-key.pem";
    }
    if (!certificate_is_ours(pair, authority)) {
        return "server.pem";
    }
    return pair->key_pem == NULL || certificate_is_pair(pair) ? NULL : "server-key.pem";
}

static const char *joined(struct arena *arena, const char *const *names)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    for (size_t i = 0; names[i] != NULL; i++) {
        str_buf_printf(&text, "%s%s", i > 0 ? " " : "", names[i]);
    }
    return str_buf_text(&text);
}

/* What is there is used while it is fit. What makeshift made is made again: nobody was told to
 * trust it. */
static int find_certificate(const struct tls_place *place, const struct certificate *authority,
                            const char *const *names, int64_t now, struct certificate *certificate,
                            struct tls *tls)
{
    if (tls_read_pair(place, "server", certificate) != 0) {
        return 1;
    }
    if (certificate_is_fit(certificate, authority, names, now)) {
        return 0;
    }
    const char *foreign = foreign_half(certificate, authority);
    if (foreign != NULL) {
        return refuse_file(
            place, foreign,
            "is not makeshift's, and is not what ca.pem signs for the names that are asked for",
            "give it with --tls-cert and --tls-key, or move it away");
    }
    certificate_fini(certificate);
    if (certificate_issue(authority, names, now, certificate) != 0) {
        return tls_refuse(place, "--tls", "OpenSSL cannot make a certificate");
    }
    tls->made_for = joined(place->arena, names);
    return tls_write_pair(place, "server", certificate);
}

static bool is_among(const char *const *names, const char *name)
{
    while (*names != NULL && strcasecmp(*names, name) != 0) {
        names++;
    }
    return *names != NULL;
}

static void add_name(const char **names, const char *name)
{
    size_t count = 0;
    if (is_among(names, name)) {
        return;
    }
    while (names[count] != NULL) {
        count++;
    }
    names[count] = name;
}

/* Where clients look for the server: at its own names, the issuer's and the one it listens at.
 * `names` ends in NULLs. */
static void gather_names(const struct tls_asked *asked, struct arena *arena, const char **names)
{
    struct url issuer = {0};
    for (size_t i = 0; i < COUNT(usual_names); i++) {
        add_name(names, usual_names[i]);
    }
    for (size_t i = 0; asked->names[i] != NULL; i++) {
        add_name(names, asked->names[i]);
    }
    if (asked->issuer != NULL && url_parse(arena, asked->issuer, &issuer) == NULL) {
        bool is_v6 = issuer.host[0] == '[';
        const char *host =
            is_v6 ? arena_strndup(arena, issuer.host + 1, strlen(issuer.host) - 2) : issuer.host;
        if (certificate_may_name(host)) {
            add_name(names, host);
        } else {
            log_message(LOG_WARN, "no certificate can be made for %s, the issuer's host", host);
        }
    }
    /* 0.0.0.0 and :: are everywhere and nowhere. */
    if (certificate_may_name(asked->host) && strspn(asked->host, "0.:") != strlen(asked->host)) {
        add_name(names, asked->host);
    }
}

int tls_keep(const struct tls_asked *asked, const struct tls_place *place, struct tls *tls)
{
    const char *names[TLS_NAMES_MAX + COUNT(usual_names) + 3] = {NULL};
    AUTO(certificate_fini) struct certificate authority = {0};
    AUTO(certificate_fini) struct certificate certificate = {0};
    int64_t now = time(NULL);
    gather_names(asked, place->arena, names);
    AUTO(tls_close)
    int lock = open(tls_path(place, "lock"), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        return tls_refuse_directory(place, "cannot be written to");
    }
    if (find_authority(place, now, &authority, tls) != 0 ||
        find_certificate(place, &authority, names, now, &certificate, tls) != 0) {
        return 1;
    }
    const char *ca = realpath(tls_path(place, "ca.pem"), (char[PATH_MAX]){0});
    tls->certificate = arena_strdup(place->arena, certificate.pem);
    tls->key = arena_strdup(place->arena, certificate.key_pem);
    tls->ca_path = ca != NULL ? arena_strdup(place->arena, ca) : tls_path(place, "ca.pem");
    tls->certificate_path = tls_path(place, "server.pem");
    return 0;
}
