/* Small additions to jansson, whose json_t is the program's value type. */
#ifndef MAKESHIFT_BASE_JSON_H
#define MAKESHIFT_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "server/base/arena.h"

/* The compact text of a value, members in the order they were set, in the arena. */
char *json_text(struct arena *arena, const json_t *value, size_t *size /* may be NULL */);

/* Sets a member unless `text` is NULL or empty: answers carry no null and no empty member. */
void json_put_text(json_t *object, const char *member, const char *text);

/* ["a","b"] from "a b". Gives a new reference. */
json_t *json_words(const char *list);

/* Whether the list has this value, or this text. */
bool json_has(const json_t *list, const json_t *value);
bool json_has_text(const json_t *list, const char *text);

/* Takes the members of these names out of the object. */
void json_drop(json_t *object, const json_t *names);

/* Whether lists and objects stand in each other no deeper than that; a list of numbers is 1 deep.
 */
bool json_is_within(const json_t *value, unsigned depth);

/* Changes the object as RFC 7396 says: null takes a member away, an object changes the one that is
 * there, anything else takes its place. `patch` is an object, within bounds (json_is_within). */
void json_merge_patch(json_t *object, const json_t *patch);

#endif
