/* The control door, by which a test steers the server: TABLE of its operations, and what each is
 * given. Bodies are judged by their shape before a handler runs; refusals are problem details (RFC
 * 9457) with the place in the body, what was expected there, and the nearest word. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_DOOR_H
#define MAKESHIFT_ENDPOINTS_CONTROL_DOOR_H

#include <jansson.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/base/shape.h"
#include "server/endpoints/call.h"
#include "server/endpoints/realm.h"
#include "server/endpoints/site.h"

#define DOOR_PREFIX "/_makeshift/"
#define DOOR_ARGUMENTS_MAX 2

/* How the tenant is held while the handler runs. */
enum door_lock {
    DOOR_READS,   /* beside other calls */
    DOOR_CHANGES, /* alone: no call of this tenant is half done */
    DOOR_BESIDE,  /* not at all: the handler is about other tenants, or locks itself */
};

struct door_parameter {
    const char *name; /* NULL ends the table */
    const char *says;
    const struct shape *shape; /* of its text, as a number where it wants one; NULL: the handler
                                  judges it */
};

/* One call of the door. */
struct door {
    struct call *call;
    json_t *body; /* of the operation's shape; lives as long as the call; NULL: none was sent */
    struct form query;                         /* judged, as the body */
    const char *arguments[DOOR_ARGUMENTS_MAX]; /* of the path, decoded, in its order */
    int64_t looked_to; /* is_so: up to this entry of the journal it was not; 0: nobody knows */
    const char *made;  /* the id or name of what was made; NULL: nothing */
};

struct door_operation {
    enum method method;
    const char *path;                   /* below DOOR_PREFIX: "latches/{id}/release" */
    const char *says;                   /* one sentence, for the OpenAPI document */
    const struct shape *body;           /* NULL: it takes none */
    bool body_optional;                 /* it may be left out */
    const struct door_parameter *query; /* NULL: none */
    int status;                         /* of an answer that is no refusal: 200, 201, 204 */
    int made;                           /* of one that made something, where `status` is of one that
                                           changed what was there; 0: there is none */
    const char *const *media;           /* of that answer, NULL-terminated; NULL: JSON */
    enum door_lock lock;
    bool root_only; /* not below /t/NAME/ */
    bool open;      /* whatever the door's lock says */
    bool only_asks; /* it changes nothing, though it is no GET */
    struct verdict (*handle)(struct door *door);
    /* Whether what `wait` waits for is so; NULL: it knows no `wait`. Wrong input is: the handler
     * refuses it. Without a lock: it reads what has one of its own. */
    bool (*is_so)(struct door *door);
};

extern const struct door_operation door_table[]; /* what steers */
extern const size_t door_count;
extern const struct door_operation door_things[]; /* what is in the tenant's database */
extern const size_t door_things_count;

/* All of them, one after the other; NULL behind the last. */
const struct door_operation *door_operation_at(size_t index);

/* How long a call may wait for something to come true: the shape of `wait` in a query. */
extern const struct shape door_wait_shape;

/* The value of a query parameter, decoded, in the arena; NULL: it was not sent. */
const char *door_query(const struct door *door, const char *name);

/* Answers with this; `thing` is taken. */
MUST_USE struct verdict door_answer(struct door *door, int status, json_t *thing);

/* {"items": list}; `list` is taken. */
MUST_USE struct verdict door_list(struct door *door, json_t *list);

/* 417: what was waited for, or asked, did not come true. `found` (taken) goes into the problem. */
MUST_USE struct verdict door_not_true(struct door *door, json_t *found);

/* 204. */
MUST_USE struct verdict door_done(struct door *door);

/* 404: "there is no latch 7". `what` is static, `which` in the arena. */
MUST_USE struct verdict door_not_there(const struct door *door, const char *what,
                                       const char *which);

/* 422 of something that no shape tells: `pointer` "/advance", `actual` NULL: the text or number
 * that stands there; it is copied.
 * Nothing of the body may stand in a verdict: it is gone when that is answered. */
MUST_USE struct verdict door_refuse(const struct door *door, const char *pointer,
                                    const char *expected, const char *actual);

/* 422 of what a shape, or the rules of a fixture, say is wrong with the body. */
MUST_USE struct verdict door_refuse_fault(const struct shape_fault *fault);

/* A number of the path's argument; 404 by door_not_there when it is none. */
MUST_USE struct verdict door_number(const struct door *door, size_t argument, const char *what,
                                    int64_t *number);

#endif
