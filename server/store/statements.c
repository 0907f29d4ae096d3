#include "server/store/statements.h"

#include "server/store/signing_keys.h"
#include "server/store/statement_parts.h"

const char *const statements[SQL__MAX] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",

    [SQL_START] = "UPDATE start SET count = count + 1, running = 1",
    [SQL_START_GET] = "SELECT count FROM start",
    [SQL_START_KEEP] = "UPDATE start SET count = ?1, running = ?2",
    [SQL_START_AGAIN] = "UPDATE start SET running = 1",
    [SQL_END] = "UPDATE start SET running = 0 WHERE running <> 0",
    [SQL_KEPT_PUT] = "INSERT OR REPLACE INTO kept(what, json) VALUES(?1, ?2)",
    [SQL_KEPT_GET] = "SELECT json FROM kept WHERE what = ?1",
    [SQL_KEPT] = "SELECT what, json FROM kept",
    [SQL_KEPT_CLEAR] = "DELETE FROM kept",
    [SQL_TOLD_PUT] = "INSERT OR REPLACE INTO told(kind, id, json) VALUES(?1, ?2, ?3)",
    [SQL_TOLD_CHANGE] = "UPDATE told SET json = ?3 WHERE kind = ?1 AND id = ?2",
    [SQL_TOLD_DELETE] = "DELETE FROM told WHERE kind = ?1 AND id = ?2",
    [SQL_TOLD_CLEAR] = "DELETE FROM told WHERE ?1 IS NULL OR kind = ?1",
    [SQL_TOLD] = "SELECT id, json FROM told WHERE kind = ?1 ORDER BY id",
    [SQL_FIXTURE_PUT] = "INSERT INTO fixture(digest, image) VALUES(?1, ?2)",
    [SQL_FIXTURE_CLEAR] = "DELETE FROM fixture",
    [SQL_FIXTURE_GET] = "SELECT digest, image FROM fixture",
    [SQL_FIXTURE_DIGEST] = "SELECT digest FROM fixture",
    [SQL_KEY_PUT] = "INSERT INTO signing_key(kid, alg, pem, retired_at, until) VALUES(?1, ?2, ?3, "
                    "?4, ?5) ON CONFLICT(kid) DO UPDATE SET alg = excluded.alg, pem = "
                    "excluded.pem, retired_at = excluded.retired_at, until = excluded.until",
    [SQL_KEY_DELETE] = "DELETE FROM signing_key WHERE kid = ?1",
    [SQL_KEYS] = "SELECT kid, alg, pem, retired_at, until FROM signing_key ORDER BY id",

    [SQL_CLIENT_PUT] =
        "INSERT INTO client(client_id, client_name, secret_hash, redirect_uris, "
        "token_endpoint_auth_method, grant_types, response_types, scope, default_scope, "
        "access_token_format, "
        "code_ttl, access_token_ttl, refresh_token_ttl, id_token_ttl, refresh_mode, "
        "refresh_seconds, refresh_uses, token_redirect_uri_optional, refresh_rotation, "
        "refresh_idle_ttl, nonce_on_refresh, post_logout_redirect_uris, "
        "id_token_signed_response_alg, jwks, claims, issuer_path, registered_at, "
        "registration_token, metadata, login, audience, access_token_typ, id_token_claims, seen) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
        "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, 1) "
        "ON CONFLICT(client_id) DO UPDATE SET client_name = excluded.client_name, secret_hash = "
        "excluded.secret_hash, redirect_uris = excluded.redirect_uris, token_endpoint_auth_method "
        "= excluded.token_endpoint_auth_method, grant_types = excluded.grant_types, response_types "
        "= excluded.response_types, scope = excluded.scope, default_scope = "
        "excluded.default_scope, access_token_format = "
        "excluded.access_token_format, code_ttl = excluded.code_ttl, access_token_ttl = "
        "excluded.access_token_ttl, refresh_token_ttl = excluded.refresh_token_ttl, id_token_ttl = "
        "excluded.id_token_ttl, refresh_mode = excluded.refresh_mode, refresh_seconds = "
        "excluded.refresh_seconds, refresh_uses = excluded.refresh_uses, "
        "token_redirect_uri_optional = excluded.token_redirect_uri_optional, refresh_rotation = "
        "excluded.refresh_rotation, refresh_idle_ttl = excluded.refresh_idle_ttl, nonce_on_refresh "
        "= excluded.nonce_on_refresh, post_logout_redirect_uris = "
        "excluded.post_logout_redirect_uris, id_token_signed_response_alg = "
        "excluded.id_token_signed_response_alg, jwks = excluded.jwks, claims = excluded.claims, "
        "issuer_path = excluded.issuer_path, registered_at = excluded.registered_at, "
        "registration_token = excluded.registration_token, metadata = excluded.metadata, login = "
        "excluded.login, audience = excluded.audience, access_token_typ = "
        "excluded.access_token_typ, id_token_claims = excluded.id_token_claims, seen = 1",
    [SQL_CLIENT_GET] = "SELECT " CLIENT_COLUMNS " FROM client WHERE client_id = ?1",
    [SQL_CLIENT_GET_BY_ID] = "SELECT " CLIENT_COLUMNS " FROM client WHERE id = ?1",
    [SQL_CLIENTS] = "SELECT " CLIENT_COLUMNS " FROM client ORDER BY id",
    [SQL_CLIENTS_PAGE] =
        "SELECT " CLIENT_COLUMNS " FROM client WHERE id > coalesce((SELECT id FROM "
        "client WHERE client_id = ?1), 0) ORDER BY id LIMIT ?2",
    [SQL_CLIENTS_OF_FIXTURE] =
        "SELECT client_id FROM client WHERE registered_at = 0 ORDER BY id LIMIT ?1",
    [SQL_CLIENT_DELETE] = "DELETE FROM client WHERE id = ?1 RETURNING registered_at",
    [SQL_CLIENTS_REGISTERED] = "SELECT count(*) FROM client WHERE registered_at > 0",
    [SQL_CLIENTS_MARK] = "UPDATE client SET seen = 0",
    [SQL_CLIENTS_SWEEP] = "DELETE FROM client WHERE seen = 0 AND registered_at = 0",
    [SQL_GUESS_ADD] = "INSERT INTO guess(client, since, count) VALUES(?1, ?2, 1) ON "
                      "CONFLICT(client) DO UPDATE SET count = CASE WHEN since > ?3 THEN count + 1 "
                      "ELSE 1 END, since = CASE WHEN since > ?3 THEN since ELSE ?2 END",
    [SQL_GUESSES] = "SELECT count FROM guess WHERE client = ?1 AND since > ?2",
    [SQL_ASSERTION_TAKE] = "INSERT OR IGNORE INTO assertion(hash, expires_at) VALUES(?1, ?2)",
    [SQL_ASSERTION_DELETE] = "DELETE FROM assertion WHERE hash = ?1",
    [SQL_ASSERTIONS_WALK] = WALK("assertion", "expires_at <= ?2"),
    [SQL_ORIGINS_CLEAR] = "DELETE FROM origin",
    [SQL_ORIGIN_PUT] = "INSERT OR IGNORE INTO origin(origin) VALUES(?1)",
    [SQL_ORIGIN_GET] = "SELECT 1 FROM origin WHERE origin = ?1",
    [SQL_ORIGINS_LIST] = "SELECT origin FROM origin ORDER BY origin LIMIT ?1",
    [SQL_SCOPES_CLEAR] = "DELETE FROM scope",
    [SQL_SCOPE_PUT] =
        "INSERT INTO scope(name, kind, description) VALUES(?1, ?2, ?3) ON CONFLICT(name) DO UPDATE "
        "SET kind = excluded.kind, description = excluded.description",
    [SQL_SCOPE_GET] = "SELECT name, kind, description FROM scope WHERE name = ?1",
    [SQL_SCOPES] = "SELECT name, kind, description FROM scope ORDER BY id",

    [SQL_USER_PUT] =
        "INSERT INTO user(sub, email, claims, memberships, password_hash, username, position) "
        "VALUES(?1, ?2, ?3, ?4, ?5, json_extract(?3, '$.preferred_username'), "
        "(SELECT coalesce(max(position), 0) + 1 FROM user)) ON CONFLICT(sub) DO UPDATE SET email = "
        "excluded.email, claims = excluded.claims, memberships = excluded.memberships, "
        "password_hash = excluded.password_hash, username = excluded.username, position = "
        "iif(position = 0, excluded.position, position)",
    [SQL_USER_GET] = "SELECT " USER_COLUMNS " FROM user WHERE id = ?1",
    [SQL_USER_GET_BY_SUB] = "SELECT " USER_COLUMNS " FROM user WHERE sub = ?1",
    [SQL_USER_GET_BY_EMAIL] = "SELECT " USER_COLUMNS " FROM user WHERE email = ?1 COLLATE NOCASE "
                              "ORDER BY email = ?1 DESC, position LIMIT 1",
    [SQL_USER_GET_BY_USERNAME] = "SELECT " USER_COLUMNS " FROM user "
                                 "WHERE username = ?1 COLLATE NOCASE "
                                 "ORDER BY username = ?1 DESC, position LIMIT 1",
    [SQL_USERS] = "SELECT " USER_COLUMNS " FROM user ORDER BY position, id LIMIT ?1",
    [SQL_USERS_PAGE] =
        "SELECT " USER_COLUMNS " FROM user WHERE position > coalesce((SELECT position "
        "FROM user WHERE sub = ?1), 0) ORDER BY position LIMIT ?2",
    [SQL_USERS_MARK] = "UPDATE user SET position = 0",
    [SQL_USERS_SWEEP] = "DELETE FROM user WHERE position = 0",
    [SQL_USER_DELETE] = "DELETE FROM user WHERE id = ?1",
    [SQL_DIRECTORY_PUT] = "INSERT OR REPLACE INTO directory(what, json) VALUES(?1, ?2)",
    [SQL_DIRECTORY_GET] = "SELECT json FROM directory WHERE what = ?1",

    [SQL_TEXT_GET] = "SELECT id FROM text WHERE value = ?1",
    [SQL_TEXT_PUT] = "INSERT INTO text(value) VALUES(?1)",

    [SQL_SESSION_PUT] = "INSERT OR REPLACE INTO session(hash, user, auth_time, amr, expires_at, "
                        "sid) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [SQL_SESSION_GET] = "SELECT hash, user, auth_time, " TEXT(
        "amr") ", expires_at, sid FROM session WHERE hash = ?1 AND expires_at > ?2",
    [SQL_SESSION_DELETE] = "DELETE FROM session WHERE hash = ?1",
    [SQL_SESSIONS_CLEAR] = "DELETE FROM session",
    [SQL_SESSIONS_COUNT] = "SELECT count(*) FROM session",
    [SQL_SESSIONS_EVICT] =
        "DELETE FROM session WHERE hash IN (SELECT hash FROM session ORDER BY expires_at LIMIT ?1)",
    [SQL_SESSIONS_WALK] = WALK("session", "expires_at <= ?2"),
    [SQL_INTERACTION_PUT] =
        "INSERT OR REPLACE INTO interaction(hash, session, query, created_at, expires_at, "
        "signed_in_at, decided_at, hinted_sub) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
    [SQL_INTERACTION_GET] =
        "SELECT " INTERACTION_COLUMNS " FROM interaction WHERE hash = ?1 AND expires_at > ?2",
    [SQL_INTERACTIONS_PENDING] =
        "SELECT " INTERACTION_COLUMNS " FROM interaction WHERE id > ?1 AND expires_at > ?2 AND "
        "decided_at = 0 ORDER BY id LIMIT ?3",
    [SQL_INTERACTION_DECIDE] =
        "UPDATE interaction SET decided_at = ?2 WHERE hash = ?1 AND decided_at = 0",
    [SQL_INTERACTION_TAKE] = "DELETE FROM interaction WHERE hash = ?1 AND decided_at = 0",
    [SQL_INTERACTION_SIGN_IN] = "UPDATE interaction SET signed_in_at = ?2 WHERE hash = ?1",
    [SQL_INTERACTION_DELETE] = "DELETE FROM interaction WHERE hash = ?1",
    [SQL_INTERACTIONS_MOVE] = "UPDATE interaction SET session = ?2 WHERE session = ?1",
    [SQL_INTERACTIONS_COUNT] = "SELECT count(*) FROM interaction",
    [SQL_INTERACTIONS_EVICT] = "DELETE FROM interaction WHERE hash IN (SELECT hash FROM "
                               "interaction ORDER BY created_at LIMIT ?1)",
    [SQL_INTERACTIONS_WALK] = WALK("interaction", "expires_at <= ?2"),

    [SQL_CONSENTS] = "SELECT scope FROM consent WHERE user = ?1 AND client = ?2 ORDER BY scope",
    [SQL_CONSENT_PUT] = "INSERT OR IGNORE INTO consent(user, client, scope) VALUES(?1, ?2, ?3)",
    [SQL_CONSENT_DELETE] = "DELETE FROM consent WHERE user = ?1 AND client = ?2 AND scope = ?3",
    [SQL_CONSENTS_SWEEP] = "DELETE FROM consent WHERE " GONE,
    [SQL_CONSENT_ORGANIZATION] =
        "SELECT organization FROM consent_organization WHERE user = ?1 AND client = ?2",
    [SQL_CONSENT_ORGANIZATION_PUT] = "INSERT OR REPLACE INTO consent_organization(user, client, "
                                     "organization) VALUES(?1, ?2, ?3)",
    [SQL_CONSENT_ORGANIZATIONS_SWEEP] = "DELETE FROM consent_organization WHERE " GONE,
    [SQL_CONSENTS_FORGET] = "DELETE FROM consent WHERE " OWNED,
    [SQL_CONSENT_ORGANIZATIONS_FORGET] = "DELETE FROM consent_organization WHERE " OWNED,

    [SQL_CODE_PUT] =
        "INSERT INTO code(hash, client, user, redirect_uri, scope, nonce, challenge, acr, amr, "
        "auth_time, issued_at, expires_at, burnt_at, claims, sid, resource, organization) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, ?14, ?15, ?16)",
    [SQL_CODE_GET] = "SELECT client, user, redirect_uri, scope, nonce, challenge, acr, amr, "
                     "auth_time, issued_at, expires_at, burnt_at, claims, sid, resource, "
                     "organization FROM code WHERE hash = ?1",
    [SQL_CODE_BURN] = "UPDATE code SET burnt_at = ?2 WHERE hash = ?1 AND burnt_at = 0",
    [SQL_CODE_TAKE] =
        "DELETE FROM code WHERE hash = ?1 AND burnt_at = 0 RETURNING issued_at, expires_at",
    [SQL_CODE_DELETE] = "DELETE FROM code WHERE hash = ?1",
    [SQL_CODES_COUNT] = "SELECT (SELECT count(*) FROM code) + (SELECT count(*) FROM spent_code)",
    [SQL_CODES_WALK] = WALK("code", "expires_at " LONG_BEFORE "?2"),
    [SQL_SPENT_CODE_PUT] =
        "INSERT INTO spent_code(hash, grant_id, age, ttl) VALUES(?1, ?2, ?3, ?4)",
    [SQL_SPENT_CODE_GET] =
        "SELECT g.client, g.user, NULL, " TEXT("g.scope") ", NULL, NULL, " TEXT("g.acr") ", " TEXT(
            "g.amr") ", g.created_at - g.auth_age, g.created_at - s.age, g.created_at - s.age + "
                     "s.ttl, g.created_at, NULL, NULL, NULL, 0, g.id FROM spent_code s JOIN grants "
                     "g ON g.id = s.grant_id WHERE s.hash = ?1",
    [SQL_SPENT_CODE_DELETE] = "DELETE FROM spent_code WHERE hash = ?1",
    [SQL_SPENT_CODES_WALK] = WALK("spent_code", GRANT_GONE),

    [SQL_GRANT_PUT] = "INSERT INTO grants(client, user, scope, acr, amr, auth_age, created_at, "
                      "expires_at, kept_for, revoked_at, reason, generation, leaf, leaf_at, nonce, "
                      "claims, sid, resource, organization) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                      "?9, 0, 0, ?10, ?11, ?7, ?12, ?13, ?14, ?15, ?16)",
    [SQL_GRANT_GET] = "SELECT " GRANT_COLUMNS " FROM grants g WHERE g.id = ?1",
    [SQL_GRANT_ROTATE] = "UPDATE grants SET leaf = ?4, generation = generation + ?7, leaf_at = ?6, "
                         "kept_for = max(kept_for, ?5 - expires_at) WHERE id = ?1 AND leaf = ?2 "
                         "AND generation = ?3 AND revoked_at = 0 AND expires_at > ?6",
    [SQL_GRANT_REPLACE_LEAF] = "UPDATE grants SET leaf = ?2, leaf_at = ?4, kept_for = "
                               "max(kept_for, ?3 - expires_at) WHERE id = ?1",
    [SQL_GRANT_REVOKE] =
        "UPDATE grants SET revoked_at = ?2, reason = ?3 WHERE id = ?1 AND revoked_at = 0",
    [SQL_GRANT_DELETE] = "DELETE FROM grants WHERE id = ?1",
    [SQL_GRANTS_WALK] =
        "SELECT id, expires_at + kept_for " LONG_BEFORE
        "?2 AND id < (SELECT max(id) FROM grants) FROM grants WHERE id > ?1 ORDER BY id LIMIT ?3",
    [SQL_ACCESS_PUT] = "INSERT INTO access(hash, grant_id, scope, ttl, expires_at, revoked_at) "
                       "VALUES(?1, ?2, ?3, ?4, ?5, 0)",
    [SQL_ACCESS_GET] = "SELECT a.hash, a.grant_id, " TEXT(
        "a.scope") ", a.expires_at - a.ttl, a.expires_at, a.revoked_at, " GRANT_COLUMNS
                   " FROM access a JOIN grants g ON g.id = a.grant_id WHERE a.hash = ?1",
    [SQL_BEARER_GET] = "SELECT " BEARER_COLUMNS " FROM access a JOIN grants g ON g.id = a.grant_id "
                       "LEFT JOIN client c ON c.id = g.client LEFT JOIN user u ON u.id = g.user "
                       "WHERE a.hash = ?1",
    [SQL_ACCESS_REVOKE] = "UPDATE access SET revoked_at = ?2 WHERE hash = ?1 AND revoked_at = 0",
    [SQL_ACCESS_DELETE] = "DELETE FROM access WHERE hash = ?1",
    [SQL_ACCESS_WALK] = WALK("access", "expires_at " LONG_BEFORE "?2"),
    [SQL_REFRESH_PUT] = "INSERT INTO refresh(hash, grant_id, generation, taken_at, reuses) "
                        "VALUES(?1, ?2, ?3, 0, 0)",
    [SQL_REFRESH_GET] =
        "SELECT r.hash, r.grant_id, r.generation, r.taken_at, r.reuses, " GRANT_COLUMNS
        " FROM refresh r JOIN grants g ON g.id = r.grant_id WHERE r.hash = ?1",
    [SQL_REFRESH_TAKE] = "UPDATE refresh SET taken_at = ?2 WHERE hash = ?1",
    [SQL_REFRESH_TAKE_AGAIN] =
        "UPDATE refresh SET reuses = reuses + 1 WHERE hash = ?1 AND grant_id = ?2 AND generation = "
        "?3 AND reuses = ?4 AND taken_at > 0 AND EXISTS (SELECT 1 FROM grants WHERE id = ?2 AND "
        "generation = ?3 + 1 AND revoked_at = 0 AND expires_at > ?5)",
    [SQL_REFRESH_DELETE] = "DELETE FROM refresh WHERE hash = ?1",
    [SQL_REFRESH_WALK] = WALK("refresh", GRANT_GONE),

    [SQL_SELECTED_GRANTS_REVOKE] =
        "UPDATE grants SET revoked_at = ?6, reason = 4 /* GRANT_REVOKED_BY_TEST */ WHERE "
        "revoked_at = 0 AND " SELECTED_FAMILY,
    [SQL_SELECTED_ACCESS_REVOKE] = "UPDATE access SET revoked_at = ?6 WHERE revoked_at = 0 AND "
                                   "expires_at > ?6 AND " SELECTED_ACCESS,
    [SQL_SELECTED_CODES_BURN] =
        "UPDATE code SET burnt_at = ?6 WHERE burnt_at = 0 AND expires_at > ?6 AND " SELECTED_CODE,
    [SQL_SELECTED_SESSIONS_DELETE] =
        "DELETE FROM session WHERE ?6 IS NOT NULL AND " SELECTED_SESSION,
    [SQL_SELECTED_GRANTS_EXPIRE] =
        "UPDATE grants SET kept_for = kept_for + expires_at - ?6, expires_at = ?6 WHERE "
        "generation > 0 AND revoked_at = 0 AND expires_at > ?6 AND " SELECTED_FAMILY,
    [SQL_SELECTED_ACCESS_EXPIRE] =
        "UPDATE access SET ttl = ttl - (expires_at - ?6), expires_at = ?6 WHERE revoked_at = 0 AND "
        "expires_at > ?6 AND " SELECTED_ACCESS,
    [SQL_SELECTED_CODES_EXPIRE] = "UPDATE code SET expires_at = ?6 WHERE burnt_at = 0 AND "
                                  "expires_at > ?6 AND " SELECTED_CODE,
    [SQL_SELECTED_SESSIONS_EXPIRE] =
        "UPDATE session SET expires_at = ?6 WHERE expires_at > ?6 AND " SELECTED_SESSION,

    [SQL_LIST_GRANTS] = "SELECT " GRANT_COLUMNS " FROM grants g WHERE g.id > ?4 AND " LISTED_GRANT
                        " ORDER BY g.id LIMIT ?5",
    [SQL_LIST_ACCESS] = "SELECT a.hash, g.id, g.client, g.user, " TEXT(
        "coalesce(a.scope, g.scope)") ", 0, "
                                      "a.expires_at - a.ttl, a.expires_at, iif(a.revoked_at, "
                                      "a.revoked_at, g.revoked_at), 0, "
                                      "g.reason, 0 FROM access a CROSS JOIN grants g ON g.id = "
                                      "a.grant_id WHERE a.hash > ?4 AND " LISTED_GRANT
                                      " ORDER BY a.hash LIMIT ?5",
    [SQL_LIST_REFRESH] = "SELECT r.hash, g.id, g.client, g.user, " TEXT(
        "g.scope") ", r.generation, 0, "
                   "g.expires_at, g.revoked_at, r.taken_at, g.reason, r.taken_at = 0 AND "
                   "r.hash <> g.leaf FROM refresh r CROSS JOIN "
                   "grants g ON "
                   "g.id = r.grant_id WHERE r.hash > ?4 AND " LISTED_GRANT
                   " ORDER BY r.hash LIMIT ?5",
    /* A spent code was taken when its grant was made. */
    [SQL_LIST_CODES] =
        "SELECT hash, 0, client, user, scope, 0, issued_at, expires_at, burnt_at, 0, 0, 0 FROM "
        "code "
        "WHERE hash > ?4 AND ?1 IN (0, user) AND ?2 IN (0, client) AND ?3 = 0 UNION ALL "
        "SELECT s.hash, g.id, g.client, g.user, " TEXT(
            "g.scope") ", 0, g.created_at - s.age, "
                       "g.created_at - s.age + s.ttl, g.revoked_at, g.created_at, g.reason, 0 FROM "
                       "spent_code s "
                       "CROSS JOIN grants g ON g.id = s.grant_id WHERE s.hash > ?4 "
                       "AND " LISTED_GRANT " ORDER BY 1 LIMIT ?5",
    [SQL_LIST_CONSENTS] =
        "SELECT user, client, group_concat(scope, ' ') FROM consent WHERE (user, client) > "
        "(?3, ?4) AND " OWNED " GROUP BY user, client ORDER BY user, client LIMIT ?5",
    [SQL_LIST_SESSIONS] = "SELECT hash, user, auth_time, " TEXT(
        "amr") ", expires_at, sid FROM "
               "session WHERE hash > ?2 AND ?1 IN (0, user) ORDER BY hash LIMIT ?3",

    [SQL_NUMBER_NEXT] = "INSERT INTO number(collection, last) VALUES(?1, ?2) ON "
                        "CONFLICT(collection) DO UPDATE SET last = last + ?2",
    [SQL_NUMBER_KEEP] = "INSERT INTO number(collection, last) VALUES(?1, ?2) ON "
                        "CONFLICT(collection) DO UPDATE SET last = max(last, ?2)",
    [SQL_NUMBER] = "SELECT last FROM number WHERE collection = ?1",
    [SQL_NUMBER_FORGET] = "DELETE FROM number WHERE collection = ?1",
    [SQL_DOCUMENT_ADD] =
        "INSERT INTO document(collection, parent, key, organization, team, user, type, body, "
        "api_limit) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
    [SQL_DOCUMENT_GET] = "SELECT " DOCUMENT_COLUMNS
                         " FROM document WHERE collection = ?1 AND parent = ?2 AND key = ?3",
    [SQL_DOCUMENT_CHANGE] = "UPDATE document SET organization = ?2, team = ?3, user = ?4, type = "
                            "?5, body = ?6, api_limit = ?7 WHERE id = ?1",
    [SQL_DOCUMENTS_MOVE] =
        "UPDATE document SET organization = ?2 WHERE team = ?1 AND organization <> ?2",
    [SQL_DOCUMENT_DELETE] = "DELETE FROM document WHERE id = ?1",
    /* '0' is what follows '/'. */
    [SQL_DOCUMENTS_DELETE_BELOW] =
        "DELETE FROM document WHERE (parent = ?1 OR (parent > ?1 || '/' AND parent < ?1 || '0'))",
    [SQL_DOCUMENTS_DELETE_OF] =
        "DELETE FROM document WHERE ((?1 <> 0 AND organization = ?1) OR (?2 <> 0 AND team = ?2))",
    [SQL_DOCUMENTS_CLEAR] =
        "DELETE FROM document WHERE collection NOT IN ('organizations', 'teams')",
    [SQL_DOCUMENTS] = "SELECT " DOCUMENT_COLUMNS
                      " FROM document WHERE collection = ?1 AND (?2 IS NULL OR parent = ?2) AND ?3 "
                      "IN (0, organization) AND ?4 IN (0, team) AND ?5 IN (0, user) ORDER BY id",
    [SQL_API_LIMIT] = "SELECT api_limit FROM document WHERE collection = 'organizations' AND "
                      "parent = '' AND key = ?1",
    [SQL_API_LIMITS_ANY] = "SELECT id FROM document WHERE api_limit > ?1 LIMIT 1",
    [SQL_API_TOKEN_PUT] = "INSERT INTO api_token(hash, user, label, scope, masked, created_at, "
                          "of_fixture) VALUES(?1, ?2, ?3, ?4, ?5, (SELECT max(?6, "
                          "coalesce(max(created_at) + 1, 0)) FROM api_token WHERE user = ?2), ?7) "
                          "ON CONFLICT(hash) DO UPDATE SET user = ?2, label = ?3, scope = ?4",
    [SQL_API_TOKEN_GET] = "SELECT " API_TOKEN_COLUMNS " FROM api_token WHERE hash = ?1",
    [SQL_API_TOKENS] =
        "SELECT " API_TOKEN_COLUMNS " FROM api_token WHERE user = ?1 ORDER BY created_at",
    [SQL_API_TOKEN_DELETE] = "DELETE FROM api_token WHERE user = ?1 AND created_at = ?2",
    [SQL_API_TOKENS_CLEAR] = "DELETE FROM api_token WHERE of_fixture",
    [SQL_API_TOKENS_CLEAR_OF] = "DELETE FROM api_token WHERE of_fixture AND user = ?1",
    [SQL_API_CALL] = "INSERT INTO api_calls(organization, minute, calls) VALUES(?1, ?2, 1) ON "
                     "CONFLICT(organization) DO UPDATE SET calls = CASE minute WHEN ?2 THEN calls "
                     "+ 1 ELSE 1 END, minute = ?2",
    [SQL_API_CALLS] = "SELECT calls FROM api_calls WHERE organization = ?1",

    /* Alone with its file: no other process can have it open, and the log's index needs no file. */
    [SQL_SETTINGS_FILE] =
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; "
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = OFF; "
        "PRAGMA cache_size = -4096",
    [SQL_SETTINGS_NEW_FILE] = "PRAGMA page_size = " PAGE_SIZE "; PRAGMA journal_mode = WAL",
    [SQL_SETTINGS_NO_LOG] = "PRAGMA journal_mode = DELETE",
    /* The log is opened by the first that reads. */
    [SQL_SETTINGS_LOG] = "PRAGMA journal_mode = WAL; PRAGMA user_version",
    /* By way of DELETE, which puts into the file what is in the log alone. */
    [SQL_SETTINGS_FORSAKEN] = "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = MEMORY",
    [SQL_KEYS_BLANK] = "UPDATE signing_key SET pem = '' WHERE pem NOT LIKE '" KEY_ROW_BUILT_IN "%'",
    [SQL_VACUUM] = "VACUUM",
    [SQL_PAGE_SIZE] = "PRAGMA page_size",
    /* A small cache: SQLite walks all of it at a commit that has split a page. */
    [SQL_SETTINGS_MEMORY] =
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = " PAGE_SIZE "; PRAGMA cache_size = "
        "-1000; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; "
        "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = OFF",
    [SQL_TABLES] = "SELECT count(*) FROM sqlite_schema",
    [SQL_APPLICATION_ID] = "PRAGMA application_id",
    [SQL_VERSION] = "PRAGMA user_version",
    [SQL_CHECK_WHOLE] = "PRAGMA integrity_check(1)",
    [SQL_CHECK_CLIENTS] = "PRAGMA integrity_check(client)",
    [SQL_CHECK_USERS] = "PRAGMA integrity_check(user)",
    [SQL_CHECK_DOCUMENTS] = "PRAGMA integrity_check(document)",
    [SQL_RUNNING] = "SELECT running FROM start",
    [SQL_CHECKPOINT] = "PRAGMA wal_checkpoint(TRUNCATE)",
};
