#include "server/tools/value.h"

#include <string.h>
#include <unistd.h>

#include "server/base/file.h"
#include "server/base/str.h"

#define FILE_MAX (64 * 1024 * 1024) /* bytes */

/* "42" is a number, and what is none a text. NULL: it is not UTF-8. */
static json_t *read_scalar(const char *text, size_t size)
{
    json_t *number = json_loadb(text, size, JSON_DECODE_ANY, NULL);
    if (json_is_number(number)) {
        return number;
    }
    json_decref(number);
    return json_stringn(text, size);
}

static json_t *read_list(const char *text)
{
    json_t *list = json_array();
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        if (json_array_append_new(list, read_scalar(at, size)) != 0) {
            json_decref(list);
            return NULL;
        }
        at += size;
        if (*at == '\0') {
            return list;
        }
    }
}

/* What @FILE or @- holds, or the text itself. NULL: it cannot be read. */
static const char *read_text(struct arena *arena, const char *text, const char **problem)
{
    size_t size = 0;
    if (*text != '@') {
        return text;
    }
    const char *held = str_equal(text, "@-")
                           ? file_read_all(arena, STDIN_FILENO, FILE_MAX, &size, problem)
                           : file_read(arena, text + 1, FILE_MAX, &size, problem);
    if (held == NULL) {
        *problem = arena_printf(arena, "'%s' %s", text + 1, *problem);
    }
    return held;
}

static int read_json(struct arena *arena, const char *text, json_t **value, const char **problem)
{
    json_error_t error;
    const char *held = read_text(arena, text, problem);
    if (held == NULL) {
        return 1;
    }
    *value = json_loads(held, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (*value == NULL) {
        *problem = arena_printf(arena, "is no JSON: line %d, column %d: %s", error.line,
                                error.column, error.text);
        return 1;
    }
    return 0;
}

int value_read(struct arena *arena, const struct option_row *option, const char *text,
               json_t **value, const char **problem)
{
    *problem = "is not UTF-8";
    switch (option->kind) {
    case OPTION_FLAG:
        *value = json_true();
        break;
    case OPTION_JSON:
        return read_json(arena, text, value, problem);
    case OPTION_LIST:
        *value = read_list(text);
        break;
    case OPTION_VALUE:
        *value = read_scalar(text, strlen(text));
        break;
    case OPTION_TEXT:
        *value = json_string(text);
        break;
    }
    return *value != NULL ? 0 : 1;
}
