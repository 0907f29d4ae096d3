/* The program's log: one line per event on stderr, as text or as JSON. Thread-safe.
 *
 * Control characters in values are escaped, so that one event is one line. A caller never hands a
 * secret over: codes, tokens, secrets, verifiers and cookies stand in no line. Nobody waits for the
 * reader of stderr: a line it has no room for is dropped, and the next one that fits is preceded by
 * a line that says how many were. */
#ifndef MAKESHIFT_BASE_LOG_H
#define MAKESHIFT_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/arena.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_LEVEL__MAX };
enum log_format { LOG_TEXT, LOG_JSON, LOG_FORMAT__MAX };

extern const char *const log_level_names[LOG_LEVEL__MAX];   /* error warn info debug */
extern const char *const log_format_names[LOG_FORMAT__MAX]; /* text json */

struct log_field {
    const char *name;
    const char *value;     /* NULL: the field is left out, unless it is a number */
    const int64_t *number; /* in JSON a number; NULL: none */
};

/* Set once, before threads start. The defaults are LOG_INFO and LOG_TEXT. */
void log_setup(enum log_level level, enum log_format format);
bool log_enabled(enum log_level level);

/* time=2026-... level=info event="..." name="value" ... or the same as a JSON object. The time is
 * the machine's: the log is for the person reading it, not part of what a seed replays. */
void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count);
void log_message(enum log_level level, const char *format, ...) PRINTF(2, 3);

#endif
