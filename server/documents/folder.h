/* Folders, which are in each other. */
#ifndef MAKESHIFT_DOCUMENTS_FOLDER_H
#define MAKESHIFT_DOCUMENTS_FOLDER_H

#include "server/base/attr.h"
#include "server/documents/view.h"

/* As view_document, and with those that are in it as its member `children`: one level of them, or
 * all when the query says ?childrenDepth=all. A column that was asked for is there at each
 * level. */
MUST_USE struct verdict folder_show(const struct view *view, json_t *json, json_t **shown);

/* A list has the top ones, unless the query says which (?parentId=). */
bool folder_is_listed(const struct form *query, const json_t *json);

#endif
