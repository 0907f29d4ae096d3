-- From version 4 to version 5: what the control door was told, and the fixture, are in the database.
CREATE TABLE kept(
    what TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY(what)
) STRICT, WITHOUT ROWID;

CREATE TABLE told(
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY(kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE fixture(
    digest TEXT NOT NULL,
    image BLOB NOT NULL
) STRICT;

-- There is no image of the fixture yet: the next start puts one.
DELETE FROM directory WHERE what = 'fixture';

PRAGMA user_version = 5;
