/* What no table describes: the user, tokens, roles. Each is named in the table of operations. */
#ifndef MAKESHIFT_MAKE_SPECIAL_H
#define MAKESHIFT_MAKE_SPECIAL_H

#include "server/make/verb.h"

struct special_row {
    const char *name;
    verb_function *answer;
};

/* TABLES, each in a file of its own; a row without a name ends them. */
extern const struct special_row special_me[];      /* the caller, and API tokens */
extern const struct special_row special_roles[];   /* roles, and custom ones */
extern const struct special_row special_users[];   /* as they are listed */
extern const struct special_row special_members[]; /* who has which role where */
extern const struct special_row special_account[]; /* of a user, its own */
extern const struct special_row
    special_scenarios[]; /* running, deleting and restoring, blueprints */
extern const struct special_row special_credentials[]; /* requests for them */
extern const struct special_row special_properties[];  /* custom ones: structure, items, data */
extern const struct special_row special_functions[];   /* custom ones */
extern const struct special_row special_sdk[];         /* custom apps */
extern const struct special_row special_blueprints[];  /* of templates and incomplete executions */
extern const struct special_row special_records[];     /* of data stores */
extern const struct special_row special_other[];

/* Carries out the special that the operation names. */
verb_function verb_special;

/* The special of that name; NULL: there is none. */
verb_function *special_find(const char *name);

#endif
