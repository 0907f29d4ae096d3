/* Exchanges that wait: for a moment, for somebody, for good. */
#include "steered.h"

#include <sys/resource.h>

static struct steered *steered; /* of the test */

static int start_plain(void **state)
{
    (void)state;
    steered = steered_start(false, 30);
    return 0;
}

static int start_tls(void **state)
{
    (void)state;
    steered = steered_start(true, 30);
    return 0;
}

static int end(void **state)
{
    (void)state;
    steered_free(steered);
    return 0;
}

static void assert_whole(struct client *client)
{
    struct heard heard = client_hear(client, BODY_SIZE);
    assert_int_equal(status_of(heard.text), 200);
    assert_int_equal(heard_body_size(&heard), BODY_SIZE);
    free(heard.text);
}

static void no_answer_is_made_before_it_is_released(void **state)
{
    (void)state;
    struct client client = client_get(steered, "/before");
    assert_true(BECOMES(steered, held_count, 1));
    assert_int_equal(steered->answered, 0);
    steered_release(steered);
    assert_whole(&client);
    client_leave(&client);
    assert_true(BECOMES(steered, closed, 1));
    assert_int_equal(steered->fates[FATE_SENT], 1);
    assert_int_equal(steered->asked, 3); /* before, before again, after */
}

static void no_byte_of_an_answer_leaves_before_it_is_released(void **state)
{
    (void)state;
    struct client client = client_get(steered, "/after");
    assert_true(BECOMES(steered, held_count, 1));
    assert_int_equal(steered->answered, 1);
    /* Others come and go meanwhile, on the same threads. */
    for (int i = 0; i < 4; i++) {
        struct client other = client_get(steered, "/free");
        assert_whole(&other);
        client_leave(&other);
    }
    assert_true(steered->is_tls || client_has_heard_nothing(&client));
    steered_release(steered);
    assert_whole(&client);
    assert_int_equal(steered->answered, 5);
    client_leave(&client);
}

static void connection_that_waited_serves_on(void **state)
{
    (void)state;
    struct client client = client_of(steered);
    client_say(&client, "POST /before HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi"
                        "GET /after HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 1; i <= 2; i++) {
        assert_true(BECOMES(steered, opened, i));
        assert_true(BECOMES(steered, held_count, 1));
        steered_release(steered);
        assert_whole(&client);
    }
    client_leave(&client);
}

static void moment_is_waited_for_and_not_less(void **state)
{
    (void)state;
    double worst = 0;
    for (int i = 0; i < 10; i++) {
        struct client client = client_get(steered, "/ms/30");
        assert_whole(&client);
        client_leave(&client);
        assert_true(BECOMES(steered, closed, i + 1));
        double took = steered->last_asked_at - steered->first_asked_at;
        assert_true(took >= 0.030);
        worst = took > worst ? took : worst;
    }
    print_message("30 ms took %.1f ms at most\n", worst * 1000);
    assert_true(worst < 2);
}

static void who_is_waked_while_it_is_asked_is_asked_again(void **state)
{
    (void)state;
    struct client client = client_get(steered, "/self/");
    assert_whole(&client);
    client_leave(&client);
    assert_int_equal(steered->asked, 3);
}

static void *wake_all_the_time(void *context)
{
    const int *opened = context;
    bool goes_on = true;
    while (goes_on) {
        pthread_mutex_lock(&steered->lock);
        for (size_t i = 0; i < steered->guest_count; i++) {
            exchange_wake(steered->guests[i]->exchange);
            exchange_wake(steered->guests[i]->exchange);
        }
        goes_on = steered->closed < *opened;
        pthread_mutex_unlock(&steered->lock);
    }
    return NULL;
}

static void no_wake_is_lost_whenever_it_comes(void **state)
{
    (void)state;
    enum { CLIENTS = 8, ROUNDS = 25 };
    int all = CLIENTS * ROUNDS;
    pthread_t wakers[2];
    struct client clients[CLIENTS];
    for (int i = 0; i < 2; i++) {
        pthread_create(&wakers[i], NULL, wake_all_the_time, &all);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = client_get(steered, "/often/20");
        }
        for (int i = 0; i < CLIENTS; i++) {
            assert_whole(&clients[i]);
            client_leave(&clients[i]);
        }
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(wakers[i], NULL);
    }
    assert_int_equal(steered->fates[FATE_SENT], all);
}

static void client_that_leaves_while_it_waits_is_closed_within_a_second(void **state)
{
    (void)state;
    static const char *const paths[] = {"/before", "/after"};
    for (int i = 0; i < 2; i++) {
        struct client client = client_get(steered, paths[i]);
        assert_true(BECOMES(steered, held_count, 1));
        double begin = steered_now();
        client_leave(&client);
        assert_true(BECOMES(steered, closed, i + 1));
        double took = steered_now() - begin;
        print_message("left; noticed after %.0f ms\n", took * 1000);
        assert_true(took < 2); /* half a second, and the machine is shared */
        assert_int_equal(steered->fates[FATE_GONE], i + 1);
    }
    assert_int_equal(steered->answered, 1);
}

