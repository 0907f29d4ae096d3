#include "server/store/statements.h"

#define CLIENT_COLUMNS                                                                             \
    "id, client_id, client_name, secret_hash, redirect_uris, token_endpoint_auth_method, "         \
    "grant_types, response_types, scope, access_token_format, code_ttl, access_token_ttl, "        \
    "refresh_token_ttl, id_token_ttl, refresh_mode, refresh_seconds, refresh_uses, "               \
    "token_redirect_uri_optional, refresh_rotation, refresh_idle_ttl, nonce_on_refresh, "          \
    "post_logout_redirect_uris, id_token_signed_response_alg, jwks, claims, issuer_path, "         \
    "registered_at, registration_token, metadata"

#define DOCUMENT_COLUMNS "id, collection, parent, key, organization, team, user, type, body"

#define API_TOKEN_COLUMNS "hash, user, label, scope, masked, created_at, of_fixture"

#define USER_COLUMNS "id, sub, email, claims, memberships, password_hash"

#define TEXT(column) "(SELECT value FROM text WHERE id = " column ")"

#define GRANT_COLUMNS                                                                              \
    "g.id, g.client, g.user, " TEXT("g.scope") ", " TEXT("g.acr") ", " TEXT(                       \
        "g.amr") ", "                                                                              \
                 "g.created_at - g.auth_age, g.created_at, g.expires_at, g.revoked_at, g.reason, " \
                 "g.generation, g.leaf, g.leaf_at, g.nonce, g.claims, g.sid, " TEXT(               \
                     "g.resource") ", g.organization"

/* For an hour after its end a token is still known, so that a refusal can say when it ended. */
#define LONG_BEFORE "+ 3600 < "

#define WALK(table, dead)                                                                          \
    "SELECT hash, " dead " FROM " table " WHERE tenant = ?1 AND hash > ?2 ORDER BY hash LIMIT ?4"

/* Of the two that a consent is about. */
#define GONE "(user NOT IN (SELECT id FROM user) OR client NOT IN (SELECT id FROM client))"

#define GRANT_GONE "NOT EXISTS (SELECT 1 FROM grants WHERE id = grant_id)"

