#include "server/oauth/redirect_uri.h"

#include <string.h>

#include "server/base/str.h"

/* The pieces of a URI by RFC 3986 Appendix B, as slices. */
struct slice {
    const char *at;
    size_t size;
};

struct pieces {
    struct slice scheme, userinfo, host, port, path, query, fragment;
};

static struct slice cut(const char **at, const char *stops)
{
    struct slice slice = {.at = *at, .size = strcspn(*at, stops)};
    *at += slice.size;
    return slice;
}

static void split_authority(struct slice authority, struct pieces *pieces)
{
    const char *end = authority.at + authority.size;
    const char *host = authority.at;
    const char *sign = memrchr(authority.at, '@', authority.size);
    if (sign != NULL) {
        host = sign + 1;
        /* With its @, so that an empty one is not the same as none. */
        pieces->userinfo = (struct slice){authority.at, (size_t)(host - authority.at)};
    }
    const char *bracket = memrchr(host, ']', (size_t)(end - host));
    const char *after = bracket != NULL ? bracket : host;
    const char *colon = memrchr(after, ':', (size_t)(end - after));
    const char *host_end = colon != NULL ? colon : end;
    pieces->host = (struct slice){host, (size_t)(host_end - host)};
    if (colon != NULL) {
        pieces->port = (struct slice){colon, (size_t)(end - colon)};
    }
}

static struct pieces split(const char *uri)
{
    struct pieces pieces = {0};
    const char *at = uri;
    size_t scheme = strcspn(uri, ":/?#");
    if (uri[scheme] == ':') {
        pieces.scheme = (struct slice){uri, scheme};
        at = uri + scheme + 1;
    }
    if (str_starts(at, "//")) {
        at += 2;
        split_authority(cut(&at, "/?#"), &pieces);
    }
    pieces.path = cut(&at, "?#");
    if (*at == '?') {
        pieces.query = cut(&at, "#");
    }
    pieces.fragment = (struct slice){at, strlen(at)};
    return pieces;
}

static bool same(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

static bool is(struct slice slice, const char *text)
{
    return slice.size == strlen(text) && memcmp(slice.at, text, slice.size) == 0;
}

/* ":1" to ":65535", or nothing. */
static bool is_port(struct slice port)
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

static bool has_free_port(const struct pieces *registered)
{
    if (!is(registered->scheme, "http")) {
        return false;
    }
    if (is(registered->host, "127.0.0.1") || is(registered->host, "[::1]")) {
        return true;
    }
    /* RFC 8252 8.3: localhost is not recommended, so that only a registration that leaves the port open
     * says it wants one; http://localhost:3000/cb stays what it is. */
    return is(registered->host, "localhost") && registered->port.size == 0;
}

bool redirect_uri_matches(const char *registered, const char *presented)
{
    if (strcmp(registered, presented) == 0) {
        return true;
    }
    struct pieces a = split(registered);
    struct pieces b = split(presented);
    return has_free_port(&a) && is_port(b.port) && same(a.scheme, b.scheme) &&
           same(a.host, b.host) && same(a.userinfo, b.userinfo) && same(a.path, b.path) &&
           same(a.query, b.query) && a.fragment.size == 0 && b.fragment.size == 0;
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
    struct pieces a = split(registered);
    struct pieces b = split(presented);
    const struct {
        const char *name;
        struct slice a, b;
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
            return rows[i].name;
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
    return REFUSED(INVALID_REQUEST, .check = "redirect_uri",
                   .detail = arena_printf(arena,
                                          "redirect_uri '%s' is not registered for client '%s'; "
                                          "nearest: '%s' (%s)",
                                          presented, client->client_id, nearest, difference),
                   .expected = client->redirect_uris, .actual = presented,
                   .clause = "RFC 9700 4.1.3");
}
