/* The connections that a command line names: FILE... */
#ifndef MAKESHIFT_TOOLS_CONNECTION_FILES_H
#define MAKESHIFT_TOOLS_CONNECTION_FILES_H

#include "server/connection/folder.h"
#include "server/tools/given.h"
#include "server/tools/tool.h"

/* The files that were named, and those of the folders among them. 0; 1: a folder is none of an
 * app's, and a line says so. */
MUST_USE int connection_files_list(const struct tool_run *run, const struct given *given,
                                   struct folder *files);

#endif
