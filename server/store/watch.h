/* Whether a database and its log still have their names: what is written to a file without one is
 * gone with the process, and nobody may be told that it is kept. */
#ifndef MAKESHIFT_STORE_WATCH_H
#define MAKESHIFT_STORE_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "server/base/attr.h"

struct watched {
    char *path; /* NULL: none */
    dev_t device;
    ino_t number;
};

struct watch {
    struct watched files[2]; /* the database and its log */
    bool is_gone;            /* one of them has lost its name */
};

/* Begins with the files that are there now. 0; negative: no memory. */
MUST_USE int watch_start(struct watch *watch, const char *path);
bool watch_is_on(const struct watch *watch);

/* Logs it when it begins. False when nothing is watched. */
bool watch_is_gone(struct watch *watch);
void watch_end(struct watch *watch);

#endif
