#include "server/cli/ready.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/json.h"
#include "server/base/log.h"

void ready_print(struct arena *arena, const struct ready *ready)
{
    json_auto_t *line = json_pack("{s:b, s:s, s:i, s:i}", "ready", 1, "issuer", ready->issuer,
                                  "port", (int)ready->port, "pid", (int)getpid());
    if (ready->https_port != 0) {
        json_object_set_new(line, "https_port", json_integer(ready->https_port));
    }
    if (ready->control_port != 0) {
        json_object_set_new(line, "control_port", json_integer(ready->control_port));
    }
    json_put_text(line, "ca", ready->ca_path);
    puts(json_text(arena, line, NULL));
    if (fflush(stdout) != 0) {
        log_message(LOG_WARN, "nobody reads stdout: %s", strerror(errno));
    }
}

static bool is_other_than_file(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

int ready_check_port_file(struct arena *arena, const char *path, const char **problem)
{
    if (!is_other_than_file(path)) {
        return 0;
    }
    *problem =
        arena_printf(arena, "--port-file: %s is no regular file; name one, or a new one", path);
    return 1;
}

void ready_clear_port_file(const char *path)
{
    if (!is_other_than_file(path)) {
        unlink(path);
    }
}

/* Gives the errno of the step that failed, or 0. */
static int write_port(int fd, uint16_t port)
{
    FILE *file = fdopen(fd, "w");
    if (file == NULL) {
        int why = errno;
        close(fd);
        return why;
    }
    fprintf(file, "%u\n", (unsigned)port);
    return fclose(file) == 0 ? 0 : errno;
}

int ready_write_port(struct arena *arena, const char *path, uint16_t port, const char **problem)
{
    if (ready_check_port_file(arena, path, problem) != 0) {
        return 1; /* it has come since the start */
    }
    char *temporary = arena_printf(arena, "%s.XXXXXX", path);
    int fd = mkstemp(temporary);
    int why = fd < 0 ? errno : write_port(fd, port);
    if (why == 0 && rename(temporary, path) == 0) {
        return 0;
    }
    why = why == 0 ? errno : why;
    unlink(temporary);
    *problem = arena_printf(arena, "--port-file: %s cannot be written: %s", path, strerror(why));
    return 1;
}
