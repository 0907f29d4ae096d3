/* What a call is about: the document that its path names, and the organization and team
 * concerned. */
#ifndef MAKESHIFT_MAKE_SUBJECT_H
#define MAKESHIFT_MAKE_SUBJECT_H

#include "server/base/attr.h"
#include "server/documents/document.h"
#include "server/make/api.h"

struct subject {
    bool has_document;
    struct document document; /* that the path names */
    bool has_parent;
    struct document parent_document; /* what it is part of, when the path names that */
    const char *parent;              /* its path, for what is stored below it; "": nothing */
    int64_t organization, team;      /* 0: none is concerned */
};
void subject_fini(struct subject *subject);

enum subject_depth {
    SUBJECT_ROWS, /* the documents' JSON is left unread */
    SUBJECT_JSON,
};

/* NOT_FOUND when what the path, the query or the body names is not there; INVALID_INPUT when a
 * number is none. */
MUST_USE struct verdict subject_find(const struct api *api, enum subject_depth depth,
                                     struct subject *subject);

/* The key that the path has for one of `collection`; NULL: it names none. `parameters` are the
 * collection's, or of what is part of it. INVALID_INPUT when it is no number and has to be one. */
MUST_USE struct verdict subject_key(const struct api *api, const struct collection *collection,
                                    const json_t *parameters, const char **key);

/* Changes the document that the path names. */
MUST_USE struct verdict subject_store(const struct api *api, const struct subject *subject,
                                      json_t *json);

/* NOT_FOUND of a document that the caller may not know of, in the words for one that is not there;
 * the log has why. */
MUST_USE struct verdict subject_refuse_hidden(const struct api *api, const struct subject *subject);

/* NOT_FOUND unless the team and the organization that the call names, if any, are those of what it
 * turned out to be about. */
MUST_USE struct verdict subject_agrees(const struct api *api, const struct subject *named,
                                       const struct subject *subject);

/* Where a copy of the document goes: to the team that the body names, else beside the document.
 * NOT_FOUND, INVALID_INPUT. */
#define SUBJECT_TARGET "targetTeamId" /* the body's word for it, or "teamId" */
MUST_USE struct verdict subject_target(const struct api *api, const struct subject *source,
                                       struct subject *target);

#endif
