#include "server/catalogue/table.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"

/* The next line that is not for people; NULL at the end. */
static const char *next_line(struct table *table, size_t *size)
{
    while (*table->at != '\0') {
        const char *line = table->at;
        *size = strcspn(line, "\n");
        table->at += *size + (line[*size] == '\n');
        if (*size > 0 && *line != '#') {
            return line;
        }
    }
    return NULL;
}

struct table table_begin(const char *text, size_t columns)
{
    struct table table = {.at = text, .columns = columns};
    size_t size;
    next_line(&table, &size);
    return table;
}

bool table_next(struct table *table, struct arena *arena, const char *columns[TABLE_COLUMNS_MAX])
{
    size_t size;
    const char *line = next_line(table, &size);
    if (line == NULL) {
        return false;
    }
    char *at = arena_strndup(arena, line, size);
    size_t count = 0;
    while (at != NULL && count < TABLE_COLUMNS_MAX) {
        columns[count++] = at;
        at = strchr(at, '\t');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    if (at != NULL || count != table->columns) {
        log_message(LOG_ERROR, "a built-in table has a bad row: %s", columns[0]);
        abort();
    }
    return true;
}
