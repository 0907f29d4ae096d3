#include "server/tools/connection_files.h"

#include <sys/stat.h>

#include "server/base/str.h"

int connection_files_list(const struct tool_run *run, const struct given *given,
                          struct folder *files)
{
    for (size_t i = 0; i < given->count; i++) {
        struct stat status = {0};
        const char *problem = NULL;
        const char *name = given->values[i].text;
        if (!str_equal(given->values[i].word, "file")) {
            continue;
        }
        bool is_folder = stat(name, &status) == 0 && S_ISDIR(status.st_mode);
        if (!is_folder && folder_put(files, name) != 0) {
            problem = arena_printf(run->arena, "there are more files than %d", FOLDER_MAX);
            (void)tool_fail(run, TOOL_WRONG, problem);
            return 1;
        }
        if (is_folder && folder_read(files, name, &problem) != 0) {
            (void)tool_fail(run, TOOL_WRONG, problem);
            return 1;
        }
    }
    return 0;
}
