#include "server/tools/ctl_words.h"

#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/tools/ctl_help.h"
#include "server/tools/usage.h"

static bool is_help(const char *argument)
{
    return str_equal(argument, "--help") || str_equal(argument, "-h");
}

/* The option of this flag, whichever command it is of; NULL and the nearest: there is none. */
static const struct option_row *find_option(struct arena *arena, const char *flag,
                                            const char **meant)
{
    struct nearest nearest;
    nearest_init(&nearest, flag);
    for (size_t i = 0; i < option_count; i++) {
        const char *candidate = usage_flag(arena, option_table[i].name);
        if (str_equal(candidate, flag)) {
            return &option_table[i];
        }
        nearest_offer(&nearest, candidate);
    }
    *meant = nearest_text(&nearest);
    return NULL;
}

/* How many arguments the option at `at` takes, itself counted; 0: there is none. */
static size_t arguments_of(struct arena *arena, char *const *at, const char **problem)
{
    const char *flag = str_equal(*at, "-o") ? "--output" : *at;
    const char *meant = NULL;
    if (strchr(flag, '=') != NULL || is_help(flag)) {
        return 1;
    }
    const struct option_row *option = find_option(arena, flag, &meant);
    if (option == NULL) {
        *problem =
            meant == NULL
                ? arena_printf(arena, "there is no option '%s'", flag)
                : arena_printf(arena, "there is no option '%s'; did you mean '%s'?", flag, meant);
        return 0;
    }
    return option->kind == OPTION_FLAG || at[1] == NULL ? 1 : 2;
}

static void take_word(struct arena *arena, struct ctl_words *words, const char *word)
{
    if (words->resource == NULL) {
        words->resource = word;
        words->row = ctl_help_row(arena, word, NULL);
        return;
    }
    words->verb = word;
    words->row = ctl_help_row(arena, words->resource, word);
}

int ctl_words_read(struct arena *arena, char *const *arguments, struct ctl_words *words,
                   const char **problem)
{
    size_t count = 0, kept = 0;
    while (arguments[count] != NULL) {
        count++;
    }
    char **rest = arena_alloc(arena, (count + 1) * sizeof(*rest));
    *words = (struct ctl_words){.rest = rest};
    for (size_t i = 0; i < count;) {
        bool is_whole = words->row != NULL || words->verb != NULL;
        bool is_option = str_starts(arguments[i], "--") || is_help(arguments[i]) ||
                         str_equal(arguments[i], "-o");
        if (!is_whole && str_equal(arguments[i], "help")) { /* it stands before what it is about */
            words->asks_for_help = true;
            rest[kept++] = arena_strdup(arena, "--help");
            i++;
            continue;
        }
        words->asks_for_help |= is_help(arguments[i]);
        if (!is_whole && !is_option) {
            take_word(arena, words, arguments[i++]);
            continue;
        }
        size_t size = is_whole ? 1 : arguments_of(arena, &arguments[i], problem);
        if (size == 0) {
            return 1;
        }
        memcpy(&rest[kept], &arguments[i], size * sizeof(*rest));
        kept += size;
        i += size;
    }
    rest[kept] = NULL;
    return 0;
}
