#include "server/endpoints/routes.h"

#include <string.h>

#include "server/base/str.h"
#include "server/endpoints/handlers.h"

#define GET METHOD_BIT(METHOD_GET)
#define HEAD METHOD_BIT(METHOD_HEAD)
#define POST METHOD_BIT(METHOD_POST)

const struct route route_table[] = {
    {.path = PATH_OPENID_CONFIGURATION,
     .methods = GET | HEAD,
     .handle = metadata_handle,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_OAUTH_METADATA,
     .methods = GET | HEAD,
     .handle = metadata_handle,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_JWKS,
     .methods = GET | HEAD,
     .handle = jwks_handle,
     .cors = CORS_ANY,
     .cacheable = true},
    /* No HEAD: a code would be issued that nobody gets to read. */
    {.path = PATH_AUTHORIZE,
     .methods = GET | POST,
     .handle = authorize_handle,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_SIGN_IN,
     .methods = GET | HEAD | POST,
     .handle = sign_in_handle,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_CONSENT,
     .methods = GET | HEAD | POST,
     .handle = consent_handle,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_TOKEN, .methods = POST, .handle = token_handle, .cors = CORS_REGISTERED},
    {.path = PATH_USERINFO,
     .methods = GET | HEAD | POST,
     .handle = userinfo_handle,
     .dialect = DIALECT_BEARER,
     .cors = CORS_REGISTERED},
    {.path = PATH_REVOKE, .methods = POST, .handle = revoke_handle, .cors = CORS_REGISTERED},
    /* No CORS: a resource server asks, never a page. */
    {.path = PATH_INTROSPECT,
     .methods = POST,
     .handle = introspect_handle,
     .needs = SERVICE_INTROSPECTION},
    /* No HEAD: a session would end that nobody gets to see the end of. */
    {.path = PATH_LOGOUT,
     .methods = GET | POST,
     .handle = logout_handle,
     .dialect = DIALECT_REDIRECT,
     .needs = SERVICE_LOGOUT},
    {.path = PATH_HEALTH, .methods = GET | HEAD, .handle = health_handle},
};
const size_t route_count = COUNT(route_table);

static const struct route *find(const char *path)
{
    for (size_t i = 0; i < route_count; i++) {
        if (strcmp(route_table[i].path, path) == 0) {
            return &route_table[i];
        }
    }
    return NULL;
}

const struct route *route_find(const char *path, const char *base_path)
{
    if (base_path[0] == '\0' || str_starts(path, CONTROL_PREFIX)) {
        return find(path);
    }
    /* RFC 8414 3.1: its well-known part goes before the issuer's path; OpenID Connect's after it. */
    if (str_starts(path, PATH_OAUTH_METADATA)) {
        return str_equal(path + strlen(PATH_OAUTH_METADATA), base_path) ? find(PATH_OAUTH_METADATA)
                                                                        : NULL;
    }
    const struct route *route = str_starts(path, base_path) ? find(path + strlen(base_path)) : NULL;
    /* The gate guards the control door at its own path alone: there is no second one below the issuer's. */
    bool misplaced = route != NULL && (str_equal(route->path, PATH_OAUTH_METADATA) ||
                                       str_starts(route->path, CONTROL_PREFIX));
    return misplaced ? NULL : route;
}

const char *route_allow(struct arena *arena, const struct route *route)
{
    struct str_buf allow;
    str_buf_init(&allow, arena);
    for (int i = 0; i < METHOD__MAX; i++) {
        if ((route->methods & METHOD_BIT(i)) != 0) {
            str_buf_printf(&allow, "%s%s", allow.size > 0 ? ", " : "", method_names[i]);
        }
    }
    if (route->cors != CORS_NONE) {
        str_buf_put(&allow, ", OPTIONS");
    }
    return str_buf_text(&allow);
}
