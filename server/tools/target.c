#include "server/tools/target.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"
#include "server/base/url.h"

#define DOOR "/_makeshift"
#define TENANTS "/t"

/* What a tenant's `control` says, and an issuer, mean the same server. */
static const char *without_end(struct arena *arena, const char *text)
{
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == '/') {
        size--;
    }
    const char *bare = arena_strndup(arena, text, size);
    return str_ends(bare, DOOR) ? arena_strndup(arena, bare, size - strlen(DOOR)) : bare;
}

/* The server of a tenant's URL, http://localhost:8080 of http://localhost:8080/t/pr-7. */
static const char *without_tenant(struct arena *arena, const char *url)
{
    const char *slash = strrchr(url, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - url);
    bool has_one = size >= strlen(TENANTS) &&
                   strncmp(slash - strlen(TENANTS), TENANTS "/", strlen(TENANTS "/")) == 0;
    return has_one ? arena_strndup(arena, url, size - strlen(TENANTS)) : url;
}

/* Where a tenant is; the default one is at the root. */
static const char *tenant_url(struct arena *arena, const char *url, const char *tenant)
{
    const char *root = without_tenant(arena, url);
    return str_equal(tenant, "default")
               ? root
               : arena_printf(arena, "%s" TENANTS "/%s", root, str_percent_encode(arena, tenant));
}

/* 0; 1: it is no URL of a server. */
static int read_url(struct arena *arena, const char *url, const char **problem)
{
    struct url parts = {0};
    if (url_parse(arena, url, &parts) != NULL || !url_is_web(&parts) || parts.query != NULL ||
        parts.fragment != NULL) {
        *problem = arena_printf(
            arena, "'%s' is no URL of a server; expected one such as " TARGET_URL, url);
        return 1;
    }
    return 0;
}

int target_read(struct arena *arena, const struct given *given, struct target *target,
                const char **problem)
{
    const char *said = given_text(given, "url");
    const char *tenant = given_text(given, "tenant");
    const char *url = without_end(arena, said == NULL ? TARGET_URL : said);
    if (read_url(arena, url, problem) != 0) {
        return 1;
    }
    target->url = tenant == NULL ? url : tenant_url(arena, url, tenant);
    target->door = arena_printf(arena, "%s" DOOR "/", target->url);
    target->token = given_text(given, "control_token");
    target->ca = given_text(given, "ca");
    return 0;
}

/* A variable of the server's; `fallback` when it is empty or not there. */
static const char *variable(const char *name, const char *fallback)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? fallback : value;
}

int target_own(struct arena *arena, const struct given *given, struct target *target,
               const char **problem)
{
    const char *host = variable("MAKESHIFT_HOST", "localhost");
    bool anywhere = str_equal(host, "0.0.0.0") || str_equal(host, "::");
    bool has_tls = str_equal(variable("MAKESHIFT_TLS", NULL), "auto") ||
                   variable("MAKESHIFT_TLS_CERT", NULL) != NULL;
    bool is_https = has_tls && variable("MAKESHIFT_HTTPS_PORT", NULL) == NULL;
    target->url =
        arena_printf(arena, strchr(host, ':') == NULL || anywhere ? "%s://%s:%s" : "%s://[%s]:%s",
                     is_https ? "https" : "http", anywhere ? "localhost" : host,
                     variable("MAKESHIFT_PORT", "8080"));
    target->door = arena_printf(arena, "%s" DOOR "/", target->url);
    target->ca = given_text(given, "ca");
    target->unverified = target->ca == NULL;
    return read_url(arena, target->url, problem);
}
