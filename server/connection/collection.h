/* Collections that grow: what a connection keeps. Values are immutable; each change is a new one.
 */
#ifndef MAKESHIFT_CONNECTION_COLLECTION_H
#define MAKESHIFT_CONNECTION_COLLECTION_H

#include "server/base/attr.h"
#include "server/iml/value.h"

/* The collection with this member, in the place of one of that name. */
struct iml_value collection_with(struct arena *arena, const struct iml_value *collection,
                                 const char *name, const struct iml_value *value);

/* `a` with the members of `b`; where both have a collection, these are merged likewise. */
struct iml_value collection_merged(struct arena *arena, const struct iml_value *a,
                                   const struct iml_value *b);

/* What the member reads as; "" when there is none. */
const char *collection_text(struct arena *arena, const struct iml_value *collection,
                            const char *name);

/* The items of `a`, and behind them those of `b` that it has not: what is a text there. */
struct iml_value collection_joined(struct arena *arena, const struct iml_value *a,
                                   const struct iml_value *b);

/* An array of the words of a text, with spaces or commas between them: a list of scopes. */
struct iml_value collection_words(struct arena *arena, const char *text);

/* The fields of a form or query, `size` bytes. 0; 1: it is none, and `*problem` says why. */
MUST_USE int collection_of_form(struct arena *arena, const char *bytes, size_t size,
                                struct iml_value *collection, const char **problem);

#endif
