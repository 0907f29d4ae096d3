/* What each option's value may be. */
#ifndef MAKESHIFT_CLI_VALUES_H
#define MAKESHIFT_CLI_VALUES_H

#include "server/cli/config.h"

/* Reads `value` into its place in `config`. NULL, or what was expected instead: "a port: 0 to
 * 65535". */
const char *value_set(struct config *config, struct arena *arena, enum option option,
                      const char *value);

#endif
