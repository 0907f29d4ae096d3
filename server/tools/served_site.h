/* What `connection serve` answers: its pages, their forms, and the callback. */
#ifndef MAKESHIFT_TOOLS_SERVED_SITE_H
#define MAKESHIFT_TOOLS_SERVED_SITE_H

#include "server/http/exchange.h"
#include "server/tools/served.h"

#define SERVED_TOKEN_SIZE 44 /* of base64url, and a NUL */

struct served_site {
    struct served *const *all;
    size_t count;
    const char *redirect_uri;
    const char *callback_path;     /* NULL: nobody comes back by themselves */
    char token[SERVED_TOKEN_SIZE]; /* what a form of ours carries, and no other site knows */
};

/* The context is a struct served_site. */
extern const struct exchange_hooks served_site_hooks;

#endif
