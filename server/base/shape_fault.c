#include <string.h>

#include "server/base/shape.h"

void shape_fault_read(struct arena *arena, const char *problem, struct shape_fault *fault)
{
    static const char mark[] = "; expected ";
    const char *colon = strstr(problem, ": ");
    bool has_pointer = problem[0] == '/' && colon != NULL;
    *fault = (struct shape_fault){
        .problem = problem,
        .pointer = has_pointer ? arena_strndup(arena, problem, (size_t)(colon - problem)) : "",
    };
    for (const char *at = problem; (at = strstr(at, mark)) != NULL;) {
        at += strlen(mark);
        fault->expected = at;
    }
}
