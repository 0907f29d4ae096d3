#include "server/store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/file.h"
#include "server/store/db.h"

static int unreadable(const char **why, struct arena *arena, const char *path, const char *reason)
{
    *why = arena_printf(arena, "the database '%s' cannot be opened: %s", path, reason);
    return DB_UNREADABLE;
}

/* Links on the way to the file are its owner's business; the file itself must be none (CWE-59). */
static const char *resolve(const char *path, struct arena *arena)
{
    char real[PATH_MAX];
    if (!realpath(dirname(arena_strdup(arena, path)), real)) {
        return NULL;
    }
    const char *base = basename(arena_strdup(arena, path));
    return arena_printf(arena, "%s/%s", strcmp(real, "/") == 0 ? "" : real, base);
}

static bool has_wal(const char *path, struct arena *arena)
{
    struct stat info;
    return lstat(arena_printf(arena, "%s-wal", path), &info) == 0;
}

/* A log without its database still knows which codes are spent: SQLite would delete it. */
static int orphaned(const char **why, struct arena *arena, const char *path, const char *what)
{
    *why = arena_printf(arena,
                        "the database '%s' is %s, but its log '%s-wal' is there: put the database "
                        "back beside it, or delete the log to start anew",
                        path, what, path);
    return DB_DAMAGED;
}

static int make(const char *path, struct arena *arena, const char **why)
{
    if (has_wal(path, arena)) {
        return orphaned(why, arena, path, "missing");
    }
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return unreadable(why, arena, path, file_why(arena, errno));
    }
    close(fd);
    return 0;
}

static const char *kind_problem(const struct stat *info)
{
    if (S_ISREG(info->st_mode)) {
        return NULL;
    }
    if (S_ISLNK(info->st_mode)) {
        return "it is a symbolic link; name the file itself";
    }
    if (S_ISDIR(info->st_mode)) {
        return "it is a directory; name a file in it";
    }
    return "it is not a regular file; name one";
}

int file_prepare(const char *path, struct arena *arena, struct file *file, const char **why)
{
    struct stat info;
    *file = (struct file){.path = resolve(path, arena)};
    if (!file->path) {
        return unreadable(why, arena, path, file_why(arena, errno));
    }
    if (lstat(file->path, &info) != 0) {
        return errno == ENOENT ? make(file->path, arena, why)
                               : unreadable(why, arena, path, file_why(arena, errno));
    }
    const char *problem = kind_problem(&info);
    if (problem) {
        return unreadable(why, arena, path, problem);
    }
    if (access(file->path, R_OK | W_OK) != 0) {
        return unreadable(why, arena, path, file_why(arena, errno));
    }
    if (info.st_size == 0 && has_wal(file->path, arena)) {
        return orphaned(why, arena, path, "empty");
    }
    file->size = info.st_size;
    return 0;
}
