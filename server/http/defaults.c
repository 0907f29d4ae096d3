#include "server/http/defaults.h"

#include <unistd.h>

#define HEADER_SECONDS 10
#define BODY_SECONDS 30
#define IDLE_SECONDS 60

void defaults_fill(struct mhd_options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (options->threads == 0) {
        options->threads = cores > 0 ? (unsigned)cores : 1;
    }
    if (options->header_seconds == 0) {
        options->header_seconds = HEADER_SECONDS;
    }
    if (options->body_seconds == 0) {
        options->body_seconds = BODY_SECONDS;
    }
    if (options->idle_seconds == 0) {
        options->idle_seconds = IDLE_SECONDS;
    }
}

unsigned defaults_tick_ms(const struct mhd_options *options)
{
    unsigned shortest = options->header_seconds < options->body_seconds ? options->header_seconds
                                                                        : options->body_seconds;
    return shortest < 4 ? shortest * 250 : 1000;
}
