/* The code of custom functions, as far as it is looked at: it is never run. A leaf. */
#ifndef MAKESHIFT_DOCUMENTS_SCRIPT_H
#define MAKESHIFT_DOCUMENTS_SCRIPT_H

#include "server/base/arena.h"

/* "(a, b)" of "function name(a, b) {...}", in the arena; "()" where there is no such function. */
const char *script_arguments(struct arena *arena, const char *code);

/* What is wrong with it, in the arena: a bracket, a quote or a comment that does not close, or no
 * function; NULL: none of these. */
const char *script_fault(struct arena *arena, const char *code);

#endif
