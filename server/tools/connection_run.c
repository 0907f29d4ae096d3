/* `makeshift connection run FILE`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/str.h"
#include "server/connection/flow.h"
#include "server/connection/kept.h"
#include "server/tools/browser.h"
#include "server/tools/connection_given.h"
#include "server/tools/connection_verbs.h"
#include "server/tools/show.h"
#include "server/tools/usage_read.h"

#define PATIENCE 900000 /* ms for a person: a state is good for 15 minutes there */
#define EXIT_STEP 10    /* and the number of the step */
#define EXIT_UNREACHABLE 20

const struct usage connection_run_usage = {
    .words = "connection run",
    .takes = "connection",
    .options = "parameters common scope default_scope against auto redirect_uri store refresh "
               "invalidate json "
               "transcript clock timezone tls_insecure",
    .repeats = "scope",
    .help = "Run a custom app's connection as Make does: connect, verify, refresh, invalidate.",
    .example = "connection.imljson --common common.json --against http://localhost:8080 --auto",
};

static enum tool_exit failed(const struct running *running, const struct failure *failure)
{
    static const int exits[STEP__MAX] = {
        [STEP_PREAUTHORIZE] = 0, [STEP_REQUEST_TOKEN] = 0, [STEP_AUTHORIZE] = 1,
        [STEP_TOKEN] = 2,        [STEP_ACCESS_TOKEN] = 2,  [STEP_INFO] = 3,
        [STEP_REFRESH] = 4,      [STEP_INVALIDATE] = 5,
    };
    shown_failure(&running->shown, failure);
    return (enum tool_exit)(failure->is_unreachable ? EXIT_UNREACHABLE
                                                    : EXIT_STEP + exits[failure->step]);
}

/* A step that needs nobody. */
static enum tool_exit step(struct running *running, enum step step, enum engine_condition condition,
                           bool *was_run)
{
    struct failure failure = {0};
    int outcome = engine_run(&running->engine, step, condition, &failure);
    *was_run = outcome == ENGINE_DONE;
    return outcome == ENGINE_FAILED ? failed(running, &failure) : TOOL_DONE;
}

/* What the person pasted: the address that the browser shows at the end. */
static const char *read_pasted(struct arena *arena)
{
    char line[8192];
    fprintf(stderr, "Paste the address that the browser ends at:\n");
    if (fgets(line, sizeof(line), stdin) == NULL) {
        return NULL;
    }
    line[strcspn(line, "\r\n#")] = '\0';
    const char *query = strchr(line, '?');
    return query == NULL ? "" : arena_strdup(arena, query + 1);
}

/* Whom nobody sees: the redirects alone. */
static const char *walk(struct running *running, const char *url, struct failure *failure)
{
    const char *const uris[] = {running->callback.uri, running->engine.older_redirect_uri, NULL};
    struct walked walked = {0};
    int outcome = wire_walk(&running->wire, url, uris, &walked);
    if (outcome == 0) {
        return walked.query;
    }
    engine_lost(&running->engine, walked.problem, walked.advice, failure);
    failure->is_unreachable = outcome == 1;
    return NULL;
}

/* The query of the callback. NULL: nobody came back, and the failure says why. */
static const char *come_back(struct running *running, const char *url, const char *state,
                             struct failure *failure)
{
    struct arena *arena = running->run->arena;
    if (running->walks) {
        return walk(running, url, failure);
    }
    const struct engine_mark mark = engine_mark(&running->engine, state);
    bool is_opened = browser_open(arena, url);
    fprintf(stderr, "%s this address in a browser:\n%s\n", is_opened ? "Opening" : "Open", url);
    const char *query = running->callback.fd >= 0
                            ? callback_wait(arena, &running->callback, &mark, PATIENCE)
                            : read_pasted(arena);
    if (query == NULL) {
        engine_lost(&running->engine, "nobody came back with an answer", "", failure);
    }
    return query;
}

static enum tool_exit save(const struct running *running)
{
    if (running->store == NULL) {
        return TOOL_DONE;
    }
    const char *text = kept_text(running->run->arena, &running->engine.kept);
    return show_write(running->run, running->store, text, strlen(text));
}

