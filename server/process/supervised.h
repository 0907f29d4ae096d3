/* Who started the process. */
#ifndef MAKESHIFT_PROCESS_SUPERVISED_H
#define MAKESHIFT_PROCESS_SUPERVISED_H

#include <stdbool.h>

/* Whether systemd did, as a service: not one of the programs that such a service runs. */
bool supervised(char *const *environment);

#endif
