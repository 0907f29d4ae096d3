#include "server/http/wire.h"

#include <stdint.h>

static const char folded[] = "a header line is folded";
static const char with_nul[] = "a header value has a NUL byte";

/* Bytes from `from` to `to`, which may lie in different pieces of memory; wraps when `to` is lower. */
static size_t distance(const char *from, const char *to)
{
    return (uintptr_t)to - (uintptr_t)from;
}

const char *wire_flaw(const struct wire_field *field)
{
    const char *at = field->name + field->name_size;
    size_t blanks = distance(at + 1, field->value);
    if (field->value <= at)
        return folded; /* the library moved the name to glue the fold to it */
    for (size_t i = 1; i <= blanks; i++) {
        if (at[i] != ' ' && at[i] != '\t')
            return folded;
    }
    return NULL;
}

const char *wire_flaw_between(const struct wire_field *field, const struct wire_field *next)
{
    size_t gap = distance(field->value + field->value_size, next->name);
    return gap == 1 || gap == 2 ? NULL : with_nul;
}

const char *wire_flaw_behind(const struct wire_field *last)
{
    return last->value[last->value_size + 1] == '\0' ? NULL : with_nul;
}
