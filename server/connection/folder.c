#include "server/connection/folder.h"

#include <stdbool.h>
#include <string.h>

#include "server/connection/source.h"

int folder_put(struct folder *folder, const char *name)
{
    if (folder->count == FOLDER_MAX) {
        return 1;
    }
    folder->names[folder->count++] = name;
    return 0;
}

/* Whether the name leads out of the folder that it is named in. */
static bool leads_out(const char *name)
{
    for (const char *step = name; step != NULL; step = strchr(step, '/')) {
        step += *step == '/' ? 1 : 0;
        if (strncmp(step, "..", 2) == 0 && (step[2] == '/' || step[2] == '\0')) {
            return true;
        }
    }
    return *name == '/';
}

static int put_file(struct folder *folder, const char *path, const json_t *file,
                    const char **problem)
{
    const char *name = json_string_value(file);
    if (name == NULL) {
        return 0;
    }
    if (leads_out(name)) {
        *problem = arena_printf(folder->arena, "it names '%s', which is not in the folder", name);
        return 1;
    }
    *problem = arena_printf(folder->arena, "there are more files than %d", FOLDER_MAX);
    return folder_put(folder, arena_printf(folder->arena, "%s/%s", path, name));
}

/* components.connection.NAME.codeFiles.communication and .params, of each name. */
static int put_connections(struct folder *folder, const char *path, json_t *manifest,
                           const char **problem)
{
    const char *name;
    json_t *connection;
    json_t *components = json_object_get(manifest, "components");
    json_object_foreach(json_object_get(components, "connection"), name, connection)
    {
        const json_t *files = json_object_get(connection, "codeFiles");
        if (put_file(folder, path, json_object_get(files, "communication"), problem) != 0 ||
            put_file(folder, path, json_object_get(files, "params"), problem) != 0) {
            return 1;
        }
    }
    return 0;
}

int folder_read(struct folder *folder, const char *path, const char **problem)
{
    struct source source = {0};
    size_t line = 0;
    size_t before = folder->count;
    const char *file = arena_printf(folder->arena, "%s/makecomapp.json", path);
    if (source_read(folder->arena, file, &source, problem, &line) != 0) {
        *problem = arena_printf(folder->arena, "'%s': %s", file, *problem);
        return 1;
    }
    int outcome = put_connections(folder, path, source.json, problem);
    json_decref(source.json);
    if (outcome != 0) {
        *problem = arena_printf(folder->arena, "'%s': %s", file, *problem);
        return 1;
    }
    if (folder->count == before) {
        *problem = arena_printf(folder->arena,
                                "'%s' lists no connection; expected "
                                "components.connection.NAME.codeFiles.communication",
                                file);
        return 1;
    }
    return 0;
}
