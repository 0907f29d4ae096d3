/* Members that are made from other documents whenever one is shown (`computed` of a collection). Inside server/documents. */
#ifndef MAKESHIFT_DOCUMENTS_COMPUTED_H
#define MAKESHIFT_DOCUMENTS_COMPUTED_H

#include "server/documents/document.h"

/* The value of a member of `json`, a new reference. `how` is what the collection has for it, an object whose `is` is one
 * of these words, and whose other members say of what:
 *
 *   count  how many documents of the collection `of` name this one in their member `by` (without `by`: are in this team or
 *          organization), and are as `where` says; with `below`, they may also name what is below this one, by that member
 *   from   the member `member` of the last of those that count would count; null when there is none
 *   any    whether there is one
 *   bytes  what the documents of the collection `of`, which are part of this one, take as JSON: a number in a text
 *   path   the names from the top to this one, with slashes between them; `by` names what is above
 *   arguments  those of the function whose code is in the member `of`: "(a, b)"
 *   part   what is kept beside it under the name `of`, an object
 */
struct verdict computed_value(const struct world *world, const struct collection *collection,
                              const json_t *json, const json_t *how, json_t **value);

#endif
