#include "server/http/target.h"

#include <string.h>
#include <strings.h>

/* RFC 3986 2: visible ASCII alone. The rest comes percent-encoded. */
static bool is_visible(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text <= ' ' || *text > '~') {
            return false;
        }
    }
    return true;
}

/* What follows `http://` or `https://`, or NULL (RFC 3986 3.1: schemes know no case). */
static const char *after_scheme(const char *target)
{
    if (strncasecmp(target, "http://", 7) == 0) {
        return target + 7;
    }
    if (strncasecmp(target, "https://", 8) == 0) {
        return target + 8;
    }
    return NULL;
}

static void split_query(struct request *request, const char *from)
{
    size_t path_size = strcspn(from, "?");
    request->path = arena_strndup(request->arena, from, path_size);
    if (from[path_size] == '?') {
        request->query = arena_strdup(request->arena, from + path_size + 1);
    }
}

static void parse_absolute(struct request *request, const char *authority)
{
    size_t size = strcspn(authority, "/?#");
    request->authority = arena_strndup(request->arena, authority, size);
    if (size == 0 || strchr(request->authority, '@') != NULL) {
        request->malformed = "the request target has no plain host";
    }

    split_query(request, authority + size);
    if (*request->path != '\0') {
        return;
    }
    /* RFC 9112 3.2.4: OPTIONS without a path asks about the server; all else about its root. */
    request->path = request->method == METHOD_OPTIONS && request->query == NULL ? "*" : "/";
}

void target_parse(struct request *request, const char *target)
{
    request->path = "/";
    request->query = NULL;
    request->authority = NULL;
    if (!is_visible(target)) {
        request->malformed = "the request target has a byte that no URI has";
        return;
    }
    if (strchr(target, '#') != NULL) {
        request->malformed = "the request target has a fragment";
        return;
    }
    if (*target == '/') {
        split_query(request, target);
        return;
    }
    if (strcmp(target, "*") == 0 && request->method == METHOD_OPTIONS) {
        request->path = "*";
        return;
    }
    const char *authority = after_scheme(target);
    if (authority == NULL) {
        request->malformed = "the request target is neither a path nor an http URL";
        return;
    }
    parse_absolute(request, authority);
}
