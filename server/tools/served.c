#include "server/tools/served.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/connection/flow.h"
#include "server/connection/kept.h"
#include "server/tools/acting.h"
#include "server/tools/show.h"

#define PATIENCE 900000 /* ms for a person: a state is good for 15 minutes in Make's old engine */

const char *const served_action_words[SERVED_ACTION__MAX] = {
    [SERVED_CONNECT] = "connect",       [SERVED_VERIFY] = "verify",
    [SERVED_REFRESH] = "refresh",       [SERVED_REFRESH_WHEN_DUE] = "refresh-when-due",
    [SERVED_INVALIDATE] = "invalidate",
};

struct served {
    pthread_mutex_t lock; /* of all but what never changes; never held while a service is asked */
    bool is_busy;         /* a step is under way, and what is below is its own */
    const struct running *made;
    const char *name, *file, *store;
    char *kept;             /* as in a store; NULL: it is not connected */
    struct acting *pending; /* a person is on their way; NULL: nobody is */
    char *said, *make, *told;
    bool has_failed;
};

static void set(char **text, const char *value)
{
    char *copy = value == NULL ? NULL : memory_need(strdup(value));
    free(*text);
    *text = copy;
}

/* What `connection run` has left in the store meanwhile; what cannot be read changes nothing. */
static void read_store(struct served *served, struct arena *arena)
{
    const char *problem = NULL;
    struct kept kept = served->made->engine.kept;
    bool is_there = served->store != NULL && kept_is_there(served->store);
    if (served->store != NULL &&
        (!is_there || kept_read(arena, served->store, &kept, &problem) == 0)) {
        set(&served->kept, is_there ? kept_text(arena, &kept) : NULL);
    }
}

static struct acting *begin(const struct served *served)
{
    return acting_new(served->made, served->kept);
}

/* What was said of it stays. */
static void end(struct served *served, struct acting *acting)
{
    set(&served->told, str_buf_text(&acting->told));
    acting_free(acting);
}

static void forget_pending(struct served *served)
{
    if (served->pending != NULL) {
        acting_free(served->pending);
        served->pending = NULL;
    }
}

static void say(struct served *served, const char *text)
{
    set(&served->said, text);
    set(&served->make, NULL);
    served->has_failed = false;
}

static void say_failure(struct served *served, struct acting *acting, const struct failure *failure)
{
    acting_print_failure(acting, failure);
    set(&served->said, shown_failure_text(&acting->shown, failure));
    set(&served->make, shown_as_make(acting->arena, failure));
    served->has_failed = true;
}

/* True: what the engine keeps is the connection's now, in its file as well. */
static bool save(struct served *served, struct acting *acting)
{
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
static void finish_connect(struct served *served, struct acting *acting, const char *query)
{
    struct failure failure = {0};
    bool again = served->kept != NULL;
    if (flow_end(&acting->engine, query, acting->state, &failure) != ENGINE_DONE) {
        say_failure(served, acting, &failure);
    } else if (save(served, acting)) {
        say(served, again ? "Reauthorized." : "Connected.");
    }
    end(served, acting);
}

static int connect_it(struct served *served, struct arena *arena, const char **url)
{
    struct acting *acting = begin(served);
    struct failure failure = {0};
    acting->engine.kept.scope = served->made->engine.kept.scope; /* what is asked for, not got */
    flow_state(acting->engine.random, acting->state);
    if (flow_begin(&acting->engine, acting->state, &acting->url, &failure) != ENGINE_DONE) {
        say_failure(served, acting, &failure);
        end(served, acting);
        return SERVED_DONE;
    }
    if (acting->url == NULL) {
        finish_connect(served, acting, NULL);
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
        say_failure(served, acting, &failure);
    } else if (save(served, acting)) {
        say(served, outcome == ENGINE_DONE ? "Verified: info was answered."
                                           : "Not verified: the condition of info is false.");
    }
    end(served, acting);
}

/* What a refresh got is stored at once: the tokens before may be spent. */
static void refresh(struct served *served, enum engine_condition condition)
{
    struct acting *acting = begin(served);
    struct failure failure = {0};
    int outcome = engine_run(&acting->engine, STEP_REFRESH, condition, &failure);
    if (outcome == ENGINE_DONE && !save(served, acting)) {
        end(served, acting);
        return;
    }
    bool fails =
        outcome == ENGINE_FAILED ||
        engine_run(&acting->engine, STEP_INFO, ENGINE_WHEN_TRUE, &failure) == ENGINE_FAILED;
    if (fails) {
        say_failure(served, acting, &failure);
    } else {
        say(served, outcome == ENGINE_DONE
                        ? "Refreshed."
                        : "Not refreshed: its condition is false, it is not due.");
    }
    end(served, acting);
}

static void invalidate(struct served *served)
{
    struct acting *acting = begin(served);
    struct failure failure = {0};
    if (engine_run(&acting->engine, STEP_INVALIDATE, ENGINE_WHEN_TRUE, &failure) == ENGINE_FAILED) {
        say_failure(served, acting, &failure);
    } else {
        /* The connection is deleted, and its data with it. */
        bool stays = served->store != NULL && unlink(served->store) != 0 && errno != ENOENT;
        set(&served->kept, NULL);
        say(served,
            stays ? "Ended; but the store cannot be deleted: delete it by hand." : "Deleted.");
        served->has_failed = stays;
    }
    end(served, acting);
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
    read_store(served, arena);
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

/* False: a step is under way. Whoever looks is waited for. */
static bool enter(struct served *served)
{
    pthread_mutex_lock(&served->lock);
    bool was_busy = served->is_busy;
    served->is_busy = true;
    pthread_mutex_unlock(&served->lock);
    return !was_busy;
}

static void leave(struct served *served)
{
    pthread_mutex_lock(&served->lock);
    served->is_busy = false;
    pthread_mutex_unlock(&served->lock);
}

int served_act(struct served *served, struct arena *arena, enum served_action action,
               const char **url)
{
    *url = NULL;
    if (!enter(served)) {
        return SERVED_BUSY;
    }
    int outcome = act(served, arena, action, url);
    leave(served);
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
    if (!enter(served)) {
        return SERVED_BUSY;
    }
    struct acting *acting = take_pending(served, query);
    if (acting != NULL) {
        finish_connect(served, acting, arena_strdup(acting->arena, query));
    }
    leave(served);
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
    pthread_mutex_lock(&served->lock);
    view->is_busy = served->is_busy;
    if (!view->is_busy) {
        read_store(served, arena);
        look(served, arena, view);
    }
    pthread_mutex_unlock(&served->lock);
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
    if (store == NULL) {
        return served;
    }
    bool is_there = kept_is_there(store);
    const char *fault = show_write_fault(arena, store);
    if (fault == NULL && is_there && kept_read(arena, store, &kept, &problem) != 0) {
        fault = arena_printf(arena, "'%s' %s", store, problem);
    }
    if (fault != NULL) {
        (void)tool_fail(made->run, TOOL_WRONG, arena_printf(arena, "--store: %s", fault));
        served_free(served);
        return NULL;
    }
    set(&served->kept, is_there ? kept_text(arena, &kept) : NULL);
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
