/* Values that a table leaves open: texts that are a placeholder as a whole. */
#ifndef MAKESHIFT_DOCUMENTS_FILL_H
#define MAKESHIFT_DOCUMENTS_FILL_H

#include "server/documents/world.h"

/* A deep copy of `value`, a new reference: "{id}" is `id`; "{uuid}", "{hex32}" are drawn; "{now}",
 * "{timestamp}" are the tenant's time; "{user}", "{user.name}", "{user.email}" are of who acts;
 * "{path:NAME}" is that value of the path, as a number if it is one, and null without a path
 * (`match` NULL). */
json_t *fill_value(const struct world *world, const json_t *value, int64_t id,
                   const struct match *match);

/* Whether a text is "{path:NAME}". */
bool fill_is_of_path(const json_t *value);

/* A text that is made of the document it stands in: "https://hook.example.com/{own:udid}". Its
 * pieces are those of fill_value,
 * "{own:NAME}", a member of `own`, and "{of}", the key of what it is part of, whose path is
 * `parent`. One piece alone is the value itself. A new reference. */
bool fill_is_composed(const json_t *value);
json_t *fill_composed(const struct world *world, const json_t *value, const json_t *own,
                      const char *parent);

/* A key of its own, in the arena (RFC 9562, version 4). */
const char *fill_uuid(const struct world *world);

#endif
