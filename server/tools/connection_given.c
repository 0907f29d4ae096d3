#include "server/tools/connection_given.h"

#include <errno.h>
#include <string.h>

#include "server/base/file.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/connection/check.h"
#include "server/connection/check_parameters.h"
#include "server/connection/collection.h"
#include "server/iml/zone.h"
#include "server/tools/show.h"

static int running_send(void *context, const struct outgoing *outgoing, struct incoming *incoming,
                        const char **problem)
{
    const struct running *running = context;
    return wire_send(&running->wire, outgoing, incoming, problem);
}

static void running_tell(void *context, const struct iml_value *event)
{
    const struct running *running = context;
    shown_event(&running->shown, event);
}

static void running_skip(void *context, enum step step)
{
    const struct running *running = context;
    shown_line(&running->shown, shown_skip_text(running->run->arena, step));
}

static int wrong(const struct running *running, const char *problem)
{
    (void)tool_fail(running->run, TOOL_WRONG, problem);
    return 1;
}

/* `line` 0: of the file as a whole. */
static int wrong_file(const struct running *running, const char *option, const char *file,
                      const char *problem, size_t line)
{
    struct arena *arena = running->run->arena;
    const char *at = line == 0 ? "" : arena_printf(arena, "line %zu: ", line);
    return wrong(running, arena_printf(arena, "--%s: '%s': %s%s", option, file, at, problem));
}

/* The object in the file that an option names; an empty one where it names none. */
static int read_object(const struct running *running, const char *option, struct iml_value *value)
{
    struct arena *arena = running->run->arena;
    struct source source = {0};
    const char *problem = NULL, *file = given_text(&running->given, option);
    size_t line = 0;
    *value = iml_collection(NULL, 0);
    if (file == NULL) {
        return 0;
    }
    if (source_read(arena, file, &source, &problem, &line) != 0) {
        return wrong_file(running, option, file, problem, line);
    }
    const char *fault = json_is_object(source.json) ? iml_mark_fault(arena, source.json) : NULL;
    fault = json_is_object(source.json) ? fault : "it holds no object";
    *value = iml_read(arena, source.json, IML_DATES_MARKED);
    json_decref(source.json);
    return fault == NULL ? 0 : wrong_file(running, option, file, fault, 0);
}

/* What Make would put its own value into. */
static void warn_of_reserved(const struct iml_value *parameters)
{
    for (size_t i = 0; i < parameters->size; i++) {
        if (parameter_is_reserved(parameters->members[i].name)) {
            fprintf(stderr,
                    "--parameters: Make gives '%s' a meaning and a value of its own; a parameter "
                    "needs another name\n",
                    parameters->members[i].name);
        }
    }
}

static int read_parameters(struct running *running)
{
    int outcome = read_object(running, "parameters", &running->engine.parameters);
    if (outcome == 0) {
        warn_of_reserved(&running->engine.parameters);
    }
    return outcome;
}

/* Those of each --scope. */
static struct iml_value own_scope(const struct running *running)
{
    struct arena *arena = running->run->arena;
    struct iml_value own = iml_array(NULL, 0);
    for (size_t i = 0; i < running->given.count; i++) {
        if (str_equal(running->given.values[i].word, "scope")) {
            const struct iml_value words = collection_words(arena, running->given.values[i].text);
            own = collection_joined(arena, &own, &words);
        }
    }
    return own;
}

static bool is_list_of_texts(const struct iml_value *value)
{
    size_t i = 0;
    while (value->type == IML_ARRAY && i < value->size && value->items[i].type == IML_TEXT) {
        i++;
    }
    return value->type == IML_ARRAY && i == value->size;
}

/* The app's default scopes, and those of --scope that they have not. */
static int read_scope(struct running *running)
{
    struct arena *arena = running->run->arena;
    struct source source = {0};
    const char *problem = NULL, *file = given_text(&running->given, "default_scope");
    struct iml_value own = own_scope(running);
    size_t line = 0;
    running->engine.kept.scope = own;
    if (file == NULL) {
        return 0;
    }
    if (source_read(arena, file, &source, &problem, &line) != 0) {
        return wrong_file(running, "default-scope", file, problem, line);
    }
    const struct iml_value defaults = iml_read(arena, source.json, IML_DATES_AS_TEXT);
    json_decref(source.json);
    if (!is_list_of_texts(&defaults)) {
        return wrong(running,
                     arena_printf(arena, "--default-scope: '%s' holds no list of scopes", file));
    }
    running->engine.kept.scope = collection_joined(arena, &defaults, &own);
    return 0;
}

