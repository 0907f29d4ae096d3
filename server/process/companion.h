/* Another process, which this one is not to outlive. */
#ifndef MAKESHIFT_PROCESS_COMPANION_H
#define MAKESHIFT_PROCESS_COMPANION_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"

struct companion {
    int64_t pid; /* 0: there is none */
    int fd;      /* is readable once the process has ended; negative: only looking tells */
};

#define COMPANION_NONE ((struct companion){.fd = -1})

/* 0; 1: there is no process of that id. */
MUST_USE int companion_begin(struct companion *companion, int64_t pid);
void companion_end(struct companion *companion);

bool companion_is_gone(const struct companion *companion);

#endif
