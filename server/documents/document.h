/* Documents of the API as JSON: found by a path, made and changed by bodies, shown by columns. */
#ifndef MAKESHIFT_DOCUMENTS_DOCUMENT_H
#define MAKESHIFT_DOCUMENTS_DOCUMENT_H

#include "server/base/attr.h"
#include "server/documents/stored.h"
#include "server/oauth/error.h"

struct document {
    struct document_row row;
    json_t *json; /* an object */
};
void document_fini(struct document *document);

/* The document with that key, its JSON not read; `parent` NULL: below any. NOT_FOUND. */
MUST_USE struct verdict document_find(const struct world *world,
                                      const struct collection *collection, const char *parent,
                                      const char *key, struct document *document);

/* The document with that key as document_find finds it, and its JSON. */
MUST_USE struct verdict document_load(const struct world *world,
                                      const struct collection *collection, const char *parent,
                                      const char *key, struct document *document);

/* NOT_FOUND, in the words of document_find. */
MUST_USE struct verdict document_refuse_missing(const struct world *world,
                                                const struct collection *collection,
                                                const char *key);

/* The key that the document's own members make; NULL: `*member` cannot be one. */
const char *document_key_of(struct arena *arena, const struct collection *collection,
                            const json_t *document, const char **member);

/* Whether a value may stand where the collection's default is `example`; and how that type is
 * called. */
bool document_has_type(const json_t *value, const json_t *example);
const char *document_type_name(const json_t *value);

/* INVALID_INPUT unless each member of `body` has the type of the collection's default, and those
 * that hold the key or the owner are as they are in `document` (NULL: a new one, where they are
 * free). */
MUST_USE struct verdict document_check(const struct world *world,
                                       const struct collection *collection, const json_t *body,
                                       const json_t *document);

/* Members that follow from others: of a new document of `parent`, those that the collection
 * composes; and of one that is changed, those that it touches. */
void document_settle(const struct world *world, const struct collection *collection,
                     const char *parent, json_t *json);
void document_touch(const struct world *world, const struct collection *collection, json_t *json);

#endif
