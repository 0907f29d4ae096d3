/* The verbs of what is beside documents: answers of the table, parts, bytes. Inside server/make. */
#ifndef MAKESHIFT_MAKE_PART_H
#define MAKESHIFT_MAKE_PART_H

#include "server/make/verb.h"

verb_function verb_answer;
verb_function verb_part;
verb_function verb_raw;

#endif
