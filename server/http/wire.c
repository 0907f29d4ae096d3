#include "server/http/wire.h"

#include <stddef.h>
#include <stdint.h>

static const char flaw[] =
    "a header line is folded, has no name, has a NUL byte, or does not end in CR LF";

/* Bytes from `from` to `to`, which may lie in different pieces of memory; wraps when `to` is lower. */
static size_t distance(const char *from, const char *to)
{
    return (uintptr_t)to - (uintptr_t)from;
}

const char *wire_flaw_between(const char *end, const char *name)
{
    /* RFC 9112 2.2 lets us take a lone LF for a line's end; a proxy may not, so we don't. */
    return distance(end, name) == 2 ? NULL : flaw;
}

const char *wire_flaw_behind(const char *end, const char *headers_end)
{
    return distance(end, headers_end) == 4 ? NULL : flaw;
}
