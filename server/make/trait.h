/* What a call does with the documents of one collection, and with no other's. Inside
 * server/make. */
#ifndef MAKESHIFT_MAKE_TRAIT_H
#define MAKESHIFT_MAKE_TRAIT_H

#include "server/make/subject.h"

struct trait {
    const char *collection;
    /* A body whose members were read into the document's and those kept apart. INVALID_INPUT. NULL:
     * that is all. */
    struct verdict (*read)(const struct api *api, json_t *members, json_t *apart);
    /* What a body calls a member that it lacks. NULL: as everywhere (input_name). */
    const char *(*name_in_body)(const char *member);
    /* The body of a new one, whose members are well-formed. INVALID_INPUT. NULL: that is enough. */
    struct verdict (*check_new)(const struct api *api);
    /* Before the operation's settings are made in the document. INVALID_INPUT. NULL: they may
     * be. */
    struct verdict (*check_set)(const struct api *api, const json_t *document);
    /* After one was added or deleted: what it is part of says how many there are. NULL: it does
     * not. */
    struct verdict (*count)(const struct api *api, const struct subject *subject);
    /* After bytes were put beside one, under the operation's name. NULL: nothing follows from
     * them. */
    struct verdict (*take_bytes)(const struct api *api, const struct subject *subject);
    bool is_missing_input; /* one that is not there is a wrong input (400), not 404 */
};

/* TABLE; an empty row ends it. */
extern const struct trait trait_table[];

/* The collection's row, or an empty one. */
const struct trait *trait_of(const struct collection *collection);

#endif
