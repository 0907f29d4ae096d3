/* The control door of a seeded tenant. Of an input the first byte chooses whose door it is, the
 * root's or that of tenant x, the second the operation of the table; its first line gives the
 * values of the path, each behind a slash, and the query; the rest is the body. Where the second
 * byte is 255 the line is method and path. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/str.h"
#include "server/endpoints/control/door.h"
#include "server/endpoints/maker.h"
#include "tests/fuzz/world.h"

#define NOW 1767225600 /* 2026-01-01T00:00:00Z */
#define HEAD_SIZE 2
#define WRITTEN_OUT 255  /* not by its row */
#define INPUTS_EACH 500u /* of a site, before the next one */
#define HEADERS                                                                                    \
    " HTTP/1.1\nHost: localhost\nContent-Type: application/json\nAccept: application/json\n\n"

#define BY_FORM                                                                                    \
    "/oauth/v2/authorize?client_id=demo-web&response_type=code%20id_token&nonce=n&scope=openid"    \
    "&state=s&redirect_uri=http://localhost:3000/cb&response_mode=form_post"

struct input {
    unsigned choice, door;
    const char *line;
    const char *body;
};

/* The default tenant and x, with their door. */
static struct site_here {
    struct maker maker;
    struct arena *arena;
    struct world world; /* its endpoints alone */
} here;

static void answer(const char *request, struct arena *arena, struct response *response)
{
    world_answer(&here.world, arena, request, strlen(request), response);
}

static void open_here(void)
{
    const char *problem;
    struct made *made = NULL;
    struct response response;
    log_setup(LOG_ERROR, LOG_TEXT);
    here.arena = arena_new();
    here.maker = (struct maker){
        .catalogue = catalogue_new(),
        .options = {.clock = {.fixed = true, .at = NOW}, .seeded = true, .seed = 1},
    };
    const struct maker_wish wish = {.name = "default", .options = here.maker.options};
    MUST(maker_make(&here.maker, &wish, here.arena, &made, &problem) == MAKER_MADE);
    here.world.endpoints = endpoints_new(&(struct endpoints_options){
        .issuer = "http://localhost:8080",
        .made = made,
        .maker = &here.maker,
        .origin = "http://localhost:8080",
        .tenants_max = 4,
        .journal_entries = 50,
    });
    MUST(here.world.endpoints != NULL);
    answer("POST /_makeshift/tenants" HEADERS "{\"name\":\"x\"}", here.arena, &response);
    MUST(response.status == 201);
}

static void close_here(void)
{
    endpoints_free(here.world.endpoints);
    catalogue_free(here.maker.catalogue);
    arena_free(here.arena);
}

static void renew_now_and_then(void)
{
    static unsigned inputs;
    if (inputs % INPUTS_EACH == 0) {
        if (inputs > 0) {
            close_here();
        }
        open_here();
    }
    inputs++;
}

static bool take_apart(struct arena *arena, const uint8_t *bytes, size_t size, struct input *input)
{
    const uint8_t *end =
        size > HEAD_SIZE ? memchr(bytes + HEAD_SIZE, '\n', size - HEAD_SIZE) : NULL;
    if (end == NULL) {
        return false;
    }
    *input = (struct input){
        .door = bytes[0],
        .choice = bytes[1],
        .line = arena_strndup(arena, (const char *)bytes + HEAD_SIZE,
                              (size_t)(end - bytes) - HEAD_SIZE),
        .body = arena_strndup(arena, (const char *)end + 1, size - (size_t)(end + 1 - bytes)),
    };
    return true;
}

/* "POST /t/x/_makeshift/clock" */
static const char *target_of(struct arena *arena, const struct input *input)
{
    const char *door = (input->door & 1) != 0 ? "/t/x/_makeshift/" : "/_makeshift/";
    if (input->choice != WRITTEN_OUT) {
        const struct door_operation *chosen =
            door_operation_at(input->choice % (door_count + door_things_count));
        return arena_printf(arena, "%s %s%s", method_names[chosen->method], door,
                            world_path(arena, chosen->path, input->line));
    }
    const char *path = strchr(input->line, ' ');
    return path == NULL ? NULL
                        : arena_printf(arena, "%.*s %s%s", (int)(path - input->line), input->line,
                                       door, path + 1);
}

/* RFC 9457 3, and no refusal without its reason. */
static void check_refusal(const struct response *response)
{
    const char *type = response_get(response, "Content-Type");
    if (response->status < 400 || !str_equal(type, "application/problem+json")) {
        return;
    }
    json_auto_t *problem = json_loadb(response->body, response->body_size, 0, NULL);
    MUST(json_integer_value(json_object_get(problem, "status")) == response->status);
    MUST(json_is_string(json_object_get(problem, "title")));
}

/* What was made may be a fault: it meets a body, and then tokens and parameters in a form. */
static void meet(struct arena *arena, const struct input *input)
{
    const char *base = (input->door & 1) != 0 ? "/t/x" : "";
    const char *const targets[] = {arena_printf(arena, "%s/oauth/v2/oidc/jwks", base),
                                   arena_printf(arena, "%s%s", base, BY_FORM)};
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct response response = {0};
        answer(arena_printf(arena, "GET %s" HEADERS, targets[i]), arena, &response);
    }
}

int fuzz_door(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct input input;
    struct response response = {0};
    renew_now_and_then();
    const char *target = take_apart(arena, bytes, size, &input) ? target_of(arena, &input) : NULL;
    if (target == NULL) {
        return 0;
    }
    const char *head = arena_printf(arena, "%s" HEADERS, target);
    answer(arena_printf(arena, "%s%s", head, input.body), arena, &response);
    check_refusal(&response);
    if (response.status == 201) {
        meet(arena, &input);
    }
    return 0;
}
