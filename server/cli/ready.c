#include "server/cli/ready.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/json.h"
#include "server/base/log.h"
#include "server/base/new_file.h"

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

static int say(struct arena *arena, const char *fault, const char **problem)
{
    if (fault == NULL) {
        return 0;
    }
    *problem = arena_printf(arena, "--port-file: %s", fault);
    return 1;
}

int ready_check_port_file(struct arena *arena, const char *path, const char **problem)
{
    return say(arena, new_file_fault(arena, path), problem);
}

int ready_write_port(struct arena *arena, const char *path, uint16_t port, const char **problem)
{
    AUTO(new_file_fini) struct new_file file = {0};
    const char *fault = new_file_begin(arena, path, 0600, &file);
    if (fault == NULL) {
        const char *line = arena_printf(arena, "%u\n", (unsigned)port);
        new_file_put(&file, line, strlen(line));
        fault = new_file_end(arena, &file);
    }
    return say(arena, fault, problem);
}
