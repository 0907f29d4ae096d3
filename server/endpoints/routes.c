#include "server/endpoints/routes.h"

#include <string.h>

#include "server/base/str.h"
#include "server/endpoints/handlers.h"

#define GET METHOD_BIT(METHOD_GET)
#define HEAD METHOD_BIT(METHOD_HEAD)
#define POST METHOD_BIT(METHOD_POST)
#define PUT METHOD_BIT(METHOD_PUT)
#define DELETE METHOD_BIT(METHOD_DELETE)

const struct route route_table[] = {
    /* The busiest first: a path is looked for from the top. */
    {.path = PATH_TOKEN,
     .methods = POST,
     .handle = token_handle,
     .endpoint = ENDPOINT_TOKEN,
     .cors = CORS_REGISTERED},
    {.path = PATH_USERINFO,
     .methods = GET | HEAD | POST,
     .handle = userinfo_handle,
     .endpoint = ENDPOINT_USERINFO,
     .dialect = DIALECT_BEARER,
     .cors = CORS_REGISTERED},
    /* No HEAD: a code would be issued that nobody gets to read. */
    {.path = PATH_AUTHORIZE,
     .methods = GET | POST,
     .handle = authorize_handle,
     .endpoint = ENDPOINT_AUTHORIZE,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_OPENID_CONFIGURATION,
     .methods = GET | HEAD,
     .handle = metadata_handle,
     .endpoint = ENDPOINT_METADATA,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_OAUTH_METADATA,
     .place = PLACE_AROUND,
     .methods = GET | HEAD,
     .handle = metadata_oauth_handle,
     .endpoint = ENDPOINT_METADATA,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_MCP_OPENID_CONFIGURATION,
     .methods = GET | HEAD,
     .handle = metadata_mcp_handle,
     .endpoint = ENDPOINT_METADATA,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_MCP_OAUTH_METADATA,
     .place = PLACE_AROUND,
     .methods = GET | HEAD,
     .handle = metadata_mcp_handle,
     .endpoint = ENDPOINT_METADATA,
     .cors = CORS_ANY,
     .cacheable = true},
    /* Where MCP's SDK 1.15 looks, with the path of the resource in the place of the issuer's. */
    {.path = PATH_MCP_OAUTH_METADATA_BELOW,
     .place = PLACE_AROUND,
     .methods = GET | HEAD,
     .handle = metadata_mcp_handle,
     .endpoint = ENDPOINT_METADATA,
     .cors = CORS_ANY,
     .has_secret = true,
     .cacheable = true},
    {.path = PATH_MCP_RESOURCE_METADATA,
     .place = PLACE_AROUND,
     .methods = GET | HEAD,
     .handle = resource_metadata_handle,
     .endpoint = ENDPOINT_RESOURCE_METADATA,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_MCP_RESOURCE_METADATA_BELOW,
     .place = PLACE_AROUND,
     .methods = GET | HEAD,
     .handle = resource_metadata_handle,
     .endpoint = ENDPOINT_RESOURCE_METADATA,
     .cors = CORS_ANY,
     .has_secret = true,
     .cacheable = true},
    /* Where clients look that know no path in it (MCP's SDK up to 1.12). */
    {.path = PATH_RESOURCE_METADATA,
     .place = PLACE_ROOT,
     .methods = GET | HEAD,
     .handle = resource_metadata_handle,
     .endpoint = ENDPOINT_RESOURCE_METADATA,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_JWKS,
     .methods = GET | HEAD,
     .handle = jwks_handle,
     .endpoint = ENDPOINT_JWKS,
     .cors = CORS_ANY,
     .cacheable = true},
    {.path = PATH_SIGN_IN,
     .methods = GET | HEAD | POST,
     .handle = sign_in_handle,
     .endpoint = ENDPOINT_SIGN_IN,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_CONSENT,
     .methods = GET | HEAD | POST,
     .handle = consent_handle,
     .endpoint = ENDPOINT_CONSENT,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_REVOKE,
     .methods = POST,
     .handle = revoke_handle,
     .endpoint = ENDPOINT_REVOKE,
     .cors = CORS_REGISTERED},
    /* No CORS: a resource server asks, never a page. */
    {.path = PATH_INTROSPECT,
     .methods = POST,
     .handle = introspect_handle,
     .endpoint = ENDPOINT_INTROSPECT,
     .needs = SERVICE_INTROSPECTION},
    /* No HEAD: a session would end that nobody gets to see the end of. */
    {.path = PATH_LOGOUT,
     .methods = GET | POST,
     .handle = logout_handle,
     .endpoint = ENDPOINT_LOGOUT,
     .dialect = DIALECT_REDIRECT,
     .needs = SERVICE_LOGOUT},
    {.path = PATH_REGISTER,
     .methods = POST,
     .handle = register_handle,
     .endpoint = ENDPOINT_REGISTER,
     .cors = CORS_ANY},
    {.path = PATH_REGISTRATION,
     .methods = GET | PUT | DELETE,
     .handle = registration_handle,
     .endpoint = ENDPOINT_REGISTRATION,
     .dialect = DIALECT_BEARER,
     .cors = CORS_ANY},
    /* Who may not call it learns that first, and how to. */
    {.path = PATH_MCP,
     .any_method = true,
     .methods = POST,
     .handle = mcp_handle,
     .endpoint = ENDPOINT_MCP,
     .dialect = DIALECT_BEARER,
     .cors = CORS_ANY},
    {.path = PATH_MCP_BELOW,
     .any_method = true,
     .methods = POST,
     .handle = mcp_handle,
     .endpoint = ENDPOINT_MCP,
     .dialect = DIALECT_BEARER,
     .cors = CORS_ANY,
     .has_secret = true},
    {.path = PATH_API,
     .any_method = true,
     .methods = GET | HEAD | POST | PUT | METHOD_BIT(METHOD_PATCH) | DELETE,
     .handle = api_handle,
     .endpoint = ENDPOINT_API,
     .dialect = DIALECT_MAKE,
     .cors = CORS_REGISTERED},
    {.path = PATH_HOME, .methods = GET | HEAD, .handle = home_handle, .is_face = true},
    {.path = PATH_ICON,
     .place = PLACE_ROOT,
     .methods = GET | HEAD,
     .handle = icon_handle,
     .cacheable = true,
     .is_face = true},
    {.path = PATH_INSPECTOR,
     .place = PLACE_FIXED,
     .methods = GET | HEAD,
     .handle = inspector_handle,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_TRY,
     .place = PLACE_FIXED,
     .methods = GET | HEAD,
     .handle = try_handle,
     .dialect = DIALECT_REDIRECT},
    {.path = PATH_DOOR,
     .place = PLACE_FIXED,
     .any_method = true,
     .methods = GET | HEAD | POST | PUT | METHOD_BIT(METHOD_PATCH) | DELETE,
     .handle = door_handle,
     .dialect = DIALECT_PROBLEM},
};
const size_t route_count = COUNT(route_table);

