/* An authority that is made once and stays in a directory, and the server's certificate that it
 * signs. */
#ifndef MAKESHIFT_TLS_DIR_H
#define MAKESHIFT_TLS_DIR_H

#include "server/base/attr.h"
#include "server/tls/file.h"
#include "server/tls/tls.h"

/* Reads both, or makes them, below a lock. 0; 1: refused. The directory must be there. */
MUST_USE int tls_keep(const struct tls_asked *asked, const struct tls_place *place,
                      struct tls *tls);

#endif
