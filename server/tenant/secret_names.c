#include "server/tenant/secret_names.h"

#include <stddef.h>

const char *const secret_names[] = {
    /* RFC 6749, RFC 7636; a plain code_challenge is the verifier */
    "code", "access_token", "refresh_token", "client_secret", "password", "code_verifier",
    "code_challenge",
    /* RFC 7009, RFC 7662 */
    "token",
    /* OpenID Connect */
    "id_token", "id_token_hint", "logout_token",
    /* RFC 7521, RFC 8693 */
    "assertion", "client_assertion", "subject_token", "actor_token",
    /* RFC 7591, RFC 7592 */
    "registration_access_token", "initial_access_token", "software_statement",
    /* RFC 8628 */
    "device_code", "user_code",
    /* pages: a form's own, and what is known to one browser alone */
    "csrf", "interaction",
    /* the control door: a session's cookie, a private key */
    "session", "pem",
    /* Make's API */
    "api_token", "api_key", "secret", "private_key", "passphrase", NULL};

const struct secret_header secret_headers[] = {
    {"Authorization", SECRET_CREDENTIALS},
    {"Proxy-Authorization", SECRET_CREDENTIALS},
    {"Cookie", SECRET_COOKIES},
    {"Set-Cookie", SECRET_COOKIE},
    {"Location", SECRET_URL},
    {"Referer", SECRET_URL},
    {"X-Api-Key", SECRET_OPAQUE},
    {"X-Auth-Token", SECRET_OPAQUE},
    {"X-Access-Token", SECRET_OPAQUE},
    {"DPoP", SECRET_OPAQUE},
    {NULL, SECRET_OPAQUE},
};