const char *const statements[SQL__MAX] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",

    [SQL_TENANT_OPEN] = "INSERT INTO tenant(name, runs) VALUES(?1, 1) "
                        "ON CONFLICT(name) DO UPDATE SET runs = runs + 1",
    [SQL_TENANT_GET] = "SELECT id, runs FROM tenant WHERE name = ?1",
    [SQL_KEY_PUT] = "INSERT INTO signing_key(tenant, kid, alg, pem, retired_at, until) "
                    "VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
                    "ON CONFLICT(tenant, kid) DO UPDATE SET alg = excluded.alg, "
                    "pem = excluded.pem, retired_at = excluded.retired_at, until = excluded.until",
    [SQL_KEYS] = "SELECT kid, alg, pem, retired_at, until FROM signing_key WHERE tenant = ?1 "
                 "ORDER BY id",

    [SQL_CLIENT_PUT] =
        "INSERT INTO client(tenant, client_id, client_name, secret_hash, redirect_uris, "
        "token_endpoint_auth_method, grant_types, response_types, scope, access_token_format, "
        "code_ttl, access_token_ttl, refresh_token_ttl, id_token_ttl, refresh_mode, "
        "refresh_seconds, refresh_uses, token_redirect_uri_optional, refresh_rotation, "
        "refresh_idle_ttl, nonce_on_refresh, post_logout_redirect_uris, "
        "id_token_signed_response_alg, jwks, claims, issuer_path, registered_at, "
        "registration_token, "
        "metadata, seen) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
        "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, 1) ON CONFLICT(tenant, client_id) "
        "DO UPDATE SET client_name = "
        "excluded.client_name, "
        "secret_hash = excluded.secret_hash, redirect_uris = excluded.redirect_uris, "
        "token_endpoint_auth_method = excluded.token_endpoint_auth_method, "
        "grant_types = excluded.grant_types, response_types = excluded.response_types, "
        "scope = excluded.scope, access_token_format = excluded.access_token_format, "
        "code_ttl = excluded.code_ttl, access_token_ttl = excluded.access_token_ttl, "
        "refresh_token_ttl = excluded.refresh_token_ttl, id_token_ttl = excluded.id_token_ttl, "
        "refresh_mode = excluded.refresh_mode, refresh_seconds = excluded.refresh_seconds, "
        "refresh_uses = excluded.refresh_uses, "
        "token_redirect_uri_optional = excluded.token_redirect_uri_optional, "
        "refresh_rotation = excluded.refresh_rotation, "
        "refresh_idle_ttl = excluded.refresh_idle_ttl, "
        "nonce_on_refresh = excluded.nonce_on_refresh, "
        "post_logout_redirect_uris = excluded.post_logout_redirect_uris, "
        "id_token_signed_response_alg = excluded.id_token_signed_response_alg, "
        "jwks = excluded.jwks, claims = excluded.claims, issuer_path = excluded.issuer_path, "
        "registered_at = excluded.registered_at, "
        "registration_token = excluded.registration_token, metadata = excluded.metadata, seen = 1",
    [SQL_CLIENT_GET] = "SELECT " CLIENT_COLUMNS " FROM client WHERE tenant = ?1 AND client_id = ?2",
    [SQL_CLIENT_GET_SCOPE] =
        "SELECT id, scope, access_token_format FROM client WHERE tenant = ?1 AND id = ?2",
    [SQL_CLIENT_GET_BY_ID] = "SELECT " CLIENT_COLUMNS " FROM client WHERE tenant = ?1 AND id = ?2",
    [SQL_CLIENTS] = "SELECT " CLIENT_COLUMNS " FROM client WHERE tenant = ?1 ORDER BY id",
    [SQL_CLIENT_DELETE] = "DELETE FROM client WHERE tenant = ?1 AND id = ?2",
    [SQL_CLIENTS_REGISTERED] =
        "SELECT count(*) FROM client WHERE tenant = ?1 AND registered_at > 0",
    [SQL_CLIENTS_MARK] = "UPDATE client SET seen = 0 WHERE tenant = ?1",
    [SQL_CLIENTS_SWEEP] = "DELETE FROM client WHERE tenant = ?1 AND seen = 0 AND registered_at = 0",
    [SQL_GUESS_ADD] = "INSERT INTO guess(tenant, client, since, count) VALUES(?1, ?2, ?3, 1) "
                      "ON CONFLICT(tenant, client) DO UPDATE SET "
                      "count = CASE WHEN since > ?4 THEN count + 1 ELSE 1 END, "
                      "since = CASE WHEN since > ?4 THEN since ELSE ?3 END",
    [SQL_GUESSES] = "SELECT count FROM guess WHERE tenant = ?1 AND client = ?2 AND since > ?3",
    [SQL_ASSERTION_TAKE] =
        "INSERT OR IGNORE INTO assertion(tenant, hash, expires_at) VALUES(?1, ?2, ?3)",
    [SQL_ASSERTION_DELETE] = "DELETE FROM assertion WHERE tenant = ?1 AND hash = ?2",
    [SQL_ASSERTIONS_WALK] = WALK("assertion", "expires_at <= ?3"),
    [SQL_ORIGINS_CLEAR] = "DELETE FROM origin WHERE tenant = ?1",
    [SQL_ORIGIN_PUT] = "INSERT OR IGNORE INTO origin(tenant, origin) VALUES(?1, ?2)",
    [SQL_ORIGIN_GET] = "SELECT 1 FROM origin WHERE tenant = ?1 AND origin = ?2",
    [SQL_SCOPES_CLEAR] = "DELETE FROM scope WHERE tenant = ?1",
    [SQL_SCOPE_PUT] = "INSERT INTO scope(tenant, name, kind, description) VALUES(?1, ?2, ?3, ?4) "
                      "ON CONFLICT(tenant, name) DO UPDATE SET kind = excluded.kind, "
                      "description = excluded.description",
    [SQL_SCOPE_GET] = "SELECT name, kind, description FROM scope WHERE tenant = ?1 AND name = ?2",
    [SQL_SCOPES] = "SELECT name, kind, description FROM scope WHERE tenant = ?1 ORDER BY id",

    [SQL_USER_PUT] =
        "INSERT INTO user(tenant, sub, email, claims, memberships, password_hash, position) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
        "(SELECT coalesce(max(position), 0) + 1 FROM user WHERE tenant = ?1)) "
        "ON CONFLICT(tenant, sub) DO UPDATE SET email = excluded.email, claims = excluded.claims, "
        "memberships = excluded.memberships, password_hash = excluded.password_hash, "
        "position = iif(position = 0, excluded.position, position)",
    [SQL_USER_GET] = "SELECT " USER_COLUMNS " FROM user WHERE tenant = ?1 AND id = ?2",
    [SQL_USER_GET_BY_SUB] = "SELECT " USER_COLUMNS " FROM user WHERE tenant = ?1 AND sub = ?2",
    [SQL_USER_GET_BY_EMAIL] = "SELECT " USER_COLUMNS " FROM user WHERE tenant = ?1 AND email = ?2 "
                              "ORDER BY position LIMIT 1",
    [SQL_USERS] = "SELECT " USER_COLUMNS " FROM user WHERE tenant = ?1 ORDER BY position, id",
    [SQL_USERS_MARK] = "UPDATE user SET position = 0 WHERE tenant = ?1",
    [SQL_USERS_SWEEP] = "DELETE FROM user WHERE tenant = ?1 AND position = 0",
    [SQL_USER_DELETE] = "DELETE FROM user WHERE tenant = ?1 AND id = ?2",
    [SQL_DIRECTORY_PUT] = "INSERT OR REPLACE INTO directory(tenant, what, json) VALUES(?1, ?2, ?3)",
    [SQL_DIRECTORY_GET] = "SELECT json FROM directory WHERE tenant = ?1 AND what = ?2",

    [SQL_TEXT_GET] = "SELECT id FROM text WHERE value = ?1",
    [SQL_TEXT_PUT] = "INSERT INTO text(value) VALUES(?1)",

    [SQL_SESSION_PUT] = "INSERT OR REPLACE INTO session(tenant, hash, user, auth_time, amr, "
                        "expires_at, sid) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [SQL_SESSION_GET] = "SELECT hash, user, auth_time, " TEXT(
        "amr") ", expires_at, sid FROM session "
               "WHERE tenant = ?1 AND hash = ?2 AND expires_at > ?3",
    [SQL_SESSION_DELETE] = "DELETE FROM session WHERE tenant = ?1 AND hash = ?2",
    [SQL_SESSIONS_COUNT] = "SELECT count(*) FROM session WHERE tenant = ?1",
    [SQL_SESSIONS_EVICT] = "DELETE FROM session WHERE tenant = ?1 AND hash IN (SELECT hash FROM "
                           "session WHERE tenant = ?1 ORDER BY expires_at LIMIT ?2)",
    [SQL_SESSIONS_WALK] = WALK("session", "expires_at <= ?3"),
    [SQL_INTERACTION_PUT] =
        "INSERT OR REPLACE INTO interaction(tenant, hash, session, query, created_at, expires_at, "
        "signed_in_at, hinted_sub) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [SQL_INTERACTION_GET] =
        "SELECT hash, session, query, created_at, expires_at, signed_in_at, hinted_sub "
        "FROM interaction WHERE tenant = ?1 AND hash = ?2 AND expires_at > ?3",
    [SQL_INTERACTION_SIGN_IN] =
        "UPDATE interaction SET signed_in_at = ?3 WHERE tenant = ?1 AND hash = ?2",
    [SQL_INTERACTION_DELETE] = "DELETE FROM interaction WHERE tenant = ?1 AND hash = ?2",
    [SQL_INTERACTIONS_MOVE] =
        "UPDATE interaction SET session = ?3 WHERE tenant = ?1 AND session = ?2",
    [SQL_INTERACTIONS_COUNT] = "SELECT count(*) FROM interaction WHERE tenant = ?1",
    [SQL_INTERACTIONS_EVICT] =
        "DELETE FROM interaction WHERE tenant = ?1 AND hash IN (SELECT hash FROM interaction "
        "WHERE tenant = ?1 ORDER BY created_at LIMIT ?2)",
    [SQL_INTERACTIONS_WALK] = WALK("interaction", "expires_at <= ?3"),

    [SQL_CONSENTS] = "SELECT scope FROM consent WHERE tenant = ?1 AND user = ?2 AND client = ?3 "
                     "ORDER BY scope",
    [SQL_CONSENT_PUT] = "INSERT OR IGNORE INTO consent(tenant, user, client, scope) "
                        "VALUES(?1, ?2, ?3, ?4)",
    [SQL_CONSENT_DELETE] = "DELETE FROM consent WHERE tenant = ?1 AND user = ?2 AND client = ?3 "
                           "AND scope = ?4",
    [SQL_CONSENTS_SWEEP] = "DELETE FROM consent WHERE tenant = ?1 AND " GONE,
    [SQL_CONSENT_ORGANIZATION] = "SELECT organization FROM consent_organization "
                                 "WHERE tenant = ?1 AND user = ?2 AND client = ?3",
    [SQL_CONSENT_ORGANIZATION_PUT] = "INSERT OR REPLACE INTO consent_organization(tenant, user, "
                                     "client, organization) VALUES(?1, ?2, ?3, ?4)",
    [SQL_CONSENT_ORGANIZATIONS_SWEEP] =
        "DELETE FROM consent_organization WHERE tenant = ?1 AND " GONE,

    [SQL_CODE_PUT] = "INSERT INTO code(tenant, hash, client, user, redirect_uri, scope, nonce, "
                     "challenge, acr, amr, auth_time, issued_at, expires_at, burnt_at, "
                     "claims, sid, resource, organization) "
                     "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15, "
                     "?16, ?17)",
    [SQL_CODE_GET] = "SELECT client, user, redirect_uri, scope, nonce, challenge, acr, amr, "
                     "auth_time, issued_at, expires_at, burnt_at, claims, sid, resource, "
                     "organization FROM code "
                     "WHERE tenant = ?1 AND hash = ?2",
    [SQL_CODE_BURN] =
        "UPDATE code SET burnt_at = ?3 WHERE tenant = ?1 AND hash = ?2 AND burnt_at = 0",
    [SQL_CODE_TAKE] = "DELETE FROM code WHERE tenant = ?1 AND hash = ?2 AND burnt_at = 0 "
                      "RETURNING issued_at, expires_at",
    [SQL_CODE_DELETE] = "DELETE FROM code WHERE tenant = ?1 AND hash = ?2",
    [SQL_CODES_COUNT] = "SELECT (SELECT count(*) FROM code WHERE tenant = ?1) + "
                        "(SELECT count(*) FROM spent_code WHERE tenant = ?1)",
    [SQL_CODES_WALK] = WALK("code", "expires_at " LONG_BEFORE "?3"),
    [SQL_SPENT_CODE_PUT] = "INSERT INTO spent_code(tenant, hash, grant_id, age, ttl) "
                           "VALUES(?1, ?2, ?3, ?4, ?5)",
    [SQL_SPENT_CODE_GET] =
        "SELECT g.client, g.user, NULL, " TEXT("g.scope") ", NULL, NULL, " TEXT("g.acr") ", " TEXT(
            "g.amr") ", g.created_at - g.auth_age, g.created_at - s.age, "
                     "g.created_at - s.age + s.ttl, g.created_at, NULL, NULL, NULL, 0, g.id "
                     "FROM spent_code s JOIN grants g ON g.id = s.grant_id "
                     "WHERE s.tenant = ?1 AND s.hash = ?2",
    [SQL_SPENT_CODE_DELETE] = "DELETE FROM spent_code WHERE tenant = ?1 AND hash = ?2",
    [SQL_SPENT_CODES_WALK] = WALK("spent_code", GRANT_GONE),

    [SQL_GRANT_PUT] = "INSERT INTO grants(tenant, client, user, scope, acr, amr, auth_age, "
                      "created_at, expires_at, kept_for, revoked_at, reason, generation, leaf, "
                      "leaf_at, nonce, claims, sid, resource, organization) VALUES(?1, ?2, ?3, "
                      "?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, ?11, ?12, ?8, ?13, ?14, ?15, ?16, ?17)",
    [SQL_GRANT_GET] = "SELECT " GRANT_COLUMNS " FROM grants g WHERE g.id = ?2 AND g.tenant = ?1",
    [SQL_GRANT_ROTATE] = "UPDATE grants SET leaf = ?5, generation = generation + ?8, leaf_at = ?7, "
                         "kept_for = max(kept_for, ?6 - expires_at) WHERE id = ?2 AND tenant = ?1 "
                         "AND leaf = ?3 AND generation = ?4 AND revoked_at = 0 AND expires_at > ?7",
    [SQL_GRANT_REPLACE_LEAF] =
        "UPDATE grants SET leaf = ?3, leaf_at = ?5, kept_for = max(kept_for, ?4 - expires_at) "
        "WHERE id = ?2 AND tenant = ?1",
    [SQL_GRANT_REVOKE] = "UPDATE grants SET revoked_at = ?3, reason = ?4 "
                         "WHERE id = ?2 AND tenant = ?1 AND revoked_at = 0",
    [SQL_GRANT_DELETE] = "DELETE FROM grants WHERE tenant = ?1 AND id = ?2",
    [SQL_GRANTS_WALK] = "SELECT id, tenant = ?1 AND expires_at + kept_for " LONG_BEFORE "?3 "
                        "AND id < (SELECT max(id) FROM grants) "
                        "FROM grants WHERE id > ?2 ORDER BY id LIMIT ?4",
    [SQL_ACCESS_PUT] = "INSERT INTO access(tenant, hash, grant_id, scope, ttl, expires_at, "
                       "revoked_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0)",
    [SQL_ACCESS_GET] = "SELECT a.hash, a.grant_id, " TEXT(
        "a.scope") ", a.expires_at - a.ttl, a.expires_at, a.revoked_at, " GRANT_COLUMNS
                   " FROM access a JOIN grants g ON g.id = a.grant_id "
                   "WHERE a.tenant = ?1 AND a.hash = ?2",
    [SQL_ACCESS_REVOKE] =
        "UPDATE access SET revoked_at = ?3 WHERE tenant = ?1 AND hash = ?2 AND revoked_at = 0",
    [SQL_ACCESS_DELETE] = "DELETE FROM access WHERE tenant = ?1 AND hash = ?2",
    [SQL_ACCESS_WALK] = WALK("access", "expires_at " LONG_BEFORE "?3"),
    [SQL_REFRESH_PUT] = "INSERT INTO refresh(tenant, hash, grant_id, generation, taken_at, reuses) "
                        "VALUES(?1, ?2, ?3, ?4, 0, 0)",
    [SQL_REFRESH_GET] =
        "SELECT r.hash, r.grant_id, r.generation, r.taken_at, r.reuses, " GRANT_COLUMNS
        " FROM refresh r JOIN grants g ON g.id = r.grant_id WHERE r.tenant = ?1 AND r.hash = ?2",
    [SQL_REFRESH_TAKE] = "UPDATE refresh SET taken_at = ?3 WHERE tenant = ?1 AND hash = ?2",
    [SQL_REFRESH_TAKE_AGAIN] =
        "UPDATE refresh SET reuses = reuses + 1 WHERE tenant = ?1 AND hash = ?2 AND grant_id = ?3 "
        "AND generation = ?4 AND reuses = ?5 AND taken_at > 0 AND EXISTS (SELECT 1 FROM grants "
        "WHERE id = ?3 AND tenant = ?1 AND generation = ?4 + 1 AND revoked_at = 0 "
        "AND expires_at > ?6)",
    [SQL_REFRESH_DELETE] = "DELETE FROM refresh WHERE tenant = ?1 AND hash = ?2",
    [SQL_REFRESH_WALK] = WALK("refresh", GRANT_GONE),

    /* Alone with its file: no other process can have it open, and the log's index needs no file. */
    [SQL_NUMBER_NEXT] = "INSERT INTO number(tenant, collection, last) VALUES(?1, ?2, ?3) "
                        "ON CONFLICT(tenant, collection) DO UPDATE SET last = last + ?3",
    [SQL_NUMBER_KEEP] = "INSERT INTO number(tenant, collection, last) VALUES(?1, ?2, ?3) "
                        "ON CONFLICT(tenant, collection) DO UPDATE SET last = max(last, ?3)",
    [SQL_NUMBER] = "SELECT last FROM number WHERE tenant = ?1 AND collection = ?2",
    [SQL_DOCUMENT_ADD] =
        "INSERT INTO document(tenant, collection, parent, key, organization, team, user, type, "
        "body, api_limit) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
        "ON CONFLICT DO NOTHING",
    [SQL_DOCUMENT_GET] = "SELECT " DOCUMENT_COLUMNS " FROM document "
                         "WHERE tenant = ?1 AND collection = ?2 AND parent = ?3 AND key = ?4",
    [SQL_DOCUMENT_CHANGE] = "UPDATE document SET organization = ?3, team = ?4, user = ?5, "
                            "type = ?6, body = ?7, api_limit = ?8 "
                            "WHERE tenant = ?1 AND id = ?2",
    [SQL_DOCUMENTS_MOVE] = "UPDATE document SET organization = ?3 "
                           "WHERE tenant = ?1 AND team = ?2 AND organization <> ?3",
    [SQL_DOCUMENT_DELETE] = "DELETE FROM document WHERE tenant = ?1 AND id = ?2",
    /* '0' is what follows '/'. */
    [SQL_DOCUMENTS_DELETE_BELOW] = "DELETE FROM document WHERE tenant = ?1 AND (parent = ?2 OR "
                                   "(parent > ?2 || '/' AND parent < ?2 || '0'))",
    [SQL_DOCUMENTS_DELETE_OF] =
        "DELETE FROM document WHERE tenant = ?1 AND ((?2 <> 0 AND organization = ?2) OR "
        "(?3 <> 0 AND team = ?3))",
    [SQL_DOCUMENTS] = "SELECT " DOCUMENT_COLUMNS " FROM document "
                      "WHERE tenant = ?1 AND collection = ?2 AND (?3 IS NULL OR parent = ?3) "
                      "AND ?4 IN (0, organization) AND ?5 IN (0, team) AND ?6 IN (0, user) "
                      "ORDER BY id",
    [SQL_API_LIMIT] = "SELECT api_limit FROM document WHERE tenant = ?1 AND "
                      "collection = 'organizations' AND parent = '' AND key = ?2",
    [SQL_API_LIMITS_ANY] = "SELECT id FROM document WHERE api_limit > ?1 LIMIT 1",
    [SQL_API_TOKEN_PUT] =
        "INSERT INTO api_token(tenant, hash, user, label, scope, masked, created_at, of_fixture) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, (SELECT max(?7, coalesce(max(created_at) + 1, 0)) "
        "FROM api_token WHERE tenant = ?1 AND user = ?3), ?8) "
        "ON CONFLICT(tenant, hash) DO UPDATE SET user = ?3, label = ?4, scope = ?5",
    [SQL_API_TOKEN_GET] =
        "SELECT " API_TOKEN_COLUMNS " FROM api_token WHERE tenant = ?1 AND hash = ?2",
    [SQL_API_TOKENS] = "SELECT " API_TOKEN_COLUMNS " FROM api_token "
                       "WHERE tenant = ?1 AND user = ?2 ORDER BY created_at",
    [SQL_API_TOKEN_DELETE] =
        "DELETE FROM api_token WHERE tenant = ?1 AND user = ?2 AND created_at = ?3",
    [SQL_API_TOKENS_CLEAR] = "DELETE FROM api_token WHERE tenant = ?1 AND of_fixture",
    [SQL_API_CALL] =
        "INSERT INTO api_calls(tenant, organization, minute, calls) VALUES(?1, ?2, ?3, 1) "
        "ON CONFLICT(tenant, organization) DO UPDATE SET "
        "calls = CASE minute WHEN ?3 THEN calls + 1 ELSE 1 END, minute = ?3",
    [SQL_API_CALLS] = "SELECT calls FROM api_calls WHERE tenant = ?1 AND organization = ?2",

    [SQL_SETTINGS_FILE] =
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; "
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = OFF; "
        "PRAGMA cache_size = -4096",
    [SQL_SETTINGS_NEW_FILE] = "PRAGMA journal_mode = WAL",
    /* A small cache: SQLite walks all of it at a commit that has split a page. */
    [SQL_SETTINGS_MEMORY] =
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 4096; PRAGMA cache_size = -1000; "
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; "
        "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF",
    [SQL_TABLES] = "SELECT count(*) FROM sqlite_schema",
    [SQL_APPLICATION_ID] = "PRAGMA application_id",
    [SQL_VERSION] = "PRAGMA user_version",
    [SQL_CHECK_WHOLE] = "PRAGMA quick_check(1)",
    [SQL_CHECK_PART] = "PRAGMA quick_check(client)",
    [SQL_CHECKPOINT] = "PRAGMA wal_checkpoint(TRUNCATE)",
};
