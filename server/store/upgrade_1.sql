-- From version 1 to version 2.
ALTER TABLE client ADD COLUMN post_logout_redirect_uris TEXT;
ALTER TABLE client ADD COLUMN id_token_signed_response_alg TEXT;
ALTER TABLE client ADD COLUMN jwks TEXT;
ALTER TABLE client ADD COLUMN claims TEXT;
ALTER TABLE client ADD COLUMN issuer_path TEXT;
ALTER TABLE client ADD COLUMN registered_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE client ADD COLUMN registration_token BLOB;
ALTER TABLE client ADD COLUMN metadata TEXT;

CREATE TABLE assertion(
    tenant INTEGER NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY(tenant, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE consent_organization(
    tenant INTEGER NOT NULL,
    user INTEGER NOT NULL,
    client INTEGER NOT NULL,
    organization INTEGER NOT NULL,
    PRIMARY KEY(tenant, user, client)
) STRICT, WITHOUT ROWID;

ALTER TABLE session ADD COLUMN sid TEXT;

ALTER TABLE code ADD COLUMN claims TEXT;
ALTER TABLE code ADD COLUMN sid TEXT;
ALTER TABLE code ADD COLUMN resource TEXT;
ALTER TABLE code ADD COLUMN organization INTEGER NOT NULL DEFAULT 0;

ALTER TABLE grants ADD COLUMN claims TEXT;
ALTER TABLE grants ADD COLUMN sid TEXT;
ALTER TABLE grants ADD COLUMN resource INTEGER;
ALTER TABLE grants ADD COLUMN organization INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 2;
