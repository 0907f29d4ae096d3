/* GET /_makeshift/health: is it up, and what does it serve. */
#include "server/base/json.h"
#include "server/endpoints/control/resources.h"
#include "server/store/users.h"

struct verdict health_get(struct door *door)
{
    const struct call *call = door->call;
    const struct tenant *tenant = call->tenant;
    struct user_row nobody = {0};
    if (users_find(tenant->db, "", call->arena, &nobody) < 0) {
        return error_store_broken(); /* its file has lost its name, say */
    }
    char date[CLOCK_ISO_SIZE];
    clock_iso_date(tenant_now(tenant), date);
    json_t *body = json_object();
    json_object_set_new(body, "status", json_string("ok"));
    json_object_set_new(body, "issuer", json_string(tenant->issuer));
    json_object_set_new(body, "profile", json_string(tenant->profile->name));
    json_object_set_new(body, "login", json_string(login_names[tenant->login]));
    json_object_set_new(body, "time", json_string(date));
    return door_answer(door, 200, body);
}
