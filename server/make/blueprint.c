#include "server/make/blueprint.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"

#define BLUEPRINT "blueprint"
#define INTERFACE "interface"

/* "http:ActionSendData" is of the package http. */
static void add_package(const json_t *module, json_t *packages)
{
    const char *text = json_string_value(module);
    if (text == NULL) {
        return;
    }
    json_auto_t *package = json_stringn(text, strcspn(text, ":"));
    if (!json_has(packages, package)) {
        json_array_append(packages, package);
    }
}

/* Of a flow, with what its routes and its handlers of errors have. */
static void add_packages(const json_t *flow, json_t *packages)
{
    for (size_t i = 0; i < json_array_size(flow); i++) {
        const json_t *node = json_array_get(flow, i);
        const json_t *routes = json_object_get(node, "routes");
        add_package(json_object_get(node, "module"), packages);
        for (size_t j = 0; j < json_array_size(routes); j++) {
            add_packages(json_object_get(json_array_get(routes, j), "flow"), packages);
        }
        add_packages(json_object_get(node, "onerror"), packages);
    }
}

static void take_members(const char *packages, const json_t *blueprint, json_t *members)
{
    json_t *name = json_object_get(blueprint, "name");
    if (json_is_string(name) && json_object_get(members, "name") == NULL) {
        json_object_set(members, "name", name);
    }
    if (json_object_get(members, packages) == NULL) {
        json_t *list = json_array();
        add_packages(json_object_get(blueprint, "flow"), list);
        json_object_set_new(members, packages, list);
    }
}

static json_t *list_of(const json_t *object, const char *member)
{
    json_t *list = json_object_get(object, member);
    return json_is_array(list) ? json_incref(list) : json_array();
}

static json_t *interface_of(const json_t *object, const char *input, const char *output)
{
    return json_pack("{s:o, s:o}", "input", list_of(object, input), "output",
                     list_of(object, output));
}

static bool is_empty(const json_t *metadata)
{
    return json_array_size(json_object_get(metadata, "input_spec")) == 0 &&
           json_array_size(json_object_get(metadata, "output_spec")) == 0;
}

/* The SDK takes the interface out of the blueprint and sends it as `metadata`: empty too, whatever
 * is changed, so that without a blueprint an empty one says nothing. */
static void take_interface(const json_t *blueprint, json_t *apart)
{
    const json_t *said = json_object_get(blueprint, INTERFACE);
    const json_t *metadata = json_object_get(apart, "metadata");
    if (json_is_object(said)) {
        json_object_set_new(apart, INTERFACE, interface_of(said, "input", "output"));
    } else if (json_is_object(metadata) && (blueprint != NULL || !is_empty(metadata))) {
        json_object_set_new(apart, INTERFACE, interface_of(metadata, "input_spec", "output_spec"));
    }
    json_object_del(apart, "metadata");
}

struct verdict blueprint_take(const struct api *api, const char *packages, json_t *members,
                              json_t *apart)
{
    const json_t *blueprint = json_object_get(apart, BLUEPRINT);
    if (blueprint != NULL && !json_is_object(blueprint)) {
        return input_refuse(api->world->arena, BLUEPRINT, "is no object", "an object");
    }
    if (blueprint != NULL) {
        take_members(packages, blueprint, members);
    }
    take_interface(blueprint, apart);
    return ALLOWED;
}
