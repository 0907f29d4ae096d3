/* TABLES of response types and response modes (OAuth 2.0 Multiple Response Types; Form Post
 * Response Mode). */
#ifndef MAKESHIFT_OAUTH_RESPONSE_TYPE_H
#define MAKESHIFT_OAUTH_RESPONSE_TYPE_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/oauth/error.h"
#include "server/store/clients.h"

/* How the answer travels to the client. */
enum response_mode {
    RESPONSE_MODE_QUERY,
    RESPONSE_MODE_FRAGMENT,
    RESPONSE_MODE_FORM_POST,
    RESPONSE_MODE__MAX
};
extern const char *const response_mode_names[RESPONSE_MODE__MAX];

enum response_type { RESPONSE_CODE, RESPONSE_ID_TOKEN, RESPONSE_CODE_ID_TOKEN, RESPONSE_TYPE__MAX };

struct response_type_row {
    const char *name; /* its words in the order of the alphabet: a set has one spelling here */
    bool has_code;
    bool has_id_token; /* then nothing may travel in the query (Multiple Response Types 3, 5) */
    enum response_mode fallback;
};
extern const struct response_type_row response_type_table[RESPONSE_TYPE__MAX];

/* The row of that set of words, whatever their order (RFC 6749 3.1.1), or RESPONSE_TYPE__MAX. */
enum response_type response_type_find(const char *text);

/* How any answer to this request travels, refusals of it included. */
enum response_mode response_mode_of(const struct form *form);

/* The type asked for, if it is served and the client registered for it, in a mode it may have. */
MUST_USE struct verdict response_type_read(struct arena *arena, const struct form *form,
                                           const struct client_row *client,
                                           enum response_type *type);

#endif
