/* Make's API of one tenant: what is behind it is put when the first call comes. */
#ifndef MAKESHIFT_MAKE_MAKE_H
#define MAKESHIFT_MAKE_MAKE_H

#include "server/base/attr.h"
#include "server/catalogue/catalogue.h"

struct make;

/* `complete` puts the tenant's documents, with the catalogue read, when make_ready is first called;
 * 0 or negative. NULL: nothing. The catalogue is borrowed. */
struct make *make_new(struct catalogue *catalogue, int (*complete)(void *context), void *context);
void make_free(struct make *make); /* NULL is fine */

/* The catalogue and what is behind the API are there when this returns 0; negative: it could not be
 * put, and the next call tries again. For any thread. */
MUST_USE int make_ready(struct make *make);

/* What is behind the API is put again when it is next asked for: the database has become another.
 */
void make_again(struct make *make);

const struct catalogue *make_catalogue(const struct make *make);

#endif
