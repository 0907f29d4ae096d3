#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/deadlines.h"

#define TICK_MS 5
#define LONG_MS 10000

struct pair {
    int ours;
    int theirs;
};

static struct pair open_pair(void)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    return (struct pair){fds[0], fds[1]};
}

static void close_pair(struct pair pair)
{
    close(pair.ours);
    close(pair.theirs);
}

static bool ends_within(int fd, int milliseconds)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    char byte;
    return poll(&poll_fd, 1, milliseconds) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static void overdue_connection_is_shut_down_and_others_are_not(void **state)
{
    (void)state;
    struct deadlines *deadlines = deadlines_new(TICK_MS);
    struct pair due = open_pair(), later = open_pair(), cleared = open_pair();
    struct deadline a, b, c;
    deadlines_add(deadlines, &b, later.ours, 3600);
    deadlines_add(deadlines, &c, cleared.ours, 3600);
    deadline_clear(&c);
    deadlines_add(deadlines, &a, due.ours, 0);

    assert_true(ends_within(due.theirs, LONG_MS));
    assert_false(ends_within(later.theirs, 0));
    assert_false(ends_within(cleared.theirs, 0));

    /* the same pass that cut the first had seen the others; now they fall due as well */
    deadline_set(&b, CLIENT_SENDS, 0);
    deadline_set(&c, CLIENT_SENDS, 0);
    assert_true(ends_within(later.theirs, LONG_MS));
    assert_true(ends_within(cleared.theirs, LONG_MS));

    deadlines_remove(deadlines, &a);
    deadlines_remove(deadlines, &b);
    deadlines_remove(deadlines, &c);
    deadlines_free(deadlines);
    close_pair(due);
    close_pair(later);
    close_pair(cleared);
}

/* Passes of the table have gone by when another connection has been cut. */
static void let_it_look(struct deadlines *deadlines)
{
    for (int i = 0; i < 2; i++) {
        struct pair due = open_pair();
        struct deadline deadline;
        deadlines_add(deadlines, &deadline, due.ours, 0);
        assert_true(ends_within(due.theirs, LONG_MS));
        deadlines_remove(deadlines, &deadline);
        close_pair(due);
    }
}

static void a_client_that_is_not_read_is_not_late(void **state)
{
    (void)state;
    struct deadlines *deadlines = deadlines_new(TICK_MS);
    struct pair waits = open_pair();
    struct deadline deadline;
    char byte = 'x';
    assert_int_equal(write(waits.theirs, &byte, 1), 1);
    deadlines_add(deadlines, &deadline, waits.ours, 0);
    let_it_look(deadlines);
    assert_false(ends_within(waits.theirs, 0));
    assert_int_equal(read(waits.ours, &byte, 1), 1); /* and now it is the client's turn */
    assert_true(ends_within(waits.theirs, LONG_MS));
    deadlines_remove(deadlines, &deadline);
    deadlines_free(deadlines);
    close_pair(waits);
}

static void a_client_is_late_to_read_only_while_there_is_something_to_read(void **state)
{
    (void)state;
    struct deadlines *deadlines = deadlines_new(TICK_MS);
    struct pair reads = open_pair();
    struct deadline deadline;
    deadlines_add(deadlines, &deadline, reads.ours, 3600);
    deadline_set(&deadline, CLIENT_READS, 0);
    let_it_look(deadlines);
    assert_false(ends_within(reads.theirs, 0));
    assert_int_equal(write(reads.ours, "x", 1), 1);
    struct pollfd poll_fd = {.fd = reads.theirs, .events = POLLRDHUP};
    assert_int_equal(poll(&poll_fd, 1, LONG_MS), 1);
    deadlines_remove(deadlines, &deadline);
    deadlines_free(deadlines);
    close_pair(reads);
}

static void removed_connection_is_left_alone(void **state)
{
    (void)state;
    struct deadlines *deadlines = deadlines_new(TICK_MS);
    struct pair removed = open_pair(), due = open_pair();
    struct deadline a, b;
    deadlines_add(deadlines, &a, removed.ours, 3600);
    deadlines_remove(deadlines, &a);
    deadline_set(&a, CLIENT_SENDS, 0);
    deadlines_add(deadlines, &b, due.ours, 0);
    assert_true(ends_within(due.theirs, LONG_MS));
    assert_false(ends_within(removed.theirs, 0));
    deadlines_remove(deadlines, &b);
    deadlines_free(deadlines);
    close_pair(removed);
    close_pair(due);
}

static void table_that_was_empty_wakes_up_again(void **state)
{
    (void)state;
    struct deadlines *deadlines = deadlines_new(TICK_MS);
    for (int i = 0; i < 3; i++) {
        struct pair due = open_pair();
        struct deadline deadline;
        deadlines_add(deadlines, &deadline, due.ours, 0);
        assert_true(ends_within(due.theirs, LONG_MS));
        deadlines_remove(deadlines, &deadline);
        close_pair(due);
    }
    deadlines_free(deadlines);
    deadlines_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overdue_connection_is_shut_down_and_others_are_not),
        cmocka_unit_test(a_client_that_is_not_read_is_not_late),
        cmocka_unit_test(a_client_is_late_to_read_only_while_there_is_something_to_read),
        cmocka_unit_test(removed_connection_is_left_alone),
        cmocka_unit_test(table_that_was_empty_wakes_up_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
