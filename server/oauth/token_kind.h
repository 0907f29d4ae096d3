/* What kind of token a JWT of ours is. */
#ifndef MAKESHIFT_OAUTH_TOKEN_KIND_H
#define MAKESHIFT_OAUTH_TOKEN_KIND_H

#include <jansson.h>
#include <stdbool.h>

/* Whether a JWT that this server has signed is an access token, and no ID token. */
bool token_kind_is_access(const json_t *header, const json_t *claims);

#endif
