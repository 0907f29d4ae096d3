#include "server/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "keys/certificate.h"
#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/seed_file.h"

#define FILE_MAX (256 * 1024)
#define NAMES_FIXED 3

/* The files of one directory. */
struct place {
    struct arena *arena;
    const char *directory;
    const char **problem;
};

static int refuse(const struct place *place, const char *option, const char *what)
{
    *place->problem = arena_printf(place->arena, "%s: %s", option, what);
    return 1;
}

static const char *path_of(const struct place *place, const char *name)
{
    return arena_printf(place->arena, "%s/%s", place->directory, name);
}

/* --- somebody's own --------------------------------------------------------------------------- */

static int read_file(const struct place *place, const char *option, const char *path,
                     const char **text)
{
    size_t size;
    const char *wrong = NULL;
    *text = seed_file_read(place->arena, path, FILE_MAX, &size, &wrong);
    return *text != NULL ? 0
                         : refuse(place, option, arena_printf(place->arena, "%s %s", path, wrong));
}

/* What is wrong with a pair, in words that follow a file's name; NULL: nothing. */
static const char *fault_of(int outcome)
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

static int read_own(const struct config *config, const struct place *place, struct tls *tls)
{
    if (read_file(place, "--tls-cert", config->tls_cert, &tls->certificate) != 0 ||
        read_file(place, "--tls-key", config->tls_key, &tls->key) != 0) {
        return 1;
    }
    const struct certificate pair = {.pem = (char *)(uintptr_t)tls->certificate,
                                     .key_pem = (char *)(uintptr_t)tls->key};
    int outcome = certificate_check(&pair, time(NULL));
    const char *fault = fault_of(outcome);
    if (fault != NULL) {
        bool is_certificate = outcome == CERTIFICATE_NOT_PEM;
        const char *path = is_certificate ? config->tls_cert : config->tls_key;
        return refuse(place, is_certificate ? "--tls-cert" : "--tls-key",
                      arena_printf(place->arena, "%s %s", path, fault));
    }
    if (outcome == CERTIFICATE_EXPIRED) {
        log_message(LOG_WARN, "%s has expired, or is not yet valid: clients will refuse it",
                    config->tls_cert);
    }
    return 0;
}

/* --- one that is made here --------------------------------------------------------------------- */

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static int refuse_directory(const struct place *place, const char *what)
{
    return refuse(place, "--tls-dir",
                  arena_printf(place->arena, "%s %s: %s; name another directory", place->directory,
                               what, strerror(errno)));
}

/* With all that is above it. */
static int make_directory(const struct place *place)
{
    char *path = arena_strdup(place->arena, place->directory);
    for (char *at = path + 1;; at++) {
        char here = *at;
        if (here != '/' && here != '\0') {
            continue;
        }
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return refuse_directory(place, "cannot be made");
        }
        *at = here;
        if (here == '\0') {
            return 0;
        }
    }
}

static bool write_all(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t put = write(fd, text, size);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        text += put > 0 ? put : 0;
        size -= put > 0 ? (size_t)put : 0;
    }
    return fsync(fd) == 0;
}

/* There whole or not at all. */
static int write_file(const struct place *place, const char *name, mode_t mode, const char *text)
{
    char *temporary = arena_printf(place->arena, "%s.XXXXXX", path_of(place, name));
    AUTO(close_fd) int fd = mkstemp(temporary);
    if (fd >= 0 && fchmod(fd, mode) == 0 && write_all(fd, text) &&
        rename(temporary, path_of(place, name)) == 0) {
        return 0;
    }
    int why = errno;
    unlink(temporary);
    errno = why;
    return refuse_directory(place, "cannot be written to");
}

/* 0 read; 1 there is no certificate; 2 only the key is missing; negative: refused. */
static int read_pair(const struct place *place, const char *name, struct certificate *pair)
{
    const char *pem = path_of(place, arena_printf(place->arena, "%s.pem", name));
    const char *key = path_of(place, arena_printf(place->arena, "%s-key.pem", name));
    const char *text;
    const char *key_text;
    if (access(pem, F_OK) != 0) {
        return 1; /* the key was written first, and nobody knows a certificate of it */
    }
    if (access(key, F_OK) != 0) {
        return 2;
    }
    if (read_file(place, "--tls-dir", pem, &text) != 0 ||
        read_file(place, "--tls-dir", key, &key_text) != 0) {
        return -1;
    }
    *pair = (struct certificate){.pem = strdup(text), .key_pem = strdup(key_text)};
    return pair->pem != NULL && pair->key_pem != NULL ? 0 : -1;
}

