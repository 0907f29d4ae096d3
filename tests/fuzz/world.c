#include "tests/fuzz/world.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/base/log.h"
#include "server/base/str.h"
#include "server/catalogue/embedded.h"
#include "server/fixture/documents.h"
#include "server/fixture/embedded.h"
#include "server/fixture/load.h"
#include "server/http/target.h"
#include "server/store/starts.h"

#define NOW 1767225600    /* 2026-01-01T00:00:00Z */
#define INPUTS_EACH 2000u /* of a world, before the next one */
#define HEADERS_MAX 128

void world_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
    abort();
}

json_t *world_scopes(struct arena *arena)
{
    json_auto_t *scopes = json_loads(embedded_fixtures_make_scopes_json, 0, NULL);
    const char *all = "";
    size_t index;
    json_t *scope;
    json_array_foreach(scopes, index, scope)
    {
        const char *name = json_string_value(json_object_get(scope, "name"));
        const char *kind = json_string_value(json_object_get(scope, "kind"));
        if (!str_equal(kind, "oidc")) {
            all = arena_printf(arena, "%s%s%s", all, *all == '\0' ? "" : " ", name);
        }
    }
    return json_string(all);
}

json_t *world_fixture(struct arena *arena)
{
    json_t *fixture = json_loads(embedded_fixtures_default_json, 0, NULL);
    json_auto_t *scope = world_scopes(arena);
    size_t index;
    json_t *user;
    json_object_del(fixture,
                    "keys"); /* which stand beside the file; without them it has the same */
    json_array_foreach(json_object_get(fixture, "users"), index, user)
    {
        const char *sub = json_string_value(json_object_get(user, "sub"));
        const char *token = arena_printf(arena, "00000000-0000-4000-8000-00000000%s", sub);
        json_object_set_new(user, "api_tokens",
                            json_pack("[{s:s, s:O}]", "token", token, "scope", scope));
    }
    return fixture;
}

/* A file that only this process sees. */
static int as_file(const json_t *fixture)
{
    int fd = memfd_create("fixture", 0);
    FILE *file = fdopen(fd, "w");
    MUST(file != NULL && json_dumpf(fixture, file, 0) == 0 && fflush(file) == 0);
    int kept = dup(fd);
    fclose(file);
    return kept;
}

static int complete(void *context)
{
    struct world *world = context;
    return fixture_documents_complete(&world->tenant, world->catalogue);
}

static int load(struct world *world, const char *profile, const json_t *fixture)
{
    const char *problem = NULL;
    int fd = as_file(fixture);
    const struct fixture_source source = {
        .path = arena_printf(world->arena, "/proc/self/fd/%d", fd),
        .profile = profile,
        .tenant = &world->tenant,
        .catalogue = world->catalogue,
        .now = NOW,
    };
    int outcome = fixture_load(world->tenant.db, world->tenant.ring, &source, world->arena,
                               &world->tenant.profile, &problem);
    close(fd);
    MUST(outcome == 0 || (outcome == 1 && problem != NULL && *problem != '\0'));
    return outcome;
}

struct world *world_open(const char *profile, const json_t *fixture)
{
    struct world *world = calloc(1, sizeof(*world));
    const char *why = NULL;
    int64_t run = 0;
    log_setup(LOG_ERROR, LOG_TEXT);
    world->arena = arena_new();
    world->tenant = (struct tenant){
        .name = "default",
        .issuer = "http://localhost:8080",
        .ring = ring_new(),
        .clock = {.fixed = true, .at = NOW},
        .random = random_new_seeded(1, 1),
    };
    world->catalogue = catalogue_new();
    world->make = make_new(world->catalogue, complete, world);
    MUST(db_open(NULL, world->arena, &world->tenant.db, &why) == DB_OPEN);
    MUST(starts_count(world->tenant.db, &run) == 0);
    json_auto_t *standard = fixture == NULL ? world_fixture(world->arena) : NULL;
    if (load(world, profile, fixture == NULL ? standard : fixture) != 0) {
        world_close(world);
        return NULL;
    }
    world->endpoints = endpoints_new(&(struct endpoints_options){
        .issuer = world->tenant.issuer, .tenant = &world->tenant, .make = world->make});
    MUST(world->endpoints != NULL);
    return world;
}

void world_close(struct world *world)
{
    if (world == NULL) {
        return;
    }
    endpoints_free(world->endpoints);
    make_free(world->make);
    catalogue_free(world->catalogue);
    ring_free(world->tenant.ring);
    random_free(world->tenant.random);
    db_close(world->tenant.db);
    arena_free(world->arena);
    free(world);
}

