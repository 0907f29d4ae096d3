#include "server/tools/served.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/connection/flow.h"
#include "server/connection/kept.h"
#include "server/tools/show.h"

#define PATIENCE 900000 /* ms for a person: a state is good for 15 minutes in Make's old engine */

const char *const served_action_words[SERVED_ACTION__MAX] = {
    [SERVED_CONNECT] = "connect",       [SERVED_VERIFY] = "verify",
    [SERVED_REFRESH] = "refresh",       [SERVED_REFRESH_WHEN_DUE] = "refresh-when-due",
    [SERVED_INVALIDATE] = "invalidate",
};

/* One action, in an arena of its own: from its first step to its last, a person's way between them
 * included. */
struct acting {
    struct served *served;
    struct arena *arena;
    struct tool_run run;
    struct engine engine;
    struct wire wire;
    struct shown shown;
    struct str_buf told;
    char state[FLOW_STATE_SIZE];
    const char *url;
    int64_t until;
};

struct served {
    pthread_mutex_t lock;
    const struct running *made;
    const char *name, *file, *store;
    char *kept;             /* as in a store; NULL: it is not connected */
    struct acting *pending; /* a person is on their way; NULL: nobody is */
    char *said, *make, *told;
    bool has_failed;
};

/* What several connections print is not to be mixed. */
static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;

static void set(char **text, const char *value)
{
    char *copy = value == NULL ? NULL : memory_need(strdup(value));
    free(*text);
    *text = copy;
}

static int acting_send(void *context, const struct outgoing *outgoing, struct incoming *incoming,
                       const char **problem)
{
    const struct acting *acting = context;
    return wire_send(&acting->wire, outgoing, incoming, problem);
}

static void acting_tell(void *context, const struct iml_value *event)
{
    struct acting *acting = context;
    pthread_mutex_lock(&printing);
    shown_event(&acting->shown, event);
    pthread_mutex_unlock(&printing);
    str_buf_put(&acting->told, shown_event_text(&acting->shown, event));
}

static void acting_skip(void *context, enum step step)
{
    struct acting *acting = context;
    const char *line =
        arena_printf(acting->arena, "%s: skipped, its condition is false", step_table[step].name);
    pthread_mutex_lock(&printing);
    shown_line(&acting->shown, line);
    pthread_mutex_unlock(&printing);
    str_buf_printf(&acting->told, "%s\n", line);
}

static struct acting *begin(struct served *served)
{
    const struct running *made = served->made;
    const char *problem = NULL;
    struct arena *arena = arena_new();
    struct acting *acting = arena_alloc(arena, sizeof(*acting));
    *acting = (struct acting){.served = served,
                              .arena = arena,
                              .run = *made->run,
                              .engine = made->engine,
                              .wire = made->wire,
                              .shown = made->shown};
    acting->run.arena = arena;
    acting->wire.arena = arena;
    acting->shown.arena = arena;
    acting->engine.arena = arena;
    acting->engine.context = acting;
    acting->engine.send = acting_send;
    acting->engine.tell = acting_tell;
    acting->engine.skip = acting_skip;
    str_buf_init(&acting->told, arena);
    if (served->kept != NULL && kept_parse(arena, served->kept, strlen(served->kept),
                                           &acting->engine.kept, &problem) != 0) {
        set(&served->kept, NULL); /* it was written by us, and cannot be read */
    }
    return acting;
}

/* What was said of it stays. */
static void end(struct acting *acting)
{
    set(&acting->served->told, str_buf_text(&acting->told));
    arena_free(acting->arena);
}

static void forget_pending(struct served *served)
{
    if (served->pending != NULL) {
        arena_free(served->pending->arena);
        served->pending = NULL;
    }
}

static void say(struct served *served, const char *text)
{
    set(&served->said, text);
    set(&served->make, NULL);
    served->has_failed = false;
}

static void say_failure(struct acting *acting, const struct failure *failure)
{
    struct served *served = acting->served;
    pthread_mutex_lock(&printing);
    shown_failure(&acting->shown, failure);
    pthread_mutex_unlock(&printing);
    set(&served->said, shown_failure_text(&acting->shown, failure));
    set(&served->make, shown_as_make(acting->arena, failure));
    served->has_failed = true;
}