static void stop_releases_what_waits_and_answers_it(void **state)
{
    (void)state;
    enum { CLIENTS = 20 };
    struct client clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = client_get(steered, i % 2 == 0 ? "/before" : "/after");
    }
    assert_true(BECOMES(steered, held_count, CLIENTS));
    assert_int_equal(steered->asked_when_stopping, 0);
    mhd_stop(&steered->mhd, 1, SILENCE_SECONDS);
    for (int i = 0; i < CLIENTS; i++) {
        assert_whole(&clients[i]);
        client_leave(&clients[i]);
    }
    assert_int_equal(steered->fates[FATE_SENT], CLIENTS);
    assert_true(steered->asked_when_stopping >= CLIENTS);
}

static void what_the_gate_refuses_does_not_wait(void **state)
{
    (void)state;
    struct client client = client_of(steered);
    client_say(&client, "GET /before HTTP/1.1\r\nHost: evil\r\n\r\n");
    struct heard heard = client_hear(&client, BODY_SIZE);
    assert_int_equal(status_of(heard.text), 421);
    assert_int_equal(steered->asked, 0);
    free(heard.text);
    client_leave(&client);
}

/* Sends a byte each tenth of a second until it is cut, after the total deadline of a second. */
static void outlive_a_deadline(void)
{
    struct client client = client_of(steered);
    struct pollfd polled = {.fd = client.fd, .events = POLLIN};
    double begin = steered_now();
    client_say(&client, "GE");
    while (poll(&polled, 1, 100) == 0 && steered_now() - begin < SILENCE_SECONDS) {
        client_send(client.fd, "T", 1);
    }
    client_leave(&client);
}

static void who_waits_outlives_every_deadline(void **state)
{
    (void)state;
    struct steered *before = steered;
    steered = steered_start(false, 1);
    struct client client = client_get(steered, "/before");
    assert_true(BECOMES(steered, held_count, 1));
    outlive_a_deadline();
    outlive_a_deadline();
    steered_release(steered);
    assert_whole(&client);
    client_leave(&client);
    steered_free(steered);
    steered = before;
}

static long resident_kib(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &pages, &resident), 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static bool has_room_for(unsigned files)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= files;
}

/* Below 64 MiB with all that is the client's; the sanitizer's own is more than that. */
static void thousand_wait_without_a_thread_and_are_all_released(void **state)
{
    (void)state;
    enum { CLIENTS = 1000 };
    static struct client clients[CLIENTS];
    if (!has_room_for(2 * CLIENTS + 100)) {
        skip();
    }
    long before = resident_kib();
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = client_get(steered, "/before");
    }
    assert_true(BECOMES(steered, held_count, CLIENTS));
    long held = resident_kib() - before;
    print_message("1,000 that wait hold %ld KiB, both ends\n", held);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_true(held < 64 * 1024L);
#endif
    double begin = steered_now();
    steered_release(steered);
    for (int i = 0; i < CLIENTS; i++) {
        assert_whole(&clients[i]);
        client_leave(&clients[i]);
    }
    print_message("and were answered in %.0f ms\n", (steered_now() - begin) * 1000);
    assert_true(BECOMES(steered, closed, CLIENTS));
    assert_int_equal(steered->fates[FATE_SENT], CLIENTS);
}

#define PLAIN(test) cmocka_unit_test_setup_teardown(test, start_plain, end)
#define TLS(test)                                                                                  \
    {                                                                                              \
        .name = #test " (https)", .test_func = test, .setup_func = start_tls, .teardown_func = end \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(no_answer_is_made_before_it_is_released),
        PLAIN(no_byte_of_an_answer_leaves_before_it_is_released),
        PLAIN(connection_that_waited_serves_on),
        PLAIN(moment_is_waited_for_and_not_less),
        PLAIN(who_is_waked_while_it_is_asked_is_asked_again),
        PLAIN(no_wake_is_lost_whenever_it_comes),
        PLAIN(client_that_leaves_while_it_waits_is_closed_within_a_second),
        PLAIN(stop_releases_what_waits_and_answers_it),
        PLAIN(what_the_gate_refuses_does_not_wait),
        PLAIN(who_waits_outlives_every_deadline),
        PLAIN(thousand_wait_without_a_thread_and_are_all_released),
        TLS(no_answer_is_made_before_it_is_released),
        TLS(no_byte_of_an_answer_leaves_before_it_is_released),
        TLS(connection_that_waited_serves_on),
        TLS(moment_is_waited_for_and_not_less),
        TLS(no_wake_is_lost_whenever_it_comes),
        TLS(client_that_leaves_while_it_waits_is_closed_within_a_second),
        TLS(stop_releases_what_waits_and_answers_it),
        TLS(thousand_wait_without_a_thread_and_are_all_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
