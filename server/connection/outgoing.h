/* The request that a directive comes to. */
#ifndef MAKESHIFT_CONNECTION_OUTGOING_H
#define MAKESHIFT_CONNECTION_OUTGOING_H

#include "server/iml/iml.h"

#define OUTGOING_TIMEOUT 40000      /* ms, where the directive says nothing */
#define OUTGOING_TIMEOUT_MAX 300000 /* ms */

struct outgoing {
    const char *method;
    const char *url;          /* with the query */
    struct iml_value headers; /* a collection */
    struct iml_value qs, body;
    const char *type;    /* of the directive: json, urlencoded, ... */
    const char *content; /* Content-Type; NULL: no body */
    const char *bytes;   /* the body as it is sent; NULL: none */
    size_t size;
    int64_t timeout; /* ms */
    bool follows_redirects, is_compressed;
    const char
        *ca; /* certificates in PEM that are believed in the place of the system's; NULL: none */
};

/* Fills url, qs, headers and body. 0; 1: the run's fault says why, and `*pointer` which member of
 * the directive is at fault. */
MUST_USE int outgoing_make(struct iml *iml, json_t *directive, struct outgoing *outgoing,
                           const char **pointer);

/* Fields of a form: an array is a repeated name, a collection name[member]; what is not there is
 * left out. A space is %20 in a query, and + in a body. */
enum outgoing_form { OUTGOING_QUERY, OUTGOING_BODY };
const char *outgoing_form(struct arena *arena, const struct iml_value *fields,
                          enum outgoing_form form);

#endif
