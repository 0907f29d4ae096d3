#include "server/oauth/token_kind.h"

#include "server/base/str.h"

/* RFC 9068 2.1, 5: by its typ, or where a client has JWT there, by the claim that no ID token has.
 */
bool token_kind_is_access(const json_t *header, const json_t *claims)
{
    return str_equal(json_string_value(json_object_get(header, "typ")), "at+jwt") ||
           json_object_get(claims, "client_id") != NULL;
}
