#include "server/oauth/resource.h"

#include <string.h>

#include "server/base/str.h"
#include "server/base/url.h"
#include "server/oauth/issuer.h"

const struct resource_row resource_table[RESOURCE__MAX] = {
    [RESOURCE_ISSUER] = {.path = "", .title = "makeshift"},
    [RESOURCE_API] = {.path = "/api/v2", .title = "makeshift API"},
    [RESOURCE_MCP] = {.path = "/mcp",
                      .title = "makeshift MCP server",
                      .scope = "mcp:use",
                      .is_guarded = true},
};

const char *resource_url(const struct tenant *tenant, struct arena *arena,
                         enum resource_id resource)
{
    return arena_printf(arena, "%s%s", tenant->issuer, resource_table[resource].path);
}

static enum resource_id find(const char *path)
{
    int i = 0;
    while (i < RESOURCE__MAX && !str_equal(resource_table[i].path, path)) {
        i++;
    }
    return (enum resource_id)i;
}

const struct resource_row *resource_of_issuer(const char *path)
{
    enum resource_id id = find(path);
    return &resource_table[id != RESOURCE__MAX ? id : RESOURCE_ISSUER];
}

/* NULL is the issuer's. */
static enum resource_id stored(const char *path)
{
    return path != NULL ? find(path) : RESOURCE_ISSUER;
}

static bool same(struct url_slice a, struct url_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static bool same_but_case(struct url_slice a, struct url_slice b)
{
    return a.size == b.size && (a.size == 0 || strncasecmp(a.at, b.at, a.size) == 0);
}

/* Clients write a URL without a path with a slash behind it, or without. */
static struct url_slice without_slash(struct url_slice path)
{
    bool has_slash = path.size > 0 && path.at[path.size - 1] == '/';
    return (struct url_slice){path.at, path.size - has_slash};
}

/* RFC 3986 6.2.2.1: scheme and host know no case. */
static bool is_same(const char *one, const char *other)
{
    struct url_pieces a = url_split(one);
    struct url_pieces b = url_split(other);
    return same_but_case(a.scheme, b.scheme) && same_but_case(a.host, b.host) &&
           same(a.port, b.port) && same(a.userinfo, b.userinfo) &&
           same(without_slash(a.path), without_slash(b.path)) && same(a.query, b.query) &&
           same(a.fragment, b.fragment) && a.has_authority == b.has_authority;
}

/* RFC 8707 2: a request may name several. An access token from here is for one. */
static struct verdict read_sent(struct arena *arena, const struct form *form, const char **sent)
{
    *sent = form_get(form, RESOURCE_PARAMETER);
    for (size_t i = 0; i < form->count; i++) {
        const char *other = form->fields[i].value;
        if (!str_equal(form->fields[i].name, RESOURCE_PARAMETER) || *other == '\0' ||
            is_same(*sent, other)) {
            continue;
        }
        return REFUSED(INVALID_TARGET, .check = "resource",
                       .detail = arena_printf(arena,
                                              "resource names '%s' and '%s', and an access token "
                                              "from here is for one",
                                              *sent, other),
                       .expected = "one resource", .actual = "several", .clause = "RFC 8707 2");
    }
    return ALLOWED;
}

static bool is_transport(const char *below)
{
    static const char *const words[] = {"stream", "sse", "stateless"};
    static const char user[] = "u/";
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_equal(words[i], below)) {
            return true;
        }
    }
    if (!str_starts(below, user)) {
        return false;
    }
    const char *token = below + strlen(user);
    return *token != '/' && str_equal(token + strcspn(token, "/"), "/stateless");
}

struct verdict resource_check_transport(const char *below)
{
    if (below == NULL || is_transport(below)) {
        return ALLOWED;
    }
    return REFUSED(NOT_FOUND, .check = "path",
                   .detail =
                       "there is nothing at this path below /mcp; the MCP server answers at /mcp, "
                       "/mcp/stream, /mcp/sse, /mcp/stateless and /mcp/u/{token}/stateless",
                   .expected = "a path of Make's MCP server", .actual = "another one",
                   .clause = "RFC 9110 15.5.5");
}

/* Whether `sent` is the URL of one of the MCP server's transports. */
static bool is_below(struct arena *arena, const char *url, const char *sent)
{
    size_t size = url_split(url).path.size;
    struct url_slice path = url_split(sent).path;
    if (path.size <= size + 1 || path.at[size] != '/') {
        return false;
    }
    const char *below = arena_strndup(arena, path.at + size + 1, path.size - size - 1);
    return is_transport(below) && is_same(arena_printf(arena, "%s/%s", url, below), sent);
}

static enum resource_id find_url(const struct tenant *tenant, struct arena *arena, const char *sent)
{
    int i = 0;
    while (i < RESOURCE__MAX && !is_same(resource_url(tenant, arena, (enum resource_id)i), sent)) {
        i++;
    }
    bool is_mcp =
        i == RESOURCE__MAX && is_below(arena, resource_url(tenant, arena, RESOURCE_MCP), sent);
    return is_mcp ? RESOURCE_MCP : (enum resource_id)i;
}

