#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/base/log.h"
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
    const struct log_field fields[] = {{"client", value}, {"absent", NULL}};
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
    const char *line =
        line_of(LOG_TEXT, "e", "a\r\nb\tc\x1b[31m\x7f \"q\" \\ \xc2\x9b \xff \xc3\xa9");
    assert_string_equal(strstr(line, "client="),
                        "client=\"a\\r\\nb\\tc\\x1b[31m\\x7f \\\"q\\\" \\\\ "
                        "\\xc2\\x9b \\xff \xc3\xa9\"\n");
}

static void json_line_is_an_object_with_the_same_members(void **state)
{
    (void)state;
    const char *line = line_of(LOG_JSON, "code spent", "a\n\"b\"\xc3\xa9");
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(object), 4);
    assert_string_equal(json_string_value(json_object_get(object, "level")), "warn");
    assert_string_equal(json_string_value(json_object_get(object, "event")), "code spent");
    assert_string_equal(json_string_value(json_object_get(object, "client")), "a\n\"b\"\xc3\xa9");
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
        WITH_ARENA(events_below_the_level_are_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
