#include "server/catalogue/match.h"

#include "server/base/str.h"

const char *match_value(const struct match *match, const char *name)
{
    for (size_t i = 0; match != NULL && i < match->count; i++) {
        if (str_equal(match->values[i].name, name)) {
            return match->values[i].value;
        }
    }
    return NULL;
}
