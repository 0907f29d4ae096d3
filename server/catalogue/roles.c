#include "server/catalogue/roles.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/catalogue/embedded.h"
#include "server/catalogue/table.h"

#define PERMISSIONS_MAX 128
#define ROLES_MAX 32

struct roles {
    struct arena *arena;
    struct permission_row permissions[PERMISSIONS_MAX];
    size_t permission_count;
    struct role_row list[ROLES_MAX];
    size_t count;
};

/* The next of "Owner, Admin"; NULL at the end. */
static const char *next_role(const char **at, size_t *size)
{
    *at += strspn(*at, ", ");
    const char *role = *at;
    *size = strcspn(role, ",");
    *at += *size;
    return *size > 0 ? role : NULL;
}

static void note_role(struct roles *roles, const char *kind, const char *name)
{
    for (size_t i = 0; i < roles->count; i++) {
        if (str_equal(roles->list[i].name, name)) {
            return;
        }
    }
    if (roles->count < ROLES_MAX) {
        roles->list[roles->count++] = (struct role_row){kind, name};
    }
}

static void note_roles(struct roles *roles, const struct permission_row *row)
{
    const char *at = row->roles;
    const char *role;
    size_t size;
    while ((role = next_role(&at, &size)) != NULL) {
        note_role(roles, row->kind, arena_strndup(roles->arena, role, size));
    }
}

struct roles *roles_new(void)
{
    struct roles *roles = memory_new(sizeof(*roles));
    roles->arena = arena_new();
    struct table table = table_begin(embedded_fixtures_make_roles_tsv, 3);
    const char *columns[TABLE_COLUMNS_MAX];
    while (roles->permission_count < PERMISSIONS_MAX && table_next(&table, roles->arena, columns)) {
        struct permission_row *row = &roles->permissions[roles->permission_count++];
        *row = (struct permission_row){columns[0], columns[1], columns[2]};
        note_roles(roles, row);
    }
    return roles;
}

void roles_free(struct roles *roles)
{
    if (roles != NULL) {
        arena_free(roles->arena);
        free(roles);
    }
}

const struct permission_row *roles_permissions(const struct roles *roles, size_t *count)
{
    *count = roles->permission_count;
    return roles->permissions;
}

const struct role_row *roles_list(const struct roles *roles, size_t *count)
{
    *count = roles->count;
    return roles->list;
}

static bool lists(const char *list, const char *role)
{
    const char *word;
    size_t size;
    size_t wanted = strlen(role);
    while ((word = next_role(&list, &size)) != NULL) {
        if (size == wanted && memcmp(word, role, size) == 0) {
            return true;
        }
    }
    return false;
}

const struct permission_row *roles_find(const struct roles *roles, const char *kind,
                                        const char *permission)
{
    for (size_t i = 0; i < roles->permission_count; i++) {
        const struct permission_row *row = &roles->permissions[i];
        if (str_equal(row->kind, kind) && str_equal(row->name, permission)) {
            return row;
        }
    }
    return NULL;
}

bool roles_row_allows(const struct permission_row *row, const char *role)
{
    return lists(row->roles, role);
}

bool roles_allow(const struct roles *roles, const char *kind, const char *permission,
                 const char *role)
{
    const struct permission_row *row = roles_find(roles, kind, permission);
    return row != NULL && roles_row_allows(row, role);
}
