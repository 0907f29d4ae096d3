#include "server/process/supervised.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "server/base/str.h"

#define VARIABLE "SYSTEMD_EXEC_PID=" /* systemd.exec(5): it is inherited, the process id is not */

bool supervised(char *const *environment)
{
    int64_t pid = 0;
    while (*environment != NULL && !str_starts(*environment, VARIABLE)) {
        environment++;
    }
    return *environment != NULL &&
           str_to_int64(*environment + strlen(VARIABLE), 1, INT64_MAX, &pid) && pid == getpid();
}
