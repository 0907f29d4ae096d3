/* What the API can do: a row of fixtures/make/operations.tsv. */
#ifndef MAKESHIFT_CATALOGUE_OPERATION_H
#define MAKESHIFT_CATALOGUE_OPERATION_H

#include "server/catalogue/collection.h"
#include "server/catalogue/roles.h"

enum verb {
    VERB_LIST,
    VERB_CREATE,
    VERB_READ,
    VERB_UPDATE,
    VERB_DELETE,
    VERB_CLEAR,
    VERB_SET,
    VERB_COPY,
    VERB_ANSWER,
    VERB_PART,
    VERB_RAW,
    VERB_SPECIAL,
    VERB__MAX
};
extern const char *const verb_names[VERB__MAX];

#define PERMISSION_SELF "user:self" /* the path's user is the caller */

struct operation {
    const char *method; /* GET, POST, PUT, PATCH, DELETE */
    const char *path;   /* below the API: /scenarios/{scenarioId} */
    const char *label;  /* both: GET /scenarios/{scenarioId} */
    const char *scope;  /* all that a token needs, space-separated; "": any token will do */
    const char
        *permission; /* "team:scenario view": what the role must allow there; NULL: nothing */
    const struct permission_row *needed; /* its row; NULL: nothing, or "user:self" */
    enum verb verb;
    const struct collection *collection; /* that the verb is about; NULL: none */
    /* The name of an answer, a part, raw bytes or a special; VERB_SET: of the answer that comes
     * instead of the document. NULL: none. */
    const char *name;
    const json_t *settings;  /* VERB_SET, VERB_PART: member -> value; borrowed; NULL: none */
    const char *admin_scope; /* one of `scope` that only the platform's administrators may use */
    bool needs_confirmation; /* ?confirmed=true */
    bool is_beyond;          /* Make's reference does not have it, but its SDK calls it */
};

#endif
