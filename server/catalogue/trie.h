/* Paths, segment by segment: words, and at most one parameter, at each place. Inside
 * server/catalogue. */
#ifndef MAKESHIFT_CATALOGUE_TRIE_H
#define MAKESHIFT_CATALOGUE_TRIE_H

#include "server/base/arena.h"
#include "server/base/attr.h"
#include "server/catalogue/match.h"

struct trie;

/* Over `operations`, which outlive it, in the arena. */
struct trie *trie_new(struct arena *arena, const struct operation *operations, size_t count);

/* As catalogue_find. */
MUST_USE int trie_find(const struct trie *trie, struct arena *arena, const char *method,
                       const char *path, struct match *match);

#endif
