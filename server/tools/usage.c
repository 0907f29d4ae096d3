#include "server/tools/usage.h"

#include <stdio.h>
#include <string.h>

#include "server/base/str.h"
#include "server/tools/option.h"

const char *usage_flag(struct arena *arena, const char *word)
{
    const char *dot = strrchr(word, '.');
    char *flag = arena_printf(arena, "--%s", dot == NULL ? word : dot + 1);
    for (char *c = flag; *c != '\0'; c++) {
        *c = *c == '_' ? '-' : *c;
    }
    return flag;
}

const char *usage_options(struct arena *arena, const struct usage *usage)
{
    return usage->options == NULL ? "ca" : arena_printf(arena, "%s ca", usage->options);
}

const char *usage_words(struct arena *arena, const struct usage *usage)
{
    struct str_buf line;
    str_buf_init(&line, arena);
    str_buf_put(&line, usage->words);
    const char *at = usage->takes == NULL ? "" : usage->takes;
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        bool may_lack = *word == '?';
        const struct option_row *row =
            option_of(word + (may_lack ? 1 : 0), size - (may_lack ? 1 : 0));
        str_buf_printf(&line, may_lack ? " [%s]" : " %s", row->argument);
    }
    return str_buf_text(&line);
}

const char *usage_line(struct arena *arena, const struct usage *usage)
{
    return arena_printf(arena, "makeshift %s [OPTIONS]", usage_words(arena, usage));
}

static void put_option(struct str_buf *text, const char *name, const struct option_row *row)
{
    str_buf_printf(text, "  %s%s%s\n      %s", name, row->kind == OPTION_FLAG ? "" : " ",
                   row->kind == OPTION_FLAG ? "" : row->argument, row->says);
    if (row->environment != NULL) {
        str_buf_printf(text, " (%s)", row->environment);
    }
    str_buf_put(text, "\n");
}

static void put_takes(struct str_buf *text, const struct usage *usage)
{
    const char *at = usage->takes == NULL ? "" : usage->takes;
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        size_t mark = *word == '?' ? 1 : 0;
        const struct option_row *row = option_of(word + mark, size - mark);
        str_buf_printf(text, "  %s\n      %s", row->argument, row->says);
        if (row->environment != NULL) {
            str_buf_printf(text, " (%s)", row->environment);
        }
        str_buf_put(text, "\n");
    }
}

const char *usage_text(struct arena *arena, const struct usage *usage)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    str_buf_printf(&text, "usage: %s\n\n%s\n\n", usage_line(arena, usage), usage->help);
    put_takes(&text, usage);
    const char *at = usage_options(arena, usage);
    size_t size = 0;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        const char *own = arena_strndup(arena, word, size);
        put_option(&text, usage_flag(arena, own), option_of(word, size));
    }
    str_buf_printf(&text, "\nExample:\n\n  makeshift %s%s%s\n", usage->words,
                   usage->example == NULL ? "" : " ", usage->example == NULL ? "" : usage->example);
    return str_buf_text(&text);
}
