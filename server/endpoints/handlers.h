/* Every handler, and the paths that more than the route table needs. */
#ifndef MAKESHIFT_ENDPOINTS_HANDLERS_H
#define MAKESHIFT_ENDPOINTS_HANDLERS_H

#include "server/base/attr.h"
#include "server/endpoints/call.h"

#define WELL_KNOWN "/.well-known/"
#define PATH_OPENID_CONFIGURATION "/.well-known/openid-configuration"
#define PATH_OAUTH_METADATA "/.well-known/oauth-authorization-server"
#define PATH_MCP_OPENID_CONFIGURATION "/mcp/.well-known/openid-configuration"
#define PATH_MCP_OAUTH_METADATA "/.well-known/oauth-authorization-server/mcp"
#define PATH_MCP_OAUTH_METADATA_BELOW "/.well-known/oauth-authorization-server/mcp/{path...}"
#define PATH_MCP_RESOURCE_METADATA "/.well-known/oauth-protected-resource/mcp"
#define PATH_MCP_RESOURCE_METADATA_BELOW "/.well-known/oauth-protected-resource/mcp/{path...}"
#define PATH_RESOURCE_METADATA "/.well-known/oauth-protected-resource"
#define PATH_AUTHORIZE "/oauth/v2/authorize"
#define PATH_SIGN_IN "/oauth/v2/authorize/sign-in"
#define PATH_CONSENT "/oauth/v2/authorize/consent"
#define PATH_TOKEN "/oauth/v2/token"
#define PATH_USERINFO "/oauth/v2/oidc/userinfo"
#define PATH_LOGOUT "/oauth/v2/oidc/logout"
#define PATH_JWKS "/oauth/v2/oidc/jwks"
#define PATH_REVOKE "/oauth/v2/revoke"
#define PATH_INTROSPECT "/oauth/v2/introspect"
#define PATH_REGISTER "/oauth/v2/register/mcp"
#define PATH_REGISTRATION "/oauth/v2/register/mcp/{client_id}"
#define PATH_MCP "/mcp"
#define PATH_MCP_BELOW "/mcp/{path...}"
#define PATH_API "/api/v2/{path...}"
#define PATH_OPERATIONS "/_makeshift/operations" /* of the control door */
#define PATH_DOOR "/_makeshift/{path...}"
#define PATH_HOME "/"
#define PATH_ICON "/favicon.ico"
#define PATH_INSPECTOR "/_makeshift/"
#define PATH_TRY "/_makeshift/try"
/* What the paths of a tenant beside the default begin with, before its name. */
#define TENANT_PREFIX "/t/"

/* Each returns a verdict; when that is ALLOWED it has filled call->response. */
MUST_USE struct verdict metadata_handle(struct call *call);
MUST_USE struct verdict metadata_oauth_handle(struct call *call);
MUST_USE struct verdict metadata_mcp_handle(struct call *call);
MUST_USE struct verdict resource_metadata_handle(struct call *call);
MUST_USE struct verdict jwks_handle(struct call *call);
MUST_USE struct verdict authorize_handle(struct call *call);
MUST_USE struct verdict sign_in_handle(struct call *call);
MUST_USE struct verdict consent_handle(struct call *call);
MUST_USE struct verdict token_handle(struct call *call);
MUST_USE struct verdict userinfo_handle(struct call *call);
MUST_USE struct verdict logout_handle(struct call *call);
MUST_USE struct verdict revoke_handle(struct call *call);
MUST_USE struct verdict introspect_handle(struct call *call);
MUST_USE struct verdict register_handle(struct call *call);
MUST_USE struct verdict registration_handle(struct call *call);
MUST_USE struct verdict mcp_handle(struct call *call);
MUST_USE struct verdict api_handle(struct call *call);
MUST_USE struct verdict door_handle(struct call *call);
MUST_USE struct verdict home_handle(struct call *call);
MUST_USE struct verdict icon_handle(struct call *call);
MUST_USE struct verdict inspector_handle(struct call *call);
MUST_USE struct verdict try_handle(struct call *call);

/* "GET /scenarios/{scenarioId}": which operation of the API the call is, as the catalogue has it;
 * NULL: none. */
const char *api_operation(struct call *call);

/* Whether the call asks the control door to wait until something is so (`wait=10s`): milliseconds
 * until it has waited long enough, 0 once it is so, or it asks for nothing of the kind. `looked_to`
 * is the entry of the journal up to which it was not so; 0: it was not asked yet. */
int64_t door_wait(struct call *call, int64_t waited, int64_t looked_to);

#endif
