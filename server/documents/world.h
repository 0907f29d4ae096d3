/* Where documents are, and who acts there: all that is behind the API needs to know. No call of it
 * is needed. */
#ifndef MAKESHIFT_DOCUMENTS_WORLD_H
#define MAKESHIFT_DOCUMENTS_WORLD_H

#include "server/base/arena.h"
#include "server/catalogue/catalogue.h"
#include "server/oauth/tenant.h"
#include "server/store/users.h"

struct world {
    struct tenant *tenant;
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct user_row *who; /* acts: "{user}" of what is new */
};

#endif
