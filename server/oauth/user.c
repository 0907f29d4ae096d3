#include "server/oauth/user.h"

struct verdict user_of_grant(struct tenant *tenant, struct arena *arena, int64_t id,
                             struct user_row *user)
{
    int found = users_get(tenant->db, id, arena, user);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0) {
        return ALLOWED;
    }
    return REFUSED(INVALID_GRANT, .check = "user",
                   .detail = "the user who signed in is no longer there",
                   .expected = "a user of the fixture", .actual = "a user who is gone",
                   .clause = "OIDC Core 12.1");
}
