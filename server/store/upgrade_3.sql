-- A tenant is a database: what belonged to 'default' stays, and the column that said so goes. A
-- key cannot lose a
-- column, so that each table but one is made anew.

ALTER TABLE signing_key RENAME TO old_signing_key;
CREATE TABLE signing_key(
    id INTEGER PRIMARY KEY,
    kid TEXT NOT NULL,
    alg TEXT NOT NULL,
    pem TEXT NOT NULL,
    retired_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    UNIQUE(kid)
) STRICT;
INSERT INTO signing_key SELECT id, kid, alg, pem, retired_at, until FROM old_signing_key
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_signing_key;

ALTER TABLE client RENAME TO old_client;
CREATE TABLE client(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seen INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    client_name TEXT,
    secret_hash BLOB,
    redirect_uris TEXT,
    token_endpoint_auth_method TEXT,
    grant_types TEXT,
    response_types TEXT,
    scope TEXT,
    default_scope TEXT,
    access_token_format TEXT,
    code_ttl INTEGER NOT NULL,
    access_token_ttl INTEGER NOT NULL,
    refresh_token_ttl INTEGER NOT NULL,
    id_token_ttl INTEGER NOT NULL,
    refresh_mode TEXT,
    refresh_seconds INTEGER NOT NULL,
    refresh_uses INTEGER NOT NULL,
    token_redirect_uri_optional INTEGER NOT NULL,
    refresh_rotation TEXT,
    refresh_idle_ttl INTEGER NOT NULL,
    nonce_on_refresh INTEGER NOT NULL,
    post_logout_redirect_uris TEXT,
    id_token_signed_response_alg TEXT,
    jwks TEXT,
    claims TEXT,
    issuer_path TEXT,
    registered_at INTEGER NOT NULL DEFAULT 0,
    registration_token BLOB,
    metadata TEXT,
    login TEXT,
    audience TEXT,
    access_token_typ TEXT,
    id_token_claims TEXT,
    UNIQUE(client_id)
) STRICT;
INSERT INTO sqlite_sequence(name, seq) SELECT 'client', seq FROM sqlite_sequence WHERE name =
    'old_client';
INSERT INTO client SELECT id, seen, client_id, client_name, secret_hash, redirect_uris,
    token_endpoint_auth_method, grant_types, response_types, scope, NULL, access_token_format,
    code_ttl, access_token_ttl, refresh_token_ttl, id_token_ttl, refresh_mode, refresh_seconds,
    refresh_uses, token_redirect_uri_optional, refresh_rotation, refresh_idle_ttl,
    nonce_on_refresh, post_logout_redirect_uris, id_token_signed_response_alg, jwks, claims,
    issuer_path, registered_at, registration_token, metadata, NULL, NULL, 'at+jwt', 'asked' FROM old_client
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_client;
CREATE INDEX client_of_fixture ON client(id) WHERE registered_at = 0;

