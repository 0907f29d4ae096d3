#include "server/connection/kept.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/base/file.h"
#include "server/connection/collection.h"
#include "server/iml/write.h"

#define FILE_MAX (1024 * 1024) /* bytes */

int kept_parse(struct arena *arena, const char *text, size_t size, struct kept *kept,
               const char **problem)
{
    json_error_t error;
    json_auto_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES | IML_JSON, &error);
    if (!json_is_object(json) || !json_is_object(json_object_get(json, "data"))) {
        *problem = "is no connection's store: an object with data";
        return 1;
    }
    *problem = iml_mark_fault(arena, json);
    if (*problem != NULL) {
        *problem = arena_printf(arena, "is no connection's store: %s", *problem);
        return 1;
    }
    const struct iml_value all = iml_read(arena, json, IML_DATES_MARKED);
    kept->data = iml_member(&all, "data");
    kept->expires = iml_member(&all, "expires");
    kept->uid = iml_member(&all, "uid");
    kept->metadata = iml_member(&all, "metadata");
    const struct iml_value scope = iml_member(&all, "scope");
    kept->scope = scope.type == IML_ARRAY ? scope : kept->scope;
    return 0;
}

bool kept_is_there(const char *file)
{
    return access(file, F_OK) == 0 || errno != ENOENT;
}

bool kept_has_bytes(const char *file)
{
    struct stat stat_of = {0};
    return stat(file, &stat_of) == 0 && S_ISREG(stat_of.st_mode) && stat_of.st_size > 0;
}

int kept_read(struct arena *arena, const char *file, struct kept *kept, const char **problem)
{
    size_t size = 0;
    const char *text = file_read(arena, file, FILE_MAX, &size, problem);
    return text == NULL ? 1 : kept_parse(arena, text, size, kept, problem);
}

static void put(struct arena *arena, struct iml_value *all, const char *name,
                const struct iml_value *value)
{
    if (value->type != IML_UNDEFINED) {
        *all = collection_with(arena, all, name, value);
    }
}

const char *kept_text(struct arena *arena, const struct kept *kept)
{
    struct iml_value all = iml_collection(NULL, 0);
    struct str_buf text;
    put(arena, &all, "data", &kept->data);
    put(arena, &all, "expires", &kept->expires);
    put(arena, &all, "uid", &kept->uid);
    put(arena, &all, "metadata", &kept->metadata);
    put(arena, &all, "scope", &kept->scope);
    str_buf_init(&text, arena);
    iml_write_json(&text, &all, IML_DATES_MARKED);
    str_buf_put(&text, "\n");
    return str_buf_text(&text);
}
