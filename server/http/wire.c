#include "server/http/wire.h"

#include <stdint.h>

static const char folded[] = "a header line is folded";
static const char hidden[] = "a header line has no name, has a NUL byte, or does not end in CR LF";

/* Bytes from `from` to `to`, which may lie in different pieces of memory; wraps when `to` is lower. */
static size_t distance(const char *from, const char *to)
{
    return (uintptr_t)to - (uintptr_t)from;
}

const char *wire_flaw(const struct wire_field *field)
{
    const char *colon = field->name + field->name_size;
    if ((uintptr_t)field->value <= (uintptr_t)colon)
        return folded; /* the library moved the name to glue the fold to it */
    for (const char *at = colon + 1; at != field->value; at++) {
        if (*at != ' ' && *at != '\t')
            return folded;
    }
    return NULL;
}

const char *wire_flaw_between(const char *end, const char *name)
{
    /* RFC 9112 2.2 lets us take a lone LF for a line's end; a proxy may not, so we don't. */
    return distance(end, name) == 2 ? NULL : hidden;
}

const char *wire_flaw_behind(const char *end, const char *headers_end)
{
    return distance(end, headers_end) == 4 ? NULL : hidden;
}
