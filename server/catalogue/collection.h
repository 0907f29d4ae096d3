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
    const json_t *pairs;         /* members of a body that are an object, kept as [{name, value}] */
    const json_t *once;          /* members that only the answer that made the document has */
    const json_t *scale;         /* a body's number -> the document's member, in smaller units */
    const json_t *optional;      /* members that answers leave out while they are null */
    const json_t *shown;         /* members that an answer fills while they are null */
    const json_t *kept;          /* members that the server keeps: no body sets or changes them */
    const json_t *asked;         /* a query's word -> the member that is there, or null */
    const json_t *touched;       /* member -> what it has after each change */
    const json_t *repeated;      /* member -> what is wrong with setting it to what it is */
    const json_t *uncopied;      /* members that a copy takes neither from it nor from the body */
    const json_t *local;         /* members that a copy keeps within its team alone */
    const json_t *fixed;         /* members that no body changes, beside the key and the owner */
    const json_t *refers;        /* a member -> the collection of the documents it names */
    const json_t *computed; /* a member -> what it is made from when it is shown (computed.h) */
    const json_t *nested;   /* {"by","as","depth"}: documents in each other (view.h) */
    const json_t *search;   /* a member -> how a query's is looked for in it (search.h) */
    const json_t *sorted;   /* {"by","dir"}: the order of a list, unless the query says another */
    const char *named_by;   /* the blueprint that is kept apart and has the name in it */
    const char *packages;   /* the member that lists what modules of it are of */
    const char *rest;       /* what has a body's other members, in it or apart */
    const char *counted;    /* the member of what it is part of that counts these */
    bool is_missing_input;  /* one that is not there is a wrong input (400), not 404 */
    bool is_made_by_put;    /* a PUT makes what is not there */
    const char *args_of; /* what is kept beside it as bytes: code, whose arguments are its `args` */
    const char *inside;  /* the member that later bodies are about; NULL: the document */
};

#endif
