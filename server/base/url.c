#include "server/base/url.h"

#include <ctype.h>
#include <string.h>

#include "server/base/str.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static char *lower(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_strndup(arena, text, size);
    for (char *c = copy; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return copy;
}

/* RFC 3986 2: what a URI is written with, and %XX. */
static const char *characters_fault(struct arena *arena, const char *text)
{
    static const char allowed[] = LETTERS DIGITS "-._~:/?#[]@!$&'()*+,;=%";
    size_t good = strspn(text, allowed);
    if (text[good] == ' ') {
        return "holds a space";
    }
    if (text[good] != '\0') {
        unsigned char c = (unsigned char)text[good];
        return isprint(c) ? arena_printf(arena, "holds '%c', which a URI writes %%%02X", c, c)
                          : arena_printf(arena, "holds the byte %%%02X unescaped", c);
    }
    for (const char *at = strchr(text, '%'); at != NULL; at = strchr(at + 1, '%')) {
        if (!isxdigit((unsigned char)at[1]) || !isxdigit((unsigned char)at[2])) {
            return "holds a % without two hex digits";
        }
    }
    return NULL;
}

static const char *port_fault(const char *port)
{
    int64_t number;
    return port == NULL || str_to_int64(port, 1, 65535, &number) ? NULL : "has a bad port number";
}

/* [::1] is taken whole; a name is letters, digits, dots, hyphens and underscores, so that a wildcard
 * is nobody's host. */
static const char *host_fault(const char *host)
{
    if (host[0] == '\0') {
        return "has no host";
    }
    if (host[0] == '[') {
        size_t inside = strspn(host + 1, DIGITS "abcdef:.");
        return inside > 0 && str_equal(host + 1 + inside, "]") ? NULL : "has a bad IPv6 address";
    }
    size_t good = strspn(host, LETTERS DIGITS "-._");
    return host[good] == '\0' ? NULL : "has a host that is not a name";
}

/* userinfo@host:port, from RFC 3986 3.2. */
static const char *authority_parse(struct arena *arena, const char *text, size_t size,
                                   struct url *url)
{
    const char *authority = arena_strndup(arena, text, size);
    const char *at = strrchr(authority, '@');
    if (at != NULL) {
        url->userinfo = arena_strndup(arena, authority, (size_t)(at - authority));
        authority = at + 1;
    }
    const char *after = authority[0] == '[' ? strchr(authority, ']') : authority;
    const char *colon = after == NULL ? NULL : strchr(after, ':');
    size_t length = colon == NULL ? strlen(authority) : (size_t)(colon - authority);
    url->host = lower(arena, authority, length);
    url->port = colon == NULL || colon[1] == '\0' ? NULL : colon + 1;
    const char *fault = host_fault(url->host);
    return fault != NULL ? fault : port_fault(url->port);
}

/* Cuts what follows `mark` off `rest`, and gives it. */
static const char *cut(char *rest, char mark)
{
    char *at = strchr(rest, mark);
    if (at == NULL) {
        return NULL;
    }
    *at = '\0';
    return at + 1;
}

const char *url_parse(struct arena *arena, const char *text, struct url *url)
{
    *url = (struct url){0};
    const char *fault = characters_fault(arena, text);
    if (fault != NULL) {
        return fault;
    }
    size_t scheme = strspn(text, LETTERS DIGITS "+-.");
    if (text[scheme] != ':' || !isalpha((unsigned char)text[0])) {
        return "has no scheme";
    }
    url->scheme = lower(arena, text, scheme);
    char *rest = arena_strdup(arena, text + scheme + 1);
    url->fragment = cut(rest, '#');
    url->query = cut(rest, '?');
    url->path = rest;
    if (!str_starts(rest, "//")) {
        return url_is_web(url) ? "has no host" : NULL;
    }
    size_t authority = strcspn(rest + 2, "/");
    url->path = rest + 2 + authority;
    return authority == 0 && !url_is_web(url)
               ? NULL /* app:///path: an empty authority, RFC 3986 3.2.2 */
               : authority_parse(arena, rest + 2, authority, url);
}

bool url_is_web(const struct url *url)
{
    return str_equal(url->scheme, "http") || str_equal(url->scheme, "https");
}

bool url_is_loopback(const struct url *url)
{
    static const char digits[] = DIGITS ".";
    if (url->host == NULL) {
        return false;
    }
    return str_equal(url->host, "localhost") || str_equal(url->host, "[::1]") ||
           (str_starts(url->host, "127.") && url->host[strspn(url->host, digits)] == '\0');
}

const char *url_origin(struct arena *arena, const struct url *url)
{
    const char *usual = str_equal(url->scheme, "https") ? "443" : "80";
    if (url->port == NULL || str_equal(url->port, usual)) {
        return arena_printf(arena, "%s://%s", url->scheme, url->host);
    }
    return arena_printf(arena, "%s://%s:%s", url->scheme, url->host, url->port);
}
