/* Connections: whatever is in the file, the check says where it is wrong; and one that it finds
 * good runs against a server that answers anything. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/connection/check.h"
#include "server/connection/engine.h"
#include "tests/fuzz/world.h"

/* A server that answers each request with another of these. */
struct answers {
    struct arena *arena;
    size_t asked, told;
};
static const struct {
    long status;
    const char *type, *body;
} answer_table[] = {
    {200, "application/json", "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":60}"},
    {401, "application/json", "{\"error\":\"invalid_token\"}"},
    {200, "application/x-www-form-urlencoded", "a=b&c=%20"},
    {200, "text/plain", "\xff"},
    {503, "text/html", "<p>"},
    {204, "", ""},
};

static int answer(void *context, const struct outgoing *outgoing, struct incoming *incoming,
                  const char **problem)
{
    struct answers *answers = context;
    size_t row = answers->asked++ % COUNT(answer_table);
    struct iml_member *type = arena_alloc(answers->arena, sizeof(*type));
    (void)problem;
    MUST(outgoing->url != NULL && outgoing->method != NULL);
    *type = (struct iml_member){.name = "content-type", .value = iml_text(answer_table[row].type)};
    *incoming = (struct incoming){.status = answer_table[row].status,
                                  .headers = iml_collection(type, 1),
                                  .body = answer_table[row].body,
                                  .size = strlen(answer_table[row].body)};
    return 0;
}

static void tell(void *context, const struct iml_value *event)
{
    struct answers *answers = context;
    answers->told++;
    MUST(event->type == IML_COLLECTION);
}

static void run(struct arena *arena, json_t *connection)
{
    struct answers answers = {.arena = arena};
    struct failure failure = {0};
    const char *url = NULL;
    struct engine engine = {.arena = arena,
                            .connection = connection,
                            .parameters = iml_collection(NULL, 0),
                            .common = iml_collection(NULL, 0),
                            .redirect_uri = "https://www.make.com/oauth/cb/app",
                            .zone = "UTC",
                            .clock = {.fixed = true, .at = 1767225600},
                            .random = random_new_seeded(1, 1),
                            .kept.data = iml_collection(NULL, 0),
                            .kept.scope = iml_array(NULL, 0),
                            .temp = iml_collection(NULL, 0),
                            .context = &answers,
                            .send = answer,
                            .tell = tell};
    for (enum step step = 0; step < STEP__MAX; step++) {
        int outcome = engine_has(&engine, step) && step == STEP_AUTHORIZE
                          ? engine_authorize(&engine, "0", &url, &failure)
                          : engine_run(&engine, step, ENGINE_WHEN_TRUE, &failure);
        MUST(outcome != ENGINE_FAILED || (failure.why != NULL && failure.shown != NULL));
    }
    MUST(engine.kept.data.type == IML_COLLECTION && engine.temp.type == IML_COLLECTION);
    random_free(engine.random);
}

int fuzz_connection(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct findings findings = {.arena = arena};
    struct source source = {0};
    const char *problem = NULL;
    size_t line = 0;
    int fd = memfd_create("connection", MFD_CLOEXEC);
    MUST(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    const char *file = arena_printf(arena, "/proc/self/fd/%d", fd);
    check_file(arena, file, &findings);
    findings_sort(&findings);
    for (size_t i = 0; i < findings.count; i++) {
        MUST(*finding_line(arena, &findings.all[i]) != '\0');
    }
    if (findings.errors == 0 && source_read(arena, file, &source, &problem, &line) == 0) {
        run(arena, source.json);
        json_decref(source.json);
    }
    close(fd);
    return 0;
}
