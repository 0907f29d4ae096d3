/* Total deadlines of connections. An idle timeout is no match for a client that sends a byte a
 * second; these run out whatever arrives.
 *
 * A thread of its own looks at all connections every tick, and shuts down those that are overdue:
 * whoever owns the connection then reads its end. A client is overdue when it is its turn: while
 * what it sent lies unread, or what it is to read is not written, it is the server that is late,
 * and waits. Setting a deadline costs no lock. */
#ifndef MAKESHIFT_HTTP_DEADLINES_H
#define MAKESHIFT_HTTP_DEADLINES_H

#include <stdint.h>

struct deadlines;

/* Whose turn it is, and for what. */
enum deadline_for { CLIENT_SENDS, CLIENT_READS };

/* One connection's place in the table; lives in the connection. */
struct deadline {
    struct deadline *next;
    struct deadline *previous;
    int fd;
    _Atomic int64_t due_ms; /* of the monotonic clock */
    _Atomic enum deadline_for turn;
};

/* Starts the thread. `tick_ms` is how late it may be. NULL: broken, logged. */
struct deadlines *deadlines_new(unsigned tick_ms);

/* Ends the thread. NULL is fine; the table must be empty. */
void deadlines_free(struct deadlines *deadlines);

/* The client is to send within so many seconds. `fd` must stay open until the deadline is removed:
 * that is what makes the shutdown safe. */
void deadlines_add(struct deadlines *deadlines, struct deadline *deadline, int fd,
                   unsigned seconds);
void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline);

/* From now; replaces what was set. `deadline_clear` leaves none. */
void deadline_set(struct deadline *deadline, enum deadline_for turn, unsigned seconds);
void deadline_clear(struct deadline *deadline);

#endif
