/* TABLE of Make's roles and what each may do: fixtures/make/roles.tsv. */
#ifndef MAKESHIFT_CATALOGUE_ROLES_H
#define MAKESHIFT_CATALOGUE_ROLES_H

#include <stdbool.h>
#include <stddef.h>

struct permission_row {
    const char *kind;  /* organization, team */
    const char *name;  /* "scenario view" */
    const char *roles; /* "Team admin, Team member" */
};

struct roles;
struct roles *roles_new(void);
void roles_free(struct roles *roles); /* NULL is fine */

const struct permission_row *roles_permissions(const struct roles *roles, size_t *count);

/* The built-in roles, each once: organization's first. A role's number is its place here, from
 * 1. */
struct role_row {
    const char *kind;
    const char *name;
};
const struct role_row *roles_list(const struct roles *roles, size_t *count);

/* The row of that kind and name; NULL: there is none. */
const struct permission_row *roles_find(const struct roles *roles, const char *kind,
                                        const char *permission);

/* Whether the row lists the role. */
bool roles_row_allows(const struct permission_row *row, const char *role);

/* Whether there is a row of that kind and name, and it lists the role. */
bool roles_allow(const struct roles *roles, const char *kind, const char *permission,
                 const char *role);

#endif