/* Nothing is stored unless all steps held. */
static enum tool_exit connect_all(struct running *running)
{
    char state[FLOW_STATE_SIZE];
    struct failure failure = {0};
    const char *url = NULL, *query = NULL;
    flow_state(running->engine.random, state);
    if (flow_begin(&running->engine, state, &url, &failure) != ENGINE_DONE) {
        return failed(running, &failure);
    }
    if (url != NULL) {
        query = come_back(running, url, state, &failure);
        if (query == NULL) {
            return failed(running, &failure);
        }
    }
    return flow_end(&running->engine, query, state, &failure) == ENGINE_DONE
               ? save(running)
               : failed(running, &failure);
}

/* What a refresh got is stored at once: the tokens before may be spent. */
static enum tool_exit refresh(struct running *running)
{
    const char *when = given_text(&running->given, "refresh");
    bool was_run = false;
    enum tool_exit end = step(running, STEP_REFRESH,
                              str_equal(when, "now") ? ENGINE_ALWAYS : ENGINE_WHEN_TRUE, &was_run);
    end = end == TOOL_DONE && was_run ? save(running) : end;
    return end == TOOL_DONE ? step(running, STEP_INFO, ENGINE_WHEN_TRUE, &was_run) : end;
}

static enum tool_exit invalidate(struct running *running)
{
    bool was_run = false;
    enum tool_exit end = step(running, STEP_INVALIDATE, ENGINE_WHEN_TRUE, &was_run);
    /* The connection is deleted, and its data with it. */
    bool stays = end == TOOL_DONE && running->store != NULL && unlink(running->store) != 0 &&
                 errno != ENOENT;
    return stays ? tool_fail(running->run, TOOL_REFUSED,
                             arena_printf(running->run->arena,
                                          "--store: '%s' cannot be deleted: %s; the connection is "
                                          "ended, delete it by hand",
                                          running->store, strerror(errno)))
                 : end;
}

/* Whether there is a connection in the store already, which is to be refreshed or ended. A file
 * that is no store is not written over. */
static enum tool_exit load(struct running *running, bool *is_connected)
{
    const char *problem = NULL;
    struct kept other = running->engine.kept;
    bool uses = given_text(&running->given, "refresh") != NULL ||
                given_text(&running->given, "invalidate") != NULL;
    bool is_there = running->store != NULL &&
                    (uses ? kept_is_there(running->store) : kept_has_bytes(running->store));
    *is_connected = uses && is_there;
    if (is_there && kept_read(running->run->arena, running->store,
                              uses ? &running->engine.kept : &other, &problem) != 0) {
        return tool_fail(
            running->run, TOOL_WRONG,
            arena_printf(running->run->arena, "--store: '%s' %s", running->store, problem));
    }
    return TOOL_DONE;
}

static enum tool_exit run_all(struct running *running)
{
    bool is_connected = false;
    enum tool_exit end = load(running, &is_connected);
    if (running->wire.unverified) {
        fprintf(stderr, "--tls-insecure: no certificate is verified\n");
    }
    end = end == TOOL_DONE && !is_connected ? connect_all(running) : end;
    if (end == TOOL_DONE && given_text(&running->given, "refresh") != NULL) {
        end = refresh(running);
    }
    if (end == TOOL_DONE && given_text(&running->given, "invalidate") != NULL) {
        end = invalidate(running);
    }
    return end;
}

enum tool_exit connection_run_run(struct tool_run *run)
{
    AUTO(connection_given_close) struct running running = {.run = run, .callback.fd = -1};
    enum tool_exit end = TOOL_WRONG;
    if (!usage_read(run, &connection_run_usage, &running.given, &end)) {
        return end;
    }
    end = connection_given_read(&running, given_text(&running.given, "connection"));
    end = end == TOOL_DONE ? connection_given_open(&running) : end;
    end = end == TOOL_DONE ? run_all(&running) : end;
    return shown_end(&running.loss, run, end);
}
