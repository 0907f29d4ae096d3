/* Absolute URIs (RFC 3986), taken apart far enough to judge an issuer or a redirect URI. */
#ifndef MAKESHIFT_BASE_URL_H
#define MAKESHIFT_BASE_URL_H

#include <stdbool.h>

#include "server/base/arena.h"

struct url {
    const char *scheme;   /* lower case */
    const char *userinfo; /* NULL: none */
    const char *host;     /* lower case, an IPv6 address in its brackets; NULL: no authority */
    const char *port;     /* digits; NULL: none */
    const char *path;     /* maybe empty */
    const char *query;    /* NULL: none */
    const char *fragment; /* NULL: none */
};

/* The pieces of any text by RFC 3986 Appendix B, nothing judged, as slices of it. `userinfo` comes
 * with its @, `port` with its colon, `query` with its ? and `fragment` with its #, so that an empty
 * one is not the same as none. */
struct url_slice {
    const char *at;
    size_t size;
};
struct url_pieces {
    struct url_slice scheme, userinfo, host, port, path, query, fragment;
    bool has_authority; /* there are the two slashes */
};
struct url_pieces url_split(const char *text);

/* Takes `text` apart; all strings live in the arena. NULL, or what is wrong with it in words that
 * go after the text: "holds a space". */
const char *url_parse(struct arena *arena, const char *text, struct url *url);

/* True for http and https. */
bool url_is_web(const struct url *url);

/* True when the host is localhost, 127.0.0.0/8 or [::1] (RFC 8252 7.3, 8.3). */
bool url_is_loopback(const struct url *url);

/* scheme://host[:port] as a browser's Origin has it, a default port left out (RFC 6454 6.2).
 * For a web URL. */
const char *url_origin(struct arena *arena, const struct url *url);

/* The URL with these parameters, encoded, behind the query that it has, or as its query; a fragment
 * stays behind them. */
const char *url_with_query(struct arena *arena, const char *url, const char *parameters);

/* What a message tells of a URL: it up to its query, which may hold secrets, and cut short. */
const char *url_shown(struct arena *arena, const char *url);

#endif
