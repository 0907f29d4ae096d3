#include "server/tls_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/seed_file.h"

#define FILE_MAX (256 * 1024)

int tls_refuse(const struct tls_place *place, const char *option, const char *what)
{
    *place->problem = arena_printf(place->arena, "%s: %s", option, what);
    return 1;
}

const char *tls_path(const struct tls_place *place, const char *name)
{
    return arena_printf(place->arena, "%s/%s", place->directory, name);
}

int tls_read_file(const struct tls_place *place, const char *option, const char *path,
                  const char **text)
{
    size_t size;
    const char *wrong = NULL;
    *text = seed_file_read(place->arena, path, FILE_MAX, &size, &wrong);
    return *text != NULL
               ? 0
               : tls_refuse(place, option, arena_printf(place->arena, "%s %s", path, wrong));
}

void tls_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

int tls_refuse_directory(const struct tls_place *place, const char *what)
{
    return tls_refuse(place, "--tls-dir",
                      arena_printf(place->arena, "%s %s: %s; name another directory",
                                   place->directory, what, strerror(errno)));
}

/* With all that is above it. */
int tls_make_directory(const struct tls_place *place)
{
    char *path = arena_strdup(place->arena, place->directory);
    for (char *at = path + 1;; at++) {
        char here = *at;
        if (here != '/' && here != '\0') {
            continue;
        }
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return tls_refuse_directory(place, "cannot be made");
        }
        *at = here;
        if (here == '\0') {
            return 0;
        }
    }
}

static bool write_all(int fd, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t put = write(fd, text, size);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        text += put > 0 ? put : 0;
        size -= put > 0 ? (size_t)put : 0;
    }
    return fsync(fd) == 0;
}

/* There whole or not at all. */
int tls_write_file(const struct tls_place *place, const char *name, mode_t mode, const char *text)
{
    char *temporary = arena_printf(place->arena, "%s.XXXXXX", tls_path(place, name));
    AUTO(tls_close) int fd = mkstemp(temporary);
    if (fd >= 0 && fchmod(fd, mode) == 0 && write_all(fd, text) &&
        rename(temporary, tls_path(place, name)) == 0) {
        return 0;
    }
    int why = errno;
    unlink(temporary);
    errno = why;
    return tls_refuse_directory(place, "cannot be written to");
}
