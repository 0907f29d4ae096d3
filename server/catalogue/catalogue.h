/* The tables of fixtures/make, and one structure to look operations up in. One is enough for a
 * process: all tenants and threads share it.
 *
 * Reading them takes longer than all else at the start, and most tests never ask: so it is done
 * when the first call of the API comes. */
#ifndef MAKESHIFT_CATALOGUE_CATALOGUE_H
#define MAKESHIFT_CATALOGUE_CATALOGUE_H

#include <stddef.h>

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/catalogue/match.h"

struct catalogue;

/* Nothing is read yet, and nothing but reading and freeing may be asked of it. */
struct catalogue *catalogue_new(void);
void catalogue_free(struct catalogue *catalogue); /* NULL is fine */

/* Reads the texts that are built in, once: later calls do nothing. For any thread. A word or a row
 * that is wrong ends the process with a line that says which. */
void catalogue_read(struct catalogue *catalogue);

/* In the order of the table. */
const struct operation *catalogue_operations(const struct catalogue *catalogue, size_t *count);

/* By name; NULL: there is none. */
const struct collection *catalogue_collection(const struct catalogue *catalogue, const char *name);
const struct collection *catalogue_collections(const struct catalogue *catalogue, size_t *count);

/* Who may do what. */
const struct roles *catalogue_roles(const struct catalogue *catalogue);

/* What fixtures/make/answers.json has under that name, borrowed; NULL: nothing. */
const json_t *catalogue_answer(const struct catalogue *catalogue, const char *name);

/* The operation of a path below the API, as sent. A word of the table wins over a parameter.
 * Allocates in `arena`. */
MUST_USE int catalogue_find(const struct catalogue *catalogue, struct arena *arena,
                            const char *method, const char *path, struct match *match);

#endif
