/* Query parameters that search in a member (`search` of a collection) instead of comparing it. Inside server/make. */
#ifndef MAKESHIFT_MAKE_SEARCH_H
#define MAKESHIFT_MAKE_SEARCH_H

#include "server/make/document.h"

/* INVALID_INPUT when a parameter of the query is a regular expression (POSIX, extended) and none that can be read. */
struct verdict search_check(const struct api *api, const struct collection *collection);

/* Whether the member, a text, has `wanted` in it, whatever the case: `how` is "part" or "expression". */
bool search_fits(const char *how, const json_t *value, const char *wanted);

#endif
