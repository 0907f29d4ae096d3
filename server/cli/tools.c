#include "server/cli/tools.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define TOOLS "makeshift-tools"

/* The folder of this program, whatever link it was called by. NULL: /proc does not tell. */
static const char *own_folder(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
    if (size <= 0) {
        return NULL;
    }
    const char *slash = memrchr(path, '/', (size_t)size);
    return slash == NULL ? NULL : arena_strndup(arena, path, (size_t)(slash - path));
}

static char *const *arguments_of(const struct invocation *invocation)
{
    size_t count = 0;
    while (invocation->arguments[count] != NULL) {
        count++;
    }
    char **all = arena_alloc(invocation->arena, (count + 3) * sizeof(*all));
    all[0] = arena_strdup(invocation->arena, TOOLS);
    all[1] = arena_strdup(invocation->arena, invocation->command->word);
    memcpy(all + 2, invocation->arguments, count * sizeof(*all));
    return all;
}

int tools_run(struct invocation *invocation)
{
    struct arena *arena = invocation->arena;
    const char *folder = own_folder(arena);
    if (folder == NULL) {
        invocation->problem =
            "/proc does not tell where this program is, and so where " TOOLS " is";
        return 1;
    }
    const char *path = arena_printf(arena, "%s/" TOOLS, folder);
    execve(path, arguments_of(invocation), invocation->environment);
    invocation->problem =
        arena_printf(arena,
                     "'%s' is a command of " TOOLS ", which cannot be run as %s: %s; put it there, "
                     "beside makeshift",
                     invocation->command->word, path, strerror(errno));
    return 1;
}
