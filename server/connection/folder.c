#include "server/connection/folder.h"

#include "server/connection/source.h"

void folder_put(struct folder *folder, const char *name)
{
    if (folder->count < FOLDER_MAX) {
        folder->names[folder->count++] = name;
    }
}

static void put_file(struct folder *folder, const char *path, const json_t *file)
{
    if (json_is_string(file)) {
        folder_put(folder, arena_printf(folder->arena, "%s/%s", path, json_string_value(file)));
    }
}

/* components.connection.NAME.codeFiles.communication and .params, of each name. */
static void put_connections(struct folder *folder, const char *path, json_t *manifest)
{
    const char *name;
    json_t *connection;
    json_t *components = json_object_get(manifest, "components");
    json_object_foreach(json_object_get(components, "connection"), name, connection)
    {
        const json_t *files = json_object_get(connection, "codeFiles");
        put_file(folder, path, json_object_get(files, "communication"));
        put_file(folder, path, json_object_get(files, "params"));
    }
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
    put_connections(folder, path, source.json);
    json_decref(source.json);
    if (folder->count == before) {
        *problem = arena_printf(folder->arena,
                                "'%s' lists no connection; expected "
                                "components.connection.NAME.codeFiles.communication",
                                file);
        return 1;
    }
    return 0;
}