/* True: what the engine keeps is the connection's now, in its file as well. */
static bool save(struct acting *acting)
{
    struct served *served = acting->served;
    const char *text = kept_text(acting->arena, &acting->engine.kept);
    if (served->store != NULL &&
        show_write(&acting->run, served->store, text, strlen(text)) != TOOL_DONE) {
        set(&served->said, "the store could not be written; what the service answered is lost");
        set(&served->make, NULL);
        served->has_failed = true;
        return false;
    }
    set(&served->kept, text);
    return true;
}

/* Behind the person, if there was one. */
static void finish_connect(struct acting *acting, const char *query)
{
    struct failure failure = {0};
    bool again = acting->served->kept != NULL;
    if (flow_end(&acting->engine, query, acting->state, &failure) != ENGINE_DONE) {
        say_failure(acting, &failure);
    } else if (save(acting)) {
        say(acting->served, again ? "Reauthorized." : "Connected.");
    }
    end(acting);
}

static int connect_it(struct served *served, struct arena *arena, const char **url)
{
    struct acting *acting = begin(served);
    struct failure failure = {0};
    acting->engine.kept.scope = served->made->engine.kept.scope; /* what is asked for, not got */
    flow_state(acting->engine.random, acting->state);
    if (flow_begin(&acting->engine, acting->state, &acting->url, &failure) != ENGINE_DONE) {
        say_failure(acting, &failure);
        end(acting);
        return SERVED_DONE;
    }
    if (acting->url == NULL) {
        finish_connect(acting, NULL);
        return SERVED_DONE;
    }
    acting->until = clock_ticks_ms() + PATIENCE;
    served->pending = acting;
    say(served, "A person is to sign in.");
    set(&served->told, NULL);
    *url = arena_strdup(arena, acting->url);
    return SERVED_SENT;
}

static void verify(struct served *served)
{
    struct acting *acting = begin(served);
    struct failure failure = {0};
    int outcome = engine_run(&acting->engine, STEP_INFO, ENGINE_WHEN_TRUE, &failure);
    if (outcome == ENGINE_FAILED) {
        say_failure(acting, &failure);
    } else if (save(acting)) {
        say(served, outcome == ENGINE_DONE ? "Verified: info was answered."
                                           : "Not verified: the condition of info is false.");
    }
    end(acting);
}

/* What a refresh got is stored at once: the tokens before may be spent. */
static void refresh(struct served *served, enum engine_condition condition)
{
    struct acting *acting = begin(served);
    struct failure failure = {0};
    int outcome = engine_run(&acting->engine, STEP_REFRESH, condition, &failure);
    if (outcome == ENGINE_DONE && !save(acting)) {
        end(acting);
        return;
    }
    bool fails =
        outcome == ENGINE_FAILED ||
        engine_run(&acting->engine, STEP_INFO, ENGINE_WHEN_TRUE, &failure) == ENGINE_FAILED;
    if (fails) {
        say_failure(acting, &failure);
    } else {
        say(served, outcome == ENGINE_DONE
                        ? "Refreshed."
                        : "Not refreshed: its condition is false, it is not due.");
    }
    end(acting);
}

static void invalidate(struct served *served)
{
    struct acting *acting = begin(served);
    struct failure failure = {0};
    if (engine_run(&acting->engine, STEP_INVALIDATE, ENGINE_WHEN_TRUE, &failure) == ENGINE_FAILED) {
        say_failure(acting, &failure);
    } else {
        if (served->store != NULL) {
            (void)unlink(served->store); /* the connection is deleted, and its data with it */
        }
        set(&served->kept, NULL);
        say(served, "Deleted.");
    }
    end(acting);
}

static bool has(const struct served *served, enum served_action action)
{
    static const enum step steps[SERVED_ACTION__MAX] = {
        [SERVED_VERIFY] = STEP_INFO,
        [SERVED_REFRESH] = STEP_REFRESH,
        [SERVED_REFRESH_WHEN_DUE] = STEP_REFRESH,
    };
    bool is_connected = served->kept != NULL;
    if (action == SERVED_CONNECT || action == SERVED_INVALIDATE) {
        return action == SERVED_CONNECT || is_connected;
    }
    return is_connected && engine_has(&served->made->engine, steps[action]);
}

