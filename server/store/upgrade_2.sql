-- Documents of the API and its tokens.

CREATE TABLE document(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL,
    collection TEXT NOT NULL,
    parent TEXT NOT NULL,
    key TEXT NOT NULL,
    organization INTEGER NOT NULL,
    team INTEGER NOT NULL,
    user INTEGER NOT NULL,
    api_limit INTEGER NOT NULL,
    type TEXT,
    body BLOB NOT NULL,
    UNIQUE(tenant, collection, parent, key)
) STRICT;

CREATE TABLE number(
    tenant INTEGER NOT NULL,
    collection TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY(tenant, collection)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token(
    tenant INTEGER NOT NULL,
    hash BLOB NOT NULL,
    user INTEGER NOT NULL,
    label TEXT NOT NULL,
    scope TEXT NOT NULL,
    masked TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    of_fixture INTEGER NOT NULL,
    PRIMARY KEY(tenant, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_calls(
    tenant INTEGER NOT NULL,
    organization INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY(tenant, organization)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
