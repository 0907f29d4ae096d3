#include "server/cli/exit_files.h"

#include <string.h>
#include <sys/stat.h>

#include "server/base/new_file.h"
#include "server/base/str.h"
#include "server/endpoints/upkeep.h"
#include "server/store/image.h"

/* A journal has no secrets, and who collects it may be another user. A state has all of them. */
#define JOURNAL_MODE 0644
#define STATE_MODE 0600

struct named {
    const char *option;
    const char *path; /* NULL: it was not given */
};

/* The file as who writes it will find it. */
struct identity {
    const char *name; /* in its directory */
    dev_t device;
    ino_t directory;
    bool is_known; /* the directory is there */
};

static struct identity identity_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *directory =
        slash == NULL ? "." : arena_strndup(arena, path, (size_t)(slash - path) + 1);
    struct stat info = {0};
    bool is_known = stat(directory, &info) == 0;
    return (struct identity){.name = slash == NULL ? path : slash + 1,
                             .device = info.st_dev,
                             .directory = info.st_ino,
                             .is_known = is_known};
}

static bool is_same(struct arena *arena, const char *path, const char *other)
{
    struct stat info = {0}, of_other = {0};
    if (stat(path, &info) == 0 && stat(other, &of_other) == 0) {
        return info.st_dev == of_other.st_dev && info.st_ino == of_other.st_ino;
    }
    const struct identity a = identity_of(arena, path), b = identity_of(arena, other);
    return a.is_known && b.is_known && a.device == b.device && a.directory == b.directory &&
           str_equal(a.name, b.name);
}

static int check_apart(const struct config *config, struct arena *arena, const char **problem)
{
    const struct named all[] = {{"--db", config->db},
                                {"--port-file", config->port_file},
                                {"--journal-file", config->journal_file},
                                {"--export-on-exit", config->export_on_exit}};
    for (size_t i = 0; i < COUNT(all); i++) {
        for (size_t j = 0; j < i; j++) {
            if (all[i].path != NULL && all[j].path != NULL &&
                is_same(arena, all[i].path, all[j].path)) {
                *problem = arena_printf(arena, "%s: %s is the file of %s; name another",
                                        all[i].option, all[i].path, all[j].option);
                return 1;
            }
        }
    }
    return 0;
}

/* One is begun, and not ended: so what is wrong with a directory shows, too. */
static int check_one(struct arena *arena, const struct named *named, const char **problem)
{
    AUTO(new_file_fini) struct new_file file = {0};
    const char *fault =
        named->path != NULL ? new_file_begin(arena, named->path, STATE_MODE, &file) : NULL;
    if (fault != NULL) {
        *problem = arena_printf(arena, "%s: %s", named->option, fault);
        return 1;
    }
    return 0;
}

int exit_files_check(const struct config *config, struct arena *arena, const char **problem)
{
    const struct named journal = {"--journal-file", config->journal_file};
    const struct named state = {"--export-on-exit", config->export_on_exit};
    return check_apart(config, arena, problem) != 0 || check_one(arena, &journal, problem) != 0 ||
           check_one(arena, &state, problem) != 0;
}

void exit_files_clear(const struct config *config)
{
    if (config->journal_file != NULL) {
        new_file_clear(config->journal_file);
    }
}

static int put(const char *bytes, size_t size, void *file)
{
    new_file_put(file, bytes, size);
    return 0;
}

static void write_line(void *context, const json_t *entry)
{
    json_dump_callback(entry, put, context, JSON_COMPACT);
    new_file_put(context, "\n", 1);
}

static const char *write_journals(struct endpoints *endpoints, struct arena *arena,
                                  const char *path)
{
    AUTO(new_file_fini) struct new_file file = {0};
    const char *fault = new_file_begin(arena, path, JOURNAL_MODE, &file);
    if (fault != NULL) {
        return fault;
    }
    upkeep_read_journals(endpoints_site(endpoints), write_line, &file);
    return new_file_end(arena, &file);
}

static const char *write_state(struct endpoints *endpoints, struct arena *arena, const char *path)
{
    AUTO(new_file_fini) struct new_file file = {0};
    AUTO(db_image_free) struct db_image image = {0};
    if (upkeep_image(endpoints_site(endpoints), &image) != 0) {
        return arena_printf(arena, "%s cannot be written: the log has the reason", path);
    }
    const char *fault = new_file_begin(arena, path, STATE_MODE, &file);
    if (fault != NULL) {
        return fault;
    }
    new_file_put(&file, (const char *)image.bytes, image.size);
    return new_file_end(arena, &file);
}

int exit_files_write(const struct config *config, struct endpoints *endpoints, struct arena *arena,
                     const char **problem)
{
    const char *journal = config->journal_file != NULL
                              ? write_journals(endpoints, arena, config->journal_file)
                              : NULL;
    const char *state = config->export_on_exit != NULL
                            ? write_state(endpoints, arena, config->export_on_exit)
                            : NULL;
    if (journal != NULL) {
        *problem = arena_printf(arena, "--journal-file: %s", journal);
    } else if (state != NULL) {
        *problem = arena_printf(arena, "--export-on-exit: %s", state);
    }
    return journal != NULL || state != NULL;
}
