/* Registered clients (RFC 7591's terms) and the scope catalogue. */
#ifndef MAKESHIFT_STORE_CLIENTS_H
#define MAKESHIFT_STORE_CLIENTS_H

#include <stdbool.h>

#include "server/base/attr.h"
#include "server/store/db.h"
#include "server/store/hash.h"

#define CLIENT_SECRET_HASH_SIZE 32

struct client_row {
    int64_t id; /* set by clients_put; stable as long as the client_id is registered */
    const char *client_id;
    const char *client_name;
    const uint8_t *secret_hash; /* CLIENT_SECRET_HASH_SIZE bytes; NULL: a public client */
    const char *redirect_uris;  /* space-separated: a URI holds no space */
    const char *token_endpoint_auth_method; /* "": not stated; the secret may come either way */
    const char *grant_types;                /* space-separated */
    const char *response_types; /* comma-separated, each a sorted space-separated set: "code,code
                                   id_token" */
    const char *scope;          /* space-separated */
    const char *default_scope;  /* what a request without a scope asks for; NULL: not said */
    const char *access_token_format;
    int64_t code_ttl, access_token_ttl, refresh_token_ttl, id_token_ttl; /* seconds */
    const char *refresh_mode;     /* strict, grace, retry_safe, refuse */
    int64_t refresh_seconds;      /* grace: the window */
    int64_t refresh_uses;         /* grace: how often; 0: any number */
    const char *refresh_rotation; /* always, public, near_expiry, never */
    int64_t refresh_idle_ttl;     /* seconds a refresh token may go unused; 0: no limit */
    bool nonce_on_refresh;        /* a refreshed ID token repeats the nonce */
    bool token_redirect_uri_optional;
    const char *post_logout_redirect_uris;    /* as redirect_uris; NULL: none */
    const char *id_token_signed_response_alg; /* a name of alg_table */
    const char *jwks;                         /* JSON, public keys (RFC 7517); NULL: none */
    const char *claims;             /* JSON, what it sees otherwise (claims.h); NULL: nothing */
    const char *issuer_path;        /* below the tenant's issuer; "": that one itself */
    int64_t registered_at;          /* by itself (RFC 7591); 0: the fixture did */
    struct hash registration_token; /* that lets it manage its registration (RFC 7592) */
    const char *metadata;           /* JSON, its registration as answered; NULL: the fixture's */
    const char *login;              /* auto, page; NULL: as the tenant */
    const char *audience;           /* of its access tokens; NULL: the issuer */
    const char *access_token_typ;   /* at+jwt, JWT */
    const char *id_token_claims;    /* asked, scope */
};

/* Adds, or replaces by client_id keeping the id. `row->id` is not read. */
MUST_USE int clients_put(struct db *db, const struct client_row *row);

/* 0 found; 1 there is none. */
MUST_USE int clients_get(struct db *db, const char *client_id, struct arena *arena,
                         struct client_row *row);
MUST_USE int clients_get_by_id(struct db *db, int64_t id, struct arena *arena,
                               struct client_row *row);

/* All, in the order they were first put. */
MUST_USE int clients_list(struct db *db, struct arena *arena, const struct client_row **rows,
                          size_t *count);

/* `limit` of them, behind the one of this client_id; NULL, or none's: from the first. */
MUST_USE int clients_page(struct db *db, const char *after, int64_t limit, struct arena *arena,
                          const struct client_row **rows, size_t *count);

/* The client_ids of the first `limit` clients of the fixture, in its order; `ids` has room for as
 * many. */
MUST_USE int clients_of_fixture(struct db *db, int64_t limit, struct arena *arena, const char **ids,
                                size_t *count);

/* 0 deleted; 1 there was none. Its tokens stop working. */
MUST_USE int clients_delete(struct db *db, int64_t id);

/* How many have registered by themselves. */
#define REGISTRATIONS_MAX 10000 /* for whoever registers to keep */
MUST_USE int clients_count_registered(struct db *db, int64_t *count);

/* Deletes every client that clients_put has not touched since clients_mark and that did not
 * register by itself: the fixture's way to put its clients in place of the former ones. Call mark,
 * then puts, then sweep, in one transaction. */
MUST_USE int clients_mark(struct db *db);
MUST_USE int clients_sweep(struct db *db);

/* Wrong secrets: one more at `now`; and how many there were in the window of GUESS_SECONDS that the
 * first of them opened, 0 when it is over. */
#define GUESS_SECONDS 60
MUST_USE int guesses_add(struct db *db, int64_t client, int64_t now);
MUST_USE int guesses_get(struct db *db, int64_t client, int64_t now, int64_t *count);

/* Origins of browser clients (scheme://host[:port]) that may call the token, revocation and
 * UserInfo endpoints: 0 it is one; 1 it is not. origins_clear empties the list. */
MUST_USE int origins_clear(struct db *db);
MUST_USE int origins_put(struct db *db, const char *origin);
MUST_USE int origins_get(struct db *db, const char *origin);
/* Some of them with spaces between, for a person to read; as many as there are, or `most`. */
MUST_USE int origins_text(struct db *db, int64_t most, struct arena *arena, const char **text);

struct scope_row {
    const char *name;
    const char *kind;        /* oidc, admin, user */
    const char *description; /* what it lets a client do, in words */
};
MUST_USE int scopes_clear(struct db *db);
MUST_USE int scopes_put(struct db *db, const struct scope_row *row);
/* 0 found; 1 there is none. */
MUST_USE int scopes_get(struct db *db, const char *name, struct arena *arena,
                        struct scope_row *row);
/* All, in the order put. */
MUST_USE int scopes_list(struct db *db, struct arena *arena, const struct scope_row **rows,
                         size_t *count);

#endif
