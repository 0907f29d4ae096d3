/* Tells when a file may have changed: by what the kernel says of it, which is at once, and by
 * looking, as a link in the midst of its path leads elsewhere, and some mounts change, without a
 * word. */
#ifndef MAKESHIFT_CLI_WATCH_H
#define MAKESHIFT_CLI_WATCH_H

#include <stdbool.h>
#include <sys/stat.h>

#include "server/base/arena.h"
#include "server/base/attr.h"

struct watch {
    int fd; /* to be read when something was; negative: nothing is watched */
    const char *path;
    const char *name; /* in its folder */
    const char *folder;
    int of_file; /* the watch of what was the file when it was last looked for */
    /* What it was when it was last told of, and when it was last looked at; all 0: there was none.
     */
    struct stat told, looked;
};

/* Watches the file's folder, since editors put another file in its place, and the file itself,
 * which may be mounted alone or stand behind a link. 0; 1: `*problem` says why it cannot be. */
MUST_USE int watch_open(struct watch *watch, struct arena *arena, const char *path,
                        const char **problem);
void watch_close(struct watch *watch);

/* Takes what was told since. Whether it may have been the file. */
bool watch_is_due(struct watch *watch);

/* The same where nothing was told for a while. A file that was another one at the last look, too,
 * is still being written. */
bool watch_look(struct watch *watch);

#endif
