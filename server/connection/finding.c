#include "server/connection/finding.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/plain.h"
#include "server/base/str.h"

const char *const finding_level_names[FINDING_LEVEL__MAX] = {
    [FINDING_ERROR] = "error", [FINDING_WARNING] = "warning"};

void findings_put(struct findings *findings, const struct finding *finding)
{
    if (findings->count == findings->room) {
        size_t room = findings->room == 0 ? 16 : 2 * findings->room;
        struct finding *all = arena_alloc(findings->arena, room * sizeof(*all));
        for (size_t i = 0; i < findings->count; i++) {
            all[i] = findings->all[i];
        }
        findings->all = all;
        findings->room = room;
    }
    findings->all[findings->count] = *finding;
    findings->all[findings->count].number = findings->count;
    findings->count++;
    findings->errors += finding->level == FINDING_ERROR ? 1 : 0;
}

static int compare(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return a->number < b->number ? -1 : 1;
}

void findings_sort(struct findings *findings)
{
    size_t from = 0;
    for (size_t i = 1; i <= findings->count; i++) {
        if (i == findings->count || strcmp(findings->all[from].file, findings->all[i].file) != 0) {
            qsort(findings->all + from, i - from, sizeof(*findings->all), compare);
            from = i;
        }
    }
}

const char *finding_line(struct arena *arena, const struct finding *finding)
{
    struct str_buf line;
    str_buf_init(&line, arena);
    str_buf_put(&line, finding->file);
    if (finding->line > 0) {
        str_buf_printf(&line, ":%zu", finding->line);
    }
    str_buf_printf(&line, ": %s: %s%s%s", finding_level_names[finding->level], finding->pointer,
                   *finding->pointer == '\0' ? "" : ": ", finding->problem);
    if (finding->found != NULL) {
        str_buf_printf(&line, "; found %s", finding->found);
    }
    if (finding->expected != NULL) {
        str_buf_printf(&line, "; expected %s", finding->expected);
    }
    if (finding->nearest != NULL) {
        str_buf_printf(&line, "; did you mean '%s'?", finding->nearest);
    }
    str_buf_printf(&line, " [%s]", finding->rule);
    return plain_line(arena, str_buf_text(&line));
}
