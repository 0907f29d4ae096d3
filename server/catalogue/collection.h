/* What the API has: collections of documents, as fixtures/make/collections.json describes them. */
#ifndef MAKESHIFT_CATALOGUE_COLLECTION_H
#define MAKESHIFT_CATALOGUE_COLLECTION_H

#include <jansson.h>
#include <stdbool.h>

/* Where a new document's key comes from. */
enum key_kind { KEY_INTEGER, KEY_UUID, KEY_HEX, KEY_NAME, KEY_KIND__MAX };

/* Whose a document is: who has a role there may see it. */
enum owner { OWNER_NONE, OWNER_USER, OWNER_ORGANIZATION, OWNER_TEAM, OWNER__MAX };
extern const char *const owner_names[OWNER__MAX];   /* none user organization team */
extern const char *const owner_members[OWNER__MAX]; /* of a document: NULL userId ... */

struct collection {
    const char *name;
    const char *one, *many; /* what an answer wraps one document in, and a list */
    enum key_kind key_kind;
    enum owner owner;            /* of what it is part of, if it is */
    const struct collection *of; /* what it is part of; NULL: of nothing */
    /* Borrowed from the catalogue; NULL where there is none. */
    const json_t *key;           /* the members that hold the key */
    const json_t *parameters;    /* lists of path parameters that name one document */
    const json_t *of_parameters; /* likewise what it is part of */
    const json_t *required;      /* what a new one must be given */
    const json_t *fresh;         /* every member, with its default */
    const json_t *rename;        /* a body's member -> the document's */
    const json_t *parse;         /* members of a body that are JSON in a text */
    const json_t *apart;         /* members of a body that are kept beside the document */
    const json_t *optional;      /* members that answers leave out while they are null */
    const json_t *kept;          /* members that the server keeps: no body sets or changes them */
    const json_t *touched;       /* member -> what it has after each change */
    const json_t *refers;        /* a member -> the collection of the documents it names */
    const json_t *sorted; /* {"by","dir"}: the order of a list, unless the query says another */
};

#endif
