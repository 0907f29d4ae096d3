-- What makeshift remembers. Every table is STRICT; a tenant is a database of its own.
--
-- Codes, tokens, cookies and handles are here only as 16 bytes of their digest (hash.h). The tables that grow with
-- every sign-in are kept small on purpose: keyed by hash without a rowid, texts that repeat are numbers of
-- the table `text`, and a moment that follows another is kept as the difference. A moment that has not come is 0.
PRAGMA application_id = 1296782150; -- "MKSF"
PRAGMA user_version = 5;

-- One row: how often a server was started with this database, and whether one that did not end is the last.
CREATE TABLE start(
    count INTEGER NOT NULL,
    running INTEGER NOT NULL
) STRICT;
INSERT INTO start(count, running) VALUES(0, 0);

-- JSON that belongs to the file and not to its state: it stays when the database becomes another, and no image of a
-- file has it. What a tenant was made with ("tenant"), and the snapshots that stand beside the file ("snapshots").
CREATE TABLE kept(
    what TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY(what)
) STRICT, WITHOUT ROWID;

-- What the control door was told and is to hold, a row for each: one clock, one jwks, any number of faults and sign-ins.
CREATE TABLE told(
    kind TEXT NOT NULL,
    id INTEGER NOT NULL, -- 0: there is one alone
    json TEXT NOT NULL,
    PRIMARY KEY(kind, id)
) STRICT, WITHOUT ROWID;

-- Of a file, one row: this database as its fixture made it, and the digest of what that was put from.
CREATE TABLE fixture(
    digest TEXT NOT NULL,
    image BLOB NOT NULL
) STRICT;

CREATE TABLE signing_key(
    id INTEGER PRIMARY KEY,
    kid TEXT NOT NULL,
    alg TEXT NOT NULL,
    pem TEXT NOT NULL,
    retired_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    UNIQUE(kid)
) STRICT;

-- AUTOINCREMENT: a client's or user's number is never given to another, as tokens point to it.
CREATE TABLE client(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seen INTEGER NOT NULL, -- 0: not put since clients_mark
    client_id TEXT NOT NULL,
    client_name TEXT,
    secret_hash BLOB,
    redirect_uris TEXT,
    token_endpoint_auth_method TEXT,
    grant_types TEXT,
    response_types TEXT,
    scope TEXT,
    default_scope TEXT, -- what a request without a scope asks for
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
    jwks TEXT, -- JSON
    claims TEXT, -- JSON: the claims that this client sees otherwise
    issuer_path TEXT, -- which of the tenant's issuers it is registered with
    registered_at INTEGER NOT NULL DEFAULT 0, -- by itself (RFC 7591); 0: it stands in the fixture
    registration_token BLOB,
    metadata TEXT, -- JSON: its registration as it was answered
    login TEXT, -- NULL: as the option says
    audience TEXT, -- of its access tokens; NULL: the issuer
    access_token_typ TEXT,
    id_token_claims TEXT,
    UNIQUE(client_id)
) STRICT;
-- Those of the fixture, however many have registered themselves.
CREATE INDEX client_of_fixture ON client(id) WHERE registered_at = 0;

