/* In libFuzzer's place, for builds without it: the target gets each file of the folders named,
 * once. */
#include <dirent.h>
#include <stdio.h>

#include "server/base/file.h"
#include "tests/fuzz/world.h"

#define INPUT_MAX (1024 * 1024) /* bytes */

static int replay(fuzz_target *target, const char *folder, const char *name)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    size_t size = 0;
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    const char *why = NULL;
    const char *bytes = file_read(arena, path, INPUT_MAX, &size, &why);
    if (bytes == NULL) {
        fprintf(stderr, "%s: %s\n", path, why);
        return 1;
    }
    printf("%s\n", path);
    return target((const uint8_t *)bytes, size);
}

int main(int count, char **arguments)
{
    fuzz_target *target = target_by_name(arguments[0]);
    int status = count < 2 || target == NULL;
    for (int i = 1; i < count && target != NULL; i++) {
        DIR *directory = opendir(arguments[i]);
        struct dirent *entry = NULL;
        while (directory != NULL && (entry = readdir(directory)) != NULL) {
            status |= *entry->d_name == '.' ? 0 : replay(target, arguments[i], entry->d_name);
        }
        status |= directory == NULL || closedir(directory) != 0;
    }
    return status;
}
