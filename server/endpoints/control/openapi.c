/* GET /_makeshift/openapi.json: the table of the door's operations as OpenAPI 3.1.
 *
 * It is made when it is asked for: that takes about as long as it takes to send, and nobody who
 * does not ask keeps it in memory. */
#include <ctype.h>
#include <string.h>

#include "server/base/shape_schema.h"
#include "server/base/str.h"
#include "server/endpoints/control/resources.h"

#define SCHEMAS "#/components/schemas/"
#define PROBLEM "#/components/responses/problem"

/* "patch_tenants_name": one word per operation, for who makes functions from it. */
static const char *id_of(struct arena *arena, const struct door_operation *operation)
{
    char *id = arena_printf(arena, "%s_%s", method_names[operation->method], operation->path);
    char *end = id;
    for (const char *at = id; *at != '\0'; at++) {
        if (isalnum((unsigned char)*at)) {
            *end++ = (char)tolower((unsigned char)*at);
        } else if (*at != '{' && *at != '}') {
            *end++ = '_';
        }
    }
    *end = '\0';
    return id;
}

static json_t *a_text(void)
{
    return json_pack("{s:s}", "type", "string");
}

/* `schema` is taken. */
static json_t *parameter_of(const char *name, size_t size, const char *where, json_t *schema)
{
    return json_pack("{s:s%, s:s, s:b, s:o}", "name", name, size, "in", where, "required",
                     (int)str_equal(where, "path"), "schema", schema);
}

static json_t *parameters_of(const struct door_operation *operation)
{
    json_t *list = json_array();
    for (const char *at = strchr(operation->path, '{'); at != NULL; at = strchr(at, '{')) {
        at++;
        json_array_append_new(list, parameter_of(at, strcspn(at, "}"), "path", a_text()));
    }
    const struct door_parameter *query = operation->query;
    for (; query != NULL && query->name != NULL; query++) {
        json_t *parameter =
            parameter_of(query->name, strlen(query->name), "query",
                         query->shape != NULL ? shape_schema(query->shape) : a_text());
        json_object_set_new(parameter, "description", json_string(query->says));
        json_array_append_new(list, parameter);
    }
    return list;
}

static json_t *body_of(const struct door_operation *operation)
{
    return json_pack("{s:b, s:{s:{s:o}}}", "required", (int)!operation->body_optional, "content",
                     "application/json", "schema", shape_schema(operation->body));
}

static json_t *answer_of(const struct door_operation *operation)
{
    if (operation->status == 204) {
        return json_pack("{s:s}", "description", "Done.");
    }
    json_t *answer = json_pack("{s:s, s:{}}", "description", operation->says, "content");
    json_t *content = json_object_get(answer, "content");
    static const char *const json[] = {"application/json", NULL};
    const char *const *media = operation->media != NULL ? operation->media : json;
    for (; *media != NULL; media++) {
        bool is_json = str_equal(*media, json[0]);
        json_object_set_new(content, *media,
                            is_json ? json_pack("{s:{s:s}}", "schema", "type", "object")
                                    : json_object());
    }
    return answer;
}

static void put_answer(json_t *shown, int code, const struct door_operation *operation)
{
    char status[4];
    snprintf(status, sizeof(status), "%d", code);
    json_object_set_new(json_object_get(shown, "responses"), status, answer_of(operation));
}

static json_t *operation_of(struct arena *arena, const struct door_operation *operation)
{
    json_t *shown = json_pack("{s:s, s:s, s:o, s:{s:{s:s}}}", "operationId",
                              id_of(arena, operation), "summary", operation->says, "parameters",
                              parameters_of(operation), "responses", "default", "$ref", PROBLEM);
    put_answer(shown, operation->status, operation);
    if (operation->made != 0) {
        put_answer(shown, operation->made, operation);
    }
    if (operation->body != NULL) {
        json_object_set_new(shown, "requestBody", body_of(operation));
    }
    if (operation->open) {
        json_object_set_new(shown, "security", json_array()); /* without the token, too */
    }
    return shown;
}

static json_t *paths_of(struct arena *arena, bool is_root)
{
    json_t *paths = json_object();
    const struct door_operation *operation;
    for (size_t i = 0; (operation = door_operation_at(i)) != NULL; i++) {
        const char *path = arena_printf(arena, "/%s", operation->path);
        if (operation->root_only && !is_root) {
            continue;
        }
        if (json_object_get(paths, path) == NULL) {
            json_object_set_new(paths, path, json_object());
        }
        char *method = arena_strdup(arena, method_names[operation->method]);
        for (char *at = method; *at != '\0'; at++) {
            *at = (char)tolower((unsigned char)*at);
        }
        json_object_set_new(json_object_get(paths, path), method, operation_of(arena, operation));
    }
    return paths;
}

/* RFC 9457 3, and what the door adds. */
static json_t *problem_schema(void)
{
    static const char *const members[] = {"title",    "error",  "detail",  "pointer",
                                          "expected", "actual", "nearest", NULL};
    json_t *properties = json_pack("{s:{s:s}}", "status", "type", "integer");
    for (const char *const *name = members; *name != NULL; name++) {
        json_object_set_new(properties, *name, json_pack("{s:s}", "type", "string"));
    }
    return json_pack("{s:s, s:[s, s], s:o}", "type", "object", "required", "title", "status",
                     "properties", properties);
}

static json_t *components(void)
{
    return json_pack("{s:{s:o}, s:{s:{s:s, s:{s:{s:{s:s}}}}}, s:{s:{s:s, s:s, s:s}}}", "schemas",
                     "problem", problem_schema(), "responses", "problem", "description",
                     "A refusal: nothing was changed.", "content", "application/problem+json",
                     "schema", "$ref", SCHEMAS "problem", "securitySchemes", "token", "type",
                     "http", "scheme", "bearer", "description", "What --control-token says.");
}

struct verdict openapi_get(struct door *door)
{
    struct arena *arena = door->call->arena;
    const char *base = door->call->realm->door_path;
    return door_answer(
        door, 200,
        json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{}, {s:[]}], s:o, s:o}", "openapi",
                  "3.1.0", "info", "title", "makeshift: the control door", "version",
                  MAKESHIFT_VERSION, "summary", "Steers the server while tests use it.", "servers",
                  "url", arena_printf(arena, "%s/_makeshift", base), "security", "token", "paths",
                  paths_of(arena, *base == '\0'), "components", components()));
}
