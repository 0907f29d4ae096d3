#include "server/base/new_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/file.h"

static bool is_other_than_file(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

const char *new_file_fault(struct arena *arena, const char *path)
{
    return is_other_than_file(path)
               ? arena_printf(arena, "%s is no regular file; name one, or a new one", path)
               : NULL;
}

static const char *not_written(struct arena *arena, const char *path, int why)
{
    return arena_printf(arena, "%s cannot be written: %s", path, file_why(arena, why));
}

const char *new_file_begin(struct arena *arena, const char *path, mode_t mode,
                           struct new_file *file)
{
    *file = (struct new_file){.path = path};
    const char *fault = new_file_fault(arena, path);
    if (fault != NULL) {
        return fault;
    }
    char *temporary = arena_printf(arena, "%s.XXXXXX", path);
    int fd = mkstemp(temporary);
    if (fd < 0) {
        return not_written(arena, path, errno);
    }
    file->temporary = temporary;
    file->file = fchmod(fd, mode) == 0 ? fdopen(fd, "w") : NULL;
    if (file->file == NULL) {
        int why = errno;
        close(fd);
        new_file_fini(file);
        return not_written(arena, path, why);
    }
    return NULL;
}

void new_file_put(struct new_file *file, const char *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, file->file) != size && file->why == 0) {
        file->why = errno;
    }
}

const char *new_file_end(struct arena *arena, struct new_file *file)
{
    const char *fault = new_file_fault(arena, file->path); /* it may have come meanwhile */
    if (fault != NULL) {
        return fault;
    }
    int why = file->why;
    if (fclose(file->file) != 0 && why == 0) {
        why = errno; /* a disk may be full, and that shows only now */
    }
    file->file = NULL;
    if (why == 0 && rename(file->temporary, file->path) != 0) {
        why = errno;
    }
    if (why != 0) {
        return not_written(arena, file->path, why);
    }
    file->temporary = NULL;
    return NULL;
}

void new_file_fini(struct new_file *file)
{
    if (file->file != NULL) {
        fclose(file->file);
    }
    if (file->temporary != NULL) {
        unlink(file->temporary);
    }
    *file = (struct new_file){0};
}

void new_file_clear(const char *path)
{
    if (!is_other_than_file(path)) {
        unlink(path);
    }
}
