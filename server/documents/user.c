#include "server/documents/user.h"

#include "server/base/json.h"
#include "server/base/str.h"

#define NUMBERS_FROM 1000000000 /* beyond those that subjects are */

int64_t user_number(const struct user_row *user)
{
    int64_t number;
    return str_to_int64(user->sub, 1, INT32_MAX, &number) ? number : NUMBERS_FROM + user->id;
}

json_t *user_describe(const struct user_row *user)
{
    json_auto_t *claims = json_loads(user->claims, 0, NULL);
    json_t *described = json_object();
    json_object_set_new(described, "id", json_integer(user_number(user)));
    json_put_text(described, "name", json_string_value(json_object_get(claims, "name")));
    json_put_text(described, "email", user->email);
    json_put_text(described, "avatar", json_string_value(json_object_get(claims, "picture")));
    return described;
}
