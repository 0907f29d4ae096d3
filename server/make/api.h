/* What a call of the API is made of, and what each step asks of it. */
#ifndef MAKESHIFT_MAKE_API_H
#define MAKESHIFT_MAKE_API_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/base/heap_text.h"
#include "server/documents/input.h"
#include "server/documents/world.h"
#include "server/make/caller.h"

struct api {
    const struct world *world; /* `who` is the caller's user */
    const struct match *match; /* the operation, and the path's values */
    const struct form *query;
    const struct caller *caller;
    json_t *body; /* NULL: none; for raw bytes never read */
    const char *type;
    const uint8_t *bytes; /* the body as it came */
    size_t size;
};

struct api_answer {
    json_t *json;          /* a new reference; NULL: the text, or the bytes */
    struct heap_text text; /* JSON, when it has any bytes */
    const char *type;      /* of the bytes */
    const uint8_t *bytes;
    size_t size;
};

void api_answer_fini(struct api_answer *answer);

/* CONFIRMATION_REQUIRED unless the query has ?confirmed=true; `what` goes after "this deletes". */
MUST_USE struct verdict api_confirmed(const struct api *api, const char *what);

/* An integer from 1 on that was sent: by the path, the query, or the body, in this order. `*number`
 * is 0 when it was sent by none. INVALID_INPUT. */
MUST_USE struct verdict api_number(const struct api *api, const char *name, int64_t *number);

/* An integer as api_number reads it, from the body alone. */
MUST_USE struct verdict api_body_number(const struct api *api, const char *name, int64_t *number);

/* An integer as api_number reads it, where several places may say it: INVALID_INPUT too when two of
 * them say different ones. */
enum api_places { API_ALL_PLACES, API_WITHOUT_BODY };
MUST_USE struct verdict api_one_number(const struct api *api, const char *name,
                                       enum api_places places, int64_t *number);

#endif
