/* What carries out an operation once the ladder is climbed. Inside server/make. */
#ifndef MAKESHIFT_MAKE_VERB_H
#define MAKESHIFT_MAKE_VERB_H

#include "server/make/subject.h"

typedef struct verdict verb_function(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer);

#endif
