/* The operations that need a role in a team or an organization, and calls of all of them. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_GUARDED_H
#define MAKESHIFT_TESTS_ENDPOINTS_GUARDED_H

#include "tests/unit/endpoints/people.h"

/* What these are about is not in the fixture, which is told first: a deleted scenario, and roles
 * that nobody made yet. */
static inline bool is_not_there(const struct operation *operation)
{
    return str_equal(operation->path, "/scenarios/{scenarioId}/restore") ||
           str_equal(operation->path, "/users/custom-roles/{id}");
}

static inline const struct operation *all_operations(const struct api *api, size_t *count)
{
    assert_int_equal(make_ready(api->world->make), 0);
    return catalogue_operations(api->world->catalogue, count);
}

static inline bool is_guarded(const struct operation *operation)
{
    const char *permission = operation->permission == NULL ? "" : operation->permission;
    return str_starts(permission, "team:") || str_starts(permission, "organization:");
}

/* The member of a query or a body that says where a role is needed. */
static inline const char *place_of(const struct operation *operation)
{
    return str_starts(operation->permission, "team:") ? "teamId" : "organizationId";
}

/* Whether neither the path nor anything else says which team or organization is concerned. */
static inline bool names_nothing(const struct operation *operation)
{
    return strchr(operation->path, '{') == NULL;
}

/* The status of what is not there, or hidden. */
static inline int status_of_missing(const struct operation *operation)
{
    return operation->collection != NULL && path_misses_as_input(operation->collection) ? 400 : 404;
}

#endif