static int read_time(struct running *running)
{
    struct engine *engine = &running->engine;
    const char *clock = given_text(&running->given, "clock");
    const char *zone = given_text(&running->given, "timezone");
    engine->zone = zone == NULL ? "UTC" : zone;
    if (clock != NULL && clock_parse(clock, &engine->clock) != 0) {
        return wrong(running, arena_printf(running->run->arena,
                                           "--clock: '%s' is no time; expected one such as "
                                           "2026-01-01T00:00:00Z, or +90d",
                                           clock));
    }
    return zone_is_known(engine->zone)
               ? 0
               : wrong(running, arena_printf(running->run->arena,
                                             "--timezone: this system knows no '%s'; expected one "
                                             "such as Europe/Prague",
                                             zone));
}

static int read_against(struct running *running)
{
    struct arena *arena = running->run->arena;
    const char *url = given_text(&running->given, "against");
    struct url parts = {0};
    if (url == NULL) {
        return 0;
    }
    if (url_parse(arena, url, &parts) != NULL || !url_is_web(&parts)) {
        return wrong(running, arena_printf(arena,
                                           "--against: '%s' is no URL of a server; expected one "
                                           "such as http://localhost:8080",
                                           url));
    }
    bool is_origin = str_has_word("/", parts.path) || *parts.path == '\0';
    if (!is_origin || parts.query != NULL || parts.fragment != NULL || parts.userinfo != NULL) {
        return wrong(running, arena_printf(arena,
                                           "--against: '%s' has more than scheme, host and port; "
                                           "paths stay as they are, expected '%s'",
                                           url, url_origin(arena, &parts)));
    }
    running->engine.against = url_origin(arena, &parts);
    return 0;
}

/* What a provider sends people back to; one that is another app's is no place of ours. */
static int judge_redirect_uri(const struct running *running)
{
    const char *uri = given_text(&running->given, "redirect_uri");
    const char *fault = uri == NULL ? NULL : callback_fault(running->run->arena, uri);
    return fault == NULL ? 0 : wrong(running, fault);
}

/* Before anybody is asked, and nobody is believed. */
static int judge_ca(const struct running *running)
{
    struct arena *arena = running->run->arena;
    const char *problem = NULL, *file = given_text(&running->given, "ca");
    size_t size = 0;
    const char *text = file == NULL ? "" : file_read(arena, file, WIRE_CA_MAX, &size, &problem);
    if (text != NULL && file != NULL && strstr(text, "-----BEGIN") == NULL) {
        problem = "holds no certificate in PEM";
    }
    return problem == NULL ? 0 : wrong_file(running, "ca", file, problem, 0);
}

static int read_refresh(const struct running *running)
{
    const char *when = given_text(&running->given, "refresh");
    if (when != NULL && !engine_has(&running->engine, STEP_REFRESH)) {
        return wrong(running, "--refresh: the connection has no 'refresh' that could be run");
    }
    return when == NULL || str_equal(when, "now") || str_equal(when, "when-due")
               ? 0
               : wrong(running, arena_printf(running->run->arena,
                                             "--refresh: '%s'; expected now or when-due", when));
}

#define OLDER_URI "https://www.integromat.com" CALLBACK_PATH

/* Make documents the older host alone for OAuth 1. */
static const char *makes_uri(const struct engine *engine)
{
    return engine_is_oauth1(engine) ? "https://www.integromat.com" CALLBACK_PATH_OAUTH1
                                    : "https://www.make.com" CALLBACK_PATH;
}

