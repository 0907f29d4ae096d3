/* Total deadlines of connections. An idle timeout is no match for a client that sends a byte a
 * second; these run out whatever arrives.
 *
 * A thread of its own looks at all connections every tick, and shuts down those that are overdue:
 * whoever owns the connection then reads its end. Setting a deadline costs no lock. */
#ifndef MAKESHIFT_HTTP_DEADLINES_H
#define MAKESHIFT_HTTP_DEADLINES_H

#include <stdint.h>

struct deadlines;

/* One connection's place in the table; lives in the connection. */
struct deadline {
    struct deadline *next;
    struct deadline *previous;
    int fd;
    _Atomic int64_t due_ms; /* of the monotonic clock */
};

/* Starts the thread. `tick_ms` is how late it may be. NULL: broken, logged. */
struct deadlines *deadlines_new(unsigned tick_ms);

/* Ends the thread. NULL is fine; the table must be empty. */
void deadlines_free(struct deadlines *deadlines);

/* `fd` must stay open until the deadline is removed: that is what makes the shutdown safe. */
void deadlines_add(struct deadlines *deadlines, struct deadline *deadline, int fd,
                   unsigned seconds);
void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline);

/* From now; replaces what was set. `deadline_clear` leaves none. */
void deadline_set(struct deadline *deadline, unsigned seconds);
void deadline_clear(struct deadline *deadline);

#endif
