#include "server/store/shelf.h"

#include "server/store/clients.h"
#include "server/store/codes.h"
#include "server/store/sessions.h"

void shelf_forget(struct shelf *shelf)
{
    for (size_t i = 0; i < TALLY__MAX; i++) {
        shelf->counts[i] = -1;
    }
}

void shelf_init(struct shelf *shelf)
{
    *shelf = (struct shelf){.limits = {[TALLY_SESSIONS] = SESSIONS_MAX,
                                       [TALLY_INTERACTIONS] = INTERACTIONS_MAX,
                                       [TALLY_CODES] = CODES_MAX,
                                       [TALLY_REGISTRATIONS] = REGISTRATIONS_MAX}};
    shelf_forget(shelf);
}
