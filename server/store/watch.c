#include "server/store/watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/base/attr.h"
#include "server/base/log.h"

static int begin(struct watched *file, const char *path, const char *suffix)
{
    struct stat info;
    char *whole = malloc(strlen(path) + strlen(suffix) + 1);
    if (whole == NULL) {
        return -1;
    }
    stpcpy(stpcpy(whole, path), suffix);
    if (stat(whole, &info) != 0) {
        free(whole);
        return 0;
    }
    *file = (struct watched){.path = whole, .device = info.st_dev, .number = info.st_ino};
    return 0;
}

int watch_start(struct watch *watch, const char *path)
{
    watch_end(watch);
    int outcome = begin(&watch->files[0], path, "");
    return outcome == 0 ? begin(&watch->files[1], path, "-wal") : outcome;
}

bool watch_is_on(const struct watch *watch)
{
    return watch->files[0].path != NULL;
}

static bool has_lost_its_name(const struct watched *file)
{
    struct stat info;
    return file->path != NULL && (stat(file->path, &info) != 0 || info.st_ino != file->number ||
                                  info.st_dev != file->device);
}

bool watch_is_gone(struct watch *watch)
{
    bool was_gone = watch->is_gone;
    watch->is_gone = has_lost_its_name(&watch->files[0]) || has_lost_its_name(&watch->files[1]);
    if (watch->is_gone && !was_gone) {
        const struct log_field fields[] = {{.name = "db", .value = watch->files[0].path}};
        log_event(LOG_ERROR,
                  "the database, or its log, was deleted or moved away: put it back, or start anew",
                  fields, COUNT(fields));
    }
    return watch->is_gone;
}

void watch_end(struct watch *watch)
{
    for (size_t i = 0; i < COUNT(watch->files); i++) {
        free(watch->files[i].path);
    }
    *watch = (struct watch){.is_gone = false};
}
