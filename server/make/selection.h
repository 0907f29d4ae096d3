/* Several documents at once: those that a body names by "ids" or "keys", or "all" of a list less
 * "exceptIds". Inside server/make. */
#ifndef MAKESHIFT_MAKE_SELECTION_H
#define MAKESHIFT_MAKE_SELECTION_H

#include "server/make/verb.h"

/* The answer has the keys of those that were deleted. INVALID_INPUT when the body names none. */
verb_function selection_delete;

/* The operation's settings, in each of them; likewise. */
verb_function selection_set;

#endif
