#include "server/tools/acting.h"

#include <pthread.h>
#include <string.h>

#include "server/connection/kept.h"

/* What several connections print is not to be mixed. */
static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;

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
    const char *line = shown_skip_text(acting->arena, step);
    pthread_mutex_lock(&printing);
    shown_line(&acting->shown, line);
    pthread_mutex_unlock(&printing);
    str_buf_printf(&acting->told, "%s\n", line);
}

void acting_print_failure(const struct acting *acting, const struct failure *failure)
{
    pthread_mutex_lock(&printing);
    shown_failure(&acting->shown, failure);
    pthread_mutex_unlock(&printing);
}

struct acting *acting_new(const struct running *made, const char *kept)
{
    const char *problem = NULL;
    struct arena *arena = arena_new();
    struct acting *acting = arena_alloc(arena, sizeof(*acting));
    *acting = (struct acting){.arena = arena,
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
    if (kept != NULL) { /* it was written by us, and can be read */
        (void)!kept_parse(arena, kept, strlen(kept), &acting->engine.kept, &problem);
    }
    return acting;
}

void acting_free(struct acting *acting)
{
    arena_free(acting->arena);
}
