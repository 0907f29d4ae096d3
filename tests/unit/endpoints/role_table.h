/* fixtures/make/roles.tsv, read here anew: what the server reads out of it is compared with this.
 */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_ROLE_TABLE_H
#define MAKESHIFT_TESTS_ENDPOINTS_ROLE_TABLE_H

#include <string.h>

#include "server/catalogue/embedded.h"
#include "tests/unit/endpoints/people.h"

/* A walk over the table's rows: a copy of it, which is taken apart, and the row it is at. */
struct role_table {
    char *rest;
    const char *kind, *permission, *roles;
};

static inline struct role_table role_table(struct arena *arena)
{
    return (struct role_table){.rest = arena_strdup(arena, embedded_fixtures_make_roles_tsv)};
}

static inline bool next_row(struct role_table *table)
{
    char *line = strsep(&table->rest, "\n");
    while (line != NULL && (*line == '#' || *line == '\0' || str_starts(line, "kind\t"))) {
        line = strsep(&table->rest, "\n");
    }
    if (line == NULL) {
        return false;
    }
    table->kind = strsep(&line, "\t");
    table->permission = strsep(&line, "\t");
    table->roles = line;
    return true;
}

/* Whether "Owner, Admin" has this role. */
static inline bool has_role(const char *roles, const char *role)
{
    size_t size = strlen(role);
    for (const char *at = roles; at != NULL; at = strchr(at, ',')) {
        at += strspn(at, ", ");
        if (strncmp(at, role, size) == 0 && (at[size] == ',' || at[size] == '\0')) {
            return true;
        }
    }
    return false;
}

/* What the table says of that role. */
static inline bool table_allows(const char *kind, const char *permission, const char *role)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct role_table table = role_table(arena);
    while (next_row(&table)) {
        if (str_equal(table.kind, kind) && str_equal(table.permission, permission)) {
            return has_role(table.roles, role);
        }
    }
    fail_msg("the table has no %s of a %s", permission, kind);
    return false;
}

#endif
