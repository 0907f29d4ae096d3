#include "server/base/url.h"

#include <ctype.h>
#include <string.h>

#include "server/base/str.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define SHOWN_MAX 200 /* bytes of a URL in a message */

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

/* [::1] is taken whole; a name is letters, digits, dots, hyphens and underscores, so that a
 * wildcard is nobody's host. */
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

static struct url_slice cut(const char **at, const char *stops)
{
    struct url_slice slice = {.at = *at, .size = strcspn(*at, stops)};
    *at += slice.size;
    return slice;
}

/* RFC 3986 3.2: [userinfo@]host[:port]. */
static void split_authority(struct url_slice authority, struct url_pieces *pieces)
{
    const char *end = authority.at + authority.size;
    const char *host = authority.at;
    const char *sign = memrchr(authority.at, '@', authority.size);
    if (sign != NULL) {
        host = sign + 1;
        pieces->userinfo = (struct url_slice){authority.at, (size_t)(host - authority.at)};
    }
    const char *bracket = memrchr(host, ']', (size_t)(end - host));
    const char *after = bracket != NULL ? bracket : host;
    const char *colon = memrchr(after, ':', (size_t)(end - after));
    const char *host_end = colon != NULL ? colon : end;
    pieces->host = (struct url_slice){host, (size_t)(host_end - host)};
    if (colon != NULL) {
        pieces->port = (struct url_slice){colon, (size_t)(end - colon)};
    }
}

struct url_pieces url_split(const char *text)
{
    struct url_pieces pieces = {0};
    const char *at = text;
    size_t scheme = strcspn(text, ":/?#");
    if (text[scheme] == ':') {
        pieces.scheme = (struct url_slice){text, scheme};
        at = text + scheme + 1;
    }
    pieces.has_authority = str_starts(at, "//");
    if (pieces.has_authority) {
        at += 2;
        split_authority(cut(&at, "/?#"), &pieces);
    }
    pieces.path = cut(&at, "?#");
    if (*at == '?') {
        pieces.query = cut(&at, "#");
    }
    pieces.fragment = (struct url_slice){at, strlen(at)};
    return pieces;
}

/* The text of a slice without its mark; NULL when there is none. */
static const char *behind_mark(struct arena *arena, struct url_slice slice)
{
    return slice.size == 0 ? NULL : arena_strndup(arena, slice.at + 1, slice.size - 1);
}

static bool is_scheme(struct url_slice scheme)
{
    return scheme.size > 0 && isalpha((unsigned char)scheme.at[0]) &&
           strspn(scheme.at, LETTERS DIGITS "+-.") >= scheme.size;
}

/* app:///path has an empty authority, which is none (RFC 3986 3.2.2). */
static const char *take_authority(struct arena *arena, const struct url_pieces *pieces,
                                  struct url *url)
{
    bool is_empty = pieces->userinfo.size + pieces->host.size + pieces->port.size == 0;
    if (!pieces->has_authority || (is_empty && !url_is_web(url))) {
        return url_is_web(url) ? "has no host" : NULL;
    }
    if (pieces->userinfo.size > 0) {
        url->userinfo = arena_strndup(arena, pieces->userinfo.at, pieces->userinfo.size - 1);
    }
    url->host = lower(arena, pieces->host.at, pieces->host.size);
    url->port = pieces->port.size > 1 ? behind_mark(arena, pieces->port) : NULL;
    const char *fault = host_fault(url->host);
    return fault != NULL ? fault : port_fault(url->port);
}

const char *url_parse(struct arena *arena, const char *text, struct url *url)
{
    *url = (struct url){0};
    const char *fault = characters_fault(arena, text);
    if (fault != NULL) {
        return fault;
    }
    struct url_pieces pieces = url_split(text);
    if (!is_scheme(pieces.scheme)) {
        return "has no scheme";
    }
    url->scheme = lower(arena, pieces.scheme.at, pieces.scheme.size);
    url->path = arena_strndup(arena, pieces.path.at, pieces.path.size);
    url->query = behind_mark(arena, pieces.query);
    url->fragment = behind_mark(arena, pieces.fragment);
    return take_authority(arena, &pieces, url);
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

const char *url_with_query(struct arena *arena, const char *url, const char *parameters)
{
    size_t size = strcspn(url, "#");
    bool has_query = memchr(url, '?', size) != NULL;
    return arena_printf(arena, "%.*s%s%s%s", (int)size, url, has_query ? "&" : "?", parameters,
                        url + size);
}

const char *url_shown(struct arena *arena, const char *url)
{
    size_t size = strcspn(url, "?#");
    size_t shown = str_utf8_prefix(url, size < SHOWN_MAX ? size : SHOWN_MAX);
    return arena_printf(arena, "%.*s%s", (int)shown, url, shown < size ? "..." : "");
}
