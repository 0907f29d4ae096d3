/* By the C library, which reads the system's files and knows what comes behind their last
 * transition. It looks at one zone at a time, the process's: a lock keeps it still meanwhile. */
#include "server/iml/zone.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/base/str.h"

#define ZONES "/usr/share/zoneinfo/"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char current[ZONE_NAME_MAX + 1]; /* what the library looks at; empty: something else */

/* "Europe/Prague": no name leads out of the folder. */
static bool is_name(const char *name)
{
    size_t size = strlen(name);
    bool good = size > 0 && size <= ZONE_NAME_MAX && isalpha((unsigned char)name[0]);
    for (size_t i = 0; good && i < size; i++) {
        good = isalnum((unsigned char)name[i]) || strchr("_+-/", name[i]) != NULL;
    }
    return good;
}

static bool is_greenwich(const char *name)
{
    return str_equal(name, "UTC") || str_equal(name, "Etc/UTC") || str_equal(name, "GMT") ||
           str_equal(name, "Z");
}

/* Every file of a zone begins so (RFC 8536 3.1). */
static bool has_file(const char *name)
{
    char path[sizeof(ZONES) + ZONE_NAME_MAX];
    char magic[4] = "";
    (void)snprintf(path, sizeof(path), ZONES "%s", name);
    FILE *file = fopen(path, "re");
    bool good = file != NULL && fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
                memcmp(magic, "TZif", sizeof(magic)) == 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    return good;
}

static bool look_at(const char *name)
{
    if (str_equal(name, current)) {
        return true;
    }
    if (!has_file(name) || setenv("TZ", name, 1) != 0) {
        return false;
    }
    tzset();
    (void)snprintf(current, sizeof(current), "%s", name);
    return true;
}

int zone_at(const char *name, int64_t at, struct zone_state *state)
{
    *state = (struct zone_state){.letters = "UTC"};
    if (is_greenwich(name)) {
        return 0;
    }
    if (!is_name(name)) {
        return 1;
    }
    struct tm tm = {0};
    time_t seconds = at;
    pthread_mutex_lock(&lock);
    bool known = look_at(name) && localtime_r(&seconds, &tm) != NULL;
    if (known) {
        state->offset = (int32_t)tm.tm_gmtoff;
        (void)snprintf(state->letters, sizeof(state->letters), "%s", tm.tm_zone);
    }
    pthread_mutex_unlock(&lock);
    return known ? 0 : 1;
}

bool zone_is_known(const char *name)
{
    struct zone_state state = {0};
    return zone_at(name, 0, &state) == 0;
}
