#include "server/cli/tools.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "server/base/str.h"

#define TOOLS "makeshift-tools"

/* Where it may be, seen from this program's folder: as it is built, and as it is installed. */
static const char *const places[] = {TOOLS, "../libexec/makeshift/" TOOLS};

/* The folder of this program, whatever link it was called by. NULL: nobody knows. */
static const char *own_folder(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[size < 0 ? 0 : size] = '\0';
    /* Without /proc it is the name that the kernel was given. */
    if (size < 0 && realpath((const char *)getauxval(AT_EXECFN), path) == NULL) {
        return NULL;
    }
    const char *slash = strrchr(path, '/');
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

enum command_end tools_run(struct invocation *invocation)
{
    struct arena *arena = invocation->arena;
    const char *folder = own_folder(arena);
    char *const *arguments = arguments_of(invocation);
    struct str_buf tried;
    str_buf_init(&tried, arena);
    for (size_t i = 0; folder != NULL && i < COUNT(places); i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, places[i]);
        execve(path, arguments, invocation->environment);
        str_buf_printf(&tried, "%s%s (%s)", i == 0 ? "" : " and ", path, strerror(errno));
    }
    invocation->problem =
        folder == NULL
            ? "nothing tells where this program is, and so where " TOOLS " is; mount /proc"
            : arena_printf(arena,
                           "'%s' is a command of " TOOLS ", which cannot be run: tried %s; put it "
                           "beside makeshift",
                           invocation->command->word, str_buf_text(&tried));
    return COMMAND_ABSENT;
}
