/* Make's API. Of an input the first byte chooses the user, the next two the operation of the
 * table; its first line gives the values of the path, each behind a slash, and the query; the
 * rest is the body. Beyond the table the line is method and path. */
#include <string.h>

#include "server/base/str.h"
#include "tests/fuzz/world.h"

#define HEAD_SIZE 3

struct input {
    const char *subject;
    size_t choice;
    char *line;
    const uint8_t *body;
    size_t body_size;
};

static bool take_apart(struct arena *arena, const uint8_t *bytes, size_t size, struct input *input)
{
    static const char *const subjects[] = {"1001", "1002", "1003"};
    const uint8_t *end =
        size > HEAD_SIZE ? memchr(bytes + HEAD_SIZE, '\n', size - HEAD_SIZE) : NULL;
    if (end == NULL) {
        return false;
    }
    const char *line = (const char *)bytes + HEAD_SIZE;
    *input = (struct input){
        .subject = subjects[bytes[0] % COUNT(subjects)],
        .choice = (size_t)bytes[1] << 8 | bytes[2],
        .line = arena_strndup(arena, line, (size_t)(end - bytes) - HEAD_SIZE),
        .body = end + 1,
        .body_size = size - (size_t)(end + 1 - bytes),
    };
    return true;
}

static const char *target_of(struct arena *arena, const struct world *world,
                             const struct input *input)
{
    size_t count = 0;
    MUST(make_ready(world->make) == 0);
    const struct operation *all = catalogue_operations(world->catalogue, &count);
    size_t chosen = input->choice % (count + 1);
    if (chosen < count) {
        return arena_printf(arena, "%s /api/v2%s", all[chosen].method,
                            world_path(arena, all[chosen].path, input->line));
    }
    const char *path = strchr(input->line, ' ');
    return path == NULL ? NULL
                        : arena_printf(arena, "%.*s /api/v2%s", (int)(path - input->line),
                                       input->line, path + 1);
}

int fuzz_api(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct input input;
    struct world *world = world_for("make");
    const char *target =
        take_apart(arena, bytes, size, &input) ? target_of(arena, world, &input) : NULL;
    if (target == NULL) {
        return 0;
    }
    const char *head = arena_printf(arena,
                                    "%s HTTP/1.1\nHost: localhost\n"
                                    "Authorization: Token 00000000-0000-4000-8000-00000000%s\n"
                                    "Content-Type: application/json\n\n",
                                    target, input.subject);
    size_t head_size = strlen(head);
    char *request = arena_alloc(arena, head_size + input.body_size + 1);
    struct response response;
    memcpy(request, head, head_size);
    memcpy(request + head_size, input.body, input.body_size);
    world_answer(world, arena, request, head_size + input.body_size, &response);
    return 0;
}
