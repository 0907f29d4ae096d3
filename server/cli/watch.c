#include "server/cli/watch.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "server/base/str.h"

#define IN_FOLDER (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE)
#define EVENTS_SIZE 4096 /* bytes: an event has at most 16 and a name of 256 */

/* Of the file that now has the name. True when it is another one than before, or none. */
static bool look_for_file(struct watch *watch)
{
    int before = watch->of_file;
    (void)inotify_add_watch(watch->fd, watch->folder, IN_FOLDER); /* it may be another one, too */
    watch->of_file = inotify_add_watch(watch->fd, watch->path, IN_CLOSE_WRITE);
    return watch->of_file != before;
}

static struct stat state_of(const struct watch *watch)
{
    struct stat state = {0};
    return stat(watch->path, &state) == 0 ? state : (struct stat){0};
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "." : arena_strndup(arena, path, (size_t)(slash - path) + 1);
}

int watch_open(struct watch *watch, struct arena *arena, const char *path, const char **problem)
{
    const char *slash = strrchr(path, '/');
    *watch = (struct watch){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC),
                            .path = path,
                            .name = slash == NULL ? path : slash + 1,
                            .folder = folder_of(arena, path)};
    if (inotify_add_watch(watch->fd, watch->folder, IN_FOLDER) < 0) {
        *problem = arena_printf(arena, "--watch: %s cannot be watched: %s", path, strerror(errno));
        return 1;
    }
    (void)look_for_file(watch);
    watch->told = watch->looked = state_of(watch);
    return 0;
}

void watch_close(struct watch *watch)
{
    if (watch->fd >= 0) {
        close(watch->fd);
    }
    watch->fd = -1;
}

/* Told of the file itself, of its name in the folder, or of so much that some was lost. */
static bool is_of_file(const struct watch *watch, const struct inotify_event *event)
{
    return event->wd == watch->of_file || (event->mask & IN_Q_OVERFLOW) != 0 ||
           (event->len > 0 && str_equal(event->name, watch->name));
}

/* Whether something was told of the file meanwhile. */
static bool drain(const struct watch *watch)
{
    _Alignas(struct inotify_event) char events[EVENTS_SIZE];
    bool is_due = false;
    for (ssize_t size; (size = read(watch->fd, events, sizeof(events))) > 0;) {
        for (const char *at = events; at < events + size;) {
            const struct inotify_event *event = (const void *)at;
            is_due = is_of_file(watch, event) || is_due;
            at += sizeof(*event) + event->len;
        }
    }
    return is_due;
}

bool watch_is_due(struct watch *watch)
{
    bool is_due = drain(watch);
    /* A link may lead elsewhere, though nothing of that name was told. Where another file was found
     * before that was told, it is told by now: once is enough. */
    if (look_for_file(watch)) {
        (void)drain(watch);
        is_due = true;
    }
    if (is_due) {
        watch->told = watch->looked = state_of(watch);
    }
    return is_due;
}

bool watch_look(struct watch *watch)
{
    const struct stat before = watch->looked;
    watch->looked = state_of(watch);
    if (is_same(&watch->looked, &watch->told) || !is_same(&watch->looked, &before)) {
        return false;
    }
    watch->told = watch->looked;
    (void)look_for_file(watch);
    (void)drain(watch);
    return true;
}
