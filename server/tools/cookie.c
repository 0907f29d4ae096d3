#include "server/tools/cookie.h"

#include <string.h>
#include <strings.h>

#include "server/base/str.h"

/* Of a Set-Cookie what decides who gets the cookie. */
struct cookie {
    const char *name;
    const char *domain; /* NULL: the host that set it alone */
    const char *path;   /* NULL: the folder that set it */
    const char *same_site;
    bool is_secure;
};

static const char *trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t size = strlen(text);
    while (size > 0 && strchr(" \t", text[size - 1]) != NULL) {
        text[--size] = '\0';
    }
    return text;
}

/* RFC 6265 5.2: names are in any case, and of two the last counts. */
static void take(struct cookie *cookie, char *attribute)
{
    char *value = strchr(attribute, '=');
    if (value != NULL) {
        *value++ = '\0';
    }
    const char *name = trimmed(attribute);
    const char *text = value == NULL ? "" : trimmed(value);
    if (strcasecmp(name, "Secure") == 0) {
        cookie->is_secure = true;
    } else if (strcasecmp(name, "Domain") == 0 && *text != '\0') {
        cookie->domain = *text == '.' ? text + 1 : text;
    } else if (strcasecmp(name, "Path") == 0) {
        cookie->path = *text == '/' ? text : NULL;
    } else if (strcasecmp(name, "SameSite") == 0) {
        cookie->same_site = text;
    }
}

static struct cookie read_cookie(struct arena *arena, const char *set_cookie)
{
    char *rest = arena_strdup(arena, set_cookie);
    char *pair = strsep(&rest, ";");
    struct cookie cookie = {.same_site = ""};
    for (char *one = strsep(&rest, ";"); one != NULL; one = strsep(&rest, ";")) {
        take(&cookie, one);
    }
    pair[strcspn(pair, "=")] = '\0';
    cookie.name = trimmed(pair);
    return cookie;
}

/* RFC 6265 5.1.3 */
static bool is_domain_of(const char *domain, const char *host)
{
    size_t size = strlen(host), most = strlen(domain);
    return most <= size && strcasecmp(host + size - most, domain) == 0 &&
           (most == size || host[size - most - 1] == '.');
}

/* RFC 6265 5.1.4 */
static bool is_path_of(const char *cookie, const char *path)
{
    size_t size = strlen(cookie);
    return str_starts(path, cookie) &&
           (cookie[size - 1] == '/' || path[size] == '\0' || path[size] == '/');
}

const char *cookie_flaw(struct arena *arena, const char *set_cookie, const struct url *at)
{
    const struct cookie cookie = read_cookie(arena, set_cookie);
    const char *path = at->path == NULL || *at->path == '\0' ? "/" : at->path;
    if (cookie.is_secure && !str_equal(at->scheme, "https")) {
        return arena_printf(arena, "%s is Secure, and no browser brings it by http", cookie.name);
    }
    if (cookie.domain != NULL && !is_domain_of(cookie.domain, at->host)) {
        return arena_printf(arena, "%s is for %s, and no browser takes it from %s", cookie.name,
                            cookie.domain, at->host);
    }
    if (cookie.path != NULL && !is_path_of(cookie.path, path)) {
        return arena_printf(arena, "%s is for what is below %s, and no browser brings it to %s",
                            cookie.name, cookie.path, path);
    }
    if (strcasecmp(cookie.same_site, "None") == 0 && !cookie.is_secure) {
        return arena_printf(arena, "%s is SameSite=None and not Secure: browsers drop it",
                            cookie.name);
    }
    if (strcasecmp(cookie.same_site, "Strict") == 0) {
        return arena_printf(arena,
                            "%s is SameSite=Strict: it does not come when an application's page "
                            "sends the browser",
                            cookie.name);
    }
    return NULL;
}
