#include "server/endpoints/delay.h"

#include "server/base/clock.h"
#include "server/endpoints/realm.h"

static void wake(void *context)
{
    exchange_wake(context);
}

static bool is_meant(const struct realm *realm, const struct fault_plan *plan)
{
    return !atomic_load(&realm->is_gone) &&
           (plan->latch != 0 ? latches_holding(realm->latches, plan->latch) >= 0
                             : faults_have(realm->faults, plan->id));
}

int64_t delay_left(struct call *call, struct exchange *exchange, const struct fault_plan *plan,
                   struct delay *delay)
{
    if (plan->delay_ms == 0) {
        return 0;
    }
    int64_t now = clock_ticks_ms();
    if (!delay->has_begun) {
        *delay = (struct delay){.has_begun = true,
                                .until = now + plan->delay_ms,
                                .watcher = {.wake = wake, .context = exchange}};
        watchers_add(&call->realm->delayed, &delay->watcher);
    }
    bool waits =
        delay->until > now && !exchange_is_stopping(exchange) && is_meant(call->realm, plan);
    return waits ? delay->until - now : 0;
}

void delay_leave(struct call *call, struct delay *delay)
{
    if (delay->has_begun) {
        watchers_remove(&call->realm->delayed, &delay->watcher);
    }
}
