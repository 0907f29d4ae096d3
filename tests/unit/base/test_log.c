#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "tests/unit/base/fixture.h"

#define CAPTURE_SIZE 8192

static int pipe_ends[2];
static int real_stderr;

static void capture(void)
{
    fflush(stderr);
    assert_int_equal(pipe2(pipe_ends, O_NONBLOCK), 0);
    real_stderr = dup(STDERR_FILENO);
    dup2(pipe_ends[1], STDERR_FILENO);
}

/* What was written to stderr since capture(); stderr is itself again. */
static const char *captured(void)
{
    static char text[CAPTURE_SIZE];
    ssize_t size = read(pipe_ends[0], text, sizeof(text) - 1);
    text[size > 0 ? size : 0] = '\0';
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    return text;
}

static const char *line_of(enum log_format format, const char *event, const char *value)
{
    const struct log_field fields[] = {{.name = "client", .value = value}, {.name = "absent"}};
    log_setup(LOG_INFO, format);
    capture();
    log_event(LOG_WARN, event, fields, COUNT(fields));
    return captured();
}

static void text_line_has_time_level_event_and_fields(void **state)
{
    (void)state;
    const char *line = line_of(LOG_TEXT, "code spent", "demo-web");
    assert_true(str_starts(line, "time=20"));
    assert_int_equal(line[28], 'Z');
    assert_int_equal(line[24], '.');
    assert_string_equal(line + 29, " level=warn event=\"code spent\" client=\"demo-web\"\n");
}

static void text_line_stays_one_line_whatever_the_value(void **state)
{
    (void)state;
    const char *line = line_of(
        LOG_TEXT, "e", "a\r\nb\tc\x1b[31m\x7f \"q\" \\ \xc2\x9b \xe2\x80\xae \xff \xc3\xa9");
    assert_string_equal(strstr(line, "client="),
                        "client=\"a\\r\\nb\\tc\\x1b[31m\\x7f \\\"q\\\" \\\\ "
                        "\\xc2\\x9b \\xe2\\x80\\xae \\xff \xc3\xa9\"\n");
}

static void json_line_is_an_object_with_the_same_members(void **state)
{
    (void)state;
    const char *line = line_of(LOG_JSON, "code spent", "a\n\"b\"\xe2\x80\xae\xc3\xa9");
    assert_non_null(strstr(line, "\\u202e\xc3\xa9"));
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(object), 4);
    assert_string_equal(json_string_value(json_object_get(object, "level")), "warn");
    assert_string_equal(json_string_value(json_object_get(object, "event")), "code spent");
    assert_string_equal(json_string_value(json_object_get(object, "client")),
                        "a\n\"b\"\xe2\x80\xae\xc3\xa9");
    assert_int_equal(json_string_length(json_object_get(object, "time")), 24);
    json_decref(object);
}

static void json_line_escapes_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    const char *line = line_of(LOG_JSON, "e", "a\xff");
    json_t *object = json_loads(line, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(object, "client")), "a\\xff");
    json_decref(object);
}

static void numbers_are_numbers_in_json_and_bare_in_text(void **state)
{
    (void)state;
    const int64_t status = -404;
    const struct log_field field = {.name = "status", .number = &status};
    log_setup(LOG_INFO, LOG_JSON);
    capture();
    log_event(LOG_INFO, "e", &field, 1);
    json_t *object = json_loads(captured(), 0, NULL);
    assert_true(json_is_integer(json_object_get(object, "status")));
    assert_int_equal(json_integer_value(json_object_get(object, "status")), status);
    json_decref(object);
    log_setup(LOG_INFO, LOG_TEXT);
    capture();
    log_event(LOG_INFO, "e", &field, 1);
    assert_non_null(strstr(captured(), " event=\"e\" status=-404\n"));
}

