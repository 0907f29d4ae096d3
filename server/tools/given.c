#include "server/tools/given.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/duration.h"
#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/tools/usage.h"

/* One reading of a command line. */
struct reading {
    struct arena *arena;
    const struct usage *usage;
    const char *position; /* what of usage->takes is still to come */
    struct given *given;
    const char **problem;
};

static int refuse(const struct reading *reading, const char *problem)
{
    *reading->problem = problem;
    return 1;
}

static int put(const struct reading *reading, const char *word, const char *text)
{
    struct given *given = reading->given;
    const struct option_row *option = option_of(word, strlen(word));
    const char *own = reading->usage->repeats;
    bool repeats = option->repeats || (own != NULL && str_has_word(own, word));
    if (!repeats && given_text(given, word) != NULL) {
        return refuse(reading, arena_printf(reading->arena, "%s is given twice",
                                            usage_flag(reading->arena, word)));
    }
    if (given->count == GIVEN_MAX) {
        return refuse(reading, "there are too many arguments");
    }
    given->values[given->count++] =
        (struct given_value){.word = word, .option = option, .text = text};
    return 0;
}

/* The word of the usage's options whose flag this is, up to its end or an equals sign; else NULL
 * and the nearest flag. */
static const char *find_flag(const struct reading *reading, const char *flag, const char **meant)
{
    const char *at = usage_options(reading->arena, reading->usage);
    struct nearest nearest = {0};
    size_t size = 0;
    nearest_init(&nearest, flag);
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        char *own = arena_strndup(reading->arena, word, size);
        const char *candidate = usage_flag(reading->arena, own);
        if (str_equal(candidate, flag)) {
            return own;
        }
        nearest_offer(&nearest, candidate);
    }
    *meant = nearest_text(&nearest);
    return NULL;
}

static int refuse_flag(const struct reading *reading, const char *flag, const char *meant)
{
    return refuse(reading, meant == NULL
                               ? arena_printf(reading->arena, "there is no option '%s' here", flag)
                               : arena_printf(reading->arena,
                                              "there is no option '%s' here; did you mean '%s'?",
                                              flag, meant));
}

/* `**at` begins with a dash; `*at` goes on to the last argument that was used. */
static int read_flag(const struct reading *reading, char *const **at)
{
    const char *argument = str_equal(**at, "-o") ? "--output" : **at;
    const char *equals = strchr(argument, '=');
    const char *meant = NULL;
    const char *flag = equals == NULL
                           ? argument
                           : arena_strndup(reading->arena, argument, (size_t)(equals - argument));
    const char *word = find_flag(reading, flag, &meant);
    if (word == NULL) {
        return refuse_flag(reading, flag, meant);
    }
    if (option_of(word, strlen(word))->kind == OPTION_FLAG) {
        return equals == NULL
                   ? put(reading, word, "")
                   : refuse(reading, arena_printf(reading->arena, "%s takes no value", flag));
    }
    if (equals != NULL) {
        return put(reading, word, equals + 1);
    }
    if ((*at)[1] == NULL) {
        return refuse(reading, arena_printf(reading->arena, "%s needs a value: %s %s", flag, flag,
                                            option_of(word, strlen(word))->argument));
    }
    *at += 1;
    return put(reading, word, **at);
}

static int read_position(struct reading *reading, const char *argument)
{
    size_t size = 0;
    const char *here = reading->position;
    const char *word = str_next_word(&reading->position, &size);
    if (word == NULL) {
        return refuse(reading, arena_printf(reading->arena, "'%s' is one too many", argument));
    }
    size_t mark = *word == '?' ? 1 : 0;
    if (*argument == '\0') { /* a shell's variable that is not set, and would mean all of them */
        return refuse(reading, arena_printf(reading->arena, "%s is empty",
                                            option_of(word + mark, size - mark)->argument));
    }
    if (option_of(word + mark, size - mark)->repeats) {
        reading->position = here; /* for the next one as well */
    }
    return put(reading, arena_strndup(reading->arena, word + mark, size - mark), argument);
}

/* What has a variable and was not said. */
static int read_environment(const struct reading *reading)
{
    const char *lists[] = {reading->usage->takes, usage_options(reading->arena, reading->usage)};
    for (size_t i = 0; i < COUNT(lists); i++) {
        const char *at = lists[i] == NULL ? "" : lists[i];
        size_t size = 0;
        for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
            size_t mark = *word == '?' ? 1 : 0;
            const char *own = arena_strndup(reading->arena, word + mark, size - mark);
            const char *name = option_of(own, strlen(own))->environment;
            const char *value = name == NULL ? NULL : getenv(name);
            if (value != NULL && *value != '\0' && given_text(reading->given, own) == NULL &&
                put(reading, own, value) != 0) {
                return 1;
            }
        }
    }
    return 0;
}

static bool asks_for_help(char *const *arguments)
{
    while (*arguments != NULL && !str_equal(*arguments, "--help") && !str_equal(*arguments, "-h")) {
        arguments++;
    }
    return *arguments != NULL;
}

int given_read(struct arena *arena, const struct usage *usage, char *const *arguments,
               struct given *given, const char **problem)
{
    struct reading reading = {.arena = arena,
                              .usage = usage,
                              .position = usage->takes == NULL ? "" : usage->takes,
                              .given = given,
                              .problem = problem};
    *given = (struct given){.help = asks_for_help(arguments)};
    for (char *const *at = arguments; *at != NULL && !given->help; at++) {
        /* "-10m" is a value. */
        bool is_flag = str_starts(*at, "--") || str_equal(*at, "-o");
        if ((is_flag ? read_flag(&reading, &at) : read_position(&reading, *at)) != 0) {
            return 1;
        }
    }
    if (given->help) {
        return 0;
    }
    size_t size = 0;
    const char *lacking = str_next_word(&reading.position, &size);
    bool is_there = lacking == NULL || *lacking == '?' ||
                    given_text(given, arena_strndup(arena, lacking, size)) != NULL;
    if (!is_there) {
        return refuse(&reading,
                      arena_printf(arena, "%s is missing", option_of(lacking, size)->argument));
    }
    return read_environment(&reading);
}

const char *given_text(const struct given *given, const char *word)
{
    for (size_t i = 0; i < given->count; i++) {
        if (str_equal(given->values[i].word, word)) {
            return given->values[i].text;
        }
    }
    return NULL;
}

int given_duration(const struct given *given, struct arena *arena, const char *word,
                   int64_t fallback, int64_t *ms, const char **problem)
{
    const char *text = given_text(given, word);
    *ms = fallback;
    if (text == NULL || (duration_parse(text, ms) == 0 && *ms >= 0)) {
        return 0;
    }
    *problem =
        arena_printf(arena, "'%s' is no value of --%s; expected %s", text, word, DURATION_EXPECTED);
    return 1;
}
