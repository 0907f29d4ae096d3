/* The only file that knows PCRE2. */
#include "server/base/pattern.h"
#include "server/base/memory.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"

#define STEPS_MAX 100000 /* of one match: a millisecond or so */
#define HEAP_KIB_MAX 1024

struct pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
};

static pcre2_code *compile(const char *text, int *error, size_t *offset)
{
    pcre2_compile_context *limits = memory_need(pcre2_compile_context_create(NULL));
    pcre2_set_max_pattern_length(limits, PATTERN_MAX);
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                      PCRE2_UTF | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, error, offset, limits);
    pcre2_compile_context_free(limits);
    return code;
}

struct pattern *pattern_new(struct arena *arena, const char *text, const char **fault)
{
    int error = 0;
    size_t offset = 0;
    pcre2_code *code = compile(text, &error, &offset);
    if (code == NULL) {
        unsigned char words[160];
        pcre2_get_error_message(error, words, sizeof(words));
        *fault = arena_printf(arena, "is no regular expression: %s, at offset %zu",
                              (const char *)words, offset);
        return NULL;
    }
    struct pattern *pattern = memory_new(sizeof(*pattern));
    pattern->code = code;
    pattern->limits = memory_need(pcre2_match_context_create(NULL));
    pcre2_set_match_limit(pattern->limits, STEPS_MAX);
    pcre2_set_heap_limit(pattern->limits, HEAP_KIB_MAX);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern == NULL) {
        return;
    }
    pcre2_match_context_free(pattern->limits);
    pcre2_code_free(pattern->code);
    free(pattern);
}

int pattern_find(const struct pattern *pattern, const char *text)
{
    pcre2_match_data *data = memory_need(pcre2_match_data_create(1, NULL));
    int found =
        pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, data, pattern->limits);
    pcre2_match_data_free(data);
    if (found >= 0) {
        return PATTERN_FOUND;
    }
    return found == PCRE2_ERROR_NOMATCH ? PATTERN_ABSENT : PATTERN_TOO_MUCH;
}
