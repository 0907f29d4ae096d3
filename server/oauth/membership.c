#include "server/oauth/membership.h"

#include <string.h>

#include "server/base/str.h"

#define ADMIN "admin"

/* "team\t1\tTeam admin" */
static bool read_line(char *line, struct membership *membership)
{
    const char *kind = strsep(&line, "\t");
    const char *id = line != NULL ? strsep(&line, "\t") : NULL;
    *membership = (struct membership){.kind = kind, .role = line};
    return line != NULL && str_to_int64(id, 1, INT32_MAX, &membership->id);
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '\n';
    }
    return count;
}

struct memberships memberships_read(struct arena *arena, const char *text)
{
    struct membership *list = arena_alloc(arena, (count_lines(text) + 1) * sizeof(*list));
    struct memberships memberships = {.list = list};
    char *rest = arena_strdup(arena, text);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (str_equal(line, ADMIN)) {
            memberships.is_admin = true;
            continue;
        }
        memberships.count += read_line(line, &list[memberships.count]);
    }
    return memberships;
}

const char *memberships_text(struct arena *arena, const struct memberships *memberships)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    for (size_t i = 0; i < memberships->count; i++) {
        const struct membership *item = &memberships->list[i];
        str_buf_printf(&text, "%s\t%lld\t%s\n", item->kind, (long long)item->id, item->role);
    }
    str_buf_put(&text, memberships->is_admin ? ADMIN "\n" : "");
    return str_buf_text(&text);
}

static bool is_at(const struct membership *item, const char *kind, int64_t id)
{
    return item->id == id && str_equal(item->kind, kind);
}

const char *memberships_role(const struct memberships *memberships, const char *kind, int64_t id)
{
    for (size_t i = 0; i < memberships->count; i++) {
        if (is_at(&memberships->list[i], kind, id)) {
            return memberships->list[i].role;
        }
    }
    return NULL;
}

const char *memberships_with(struct arena *arena, const char *text,
                             const struct membership *membership)
{
    const struct memberships old = memberships_read(arena, text);
    struct membership *list = arena_alloc(arena, (old.count + 1) * sizeof(*list));
    struct memberships new = {.list = list, .is_admin = old.is_admin};
    for (size_t i = 0; i < old.count; i++) {
        if (!is_at(&old.list[i], membership->kind, membership->id)) {
            list[new.count++] = old.list[i];
        }
    }
    if (membership->role != NULL) {
        list[new.count++] = *membership;
    }
    return memberships_text(arena, &new);
}
