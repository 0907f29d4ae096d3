/* What the tests of a connection share: an engine, and a provider that gives one answer after the
 * other. */
#ifndef MAKESHIFT_TESTS_CONNECTION_WORLD_H
#define MAKESHIFT_TESTS_CONNECTION_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "server/base/str.h"
#include "server/connection/engine.h"
#include "server/iml/write.h"

#define NOW 1767225600 /* 2026-01-01T00:00:00Z */
#define ASKED_MAX 8

struct answer {
    long status;
    const char *type, *body;
    const char *challenge; /* WWW-Authenticate; NULL: none */
};

struct world {
    struct arena *arena;
    struct engine engine;
    struct failure failure;
    const struct answer *answers; /* one for each request */
    struct outgoing asked[ASKED_MAX];
    size_t asked_count;
    const char *told[ASKED_MAX]; /* events, as JSON */
    size_t told_count;
};

static inline const char *json_of(struct arena *arena, const struct iml_value *value)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    iml_write_json(&text, value, IML_DATES_AS_TEXT);
    return value->type == IML_UNDEFINED ? "undefined" : str_buf_text(&text);
}

static inline int world_send(void *context, const struct outgoing *outgoing,
                             struct incoming *incoming, const char **problem)
{
    struct world *world = context;
    struct iml_member *headers = arena_alloc(world->arena, 2 * sizeof(*headers));
    assert_true(world->asked_count < ASKED_MAX);
    const struct answer *answer = &world->answers[world->asked_count];
    world->asked[world->asked_count++] = *outgoing;
    if (answer->status == 0) {
        *problem = "no answer from there";
        return 1;
    }
    headers[0] = (struct iml_member){.name = "content-type", .value = iml_text(answer->type)};
    headers[1] =
        (struct iml_member){.name = "www-authenticate",
                            .value = iml_text(answer->challenge == NULL ? "" : answer->challenge)};
    *incoming = (struct incoming){.status = answer->status,
                                  .headers = iml_collection(headers, 2),
                                  .body = answer->body,
                                  .size = strlen(answer->body)};
    return 0;
}

static inline void world_tell(void *context, const struct iml_value *event)
{
    struct world *world = context;
    assert_true(world->told_count < ASKED_MAX);
    world->told[world->told_count++] = json_of(world->arena, event);
}

/* JSON with ' in the place of ". */
static inline json_t *json_from(const char *text)
{
    char quoted[4096];
    json_error_t error = {0};
    assert_true(strlen(text) < sizeof(quoted));
    size_t i = 0;
    for (; text[i] != '\0'; i++) {
        quoted[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    }
    quoted[i] = '\0';
    json_t *json = json_loads(quoted, 0, &error);
    if (json == NULL) {
        fail_msg("%s: %s", error.text, quoted);
    }
    return json;
}

static inline struct iml_value value_from(struct arena *arena, const char *text)
{
    json_t *json = json_from(text);
    const struct iml_value value = iml_read(arena, json, IML_DATES_MARKED);
    json_decref(json);
    return value;
}

static inline int begin(void **state)
{
    struct arena *arena = arena_new();
    struct world *world = arena_alloc(arena, sizeof(*world));
    *world = (struct world){
        .arena = arena,
        .engine = {.arena = arena,
                   .parameters = value_from(arena, "{'host':'h','clientSecret':'person-secret'}"),
                   .common = value_from(arena, "{'clientId':'app','clientSecret':'app-secret'}"),
                   .redirect_uri = "https://www.make.com/oauth/cb/app",
                   .zone = "UTC",
                   .clock = {.fixed = true, .at = NOW},
                   .random = random_new_seeded(1, 1),
                   .kept.data = iml_collection(NULL, 0),
                   .kept.scope = iml_array(NULL, 0),
                   .temp = iml_collection(NULL, 0),
                   .context = world,
                   .send = world_send,
                   .tell = world_tell}};
    *state = world;
    return 0;
}

static inline int end(void **state)
{
    struct world *world = *state;
    struct arena *arena = world->arena;
    random_free(world->engine.random);
    json_decref(world->engine.connection);
    arena_free(arena);
    return 0;
}

/* Runs a step of this connection against these answers. */
static inline int run_step(struct world *world, enum step step, const char *connection,
                           const struct answer *answers)
{
    json_decref(world->engine.connection);
    world->engine.connection = json_from(connection);
    world->answers = answers;
    world->asked_count = 0;
    world->told_count = 0;
    world->failure = (struct failure){0};
    return engine_run(&world->engine, step, ENGINE_WHEN_TRUE, &world->failure);
}

#endif