/* The size of /.well-known/name. */
static size_t well_known_size(const char *path)
{
    size_t size = strlen(WELL_KNOWN);
    return size + strcspn(path + size, "/");
}

/* Whether `at` is what `path` says, to the end. */
static bool is_at(const char *path, const char *at, const char **segment)
{
    while (*path != '\0' && *path != '{' && *path == *at) {
        path++;
        at++;
    }
    *segment = *path == '{' ? at : NULL;
    if (*segment == NULL) {
        return *path == *at;
    }
    return *at != '\0' && (str_ends(path, "...}") || strchr(at, '/') == NULL);
}

static bool fits(const struct route *route, const char *path, const char *base_path,
                 const char **segment)
{
    const char *rest = route->path;
    if (route->place == PLACE_AROUND) {
        size_t before = str_starts(path, WELL_KNOWN) ? well_known_size(rest) : 0;
        if (before == 0 || strncmp(path, rest, before) != 0) {
            return false;
        }
        path += before;
        rest += before;
    }
    bool is_at_root = route->place == PLACE_ROOT ||
                      (route->place == PLACE_FIXED && !str_starts(base_path, TENANT_PREFIX));
    size_t base_size = is_at_root ? 0 : strlen(base_path);
    return strncmp(path, base_path, base_size) == 0 && is_at(rest, path + base_size, segment);
}

const struct route *route_find(const char *path, const char *base_path, const char **segment)
{
    for (size_t i = 0; i < route_count; i++) {
        if (fits(&route_table[i], path, base_path, segment)) {
            return &route_table[i];
        }
    }
    *segment = NULL;
    return NULL;
}

const char *route_base_path(const char *issuer)
{
    const char *authority = strstr(issuer, "://");
    const char *path = authority != NULL ? strchr(authority + 3, '/') : NULL;
    return path != NULL ? path : "";
}

const char *route_url(struct arena *arena, const char *issuer, const char *path)
{
    const char *segment;
    const char *base_path = route_base_path(issuer);
    const struct route *route = route_find(path, "", &segment);
    int before = route != NULL && route->place == PLACE_AROUND ? (int)well_known_size(path) : 0;
    return arena_printf(arena, "%.*s%.*s%s%s", (int)(strlen(issuer) - strlen(base_path)), issuer,
                        before, path, base_path, path + before);
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
