/* A value of the command line as JSON, by the kind of its option. */
#ifndef MAKESHIFT_TOOLS_VALUE_H
#define MAKESHIFT_TOOLS_VALUE_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/tools/option.h"

/* 0, and `*value` is a new reference; 1: `*problem` says what is wrong, in words that go after the
 * option's name. */
MUST_USE int value_read(struct arena *arena, const struct option_row *option, const char *text,
                        json_t **value, const char **problem);

#endif
