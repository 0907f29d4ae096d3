/* Paths of Make's API to documents that stand in resources.json and the default fixture. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_PATHS_H
#define MAKESHIFT_TESTS_ENDPOINTS_PATHS_H

#include "tests/unit/endpoints/api.h"

#define UUID(two) "00000000-0000-4000-8000-0000000000" two
#define HEX(two) "000000000000000000000000000000" two

static const struct path_place {
    const char *start; /* of the path, where the parameter means something else; NULL: anywhere */
    struct path_value value;
} path_places[] = {
    {"/ai-agents/v1/agents/{agentId}", {"agentId", UUID("81")}},
    {"/teams/{teamId}/variables/", {"variableName", "sender"}},
    {NULL, {"agentId", UUID("71")}},
    {NULL, {"appName", "example-shop"}},
    {NULL, {"connectedSystemId", UUID("73")}},
    {NULL, {"connectionName", "example-shop"}},
    {NULL, {"contextId", UUID("82")}},
    {NULL, {"credentialId", UUID("62")}},
    {NULL, {"dlqId", HEX("d1")}},
    {NULL, {"endpointName", "getOrder"}},
    {NULL, {"executionDlqId", HEX("d2")}},
    {NULL, {"executionId", HEX("a1")}},
    {NULL, {"functionName", "shout"}},
    {NULL, {"iconSize", "64"}},
    {NULL, {"incomingId", HEX("b2")}},
    {NULL, {"key", "customer-1"}},
    {NULL, {"logId", HEX("b3")}},
    {NULL, {"moduleName", "listOrders"}},
    {NULL, {"name", "example-shop"}},
    {NULL, {"paymentMethodId", "pm_1"}},
    {NULL, {"priceId", "price_core_month"}},
    {NULL, {"requestId", UUID("61")}},
    {NULL, {"rpcName", "listShops"}},
    {NULL, {"templateUrl", "webhook-to-http"}},
    {NULL, {"userId", "1001"}},
    {NULL, {"uuid", UUID("91")}},
    {NULL, {"variableName", "region"}},
    {NULL, {"webhookName", "example-shop"}},
};

/* What a path's parameter is there: one of `given` (which ends with a name of NULL; NULL: none),
 * or what stands in the fixture, where all numbers are 1. */
static inline const char *path_word(const struct operation *operation,
                                    const struct path_value *given, const char *name)
{
    for (; given != NULL && given->name != NULL; given++) {
        if (str_equal(given->name, name)) {
            return given->value;
        }
    }
    for (size_t i = 0; i < COUNT(path_places); i++) {
        const struct path_place *place = &path_places[i];
        if (str_equal(place->value.name, name) &&
            (place->start == NULL || str_starts(operation->path, place->start))) {
            return place->value.value;
        }
    }
    return "1";
}

/* The operation's call, "GET /scenarios/1", with a value for each parameter of its path. */
static inline const char *path_call(struct api *api, const struct operation *operation,
                                    const struct path_value *given)
{
    const char *filled = arena_printf(api->arena, "%s ", operation->method);
    const char *path = operation->path;
    for (const char *brace = strchr(path, '{'); brace != NULL; brace = strchr(path, '{')) {
        const char *name = arena_strndup(api->arena, brace + 1, strcspn(brace + 1, "}"));
        filled = arena_printf(api->arena, "%s%.*s%s", filled, (int)(brace - path), path,
                              path_word(operation, given, name));
        path = strchr(brace, '}') + 1;
    }
    return arena_printf(api->arena, "%s%s", filled, path);
}

/* Whether the path has each parameter of this list of names. */
static inline bool path_has(const struct operation *operation, const json_t *names)
{
    size_t index;
    json_t *name;
    json_array_foreach(names, index, name)
    {
        const char *at = strstr(operation->path, json_string_value(name));
        if (at == NULL || at[-1] != '{' || at[strlen(json_string_value(name))] != '}') {
            return false;
        }
    }
    return true;
}

/* The parameters of the path that name a document, out of these lists; NULL: it names none. */
static inline const json_t *path_names(const struct operation *operation, const json_t *lists)
{
    size_t index;
    json_t *names;
    json_array_foreach(lists, index, names)
    {
        if (path_has(operation, names)) {
            return names;
        }
    }
    return NULL;
}

/* Status and code of a document that is not there: Make calls some of them a wrong input. */
static inline bool path_misses_as_input(const struct collection *collection)
{
    return str_equal(collection->name, "agents") ||
           str_equal(collection->name, "connected-systems");
}

#endif