static int write_pair(const struct place *place, const char *name, const struct certificate *pair)
{
    return write_file(place, arena_printf(place->arena, "%s-key.pem", name), 0600, pair->key_pem) !=
               0 ||
           write_file(place, arena_printf(place->arena, "%s.pem", name), 0644, pair->pem) != 0;
}

/* One that clients may have learnt to trust is never replaced. */
static int find_authority(const struct place *place, int64_t now, struct certificate *authority)
{
    int outcome = read_pair(place, "ca", authority);
    if (outcome < 0) {
        return 1;
    }
    if (outcome == 1) {
        return certificate_make_authority(now, authority) == 0
                   ? write_pair(place, "ca", authority)
                   : refuse(place, "--tls", "OpenSSL cannot make a key");
    }
    int state = outcome == 0 ? certificate_check(authority, now) : CERTIFICATE_OK;
    bool is_of_key = state == CERTIFICATE_NO_KEY || state == CERTIFICATE_MISMATCH;
    const char *file = path_of(place, is_of_key ? "ca-key.pem" : "ca.pem");
    const char *fault = outcome == 2                   ? "stands without the other half of its pair"
                        : state == CERTIFICATE_EXPIRED ? "holds a CA that has expired"
                                                       : fault_of(state);
    if (fault == NULL) {
        return 0;
    }
    return refuse(place, "--tls-dir",
                  arena_printf(place->arena,
                               "%s %s; remove ca.pem and ca-key.pem there, and a new CA is made, "
                               "or name another directory",
                               file, fault));
}

/* What is there is used while it is fit; nobody was told to trust it, so it may be replaced. */
static int find_certificate(const struct place *place, const struct certificate *authority,
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
               : refuse(place, "--tls", "OpenSSL cannot make a certificate");
}

static int make(const struct config *config, const struct place *place, struct tls *tls)
{
    const char *names[CONFIG_TLS_NAMES_MAX + NAMES_FIXED + 1] = {"localhost", "127.0.0.1", "::1"};
    AUTO(certificate_fini) struct certificate authority = {0};
    AUTO(certificate_fini) struct certificate certificate = {0};
    int64_t now = time(NULL);
    memcpy(names + NAMES_FIXED, config->tls_names, sizeof(config->tls_names));
    AUTO(close_fd)
    int lock = open(path_of(place, "lock"), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        return refuse_directory(place, "cannot be written to");
    }
    if (find_authority(place, now, &authority) != 0 ||
        find_certificate(place, &authority, names, now, &certificate) != 0) {
        return 1;
    }
    const char *ca = realpath(path_of(place, "ca.pem"), (char[PATH_MAX]){0});
    tls->certificate = arena_strdup(place->arena, certificate.pem);
    tls->key = arena_strdup(place->arena, certificate.key_pem);
    tls->ca_path = ca != NULL ? arena_strdup(place->arena, ca) : path_of(place, "ca.pem");
    return 0;
}

/* The XDG base directory for state. NULL: the user has none. */
static const char *default_directory(struct arena *arena)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state != NULL && state[0] == '/') {
        return arena_printf(arena, "%s/makeshift/tls", state);
    }
    return home != NULL && home[0] == '/'
               ? arena_printf(arena, "%s/.local/state/makeshift/tls", home)
               : NULL;
}

int tls_read(const struct config *config, struct arena *arena, struct tls *tls,
             const char **problem)
{
    struct place place = {.arena = arena, .directory = config->tls_dir, .problem = problem};
    *tls = (struct tls){0};
    if (!config_has_tls(config)) {
        return 0;
    }
    if (config->tls_cert != NULL) {
        return read_own(config, &place, tls);
    }
    if (place.directory == NULL) {
        place.directory = default_directory(arena);
    }
    if (place.directory == NULL) {
        return refuse(&place, "--tls", "there is no HOME to keep the CA in; give --tls-dir");
    }
    return make_directory(&place) != 0 ? 1 : make(config, &place, tls);
}
