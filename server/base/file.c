#include "server/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/str.h"

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static const char *mend(int why)
{
    switch (why) {
    case EROFS:
        return "; name a place that can be written to";
    case EACCES:
    case EPERM:
        return "; name another, or let this user in there";
    case ENOENT:
        return "; name one that is there, or make it";
    case ENOTDIR:
        return "; a file stands where a folder is named";
    case EISDIR:
        return "; name a file";
    case ENOSPC:
    case EDQUOT:
        return "; make room, or name another place";
    default:
        return "";
    }
}

const char *file_why(struct arena *arena, int why)
{
    return arena_printf(arena, "%s%s", strerror(why), mend(why));
}

/* The size a file claims is no limit, as pipes claim none. */
const char *file_read_all(struct arena *arena, int fd, size_t most, size_t *size,
                          const char **problem)
{
    struct str_buf buf;
    char piece[16384];
    ssize_t got;
    str_buf_init(&buf, arena);
    while ((got = read(fd, piece, sizeof(piece))) > 0) {
        str_buf_put_n(&buf, piece, (size_t)got);
        if (buf.size > most) {
            *problem = arena_printf(arena, "it is larger than %zu bytes, the limit", most);
            return NULL;
        }
    }
    if (got < 0) {
        *problem = arena_printf(arena, "cannot be read: %s", file_why(arena, errno));
        return NULL;
    }
    *size = buf.size;
    return str_buf_text(&buf);
}

const char *file_read(struct arena *arena, const char *path, size_t most, size_t *size,
                      const char **problem)
{
    AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        *problem = arena_printf(arena, "cannot be opened: %s", file_why(arena, errno));
        return NULL;
    }
    return file_read_all(arena, fd, most, size, problem);
}

static const char *read_regular(struct arena *arena, int fd, size_t most, size_t *size,
                                const char **problem)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        *problem = "is not a regular file";
        return NULL;
    }
    return file_read_all(arena, fd, most, size, problem);
}

const char *file_read_regular(struct arena *arena, const char *path, size_t most, size_t *size,
                              const char **problem)
{
    AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        *problem = arena_printf(arena, "cannot be opened: %s", file_why(arena, errno));
        return NULL;
    }
    return read_regular(arena, fd, most, size, problem);
}

/* One step down at a time, so that each can refuse a link: what openat2's RESOLVE_BENEATH and
 * RESOLVE_NO_SYMLINKS do in one call, where a kernel and a container's filter allow it. */
static int open_below(struct arena *arena, int directory, const char *name)
{
    char *rest = arena_strdup(arena, name);
    int fd = directory;
    for (char *step = strsep(&rest, "/"); step != NULL && fd >= 0; step = strsep(&rest, "/")) {
        int how = O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
        bool upwards = str_equal(step, "..");
        int next =
            upwards ? -1 : openat(fd, step, how | (rest == NULL ? O_RDONLY : O_PATH | O_DIRECTORY));
        int why = upwards ? EXDEV : errno;
        close(fd);
        errno = why;
        fd = next;
    }
    return fd;
}

const char *file_read_below(struct arena *arena, const char *beside, const char *name, size_t most,
                            size_t *size, const char **problem)
{
    const char *slash = strrchr(beside, '/');
    const char *directory =
        slash == NULL ? "." : arena_strndup(arena, beside, (size_t)(slash - beside) + 1);
    int top = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    AUTO(close_fd) int fd = top < 0 ? -1 : open_below(arena, top, name);
    if (fd < 0) {
        *problem = errno == ELOOP || errno == ENOTDIR
                       ? "cannot be opened: a symbolic link, or no directory, stands in its path"
                       : arena_printf(arena, "cannot be opened: %s", strerror(errno));
        return NULL;
    }
    return read_regular(arena, fd, most, size, problem);
}