-- Client assertions that were taken, until they expire (RFC 7523 3: each jti once).
CREATE TABLE assertion(
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;

-- Wrong secrets of a client since a moment, within the last minute.
CREATE TABLE guess(
    client INTEGER NOT NULL,
    since INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY(client)
) STRICT, WITHOUT ROWID;

CREATE TABLE origin(
    origin TEXT NOT NULL,
    PRIMARY KEY(origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE scope(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT,
    description TEXT,
    UNIQUE(name)
) STRICT;

CREATE TABLE user(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL, -- in the fixture; 0: not put since users_mark
    sub TEXT NOT NULL,
    email TEXT,
    claims TEXT,
    memberships TEXT,
    password_hash BLOB,
    username TEXT, -- of the claims, the preferred_username
    UNIQUE(sub)
) STRICT;
CREATE INDEX user_email ON user(email COLLATE NOCASE);
CREATE INDEX user_username ON user(username COLLATE NOCASE);
CREATE INDEX user_position ON user(position);

CREATE TABLE directory(
    what TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY(what)
) STRICT, WITHOUT ROWID;

-- Scopes, amr and acr values: few, and in every grant.
CREATE TABLE text(
    id INTEGER PRIMARY KEY,
    value TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE session(
    hash BLOB NOT NULL,
    user INTEGER NOT NULL,
    auth_time INTEGER NOT NULL,
    amr INTEGER, -- text
    expires_at INTEGER NOT NULL,
    sid TEXT,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;

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
CREATE INDEX interaction_session ON interaction(session);

-- What a user has granted to a client. Both are in the fixture, so that this does not grow with sign-ins.
CREATE TABLE consent(
    user INTEGER NOT NULL,
    client INTEGER NOT NULL,
    scope TEXT NOT NULL,
    PRIMARY KEY(user, client, scope)
) STRICT, WITHOUT ROWID;

-- The organization that a user last chose for a client; no row: all of them.
CREATE TABLE consent_organization(
    user INTEGER NOT NULL,
    client INTEGER NOT NULL,
    organization INTEGER NOT NULL,
    PRIMARY KEY(user, client)
) STRICT, WITHOUT ROWID;

-- Codes nobody has redeemed. A redeemed one moves to spent_code, in one transaction with its grant: the row that is
-- deleted here is what decides between two who present the same code.
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
    claims TEXT, -- JSON
    sid TEXT,
    resource TEXT,
    organization INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;

-- Redeemed at the moment their grant was made; remembered as long as the grant (RFC 6749 4.1.2).
CREATE TABLE spent_code(
    hash BLOB NOT NULL,
    grant_id INTEGER NOT NULL,
    age INTEGER NOT NULL, -- when it was redeemed
    ttl INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants(
    id INTEGER PRIMARY KEY, -- never used again: the sweep leaves the newest row
    client INTEGER NOT NULL,
    user INTEGER NOT NULL,
    scope INTEGER, -- text
    acr INTEGER, -- text
    amr INTEGER, -- text
    auth_age INTEGER NOT NULL, -- created_at - auth_time
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    kept_for INTEGER NOT NULL, -- seconds after expires_at that an access token of it lives on
    revoked_at INTEGER NOT NULL,
    reason INTEGER NOT NULL, -- enum grant_end
    generation INTEGER NOT NULL,
    leaf BLOB,
    leaf_at INTEGER NOT NULL, -- issued or last used then
    nonce TEXT, -- only for clients whose refreshed ID tokens repeat it
    claims TEXT, -- JSON
    sid TEXT,
    resource INTEGER, -- text
    organization INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE access(
    hash BLOB NOT NULL,
    grant_id INTEGER NOT NULL,
    scope INTEGER, -- text; NULL: the grant's
    ttl INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE refresh(
    hash BLOB NOT NULL,
    grant_id INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    reuses INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;

-- What stands behind the API: a document of a collection, part of its parent ("": of nothing). Which organization, team
-- and user it belongs to stands beside its body, so that they can be asked for.
CREATE TABLE document(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    parent TEXT NOT NULL,
    key TEXT NOT NULL,
    organization INTEGER NOT NULL,
    team INTEGER NOT NULL,
    user INTEGER NOT NULL,
    api_limit INTEGER NOT NULL, -- of an organization: calls in a minute; 0: any number
    type TEXT, -- NULL: application/json
    body BLOB NOT NULL,
    UNIQUE(collection, parent, key)
) STRICT;

-- The last number that a document of the collection was given.
CREATE TABLE number(
    collection TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY(collection)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token(
    hash BLOB NOT NULL,
    user INTEGER NOT NULL,
    label TEXT NOT NULL,
    scope TEXT NOT NULL,
    masked TEXT NOT NULL,
    created_at INTEGER NOT NULL, -- milliseconds
    of_fixture INTEGER NOT NULL,
    PRIMARY KEY(hash)
) STRICT, WITHOUT ROWID;

-- Calls of the API on behalf of an organization, in the minute that the last of them was made in.
CREATE TABLE api_calls(
    organization INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY(organization)
) STRICT, WITHOUT ROWID;