static const char *all_urls(const struct tenant *tenant, struct arena *arena)
{
    const char *urls = "";
    for (int i = 0; i < RESOURCE__MAX; i++) {
        urls = str_with_word(arena, urls, resource_url(tenant, arena, (enum resource_id)i));
    }
    return urls;
}

/* RFC 9728 2: whoever asks for a guarded resource found its issuer in the resource's metadata, and
 * would refuse an answer from another one (RFC 9207 2.4). */
static struct verdict refuse_issuer(const struct tenant *tenant, struct arena *arena,
                                    const struct client_row *client, enum resource_id id)
{
    const char *url = resource_url(tenant, arena, id);
    const char *own = issuer_of(tenant, arena, client);
    return REFUSED(INVALID_TARGET, .check = "issuer",
                   .detail =
                       arena_printf(arena,
                                    "client '%s' belongs to issuer '%s', and '%s' is guarded by "
                                    "issuer '%s': use a client of that one, which in the "
                                    "fixture says \"issuer\": \"mcp\"",
                                    client->client_id, own, url, url),
                   .expected = url, .actual = own, .clause = "RFC 9207 2.4");
}

struct verdict resource_read(const struct tenant *tenant, struct arena *arena,
                             const struct form *form, const struct client_row *client,
                             const char **resource, const char **refused_by)
{
    const char *sent;
    TRY(read_sent(arena, form, &sent));
    enum resource_id id = sent != NULL ? find_url(tenant, arena, sent) : find(client->issuer_path);
    if (id == RESOURCE__MAX && sent != NULL) {
        return REFUSED(INVALID_TARGET, .check = "resource",
                       .detail = arena_printf(arena, "resource '%s' is not served here", sent),
                       .expected = all_urls(tenant, arena), .actual = sent, .clause = "RFC 8707 2");
    }
    if (resource_table[id].is_guarded && !str_equal(resource_table[id].path, client->issuer_path)) {
        *refused_by = resource_url(tenant, arena, id);
        return refuse_issuer(tenant, arena, client, id);
    }
    *resource = id != RESOURCE_ISSUER ? resource_table[id].path : NULL;
    return ALLOWED;
}

struct verdict resource_confirm(const struct tenant *tenant, struct arena *arena,
                                const struct form *form, const char *granted)
{
    const char *sent;
    TRY(read_sent(arena, form, &sent));
    if (sent == NULL) {
        return ALLOWED;
    }
    const char *url = resource_url(tenant, arena, stored(granted));
    if (find_url(tenant, arena, sent) == stored(granted)) {
        return ALLOWED;
    }
    return REFUSED(INVALID_TARGET, .check = "resource",
                   .detail =
                       arena_printf(arena, "resource '%s' was not granted, but '%s'", sent, url),
                   .expected = url, .actual = sent, .clause = "RFC 8707 2.2");
}

/* Make's tokens name no resource, and open its API; the issuer's UserInfo is for all that have
 * openid. */
static bool is_meant_for(const char *granted, const char *scope, enum resource_id resource)
{
    enum resource_id meant = stored(granted);
    return meant == resource || (meant == RESOURCE_ISSUER && resource == RESOURCE_API) ||
           (resource == RESOURCE_ISSUER && str_has_word(scope, "openid"));
}

json_t *resource_audience(const struct tenant *tenant, struct arena *arena,
                          const struct client_row *client, const char *granted, const char *scope)
{
    enum resource_id resource = stored(granted);
    bool is_named = resource == RESOURCE_ISSUER && client->audience != NULL;
    const char *audience = is_named ? client->audience : resource_url(tenant, arena, resource);
    if (str_equal(audience, tenant->issuer) || !str_has_word(scope, "openid")) {
        return json_string(audience);
    }
    return json_pack("[s, s]", audience, tenant->issuer);
}

struct verdict resource_check(const struct tenant *tenant, struct arena *arena,
                              const struct bearer *bearer, enum resource_id resource)
{
    const char *granted = bearer->grant.terms.resource;
    if (bearer->by_id_token && resource != RESOURCE_ISSUER) {
        return REFUSED(INVALID_TOKEN, .check = "audience",
                       .detail = "this is an ID token, which opens UserInfo alone",
                       .expected = "an access token", .actual = "an ID token",
                       .clause = "RFC 9700 2.3");
    }
    if (is_meant_for(granted, bearer->scope, resource)) {
        return ALLOWED;
    }
    const char *url = resource_url(tenant, arena, resource);
    const char *meant = resource_url(tenant, arena, stored(granted));
    return REFUSED(INVALID_TOKEN, .check = "audience",
                   .detail = arena_printf(arena, "the access token is meant for '%s', not for '%s'",
                                          meant, url),
                   .expected = url, .actual = meant, .clause = "RFC 9700 2.3");
}
