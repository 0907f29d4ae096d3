/* What statements have in common: columns in the order in which a row is read, and conditions. For
 * statements.c alone. */
#ifndef MAKESHIFT_STORE_STATEMENT_PARTS_H
#define MAKESHIFT_STORE_STATEMENT_PARTS_H

#define CLIENT_COLUMNS                                                                             \
    "id, client_id, client_name, secret_hash, redirect_uris, token_endpoint_auth_method, "         \
    "grant_types, response_types, scope, default_scope, access_token_format, code_ttl, "           \
    "access_token_ttl, "                                                                           \
    "refresh_token_ttl, id_token_ttl, refresh_mode, refresh_seconds, refresh_uses, "               \
    "token_redirect_uri_optional, refresh_rotation, refresh_idle_ttl, nonce_on_refresh, "          \
    "post_logout_redirect_uris, id_token_signed_response_alg, jwks, claims, issuer_path, "         \
    "registered_at, registration_token, metadata, login, audience, access_token_typ, "             \
    "id_token_claims"

#define DOCUMENT_COLUMNS                                                                           \
    "id, collection, parent, key, organization, team, user, api_limit, type, body"

#define API_TOKEN_COLUMNS "hash, user, label, scope, masked, created_at, of_fixture"

#define USER_COLUMNS "id, sub, email, claims, memberships, password_hash"

#define TEXT(column) "(SELECT value FROM text WHERE id = " column ")"

#define GRANT_COLUMNS                                                                              \
    "g.id, g.client, g.user, " TEXT("g.scope") ", " TEXT("g.acr") ", " TEXT(                       \
        "g.amr") ", "                                                                              \
                 "g.created_at - g.auth_age, g.created_at, g.expires_at, g.revoked_at, g.reason, " \
                 "g.generation, g.leaf, g.leaf_at, g.nonce, g.claims, g.sid, " TEXT(               \
                     "g.resource") ", g.organization"

#define BEARER_COLUMNS                                                                             \
    "g.id, g.client, g.user, g.revoked_at, g.reason, g.organization, a.expires_at, a.revoked_at, " \
    "c.id, c.client_id, c.scope, c.access_token_format, "                                          \
    "u.id, u.sub, u.email, u.claims, u.memberships, u.password_hash, " TEXT(                       \
        "coalesce(a.scope, g.scope)") ", " TEXT("g.resource")

#define INTERACTION_COLUMNS                                                                        \
    "id, hash, session, query, created_at, expires_at, signed_in_at, decided_at, hinted_sub"

/* For an hour after its end a token is still known, so that a refusal can say when it ended. */
#define LONG_BEFORE "+ 3600 < "

#define WALK(table, dead)                                                                          \
    "SELECT hash, " dead " FROM " table " WHERE hash > ?1 ORDER BY hash LIMIT ?3"

/* Of the two that a consent is about. */
#define GONE "(user NOT IN (SELECT id FROM user) OR client NOT IN (SELECT id FROM client))"

/* Of every database, in memory or in a file, so that each can become the image of any other. */
#define PAGE_SIZE "1024" /* bytes */

#define GRANT_GONE "NOT EXISTS (SELECT 1 FROM grants WHERE id = grant_id)"

/* Of a selection: ?1 user, ?2 client, ?3 grant, ?4 token, ?5 session; 0 and NULL are any. */
#define OWNED "?1 IN (0, user) AND ?2 IN (0, client)"
#define OF_SESSION "(?5 IS NULL OR sid = (SELECT sid FROM session WHERE hash = ?5))"
#define SELECTED_GRANT OWNED " AND ?3 IN (0, id) AND " OF_SESSION
#define SELECTED_FAMILY                                                                            \
    SELECTED_GRANT " AND (?4 IS NULL OR id = (SELECT grant_id FROM refresh WHERE hash = ?4))"
#define SELECTED_ACCESS                                                                            \
    "(?4 IS NULL OR hash = ?4) AND grant_id IN (SELECT id FROM grants WHERE " SELECTED_GRANT ")"
#define SELECTED_CODE OWNED " AND ?3 = 0 AND (?4 IS NULL OR hash = ?4) AND " OF_SESSION
#define SELECTED_SESSION                                                                           \
    "?1 IN (0, user) AND ?2 = 0 AND ?3 = 0 AND ?4 IS NULL AND (?5 IS NULL OR hash = ?5)"

/* Of a list: ?1 user, ?2 client, ?3 grant, ?4 behind which key, ?5 how many. */
#define LISTED_GRANT "?1 IN (0, g.user) AND ?2 IN (0, g.client) AND ?3 IN (0, g.id)"

#endif
