#include "server/tls/tls.h"

#include <stdlib.h>
#include <time.h>

#include "keys/certificate.h"
#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/base/str.h"
#include "server/tls/dir.h"
#include "server/tls/fault.h"
#include "server/tls/file.h"

static int read_own(const struct tls_asked *asked, const struct tls_place *place, struct tls *tls)
{
    if (tls_read_file(place, "--tls-cert", asked->cert, &tls->certificate) != 0 ||
        tls_read_file(place, "--tls-key", asked->key, &tls->key) != 0) {
        return 1;
    }
    const struct certificate pair = {.pem = (char *)(uintptr_t)tls->certificate,
                                     .key_pem = (char *)(uintptr_t)tls->key};
    tls->certificate_path = asked->cert;
    int outcome = certificate_check(&pair, time(NULL));
    const struct tls_fault *fault = tls_fault(outcome);
    if (fault->what != NULL) {
        return tls_refuse(place, fault->is_of_key ? "--tls-key" : "--tls-cert",
                          arena_printf(place->arena, "%s %s; %s",
                                       fault->is_of_key ? asked->key : asked->cert, fault->what,
                                       fault->fix));
    }
    if (outcome == CERTIFICATE_EXPIRED) {
        log_message(LOG_WARN, "%s has expired, or is not yet valid: clients will refuse it",
                    asked->cert);
    }
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

int tls_read(const struct tls_asked *asked, struct arena *arena, struct tls *tls,
             const char **problem)
{
    struct tls_place place = {.arena = arena, .directory = asked->directory, .problem = problem};
    *tls = (struct tls){0};
    if (!asked->any) {
        return 0;
    }
    if (asked->cert != NULL) {
        return read_own(asked, &place, tls);
    }
    if (place.directory == NULL) {
        place.directory = default_directory(arena);
    }
    if (place.directory == NULL) {
        return tls_refuse(&place, "--tls", "there is no HOME to keep the CA in; give --tls-dir");
    }
    return tls_make_directory(&place) != 0 ? 1 : tls_keep(asked, &place, tls);
}

void tls_log(const struct tls *tls, unsigned port)
{
    bool is_ours = tls->ca_path != NULL;
    const int64_t number = port;
    const struct log_field ca = {.name = "ca", .value = tls->ca_path};
    const struct log_field made[] = {{.name = "names", .value = tls->made_for},
                                     {.name = "certificate", .value = tls->certificate_path}};
    const struct log_field fields[] = {
        {.name = "port", .number = &number},
        is_ours ? ca : (struct log_field){.name = "certificate", .value = tls->certificate_path},
    };
    if (tls->certificate == NULL) {
        return;
    }
    if (tls->is_ca_new) {
        log_event(LOG_INFO, "made a new CA", &ca, 1);
    }
    if (tls->made_for != NULL) {
        log_event(LOG_INFO, "made a certificate", made, COUNT(made));
    }
    log_event(LOG_INFO, "serving https", fields, COUNT(fields));
}