/* Reads a captured pipe until it is empty. The size of what was in it. */
static size_t drain(void)
{
    char bytes[4096];
    size_t size = 0;
    ssize_t got;
    while ((got = read(pipe_ends[0], bytes, sizeof(bytes))) > 0) {
        size += (size_t)got;
    }
    return size;
}

/* A pipe that waits for its reader, as a shell makes it. */
static void let_writes_block(void)
{
    assert_int_equal(fcntl(pipe_ends[1], F_SETFL, 0), 0);
}

static void lines_that_nobody_reads_are_dropped_and_counted(void **state)
{
    (void)state;
    enum { LINES = 2000 };
    log_setup(LOG_INFO, LOG_TEXT);
    capture();
    let_writes_block();
    for (int i = 0; i < LINES; i++) {
        log_message(LOG_INFO, "%0100d", i); /* waits for good without the mend */
    }
    size_t line_size = strlen("time=2026-01-01T00:00:00.000Z level=info event=\"\"\n") + 100;
    size_t kept = drain() / line_size;
    assert_true(kept > 0 && kept < LINES);
    log_message(LOG_INFO, "again");
    const char *text = captured();
    const char *lines =
        strstr(text, "event=\"log lines were dropped, as nobody read them\" lines=");
    assert_non_null(lines);
    assert_int_equal(strtol(strstr(lines, " lines=") + 7, NULL, 10), LINES - kept);
    assert_non_null(strstr(lines, " event=\"again\"\n"));
    capture();
    log_message(LOG_INFO, "once");
    assert_null(strstr(captured(), "dropped"));
}

static void a_line_that_was_cut_does_not_run_into_the_next(void **state)
{
    (void)state;
    static char text[60001];
    memset(text, 'x', sizeof(text) - 1);
    log_setup(LOG_INFO, LOG_TEXT);
    capture();
    let_writes_block();
    log_message(LOG_INFO, "%s", text);
    log_message(LOG_INFO, "%s", text);
    drain();
    log_message(LOG_INFO, "next");
    const char *got = captured();
    assert_true(str_starts(got, "\ntime="));
    assert_non_null(strstr(got, " lines=1\n"));
    assert_non_null(strstr(got, " event=\"next\"\n"));
}

/* In a process of its own, whose stderr is a pipe that is full; how that ended. */
static int end_without_memory(void)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    while (write(ends[1], "x", 1) == 1) {
    }
    assert_int_equal(fcntl(ends[1], F_SETFL, 0), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        alarm(10);
        memory_exhausted();
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(ends[1]);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void who_runs_out_of_memory_ends_though_nobody_reads_why(void **state)
{
    (void)state;
    assert_int_equal(end_without_memory(), SIGABRT);
}

static void events_below_the_level_are_not_written(void **state)
{
    (void)state;
    log_setup(LOG_WARN, LOG_TEXT);
    assert_true(log_enabled(LOG_ERROR));
    assert_true(log_enabled(LOG_WARN));
    assert_false(log_enabled(LOG_INFO));
    capture();
    log_message(LOG_INFO, "quiet");
    log_event(LOG_DEBUG, "quiet", NULL, 0);
    log_message(LOG_ERROR, "loud %d", 7);
    const char *text = captured();
    assert_null(strstr(text, "quiet"));
    assert_non_null(strstr(text, " level=error event=\"loud 7\"\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(text_line_has_time_level_event_and_fields),
        WITH_ARENA(text_line_stays_one_line_whatever_the_value),
        WITH_ARENA(json_line_is_an_object_with_the_same_members),
        WITH_ARENA(json_line_escapes_bytes_that_are_not_utf8),
        WITH_ARENA(numbers_are_numbers_in_json_and_bare_in_text),
        WITH_ARENA(lines_that_nobody_reads_are_dropped_and_counted),
        WITH_ARENA(a_line_that_was_cut_does_not_run_into_the_next),
        WITH_ARENA(who_runs_out_of_memory_ends_though_nobody_reads_why),
        WITH_ARENA(events_below_the_level_are_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
