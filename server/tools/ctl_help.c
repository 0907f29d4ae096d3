#include "server/tools/ctl_help.h"

#include <string.h>

#include "server/base/str.h"
#include "server/tools/show.h"
#include "server/tools/target.h"
#include "server/tools/usage.h"

#define CTL_SIZE 4 /* of "ctl ", with which all words begin */

const struct ctl_row *const ctl_tables[] = {ctl_world, ctl_steering, ctl_records, NULL};

/* "clock" of "ctl clock advance", and "advance", which may be empty. */
static const char *resource_of(struct arena *arena, const struct ctl_row *row)
{
    const char *words = row->usage.words + CTL_SIZE;
    return arena_strndup(arena, words, strcspn(words, " "));
}

static const char *verb_of(const struct ctl_row *row)
{
    const char *space = strchr(row->usage.words + CTL_SIZE, ' ');
    return space == NULL ? "" : space + 1;
}

/* The next row of the resource (NULL: of any) behind `row`, which is NULL at first; NULL: the last
 * one was that. */
static const struct ctl_row *next(const char *resource, const struct ctl_row *row)
{
    bool behind = row == NULL;
    size_t size = resource == NULL ? 0 : strlen(resource);
    for (const struct ctl_row *const *table = ctl_tables; *table != NULL; table++) {
        for (const struct ctl_row *at = *table; at->path != NULL; at++) {
            const char *words = at->usage.words + CTL_SIZE;
            bool is_its = resource == NULL ||
                          (strcspn(words, " ") == size && strncmp(words, resource, size) == 0);
            if (behind && is_its) {
                return at;
            }
            behind = behind || at == row;
        }
    }
    return NULL;
}

const struct ctl_row *ctl_help_row(struct arena *arena, const char *resource, const char *verb)
{
    const char *words = verb == NULL ? arena_printf(arena, "ctl %s", resource)
                                     : arena_printf(arena, "ctl %s %s", resource, verb);
    for (const struct ctl_row *const *table = ctl_tables; *table != NULL; table++) {
        for (const struct ctl_row *row = *table; row->path != NULL; row++) {
            if (str_equal(row->usage.words, words)) {
                return row;
            }
        }
    }
    return NULL;
}

struct usage ctl_help_usage(struct arena *arena, const struct ctl_row *row)
{
    struct usage usage = row->usage;
    usage.options = arena_printf(arena, "%s " SHOW_OPTIONS " " TARGET_OPTIONS,
                                 row->usage.options == NULL ? "" : row->usage.options);
    return usage;
}

bool ctl_help_has(const char *resource)
{
    return next(resource, NULL) != NULL;
}

const char *ctl_help_list(struct arena *arena, const char *resource)
{
    struct str_buf words;
    const char *before = "";
    str_buf_init(&words, arena);
    for (const struct ctl_row *row = NULL; (row = next(resource, row)) != NULL;) {
        const char *own = resource == NULL ? resource_of(arena, row) : verb_of(row);
        if (!str_equal(own, before)) { /* rows of one resource stand together */
            str_buf_printf(&words, "%s%s", *before == '\0' ? "" : ", ", own);
        }
        before = own;
    }
    return str_buf_text(&words);
}

void ctl_help_offer(struct arena *arena, const char *resource, struct nearest *nearest)
{
    for (const struct ctl_row *row = NULL; (row = next(resource, row)) != NULL;) {
        nearest_offer(nearest, resource == NULL ? resource_of(arena, row) : verb_of(row));
    }
}

void ctl_help_candidates(struct candidates *candidates, const char *resource)
{
    struct arena *arena = candidates->lines.arena;
    const char *before = "";
    for (const struct ctl_row *row = NULL; (row = next(resource, row)) != NULL;) {
        const char *own = resource_of(arena, row);
        if (resource != NULL) {
            candidate_offer(candidates, verb_of(row), row->usage.help);
        } else if (!str_equal(own, before)) { /* rows of one resource stand together */
            candidate_offer(candidates, own, *verb_of(row) == '\0' ? row->usage.help : "");
        }
        before = own;
    }
}

const char *ctl_help_text(struct arena *arena, const char *resource)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    str_buf_printf(&text,
                   "usage: makeshift ctl %s VERB [ARGUMENTS] [OPTIONS]\n\n"
                   "Steer a server by its control door. What is asked for, with --help behind it, "
                   "prints its\noptions and an example.\n\n",
                   resource == NULL ? "RESOURCE" : resource);
    for (const struct ctl_row *row = NULL; (row = next(resource, row)) != NULL;) {
        str_buf_printf(&text, "  %s\n      %s\n", usage_words(arena, &row->usage), row->usage.help);
    }
    str_buf_put(
        &text,
        "\nLeaves with 0 when it is done, 1 when it did not come true (verify, latch get), 2 "
        "when the command\nline is wrong, 3 when no control door answered, 4 when the door "
        "refused the call.\n");
    return str_buf_text(&text);
}
