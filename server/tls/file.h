/* The files that https is served with: read, and written whole or not at all. */
#ifndef MAKESHIFT_TLS_FILE_H
#define MAKESHIFT_TLS_FILE_H

#include "keys/certificate.h"
#include "server/base/arena.h"
#include "server/base/attr.h"

/* The files of one directory. */
struct tls_place {
    struct arena *arena;
    const char *directory;
    const char **problem;
};

/* Says "OPTION: what"; 1. */
MUST_USE int tls_refuse(const struct tls_place *place, const char *option, const char *what);
/* Says "--tls-dir: DIRECTORY what", and errno's reason; 1. */
MUST_USE int tls_refuse_directory(const struct tls_place *place, const char *what);

const char *tls_path(const struct tls_place *place, const char *name);

/* The text of a file, in the arena. 0; 1: refused, in the name of the option. */
MUST_USE int tls_read_file(const struct tls_place *place, const char *option, const char *path,
                           const char **text);

/* The directory, with all that is above it. Likewise. */
MUST_USE int tls_make_directory(const struct tls_place *place);

/* NAME.pem and NAME-key.pem. A half that is not there is NULL; one that a start which was killed
 * left unfinished is finished. 0, and the caller frees `pair`; 1: refused. */
MUST_USE int tls_read_pair(const struct tls_place *place, const char *name,
                           struct certificate *pair);

/* Each file is there whole or not at all, and the key never without the certificate. 0; 1: refused.
 */
MUST_USE int tls_write_pair(const struct tls_place *place, const char *name,
                            const struct certificate *pair);

void tls_close(int *fd);

#endif
