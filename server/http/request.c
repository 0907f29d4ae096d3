#include "server/http/request.h"

#include <string.h>
#include <strings.h>

const char *const method_names[METHOD__MAX] = {
    [METHOD_GET] = "GET",         [METHOD_HEAD] = "HEAD", [METHOD_POST] = "POST",
    [METHOD_OPTIONS] = "OPTIONS", [METHOD_PUT] = "PUT",   [METHOD_PATCH] = "PATCH",
    [METHOD_DELETE] = "DELETE",   [METHOD_OTHER] = NULL,
};

enum method method_named(const char *name)
{
    for (int i = 0; i < METHOD_OTHER; i++) {
        if (strcmp(method_names[i], name) == 0) {
            return (enum method)i;
        }
    }
    return METHOD_OTHER;
}

/* Each call asks dozens of times, and most names differ in their first letter. */
bool header_is(const struct header *header, const char *name)
{
    unsigned char differs = (unsigned char)*header->name ^ (unsigned char)*name;
    return (differs & ~0x20u) == 0 && strcasecmp(header->name, name) == 0;
}

const char *request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (header_is(&request->headers[i], name)) {
            return request->headers[i].value;
        }
    }
    return NULL;
}

size_t request_header_count(const struct request *request, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        if (header_is(&request->headers[i], name)) {
            count++;
        }
    }
    return count;
}

/* The value within one Cookie header: `a=1; b=2`, spaces around a pair aside. */
static const char *cookie_in(struct arena *arena, const char *at, const char *name)
{
    size_t name_size = strlen(name);
    while (*at != '\0') {
        at += strspn(at, " \t;");
        size_t size = strcspn(at, ";");
        const char *end = at + size;
        if (size > name_size && at[name_size] == '=' && memcmp(at, name, name_size) == 0) {
            const char *value = at + name_size + 1;
            while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
                end--;
            }
            return arena_strndup(arena, value, (size_t)(end - value));
        }
        at = end;
    }
    return NULL;
}

const char *request_cookie(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (!header_is(&request->headers[i], "Cookie")) {
            continue;
        }
        const char *value = cookie_in(request->arena, request->headers[i].value, name);
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

bool request_is(const struct request *request, const char *media_type)
{
    const char *sent = request_header(request, "Content-Type");
    if (sent == NULL) {
        return false;
    }
    size_t size = strcspn(sent, "; \t");
    if (size != strlen(media_type) || strncasecmp(sent, media_type, size) != 0) {
        return false;
    }

    /* `text/plain html` is no media type: only parameters may follow (RFC 9110 8.3.1). */
    const char *rest = sent + size + strspn(sent + size, " \t");
    return *rest == '\0' || *rest == ';';
}
