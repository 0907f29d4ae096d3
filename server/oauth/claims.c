#include "server/oauth/claims.h"

#include "server/base/attr.h"
#include "server/base/str.h"

const struct claim_row claim_table[] = {
    {"name", "profile"},
    {"family_name", "profile"},
    {"given_name", "profile"},
    {"middle_name", "profile"},
    {"nickname", "profile"},
    {"preferred_username", "profile"},
    {"profile", "profile"},
    {"picture", "profile"},
    {"website", "profile"},
    {"gender", "profile"},
    {"birthdate", "profile"},
    {"zoneinfo", "profile"},
    {"locale", "profile"},
    {"updated_at", "profile"},
    {"email", "email"},
    {"email_verified", "email"},
    {"address", "address"},
    {"phone_number", "phone"},
    {"phone_number_verified", "phone"},
};
const size_t claim_count = COUNT(claim_table);

struct verdict claims_of(const struct user_row *user, const char *scope, json_t **claims)
{
    json_auto_t *all = json_loads(user->claims, 0, NULL);
    if (!json_is_object(all)) {
        return REFUSED(SERVER_ERROR, .check = "user", .detail = "the user's claims are damaged");
    }
    *claims = json_object();
    json_object_set_new(*claims, "sub", json_string(user->sub));
    for (size_t i = 0; i < claim_count; i++) {
        json_t *value = json_object_get(all, claim_table[i].name);
        if (value != NULL && str_has_word(scope, claim_table[i].scope)) {
            json_object_set(*claims, claim_table[i].name, value);
        }
    }
    return ALLOWED;
}
