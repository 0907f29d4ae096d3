/* What bodies of some collections give in another form than the document has it: the `read` of
 * their traits. Inside server/make. */
#ifndef MAKESHIFT_MAKE_GIVEN_H
#define MAKESHIFT_MAKE_GIVEN_H

#include "server/base/attr.h"
#include "server/make/api.h"

/* "transferLimit": a number, which the document has as a text. */
MUST_USE struct verdict given_team(const struct api *api, json_t *members, json_t *apart);

/* "maxSizeMB": megabytes, which the document has as a text of bytes, `maxSize`. */
MUST_USE struct verdict given_data_store(const struct api *api, json_t *members, json_t *apart);
const char *given_data_store_name(const char *member);

/* What a hook or a connection is given stands in the body itself, beside its members; it becomes
 * `data`. */
MUST_USE struct verdict given_hook(const struct api *api, json_t *members, json_t *apart);
MUST_USE struct verdict given_connection(const struct api *api, json_t *members, json_t *apart);

/* "inputs": an object, kept as [{name, value}]. */
MUST_USE struct verdict given_connected_system(const struct api *api, json_t *members,
                                               json_t *apart);

/* "data" is an object. */
MUST_USE struct verdict given_record(const struct api *api, json_t *members, json_t *apart);

#endif
