/* What waits: connections that are suspended until a moment, or until somebody wakes them. No
 * thread waits with them: one thread wakes all those that are due, and those whose client has left.
 */
#ifndef MAKESHIFT_HTTP_HOLD_H
#define MAKESHIFT_HTTP_HOLD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define HOLD_LOOK_MS 500 /* between two looks at whether a client has left */

struct holds;

/* One exchange's; lives in it. All zero is one that cannot wait. The lock of its `holds` guards it;
 * of an exchange that does not wait nobody takes that lock. */
struct hold {
    struct holds *holds;
    struct hold *next; /* of those that wait */
    struct hold *previous;
    void *connection; /* that is suspended and resumed */
    int fd;           /* of it; open as long as it is suspended */
    int64_t due_ms;   /* of the monotonic clock */
    bool is_waiting;
    atomic_bool is_waked; /* since hold_begin */
    atomic_bool is_gone;  /* its client has left */
};

/* How a connection is suspended, on its own thread, and resumed, on any. Both are called with the
 * lock held. */
struct hold_means {
    void (*suspend)(void *connection);
    void (*resume)(void *connection);
};

/* Starts the thread. `means` is borrowed. NULL: broken, logged. */
struct holds *holds_new(const struct hold_means *means);

/* Ends the thread. NULL is fine; none may be waiting. */
void holds_free(struct holds *holds);

/* Wakes all; from then on none waits. NULL is fine here, and below: then it is never over. */
void holds_end(struct holds *holds);
bool holds_are_over(struct holds *holds);

/* From here on hold_wake counts. On the connection's own thread, as hold_wait is. */
void hold_begin(struct hold *hold);

/* Suspends the connection for so many milliseconds, INT64_MAX: for long. False: it was waked since
 * hold_begin, or all is over: it does not wait. */
bool hold_wait(struct hold *hold, int64_t ms);

/* Resumes it if it waits; else hold_wait will say so. From any thread. */
void hold_wake(struct hold *hold);

/* True when it was resumed for its client has left. */
bool hold_is_gone(const struct hold *hold);

#endif