static int act(struct served *served, struct arena *arena, enum served_action action,
               const char **url)
{
    if (!has(served, action)) {
        return SERVED_NONE;
    }
    forget_pending(served);
    switch (action) {
    case SERVED_CONNECT:
        return connect_it(served, arena, url);
    case SERVED_VERIFY:
        verify(served);
        break;
    case SERVED_REFRESH:
    case SERVED_REFRESH_WHEN_DUE:
        refresh(served, action == SERVED_REFRESH ? ENGINE_ALWAYS : ENGINE_WHEN_TRUE);
        break;
    case SERVED_INVALIDATE:
        invalidate(served);
        break;
    case SERVED_ACTION__MAX:
        break;
    }
    return SERVED_DONE;
}

int served_act(struct served *served, struct arena *arena, enum served_action action,
               const char **url)
{
    *url = NULL;
    if (pthread_mutex_trylock(&served->lock) != 0) {
        return SERVED_BUSY;
    }
    int outcome = act(served, arena, action, url);
    pthread_mutex_unlock(&served->lock);
    return outcome;
}

/* The sign-in that the query belongs to; it is used. NULL: there is none. */
static struct acting *take_pending(struct served *served, const char *query)
{
    struct acting *acting = served->pending;
    if (acting == NULL || acting->until < clock_ticks_ms()) {
        return NULL;
    }
    const struct engine_mark mark = engine_mark(&acting->engine, acting->state);
    if (!callback_has_mark(acting->arena, query, &mark)) {
        return NULL;
    }
    served->pending = NULL;
    return acting;
}

int served_return(struct served *served, const char *query)
{
    if (pthread_mutex_trylock(&served->lock) != 0) {
        return SERVED_BUSY;
    }
    struct acting *acting = take_pending(served, query);
    if (acting != NULL) {
        finish_connect(acting, arena_strdup(acting->arena, query));
    }
    pthread_mutex_unlock(&served->lock);
    return acting == NULL ? SERVED_NONE : SERVED_DONE;
}

static void look(const struct served *served, struct arena *arena, struct served_view *view)
{
    const char *problem = NULL;
    struct engine engine = served->made->engine;
    const struct acting *pending = served->pending;
    engine.arena = arena;
    view->is_connected =
        served->kept != NULL &&
        kept_parse(arena, served->kept, strlen(served->kept), &engine.kept, &problem) == 0;
    if (view->is_connected) {
        view->kept = engine_kept_value(&engine);
    }
    for (enum served_action action = 0; action < SERVED_ACTION__MAX; action++) {
        view->has[action] = has(served, action);
    }
    view->now = clock_now_ms(&engine.clock);
    bool waits = pending != NULL && pending->until >= clock_ticks_ms();
    view->url = waits ? arena_strdup(arena, pending->url) : NULL;
    view->said = arena_strdup(arena, served->said);
    view->make = arena_strdup(arena, served->make);
    view->told = arena_strdup(arena, served->told);
    view->has_failed = served->has_failed;
}

void served_view(struct served *served, struct arena *arena, struct served_view *view)
{
    *view = (struct served_view){.name = served->name, .file = served->file};
    view->is_busy = pthread_mutex_trylock(&served->lock) != 0;
    if (!view->is_busy) {
        look(served, arena, view);
        pthread_mutex_unlock(&served->lock);
    }
}

struct served *served_new(const struct running *made, const char *name, const char *file,
                          const char *store)
{
    struct served *served = memory_new(sizeof(*served));
    struct arena *arena = made->run->arena;
    const char *problem = NULL;
    struct kept kept = made->engine.kept;
    *served = (struct served){.made = made, .name = name, .file = file, .store = store};
    pthread_mutex_init(&served->lock, NULL);
    if (store == NULL || access(store, F_OK) != 0) {
        return served;
    }
    if (kept_read(arena, store, &kept, &problem) != 0) {
        (void)tool_fail(made->run, TOOL_WRONG,
                        arena_printf(arena, "--store: '%s' %s", store, problem));
        served_free(served);
        return NULL;
    }
    set(&served->kept, kept_text(arena, &kept));
    return served;
}

void served_free(struct served *served)
{
    if (served != NULL) {
        forget_pending(served);
        free(served->kept);
        free(served->said);
        free(served->make);
        free(served->told);
        pthread_mutex_destroy(&served->lock);
        free(served);
    }
}