/* Where a person comes back to, unless the redirect itself is read. */
static int open_callback(struct running *running)
{
    const char *uri = given_text(&running->given, "redirect_uri");
    const char *problem = NULL;
    const char *path = engine_is_oauth1(&running->engine) ? CALLBACK_PATH_OAUTH1 : CALLBACK_PATH;
    struct url parts = {0};
    bool is_here = uri == NULL || (url_parse(running->run->arena, uri, &parts) == NULL &&
                                   url_is_loopback(&parts) && str_equal(parts.scheme, "http"));
    running->callback = (struct callback){.fd = -1, .uri = uri};
    running->walks = given_text(&running->given, "auto") != NULL;
    if (running->walks) {
        running->callback.uri = uri != NULL ? uri : makes_uri(&running->engine);
        running->engine.older_redirect_uri =
            uri == NULL && !engine_is_oauth1(&running->engine) ? OLDER_URI : NULL;
    } else if (is_here && engine_has(&running->engine, STEP_AUTHORIZE) &&
               callback_open(running->run->arena, uri, path, &running->callback, &problem) != 0) {
        return wrong(running, problem);
    }
    running->engine.redirect_uri = running->callback.uri == NULL ? "" : running->callback.uri;
    return 0;
}

static int open_transcript(struct running *running)
{
    const char *file = given_text(&running->given, "transcript");
    if (file == NULL) {
        return 0;
    }
    running->shown.transcript = fopen(file, "we");
    return running->shown.transcript != NULL
               ? 0
               : wrong_file(running, "transcript", file, file_why(running->run->arena, errno), 0);
}

/* The connection, if the check finds no error in it. */
static enum tool_exit read_connection(struct running *running, const char *file)
{
    struct arena *arena = running->run->arena;
    struct findings findings = {.arena = arena};
    const char *problem = NULL;
    size_t line = 0;
    check_file(arena, file, &findings);
    for (size_t i = 0; findings.errors > 0 && i < findings.count; i++) {
        fprintf(stderr, "%s\n", finding_line(arena, &findings.all[i]));
    }
    return findings.errors > 0 || source_read(arena, file, &running->source, &problem, &line) != 0
               ? TOOL_NOT_TRUE
               : TOOL_DONE;
}

static int read_all(struct running *running)
{
    struct engine *engine = &running->engine;
    struct arena *arena = running->run->arena;
    *engine = (struct engine){.arena = arena,
                              .connection = running->source.json,
                              .random = random_new_system(),
                              .temp = iml_collection(NULL, 0),
                              .kept.data = iml_collection(NULL, 0),
                              .context = running,
                              .send = running_send,
                              .tell = running_tell,
                              .skip = running_skip};
    running->wire =
        (struct wire){.arena = arena,
                      .ca = given_text(&running->given, "ca"),
                      .unverified = given_text(&running->given, "tls_insecure") != NULL};
    running->shown = (struct shown){.arena = arena,
                                    .connection = running->source.json,
                                    .is_json = given_text(&running->given, "json") != NULL,
                                    .loss = &running->loss};
    running->store = given_text(&running->given, "store");
    return read_parameters(running) != 0 || read_object(running, "common", &engine->common) != 0 ||
                   read_scope(running) != 0 || read_time(running) != 0 ||
                   read_against(running) != 0 || read_refresh(running) != 0 ||
                   judge_redirect_uri(running) != 0 || judge_ca(running) != 0
               ? 1
               : 0;
}

enum tool_exit connection_given_read(struct running *running, const char *file)
{
    enum tool_exit end = read_connection(running, file);
    return end == TOOL_DONE && read_all(running) != 0 ? TOOL_WRONG : end;
}

/* Before anybody is asked: what is answered can be asked for once alone. */
static int judge_store(const struct running *running)
{
    struct arena *arena = running->run->arena;
    const char *fault = running->store == NULL ? NULL : show_write_fault(arena, running->store);
    return fault == NULL ? 0 : wrong(running, arena_printf(arena, "--store: %s", fault));
}

enum tool_exit connection_given_open(struct running *running)
{
    return judge_store(running) == 0 && open_callback(running) == 0 && open_transcript(running) == 0
               ? TOOL_DONE
               : TOOL_WRONG;
}

void connection_given_close(struct running *running)
{
    callback_close(&running->callback);
    random_free(running->engine.random);
    json_decref(running->source.json);
    if (running->shown.transcript != NULL) {
        (void)fclose(running->shown.transcript);
    }
}