struct world *world_for(const char *profile)
{
    static struct world *worlds[PROFILE__MAX];
    static unsigned inputs[PROFILE__MAX];
    size_t at = (size_t)(profile_find(profile) - profile_table);
    if (inputs[at]++ % INPUTS_EACH == 0) {
        world_close(worlds[at]);
        worlds[at] = world_open(profile, NULL);
        MUST(worlds[at] != NULL);
    }
    return worlds[at];
}

/* The next line, without its end; `*rest` is what follows. */
static char *next_line(char **rest)
{
    char *line = *rest;
    size_t size = strcspn(line, "\n");
    *rest = line + size + (line[size] == '\n');
    line[size] = '\0';
    if (size > 0 && line[size - 1] == '\r') {
        line[size - 1] = '\0';
    }
    return line;
}

/* As libmicrohttpd takes a header apart. */
static void add_header(struct request *request, struct header *headers, char *line)
{
    char *colon = strchr(line, ':');
    if (colon == NULL || request->header_count == HEADERS_MAX) {
        return;
    }
    *colon = '\0';
    headers[request->header_count++] = (struct header){line, colon + 1 + strspn(colon + 1, " \t")};
}

static void read_request(struct request *request, struct header *headers, const char *bytes,
                         size_t size)
{
    char *text = arena_alloc(request->arena, size + 1);
    memcpy(text, bytes, size);
    char *rest = text;
    char *line = next_line(&rest);
    size_t method_size = strcspn(line, " ");
    char *target = line + method_size + (line[method_size] == ' ');
    char *version = strrchr(target, ' ');
    line[method_size] = '\0';
    if (version != NULL) {
        *version = '\0';
    }
    request->method = method_named(line);
    request->http_1_0 = version != NULL && str_equal(version + 1, "HTTP/1.0");
    target_parse(request, target);
    request->headers = headers;
    for (line = next_line(&rest); *line != '\0'; line = next_line(&rest)) {
        add_header(request, headers, line);
    }
    request->body_size = size - (size_t)(rest - text);
    request->body = request->body_size > 0 ? rest : NULL;
}

const char *world_path(struct arena *arena, const char *path, const char *line)
{
    const char *filled = "";
    for (const char *brace = strchr(path, '{'); brace != NULL; brace = strchr(path, '{')) {
        line += *line == '/';
        int value = (int)strcspn(line, "/?");
        filled = arena_printf(arena, "%s%.*s%.*s", filled, (int)(brace - path), path,
                              value > 0 ? value : 1, value > 0 ? line : "1");
        line += value;
        path = strchr(brace, '}') + 1;
    }
    const char *query = strchr(line, '?');
    return arena_printf(arena, "%s%s%s", filled, path, query == NULL ? "" : query);
}

bool world_is_json(const struct response *response)
{
    static const char json[] = "application/json";
    const char *type = response_get(response, "Content-Type");
    return type != NULL && str_starts(type, json) && strchr(";", type[strlen(json)]) != NULL;
}

static void check_answer(const struct response *response)
{
    MUST(response->status >= 200 && response->status < 600 && response->status != 500);
    MUST(response->status != 302 || response_get(response, "Location") != NULL);
    /* A section of an app that was emptied has nothing. */
    if (world_is_json(response) && response->body_size > 0) {
        json_auto_t *json = json_loadb(response->body, response->body_size, JSON_DECODE_ANY, NULL);
        MUST(json != NULL);
    }
}

void world_answer(struct world *world, struct arena *arena, const char *bytes, size_t size,
                  struct response *response)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]", NULL};
    const struct gate gate = {.hosts = hosts,
                              .locked_prefix = "/_makeshift/",
                              .large_prefix = "/api/v2/",
                              .tenant_prefix = "/t/",
                              .tenant_large_prefix = "/api/v2/"};
    struct header headers[HEADERS_MAX];
    struct exchange exchange = {.request = {.arena = arena}, .response = {.arena = arena}};
    read_request(&exchange.request, headers, bytes, size);
    exchange_judge(&exchange, &gate, &endpoints_hooks, world->endpoints);
    if (exchange.refusal.status == 0 && exchange.request.body_size > exchange.body_max) {
        exchange.refusal = gate_refuse_body(&gate, &exchange.request);
    }
    int64_t waits = exchange_answer(&exchange, &endpoints_hooks, world->endpoints);
    exchange_close(&exchange, &endpoints_hooks, world->endpoints);
    if (waits != 0) { /* the client leaves instead */
        *response = (struct response){.arena = arena, .status = 204};
        return;
    }
    MUST(exchange.response.close == (exchange.refusal.status != 0));
    *response = exchange.response;
    check_answer(response);
}
