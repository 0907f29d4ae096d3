/* TABLE of the errors the server can answer with, and the verdict every rule returns.
 *
 * A verdict is a value: OK, or a refusal that says which check failed, what it compared with what,
 * and the clause it obeys. Its texts live in the request's arena or are literals; none of them
 * holds a code, a token, a secret or a verifier. */
#ifndef MAKESHIFT_OAUTH_ERROR_H
#define MAKESHIFT_OAUTH_ERROR_H

#include <stdint.h>

#include "server/base/attr.h"

enum error_code {
    ERROR_NONE,
    /* RFC 6749 4.1.2.1 and 5.2 */
    ERROR_INVALID_REQUEST,
    ERROR_INVALID_CLIENT,
    ERROR_TOO_MANY_GUESSES,
    ERROR_INVALID_GRANT,
    ERROR_UNAUTHORIZED_CLIENT,
    ERROR_UNSUPPORTED_GRANT_TYPE,
    ERROR_UNSUPPORTED_RESPONSE_TYPE,
    ERROR_INVALID_SCOPE,
    ERROR_INVALID_TARGET, /* RFC 8707 2 */
    ERROR_ACCESS_DENIED,
    ERROR_SERVER_ERROR,
    ERROR_TEMPORARILY_UNAVAILABLE,
    /* OpenID Connect Core 3.1.2.6 */
    ERROR_LOGIN_REQUIRED,
    ERROR_CONSENT_REQUIRED,
    ERROR_INTERACTION_REQUIRED,
    ERROR_ACCOUNT_SELECTION_REQUIRED,
    ERROR_REQUEST_NOT_SUPPORTED,
    ERROR_REQUEST_URI_NOT_SUPPORTED,
    ERROR_REGISTRATION_NOT_SUPPORTED,
    /* RFC 6750 3.1 */
    ERROR_MISSING_TOKEN,
    ERROR_INVALID_TOKEN,
    ERROR_INSUFFICIENT_SCOPE,
    /* RFC 7591 3.2.2 */
    ERROR_INVALID_REDIRECT_URI,
    ERROR_INVALID_CLIENT_METADATA,
    /* of Make's API */
    ERROR_INVALID_INPUT,
    ERROR_NO_DATA,
    ERROR_PERMISSION_DENIED,
    ERROR_CONFIRMATION_REQUIRED,
    ERROR_RATE_LIMITED,
    /* plain HTTP */
    ERROR_NOT_FOUND,
    ERROR_METHOD_NOT_ALLOWED,
    ERROR_FORBIDDEN_ORIGIN,
    ERROR_STALE_PAGE, /* a form of a page that was left behind (CSRF) */
    /* of the control door */
    ERROR_NO_JSON,
    ERROR_WRONG_MEMBER,
    ERROR_CONFLICT,
    ERROR_TOO_MANY,
    ERROR__MAX
};

struct error_row {
    const char *name;  /* the protocol's word; NULL where the protocol has none to send */
    int status;        /* of a JSON, Bearer or page answer */
    const char *title; /* for a person, on the error page */
};
extern const struct error_row error_table[ERROR__MAX];

struct verdict {
    enum error_code code;
    /* Becomes error_description. Like all texts here it outlives the handler: in the arena, or
     * static. */
    const char *detail;
    const char *check;    /* the step that refused: "redirect_uri", "pkce", "client_secret" */
    const char *expected; /* NULL where there is nothing to compare */
    const char *actual;
    const char *clause;  /* "RFC 6749 4.1.3" */
    const char *title;   /* for a person, on the error page; NULL: the code's */
    int status;          /* of the answer, where it is another than the code's; 0: the code's */
    const char *pointer; /* into the body that was sent (RFC 6901); NULL: nowhere */
    const char *nearest; /* the word that was probably meant; NULL: none */
    const char *scope;   /* ERROR_INSUFFICIENT_SCOPE: what was needed (RFC 6750 3) */
    int64_t retry_after; /* seconds; 0: nothing is said */
};

#define ALLOWED ((struct verdict){.code = ERROR_NONE})
#define REFUSED(error, ...) ((struct verdict){.code = ERROR_##error, __VA_ARGS__})

/* The one macro with control flow: a rung of a ladder. */
#define TRY(step)                                                                                  \
    do {                                                                                           \
        struct verdict verdict_ = (step);                                                          \
        if (verdict_.code != ERROR_NONE) {                                                         \
            return verdict_;                                                                       \
        }                                                                                          \
    } while (0)

/* The HTTP status of a JSON, Bearer or page answer. */
MUST_USE int error_status(const struct verdict *verdict);

/* What a rule says when the store is broken: 503, nothing issued, try again. */
MUST_USE struct verdict error_store_broken(void);

#endif
