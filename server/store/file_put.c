#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/store/db.h"
#include "server/store/file.h"

static int broken(const char *what, const char *path)
{
    const struct log_field fields[] = {{.name = "file", .value = path},
                                       {.name = "reason", .value = strerror(errno)}};
    log_event(LOG_ERROR, what, fields, COUNT(fields));
    return DB_BROKEN;
}

/* What its directory says of a name is on the disk. */
static int sync_directory(const char *path, struct arena *arena)
{
    int fd = open(dirname(arena_strdup(arena, path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int outcome = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0) {
        close(fd);
    }
    return outcome;
}

static int write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno != EINTR) {
            return -1;
        }
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return fsync(fd);
}

/* A link is made where nothing is, a name given also where something is. */
static int give_name(const char *made, const char *path, bool replaces)
{
    if (replaces) {
        return rename(made, path);
    }
    int outcome = link(made, path);
    int reason = errno;
    unlink(made);
    errno = reason;
    return outcome;
}

int file_put(const char *path, const void *bytes, size_t size, bool replaces)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    char *made = arena_printf(arena, "%s" FILE_UNFINISHED "XXXXXX", path);
    int fd = mkostemp(made, O_CLOEXEC);
    if (fd < 0) {
        return broken("a file cannot be made", path);
    }
    int written = write_all(fd, bytes, size);
    if (close(fd) != 0 || written != 0) {
        unlink(made);
        return broken("a file cannot be written", path);
    }
    if (give_name(made, path, replaces) != 0) {
        return errno == EEXIST ? 1 : broken("a file cannot be given its name", path);
    }
    return sync_directory(path, arena) == 0 ? 0 : broken("a file cannot be kept", path);
}

int file_delete(const char *path)
{
    static const char *const beside[] = {"-wal", "-shm", "-journal"};
    AUTO(arena_drop) struct arena *arena = arena_new();
    if (unlink(path) != 0 && errno != ENOENT) {
        return broken("a file cannot be deleted", path);
    }
    for (size_t i = 0; i < COUNT(beside); i++) {
        unlink(arena_printf(arena, "%s%s", path, beside[i])); /* most are not there */
    }
    return sync_directory(path, arena) == 0 ? 0 : broken("a deletion cannot be kept", path);
}
