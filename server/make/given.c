#include "server/make/given.h"

#include "server/base/json.h"
#include "server/base/str.h"

#define MEGABYTE 1048576
#define DATA "data"
#define INPUTS "inputs"
#define MAX_SIZE "maxSize"
#define MAX_SIZE_IN_BODY "maxSizeMB"

/* A number of the body becomes a member in smaller units, a text. */
struct scale {
    const char *name, *member;
    int64_t by, max;
};

static struct verdict take_scaled(const struct api *api, const struct scale *scale, json_t *members)
{
    const json_t *value = json_object_get(api->body, scale->name);
    int64_t number = json_integer_value(value);
    if (value == NULL) {
        return ALLOWED;
    }
    json_object_del(members, scale->name);
    if (json_is_null(value)) {
        json_object_set_new(members, scale->member, json_null());
        return ALLOWED;
    }
    if (!json_is_integer(value) || number < 1 || number > scale->max) {
        return input_refuse(
            api->world->arena, scale->name, "is no number",
            arena_printf(api->world->arena, "a number from 1 to %lld", (long long)scale->max));
    }
    int64_t kept = number * scale->by;
    json_put_text(members, scale->member, arena_printf(api->world->arena, "%lld", (long long)kept));
    return ALLOWED;
}

struct verdict given_team(const struct api *api, json_t *members, json_t *apart)
{
    static const struct scale scale = {"transferLimit", "transferLimit", 1, INT64_MAX};
    (void)apart;
    return take_scaled(api, &scale, members);
}

struct verdict given_data_store(const struct api *api, json_t *members, json_t *apart)
{
    static const struct scale scale = {MAX_SIZE_IN_BODY, MAX_SIZE, MEGABYTE, INT32_MAX};
    (void)apart;
    return take_scaled(api, &scale, members);
}

const char *given_data_store_name(const char *member)
{
    return str_equal(member, MAX_SIZE) ? MAX_SIZE_IN_BODY : member;
}

static bool is_known(const struct collection *collection, const char *name)
{
    return json_object_get(collection->fresh, name) != NULL ||
           json_has_text(collection->apart, name) ||
           json_object_get(collection->rename, name) != NULL;
}

/* Into `data` in `place`, which may have some already. A switch is given nothing. */
static struct verdict take_rest(const struct api *api, json_t *members, json_t *place)
{
    json_auto_t *rest = json_object();
    const json_t *said = json_object_get(place, DATA);
    const char *name;
    json_t *value;
    if (api->match->operation->verb == VERB_SET) {
        return ALLOWED;
    }
    json_object_foreach(api->body, name, value)
    {
        if (!is_known(api->match->operation->collection, name)) {
            json_object_set(rest, name, value);
            json_object_del(members, name);
        }
    }
    if (json_object_size(rest) > 0 && (said == NULL || json_is_object(said))) {
        json_object_update_missing(rest, (json_t *)(uintptr_t)said);
        json_object_set(place, DATA, rest);
    }
    return ALLOWED;
}

struct verdict given_hook(const struct api *api, json_t *members, json_t *apart)
{
    (void)apart;
    return take_rest(api, members, members);
}

struct verdict given_connection(const struct api *api, json_t *members, json_t *apart)
{
    return take_rest(api, members, apart);
}

struct verdict given_connected_system(const struct api *api, json_t *members, json_t *apart)
{
    json_t *inputs = json_object_get(members, INPUTS);
    (void)api;
    (void)apart;
    if (!json_is_object(inputs)) {
        return ALLOWED;
    }
    json_t *list = json_array();
    const char *name;
    json_t *value;
    json_object_foreach(inputs, name, value)
    {
        json_array_append_new(list, json_pack("{s:s, s:O}", "name", name, "value", value));
    }
    json_object_set_new(members, INPUTS, list);
    return ALLOWED;
}

struct verdict given_record(const struct api *api, json_t *members, json_t *apart)
{
    (void)apart;
    return json_is_null(json_object_get(members, DATA))
               ? input_refuse(api->world->arena, DATA, "is null", "an object")
               : ALLOWED;
}
