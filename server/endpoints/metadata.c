/* What is published for clients to read: metadata of issuers and of the resource, and the keys. */
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/static_document.h"
#include "server/oauth/resource.h"

/* RFC 9728 2. `below`: of one of its transports, whose URL the client has; NULL: of the path
 * itself. */
static json_t *make_resource(struct tenant *tenant, struct arena *arena, const char *below)
{
    const struct resource_row *row = &resource_table[RESOURCE_MCP];
    const char *url = resource_url(tenant, arena, RESOURCE_MCP);
    json_t *metadata = json_object();
    json_put_text(metadata, "resource",
                  below != NULL ? arena_printf(arena, "%s/%s", url, below) : url);
    json_object_set_new(metadata, "authorization_servers",
                        json_words(issuer_name(tenant, arena, ISSUER_MCP)));
    json_object_set_new(metadata, "scopes_supported", json_words(row->scope));
    json_object_set_new(metadata, "bearer_methods_supported", json_words("header"));
    json_object_set_new(metadata, "resource_name", json_string(row->title));
    return metadata;
}

static struct verdict answer(struct call *call, enum issuer_id issuer)
{
    const struct published_text *document;
    if (publication_metadata(call->publication, call->tenant, issuer, &document) != 0) {
        return error_store_broken();
    }
    return static_document_answer(call, document);
}

struct verdict metadata_handle(struct call *call)
{
    return answer(call, ISSUER_MAIN);
}

/* MCP 2025-03-26, "Server Metadata Discovery": a client of that revision or the one before knows no
 * other place than the root, whichever path its server has, and says which revision it is, so that
 * the answer can be for it. */
static bool is_old_mcp_client(const struct call *call)
{
    const char *revision = request_header(call->request, "MCP-Protocol-Version");
    return str_equal(revision, "2025-03-26") || str_equal(revision, "2024-11-05");
}

struct verdict metadata_oauth_handle(struct call *call)
{
    enum issuer_id issuer = is_old_mcp_client(call) ? ISSUER_MCP : ISSUER_MAIN;
    response_set(call->response, "Vary", "MCP-Protocol-Version");
    return answer(call, issuer);
}

struct verdict metadata_mcp_handle(struct call *call)
{
    TRY(resource_check_transport(call->segment));
    return answer(call, ISSUER_MCP);
}

struct verdict resource_metadata_handle(struct call *call)
{
    TRY(resource_check_transport(call->segment));
    json_auto_t *metadata = make_resource(call->tenant, call->arena, call->segment);
    const struct published_text document = published_text_make(call->arena, metadata);
    return static_document_answer(call, &document);
}

struct verdict jwks_handle(struct call *call)
{
    const struct realm *realm = call->realm;
    if (realm->jwks_mode == JWKS_LIVE) {
        return static_document_answer(call, publication_jwks(call->publication, call->tenant));
    }
    if (realm->jwks_mode == JWKS_OUTAGE) {
        return REFUSED(TEMPORARILY_UNAVAILABLE, .check = "jwks",
                       .detail = "the control door said that the JWKS is to be out of service");
    }
    const char *text = arena_strdup(call->arena, realm->jwks_text);
    response_body_static(call->response, 200, "application/json", text, strlen(text));
    return ALLOWED;
}
