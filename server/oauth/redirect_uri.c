#include "server/oauth/redirect_uri.h"

#include <string.h>

#include "server/base/str.h"
#include "server/base/url.h"

/* RFC 8252 7.1: a scheme that an app calls its own is a domain name in reverse, so that it holds a
 * dot. One without leads to what the browser itself does with it (javascript, intent, about), or to
 * a program that is no client. An urn leads nowhere: its code is read off the page. */
static bool leads_to_a_client(const struct url *url)
{
    return url_is_web(url) || str_equal(url->scheme, "urn") || strchr(url->scheme, '.') != NULL;
}

/* The URL that a host without a scheme was meant for, as localhost:3000/cb; NULL: that is not what
 * `text` is. By RFC 3986 3.1 localhost is a scheme there. */
static const char *meant_url(struct arena *arena, const char *text)
{
    size_t size = strcspn(text, ":/?#");
    size_t digits = text[size] == ':' ? strspn(text + size + 1, "0123456789") : 0;
    const char *rest = text + size + (digits == 0 ? 0 : 1 + digits);
    const char *host = arena_strndup(arena, text, size);
    bool is_local = str_equal(host, "localhost") || str_starts(host, "127.");
    bool is_host = is_local || strchr(host, '.') != NULL || digits > 0;
    if (!is_host || (*rest != '\0' && *rest != '/')) {
        return NULL;
    }
    struct url url = {0};
    const char *meant = arena_printf(arena, "http%s://%s", is_local ? "" : "s", text);
    return url_parse(arena, meant, &url) == NULL ? meant : NULL;
}

const char *redirect_uri_fault(struct arena *arena, const char *text)
{
    struct url url = {0};
    const char *meant = meant_url(arena, text);
    if (meant != NULL) {
        return arena_printf(arena, "has no scheme; did you mean %s", meant);
    }
    if (memchr(text, '*', strcspn(text, "?#")) != NULL) {
        /* RFC 9700 2.1: compared as a whole, and so nothing stands for something else. */
        return "has a *, and wildcards are not a thing here";
    }
    const char *fault = url_parse(arena, text, &url);
    if (fault != NULL) {
        return fault;
    }
    if (!leads_to_a_client(&url)) {
        return arena_printf(arena,
                            "has the scheme %s, which leads to no client: it is not the web's, and "
                            "an app's own holds a dot (RFC 8252 7.1)",
                            url.scheme);
    }
    if (url.fragment != NULL) {
        return "has a fragment";
    }
    if (url.userinfo != NULL) {
        return "has a user before its host";
    }
    bool bare = url.host == NULL && url.path[0] == '\0' && url.query == NULL;
    return bare ? "has nothing after its scheme" : NULL;
}

static bool same(struct url_slice a, struct url_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static bool is(struct url_slice slice, const char *text)
{
    return slice.size == strlen(text) && memcmp(slice.at, text, slice.size) == 0;
}

/* ":1" to ":65535", or nothing. */
static bool is_port(struct url_slice port)
{
    int64_t number;
    char digits[8] = {0};
    if (port.size == 0) {
        return true;
    }
    if (port.size > 6 || port.at[1] == '0') {
        return false;
    }
    memcpy(digits, port.at + 1, port.size - 1);
    return str_to_int64(digits, 1, 65535, &number);
}

static bool has_free_port(const struct url_pieces *registered)
{
    if (!is(registered->scheme, "http")) {
        return false;
    }
    if (is(registered->host, "127.0.0.1") || is(registered->host, "[::1]")) {
        return true;
    }
    /* RFC 8252 8.3: localhost is not recommended, so that only a registration that leaves the port
     * open says it wants one; http://localhost:3000/cb stays what it is. */
    return is(registered->host, "localhost") && registered->port.size == 0;
}

bool redirect_uri_matches(const char *registered, const char *presented)
{
    if (strcmp(registered, presented) == 0) {
        return true;
    }
    struct url_pieces a = url_split(registered);
    struct url_pieces b = url_split(presented);
    return has_free_port(&a) && is_port(b.port) && same(a.scheme, b.scheme) &&
           same(a.host, b.host) && a.userinfo.size + b.userinfo.size == 0 && same(a.path, b.path) &&
           same(a.query, b.query) && a.fragment.size == 0 && b.fragment.size == 0;
}

static bool differ_by_slash(struct url_slice a, struct url_slice b)
{
    struct url_slice longer = a.size > b.size ? a : b;
    size_t shared = a.size < b.size ? a.size : b.size;
    return longer.size == shared + 1 && longer.at[shared] == '/' &&
           (shared == 0 || memcmp(a.at, b.at, shared) == 0);
}

const char *redirect_uri_difference(struct arena *arena, const char *registered,
                                    const char *presented)
{
    if (strcmp(arena_printf(arena, "%s/", registered), presented) == 0 ||
        strcmp(arena_printf(arena, "%s/", presented), registered) == 0) {
        return "trailing slash";
    }
    if (strcasecmp(registered, presented) == 0) {
        return "upper and lower case";
    }
    struct url_pieces a = url_split(registered);
    struct url_pieces b = url_split(presented);
    if (has_free_port(&a) && is_port(b.port)) {
        a.port = b.port; /* RFC 8252 7.3: not what is wrong */
    }
    const struct {
        const char *name;
        struct url_slice a, b;
    } rows[] = {
        {"scheme", a.scheme, b.scheme},
        {"user information", a.userinfo, b.userinfo},
        {"host", a.host, b.host},
        {"port", a.port, b.port},
        {"path", a.path, b.path},
        {"query", a.query, b.query},
        {"fragment", a.fragment, b.fragment},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!same(rows[i].a, rows[i].b)) {
            return differ_by_slash(rows[i].a, rows[i].b) ? "trailing slash" : rows[i].name;
        }
    }
    return "spelling";
}

/* How much two texts share at their ends: enough to guess which registration was meant. */
static size_t likeness(const char *a, const char *b)
{
    size_t head = 0;
    while (a[head] != '\0' && a[head] == b[head]) {
        head++;
    }
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    size_t tail = 0;
    while (tail < a_size - head && tail < b_size - head &&
           a[a_size - 1 - tail] == b[b_size - 1 - tail]) {
        tail++;
    }
    return head + tail;
}

struct verdict redirect_uri_allow(struct arena *arena, const struct client_row *client,
                                  const char *presented)
{
    const char *nearest = "";
    size_t best = 0;
    const char *at = client->redirect_uris;
    const char *word;
    size_t size;
    while ((word = str_next_word(&at, &size)) != NULL) {
        const char *registered = arena_strndup(arena, word, size);
        if (redirect_uri_matches(registered, presented)) {
            return ALLOWED;
        }
        size_t like = likeness(registered, presented);
        if (like >= best) {
            best = like;
            nearest = registered;
        }
    }
    const char *difference = redirect_uri_difference(arena, nearest, presented);
    return REFUSED(
        INVALID_REQUEST, .check = "redirect_uri", .title = "The redirect URI is not registered",
        .detail =
            arena_printf(arena,
                         "redirect_uri '%s' is not registered for client '%s'; "
                         "nearest: '%s' (%s); add it to redirect_uris of '%s'",
                         presented, client->client_id, nearest, difference, client->client_id),
        .expected = client->redirect_uris, .actual = presented, .clause = "RFC 9700 4.1.3");
}
