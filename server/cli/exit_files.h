/* The files that a server leaves when it ends: the journals of its tenants (--journal-file), the
 * state of the default one (--export-on-exit). Each is there whole or not at all. */
#ifndef MAKESHIFT_CLI_EXIT_FILES_H
#define MAKESHIFT_CLI_EXIT_FILES_H

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/cli/config.h"
#include "server/endpoints/endpoints.h"

/* Whether they can be written, as far as can be told at the start, and none of them is a file of
 * another option. Nothing is left. 0; 1: *problem. */
MUST_USE int exit_files_check(const struct config *config, struct arena *arena,
                              const char **problem);

/* Takes away the journal of a former run, which would pass for this one's. A state stays until it
 * is replaced: somebody may go on from it. */
void exit_files_clear(const struct config *config);

/* Writes them, once nobody is served any more. 0; 1: *problem, of the first that failed; the other
 * is written all the same. */
MUST_USE int exit_files_write(const struct config *config, struct endpoints *endpoints,
                              struct arena *arena, const char **problem);

#endif
