#include "server/base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/plain.h"
#include "server/base/str.h"

const char *const log_level_names[LOG_LEVEL__MAX] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};
const char *const log_format_names[LOG_FORMAT__MAX] = {[LOG_TEXT] = "text", [LOG_JSON] = "json"};

static struct {
    enum log_level level;
    enum log_format format;
} settings = {LOG_INFO, LOG_TEXT};

/* What stderr did not take; behind one lock, so that what has room for one line is not taken by
 * two. */
static struct {
    pthread_mutex_t lock;
    int64_t dropped; /* lines since the last one that was written */
    bool is_cut;     /* the last one written lacks its end */
} output = {.lock = PTHREAD_MUTEX_INITIALIZER};

void log_setup(enum log_level level, enum log_format format)
{
    settings.level = level;
    settings.format = format;
}

bool log_enabled(enum log_level level)
{
    return level <= settings.level;
}

/* 2026-01-01T00:00:00.123Z */
static const char *time_text(struct arena *arena)
{
    struct timespec now;
    char seconds[CLOCK_ISO_SIZE];
    clock_gettime(CLOCK_REALTIME, &now);
    clock_iso_date(now.tv_sec, seconds);
    return arena_printf(arena, "%.19s.%03dZ", seconds, (int)(now.tv_nsec / 1000000));
}

static void put_control(struct str_buf *buf, char c)
{
    static const char letters[][2] = {{'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}};
    for (size_t i = 0; i < COUNT(letters); i++) {
        if (letters[i][0] == c) {
            str_buf_printf(buf, "\\%c", letters[i][1]);
            return;
        }
    }
    str_buf_printf(buf, "\\x%02x", (uint8_t)c);
}

/* Quotes and backslashes are escaped by a backslash, control characters and bytes that are not
 * UTF-8 by their number. */
static void put_escaped(struct str_buf *buf, const char *text)
{
    size_t left = strlen(text);
    while (left) {
        size_t size = str_utf8_char(text, left);
        size_t step = size ? size : 1;
        if (*text == '"' || *text == '\\') {
            str_buf_put(buf, "\\");
        }
        if (plain_is_shown(text, size)) {
            str_buf_put_n(buf, text, step);
        } else {
            for (size_t i = 0; i < step; i++) {
                put_control(buf, text[i]);
            }
        }
        text += step;
        left -= step;
    }
}

static void put_text_field(struct str_buf *buf, const char *name, const char *value)
{
    str_buf_printf(buf, " %s=\"", name);
    put_escaped(buf, value);
    str_buf_put(buf, "\"");
}

static void put_text(struct str_buf *buf, enum log_level level, const char *event,
                     const struct log_field *fields, size_t count)
{
    str_buf_printf(buf, "time=%s level=%s", time_text(buf->arena), log_level_names[level]);
    put_text_field(buf, "event", event);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].number) {
            str_buf_printf(buf, " %s=%" PRId64, fields[i].name, *fields[i].number);
        } else if (fields[i].value) {
            put_text_field(buf, fields[i].name, fields[i].value);
        }
    }
}

/* JSON holds UTF-8 only: other bytes are escaped as in the text format first. */
static json_t *json_value(struct arena *arena, const char *text)
{
    if (str_is_utf8(text, strlen(text))) {
        return json_string(text);
    }
    struct str_buf buf;
    str_buf_init(&buf, arena);
    put_escaped(&buf, text);
    return json_string(str_buf_text(&buf));
}

static void put_json(struct str_buf *buf, enum log_level level, const char *event,
                     const struct log_field *fields, size_t count)
{
    struct arena *arena = buf->arena;
    json_auto_t *line = json_object();
    json_object_set_new(line, "time", json_string(time_text(arena)));
    json_object_set_new(line, "level", json_string(log_level_names[level]));
    json_object_set_new(line, "event", json_value(arena, event));
    for (size_t i = 0; i < count; i++) {
        if (fields[i].number) {
            json_object_set_new(line, fields[i].name, json_integer(*fields[i].number));
        } else if (fields[i].value) {
            json_object_set_new(line, fields[i].name, json_value(arena, fields[i].value));
        }
    }
    str_buf_put(buf, plain_json(arena, json_text(arena, line, NULL)));
}

static struct str_buf line_of(struct arena *arena, enum log_level level, const char *event,
                              const struct log_field *fields, size_t count)
{
    struct str_buf line;
    str_buf_init(&line, arena);
    if (settings.format == LOG_JSON) {
        put_json(&line, level, event, fields, count);
    } else {
        put_text(&line, level, event, fields, count);
    }
    str_buf_put(&line, "\n");
    return line;
}

/* A pipe or socket that is writable takes PIPE_BUF bytes without waiting (POSIX write, pipe(7)).
 * The descriptor is not made non-blocking for it: others may share it. */
static bool has_room(void)
{
    struct pollfd stderr_poll = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&stderr_poll, 1, 0) == 1 && (stderr_poll.revents & POLLOUT) != 0;
}

/* One write, as a rule: lines of several threads and processes do not run into each other. How much
 * of the text was taken. */
static size_t put(const char *text, size_t size)
{
    size_t taken = 0;
    while (taken < size && has_room()) {
        size_t piece = size - taken < PIPE_BUF ? size - taken : PIPE_BUF;
        ssize_t written = write(STDERR_FILENO, text + taken, piece);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return taken;
        }
        taken += (size_t)written;
    }
    return taken;
}

/* False: it was dropped, or cut. */
static bool put_line(const struct str_buf *line)
{
    if (output.is_cut && put("\n", 1) == 0) {
        return false;
    }
    size_t taken = put(line->text, line->size);
    output.is_cut = taken > 0 && taken < line->size;
    return taken == line->size;
}

static void tell_dropped(struct arena *arena)
{
    if (output.dropped == 0 || !has_room()) {
        return;
    }
    const struct log_field field = {.name = "lines", .number = &output.dropped};
    const struct str_buf line =
        line_of(arena, LOG_WARN, "log lines were dropped, as nobody read them", &field, 1);
    if (put_line(&line)) {
        output.dropped = 0;
    }
}

void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
    if (!log_enabled(level)) {
        return;
    }
    AUTO(arena_drop) struct arena *arena = arena_new();
    const struct str_buf line = line_of(arena, level, event, fields, count);
    pthread_mutex_lock(&output.lock);
    tell_dropped(arena);
    output.dropped += !put_line(&line);
    pthread_mutex_unlock(&output.lock);
}

void log_message(enum log_level level, const char *format, ...)
{
    if (!log_enabled(level)) {
        return;
    }
    AUTO(arena_drop) struct arena *arena = arena_new();
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    log_event(level, text, NULL, 0);
}