ALTER TABLE assertion RENAME TO old_assertion;
CREATE TABLE assertion(
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;
INSERT INTO assertion SELECT hash, expires_at FROM old_assertion
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_assertion;

ALTER TABLE guess RENAME TO old_guess;
CREATE TABLE guess(
    client INTEGER NOT NULL,
    since INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY(client)
) STRICT, WITHOUT ROWID;
INSERT INTO guess SELECT client, since, count FROM old_guess
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_guess;

ALTER TABLE origin RENAME TO old_origin;
CREATE TABLE origin(
    origin TEXT NOT NULL,
    PRIMARY KEY(origin)
) STRICT, WITHOUT ROWID;
INSERT INTO origin SELECT origin FROM old_origin
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_origin;

ALTER TABLE scope RENAME TO old_scope;
CREATE TABLE scope(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT,
    description TEXT,
    UNIQUE(name)
) STRICT;
INSERT INTO scope SELECT id, name, kind, description FROM old_scope
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_scope;

ALTER TABLE user RENAME TO old_user;
CREATE TABLE user(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,
    sub TEXT NOT NULL,
    email TEXT,
    claims TEXT,
    memberships TEXT,
    password_hash BLOB,
    username TEXT,
    UNIQUE(sub)
) STRICT;
INSERT INTO sqlite_sequence(name, seq) SELECT 'user', seq FROM sqlite_sequence WHERE name =
    'old_user';
INSERT INTO user SELECT id, position, sub, email, claims, memberships, password_hash,
    json_extract(claims, '$.preferred_username') FROM old_user
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_user;
CREATE INDEX user_email ON user(email COLLATE NOCASE);
CREATE INDEX user_username ON user(username COLLATE NOCASE);
CREATE INDEX user_position ON user(position);

ALTER TABLE directory RENAME TO old_directory;
CREATE TABLE directory(
    what TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY(what)
) STRICT, WITHOUT ROWID;
INSERT INTO directory SELECT what, json FROM old_directory
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_directory;

ALTER TABLE session RENAME TO old_session;
CREATE TABLE session(
    hash BLOB NOT NULL,
    user INTEGER NOT NULL,
    auth_time INTEGER NOT NULL,
    amr INTEGER,
    expires_at INTEGER NOT NULL,
    sid TEXT,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;
INSERT INTO session SELECT hash, user, auth_time, amr, expires_at, sid FROM old_session
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_session;

ALTER TABLE interaction RENAME TO old_interaction;
CREATE TABLE interaction(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL,
    session BLOB NOT NULL,
    query TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    signed_in_at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    hinted_sub TEXT,
    UNIQUE(hash)
) STRICT;
INSERT INTO interaction(hash, session, query, created_at, expires_at, signed_in_at, decided_at,
    hinted_sub) SELECT hash, session, query, created_at, expires_at, signed_in_at, 0,
    hinted_sub FROM old_interaction
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default') ORDER BY created_at;
DROP TABLE old_interaction;
CREATE INDEX interaction_session ON interaction(session);

ALTER TABLE consent RENAME TO old_consent;
CREATE TABLE consent(
    user INTEGER NOT NULL,
    client INTEGER NOT NULL,
    scope TEXT NOT NULL,
    PRIMARY KEY(user, client, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO consent SELECT user, client, scope FROM old_consent
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_consent;

ALTER TABLE consent_organization RENAME TO old_consent_organization;
CREATE TABLE consent_organization(
    user INTEGER NOT NULL,
    client INTEGER NOT NULL,
    organization INTEGER NOT NULL,
    PRIMARY KEY(user, client)
) STRICT, WITHOUT ROWID;
INSERT INTO consent_organization SELECT user, client, organization FROM old_consent_organization
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_consent_organization;

ALTER TABLE code RENAME TO old_code;
CREATE TABLE code(
    hash BLOB NOT NULL,
    client INTEGER NOT NULL,
    user INTEGER NOT NULL,
    redirect_uri TEXT,
    scope TEXT,
    nonce TEXT,
    challenge TEXT,
    acr TEXT,
    amr TEXT,
    auth_time INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    burnt_at INTEGER NOT NULL,
    claims TEXT,
    sid TEXT,
    resource TEXT,
    organization INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;
INSERT INTO code SELECT hash, client, user, redirect_uri, scope, nonce, challenge, acr, amr,
    auth_time, issued_at, expires_at, burnt_at, claims, sid, resource, organization FROM
    old_code
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_code;

ALTER TABLE spent_code RENAME TO old_spent_code;
CREATE TABLE spent_code(
    hash BLOB NOT NULL,
    grant_id INTEGER NOT NULL,
    age INTEGER NOT NULL,
    ttl INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;
INSERT INTO spent_code SELECT hash, grant_id, age, ttl FROM old_spent_code
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_spent_code;

ALTER TABLE access RENAME TO old_access;
CREATE TABLE access(
    hash BLOB NOT NULL,
    grant_id INTEGER NOT NULL,
    scope INTEGER,
    ttl INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;
INSERT INTO access SELECT hash, grant_id, scope, ttl, expires_at, revoked_at FROM old_access
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_access;

ALTER TABLE refresh RENAME TO old_refresh;
CREATE TABLE refresh(
    hash BLOB NOT NULL,
    grant_id INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    reuses INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;
INSERT INTO refresh SELECT hash, grant_id, generation, taken_at, reuses FROM old_refresh
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_refresh;

ALTER TABLE document RENAME TO old_document;
CREATE TABLE document(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    parent TEXT NOT NULL,
    key TEXT NOT NULL,
    organization INTEGER NOT NULL,
    team INTEGER NOT NULL,
    user INTEGER NOT NULL,
    api_limit INTEGER NOT NULL,
    type TEXT,
    body BLOB NOT NULL,
    UNIQUE(collection, parent, key)
) STRICT;
INSERT INTO sqlite_sequence(name, seq) SELECT 'document', seq FROM sqlite_sequence WHERE name =
    'old_document';
INSERT INTO document SELECT id, collection, parent, key, organization, team, user, api_limit,
    type, body FROM old_document
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_document;

ALTER TABLE number RENAME TO old_number;
CREATE TABLE number(
    collection TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY(collection)
) STRICT, WITHOUT ROWID;
INSERT INTO number SELECT collection, last FROM old_number
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_number;

ALTER TABLE api_token RENAME TO old_api_token;
CREATE TABLE api_token(
    hash BLOB NOT NULL,
    user INTEGER NOT NULL,
    label TEXT NOT NULL,
    scope TEXT NOT NULL,
    masked TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    of_fixture INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;
INSERT INTO api_token SELECT hash, user, label, scope, masked, created_at, of_fixture FROM
    old_api_token
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_api_token;

ALTER TABLE api_calls RENAME TO old_api_calls;
CREATE TABLE api_calls(
    organization INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY(organization)
) STRICT, WITHOUT ROWID;
INSERT INTO api_calls SELECT organization, minute, calls FROM old_api_calls
    WHERE tenant = (SELECT id FROM tenant WHERE name = 'default');
DROP TABLE old_api_calls;

DELETE FROM grants WHERE tenant IS NOT (SELECT id FROM tenant WHERE name = 'default');
ALTER TABLE grants DROP COLUMN tenant;

CREATE TABLE start(
    count INTEGER NOT NULL,
    running INTEGER NOT NULL
) STRICT;
INSERT INTO start SELECT coalesce(max(runs), 0), 0 FROM tenant WHERE name = 'default';
DROP TABLE tenant;

PRAGMA user_version = 4;
