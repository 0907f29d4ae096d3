#include "server/endpoints/waiting.h"

#include "server/base/clock.h"
#include "server/endpoints/handlers.h"
#include "server/endpoints/realm.h"

static void wake(void *context)
{
    exchange_wake(context);
}

/* What comes while it looks is looked at the next time. */
static int64_t look(struct call *call, struct waiting *waiting)
{
    int64_t last = journal_last(call->realm->journal);
    int64_t left = door_wait(call, (clock_ticks_us() - waiting->began) / 1000, waiting->looked_to);
    waiting->looked_to = last;
    return left;
}

int64_t waiting_left(struct call *call, struct exchange *exchange, struct waiting *waiting)
{
    if (exchange_is_stopping(exchange) || atomic_load(&call->realm->is_gone)) {
        return 0;
    }
    if (waiting->began == 0) {
        waiting->began = clock_ticks_us();
    }
    int64_t left = look(call, waiting);
    if (left > 0 && !waiting->watches) {
        waiting->watches = true;
        waiting->watcher = (struct watcher){.wake = wake, .context = exchange};
        journal_watch(call->realm->journal, &waiting->watcher);
        left = look(call, waiting); /* it may have come true before it watched */
    }
    return left;
}

void waiting_leave(struct call *call, struct waiting *waiting)
{
    if (waiting->watches) {
        journal_unwatch(call->realm->journal, &waiting->watcher);
    }
}
