"""Fixtures: the schema and the program judge alike, and the program says where and what."""

import copy
import json
import os
import socket
import subprocess

import jsonschema
import pytest

from support import (
    AUTHORIZE, JWKS, ROOT, authorize, authorize_params, decode, default_fixture, fixture_with, jwks,
    proves, redeem, sign_in,
)

SCHEMA = json.loads((ROOT / "fixtures/schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

ABSENT = object()


def changed(pointer, value):
    """The default fixture with `value` at the JSON pointer, or without what is there."""
    fixture = default_fixture()
    *parents, last = pointer.split("/")[1:]
    place = fixture
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    last = int(last) if isinstance(place, list) else last
    if value is ABSENT:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(copy.deepcopy(value))
    else:
        place[last] = copy.deepcopy(value)
    return fixture


# RFC 8037 A.2, and A.1 with its private half.
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "a"}
PRIVATE_JWK = {**JWK, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}

CLIENT = "/clients/0"  # confidential
PUBLIC = "/clients/1"

DOCUMENTS = "/client_id_metadata_documents"
URL = "https://app.example/client.json"
POINTER = "/" + URL.replace("/", "~1")
METADATA = {"client_id": URL, "client_name": "App", "redirect_uris": ["http://localhost:3000/cb"]}

# What is wrong, in one place each, and that the program refuses it (tests/unit/fixture/test_refusals.c).
REFUSALS = json.loads((ROOT / "tests/unit/fixture/refusals.json").read_text(encoding="utf-8"))

RIGHT = [
    ("/$schema", "./schema.json"),
    ("/extends", "default", "/clients", "/users", "/scopes"),
    ("/profile", ABSENT),
    ("/organizations", ABSENT, "/users/0/organizations", "/users/1/organizations", "/teams",
     "/users/0/teams", "/users/1/teams"),
    ("/scopes", ABSENT),
    ("/keys", "generate"),
    ("/keys", ABSENT),
    (CLIENT + "/client_name", "D\u00e9mo \U0001f600"),
    (CLIENT + "/redirect_uris/0", "com.example.app:/cb"),
    (CLIENT + "/redirect_uris/0", "com.example.app://host/cb?a=b"),
    (CLIENT + "/redirect_uris/0", "com.example.app:///cb"),
    (CLIENT + "/redirect_uris/0", "urn:ietf:wg:oauth:2.0:oob"),
    (CLIENT + "/redirect_uris/0", "http://app.test"),
    (CLIENT + "/redirect_uris/0", "https://[2001:db8::1]:8443/cb?x=%C3%A9"),
    (CLIENT + "/token_endpoint_auth_method", "client_secret_post"),
    (CLIENT + "/client_secret", ABSENT),
    (CLIENT + "/token_endpoint_auth_method", "client_secret_basic"),
    (PUBLIC + "/token_endpoint_auth_method", ABSENT),
    (CLIENT + "/grant_types", ABSENT),
    (CLIENT + "/grant_types", ["authorization_code", "client_credentials"]),
    (CLIENT + "/grant_types", ["client_credentials"], CLIENT + "/redirect_uris",
     CLIENT + "/response_types"),
    (CLIENT + "/response_types", ABSENT),
    (CLIENT + "/code_ttl", 600),
    (CLIENT + "/access_token_format", "opaque"),
    (CLIENT + "/default_scope", "email openid"),
    (CLIENT + "/issuer", "mcp"),
    (DOCUMENTS, {}),
    (DOCUMENTS, {URL: {**METADATA, "logo_uri": "https://app.example/l", "client_uri": "https://app.example/"}}),
    (CLIENT + "/issuer", "main"),
    (CLIENT + "/refresh_policy", {"mode": "grace", "seconds": 60}),
    (CLIENT + "/refresh_policy", {"mode": "grace", "seconds": 300, "uses": 1}),
    (CLIENT + "/refresh_policy", {"mode": "retry_safe"}),
    (CLIENT + "/id_token_signed_response_alg", "EdDSA"),
    ("/organizations/0/license", {"apiLimit": 60}),
    ("/organizations/0/zone", "eu1.make.com"),
    ("/teams/0/operationsLimit", 1000),
    ("/resources", {}),
    ("/resources", {"data-stores": [{"id": 7, "name": "n", "teamId": 1}],
                    "data-store-records": [{"key": "k", "of": ["7"], "data": {"a": 1}}]}),
    ("/users/0/admin", True),
    ("/users/0/birthdate", "0000-02-29"),
    ("/users/0/name#zh-Hant-TW", "\u5967"),
    ("/users/0/address#cs", {"country": "\u010cesko"}),
    ("/users/0/claims", {"department": "R&D", "motto#cs": "Jed", "x": {"y": [None]}, "n": 0, "f": False}),
    (CLIENT + "/claims", {"upn": {"from": "name#cs", "in": []}, "t": {"value": [1]}, "e": {"scope": "email"}}),
    ("/users/0/website", "https://example.com/~olivia#top"),
]


def name(case):
    return f"{case[0]}={'(absent)' if case[1] is ABSENT else json.dumps(case[1])[:40]}"


def refusal(start, fixture):
    server = start(fixture=fixture, wait=False)
    assert server.exit_code() == 2, server.log()
    lines = server.log_lines()
    assert len(lines) == 1, lines
    path, _, problem = lines[0].removeprefix("makeshift: ").partition(".json: ")
    assert path.endswith(server.fixture_path.stem), lines
    return problem


@pytest.mark.parametrize("row", REFUSALS["by_the_schema_too"], ids=json.dumps)
def test_what_the_program_refuses_the_schema_refuses(row):
    assert not VALIDATOR.is_valid(changed(row["at"], row.get("put", ABSENT)))


@pytest.mark.parametrize("row", REFUSALS["beyond_the_schema"], ids=json.dumps)
def test_what_the_program_refuses_and_no_schema_can_say_the_schema_takes(row):
    assert VALIDATOR.is_valid(changed(row["at"], row.get("put", ABSENT)))


@proves("ADM-12")
def test_a_refusal_is_one_line_with_file_and_place(start):
    for pointer, value in (("/clients", ABSENT), ("/users/0/claims", {"a b": "x"}), ("/users/1/email", "olivia.owner@example.com")):
        assert refusal(start, changed(pointer, value)).startswith(pointer)


@pytest.mark.parametrize("case", RIGHT, ids=name)
def test_what_the_schema_accepts_the_program_serves(start_tenant, case):
    fixture = changed(*case[:2])
    for pointer in case[2:]:
        *parents, last = pointer.split("/")[1:]
        place = fixture
        for step in parents:
            place = place[int(step) if isinstance(place, list) else step]
        del place[last]
    if isinstance(fixture.get("keys"), list):
        del fixture["keys"]
    VALIDATOR.validate(fixture)
    server = start_tenant(fixture=fixture)
    assert server.get("/.well-known/openid-configuration").status_code == 200


@pytest.mark.parametrize("file", ["default.json", "minimal.json", "conformance.json"])
def test_the_fixtures_that_come_along_pass_both(start, file):
    path = ROOT / "fixtures" / file
    VALIDATOR.validate(json.loads(path.read_text(encoding="utf-8")))
    server = start(fixture=path)
    assert server.get("/.well-known/openid-configuration").status_code == 200


def test_a_client_that_wants_32_bytes_of_secret_takes_those_of_the_built_in_fixture():
    """OpenID Connect Core 10.1, RFC 7518 3.2: what makes a key for HS256 has 32 bytes."""
    secrets = [client["client_secret"] for client in default_fixture()["clients"]
               if "client_secret" in client]
    assert secrets
    assert all(len(secret) >= 32 for secret in secrets), secrets


def test_the_schema_is_one_and_describes_every_member():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def walk(node, where):
        for name_, member in node.get("properties", {}).items():
            if member is not False and "description" not in member:
                undescribed.append(f"{where}/{name_}")
            if isinstance(member, dict):
                walk(member, f"{where}/{name_}")
                walk(member.get("items", {}), f"{where}/{name_}")
        assert "properties" not in node or "additionalProperties" in node, where

    undescribed = []
    walk(SCHEMA, "")
    for name_, definition in SCHEMA["$defs"].items():
        walk(definition, name_)
    assert not undescribed


@proves("RFR-16")
@pytest.mark.parametrize("policy, member", [
    ({"mode": "grace"}, "seconds"),
    ({"mode": "grace", "seconds": 0}, "seconds"),
    ({"mode": "grace", "seconds": 61}, "seconds"),
    ({"mode": "grace", "seconds": 301, "uses": 2}, "seconds"),
    ({"mode": "grace", "seconds": 30, "uses": 0}, "uses"),
    ({"mode": "strict", "seconds": 30}, "seconds"),
    ({"mode": "retry_safe", "uses": 1}, "uses"),
])
def test_a_grace_out_of_bounds_is_refused(start, policy, member):
    fixture = changed(CLIENT + "/refresh_policy", policy)
    assert not VALIDATOR.is_valid(fixture)
    assert refusal(start, fixture).startswith(f"{CLIENT}/refresh_policy/{member}: ")


@proves("ADM-12")
def test_a_member_that_stands_twice_is_refused_with_its_line(start, tmp_path):
    path = tmp_path / "twice.json"
    path.write_text('{"clients": [],\n "users": [],\n "users": []}', encoding="utf-8")
    server = start(fixture=path, wait=False)
    assert server.exit_code() == 2
    assert 'line 3, column 8: duplicate object key near \'"users"\'' in server.log()


@proves("ADM-12")
def test_a_fixture_beyond_the_limit_is_refused(start, tmp_path):
    path = tmp_path / "large.json"
    path.write_text(" " * (4 * 1024 * 1024 + 1), encoding="utf-8")
    server = start(fixture=path, wait=False)
    assert server.exit_code() == 2
    assert "larger than 4194304 bytes" in server.log()


@proves("ADM-05", "JWK-11")
@pytest.mark.parametrize("file", ["link.pem", "down/link.pem", "up/key.pem"])
def test_a_key_behind_a_symbolic_link_is_refused(start, tmp_path, file):
    pem = (ROOT / "fixtures/keys/signing.pem").read_text(encoding="ascii")
    (tmp_path / "key.pem").write_text(pem, encoding="ascii")
    (tmp_path / "down").mkdir()
    (tmp_path / "link.pem").symlink_to("key.pem")
    (tmp_path / "down/link.pem").symlink_to("../key.pem")
    (tmp_path / "up").symlink_to(".")
    problem = refusal(start, changed("/keys/0/file", file))
    assert problem.startswith(f'/keys/0/file: "{file}" cannot be opened: a symbolic link')


@pytest.mark.parametrize("jwks, where, valid", [
    ({"keys": [JWK]}, None, True),
    ({"keys": [{**JWK, "alg": "EdDSA", "use": "sig", "x5t": "x"}, {**JWK, "kid": "b"}]}, None, True),
    ({"keys": [PRIVATE_JWK]}, "/keys/0", False),
    ({"keys": [{**JWK, "kty": "oct"}]}, "/keys/0", True),
    ({"keys": [JWK, {**JWK, "x": "11qY"}]}, "/keys/1", True),
    ({"keys": [{**JWK, "use": "enc"}]}, "/keys/0", True),
    ({"keys": [{**JWK, "alg": "RS256"}]}, "/keys/0", True),
    ({"keys": [{"crv": "Ed25519"}]}, "/keys/0/kty", False),
    ({"keys": []}, "/keys", False),
    ({"keys": [JWK], "more": 1}, "/more", False),
    ([JWK], "", False),
])
def test_a_jwk_set_holds_public_keys_that_are_served(start, jwks, where, valid):
    client = {"client_secret": None, "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks}
    fixture = fixture_with(clients={"demo-web": client})
    assert VALIDATOR.is_valid(fixture) is valid
    if where is None:
        fixture["keys"] = "generate"
        assert start(fixture=fixture).get("/.well-known/openid-configuration").status_code == 200
    else:
        problem = refusal(start, fixture)
        assert problem.startswith(f"{CLIENT}/jwks{where}: ") and PRIVATE_JWK["d"] not in problem


def test_an_algorithm_without_a_key_is_refused(start):
    fixture = changed(CLIENT + "/id_token_signed_response_alg", "EdDSA")
    del fixture["keys"][2]
    assert refusal(start, fixture).startswith(CLIENT + "/id_token_signed_response_alg: ")


def test_a_key_below_the_fixture_signs(start, tmp_path):
    pem = (ROOT / "fixtures/keys/signing.pem").read_text(encoding="ascii")
    (tmp_path / "down").mkdir()
    (tmp_path / "down/key.pem").write_text(pem, encoding="ascii")
    server = start(fixture=changed("/keys/0/file", "down/key.pem"))
    assert len(server.get("/oauth/v2/oidc/jwks").json()["keys"]) == 1


# -- where it comes from --------------------------------------------------------------------------

MINE = {"client_id": "mine", "client_secret": "mine-secret-for-tests-only-0000001", "scope": "openid email mine:read",
        "redirect_uris": ["http://localhost:4000/cb"]}


def subject(server, client="demo-web", **params):
    return decode(server, sign_in(server, client, **params)["id_token"])["sub"]


def test_a_copy_of_the_built_in_fixture_serves_wherever_it_lies(start, tmp_path):
    copy_ = tmp_path / "copied.json"
    copy_.write_bytes((ROOT / "fixtures/default.json").read_bytes())
    copied, built_in = start("--profile", "standard", fixture=copy_), start("--profile", "standard")
    assert copied.get(JWKS).json() == built_in.get(JWKS).json()
    assert subject(copied) == "1001"


def test_a_key_file_wins_over_the_built_in_key_of_its_name(start, tmp_path):
    (tmp_path / "keys").mkdir()
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
                    "-out", tmp_path / "keys/signing.pem"], check=True, capture_output=True)
    copy_ = tmp_path / "copied.json"
    copy_.write_bytes((ROOT / "fixtures/default.json").read_bytes())
    own, built_in = start(fixture=copy_), start()
    assert own.get(JWKS).json() != built_in.get(JWKS).json()


def test_a_fixture_laid_over_the_built_in_one_adds_and_replaces(start):
    fixture = {
        "extends": "default",
        "clients": [MINE, {**default_fixture()["clients"][1], "redirect_uris": ["http://localhost:4001/cb"]}],
        "users": [{"sub": "2001", "email": "ada@example.com"},
                  {"sub": "1002", "email": "max@example.com"}],
        "scopes": [{"name": "mine:read", "kind": "user", "description": "Mine"}],
    }
    VALIDATOR.validate(fixture)
    server = start(fixture=fixture)
    code = authorize(server, "mine", redirect_uri="http://localhost:4000/cb", scope="openid mine:read")
    answer = redeem(server, code, "mine", MINE["client_secret"], redirect_uri="http://localhost:4000/cb")
    assert answer.json()["scope"] == "openid mine:read"
    assert decode(server, answer.json()["id_token"])["sub"] == "2001"  # the first user is the fixture's own
    assert subject(server, login_hint="olivia.owner@example.com") == "1001"
    assert subject(server, login_hint="max@example.com") == "1002"
    for uri, status in (("http://localhost:4001/cb", 302), ("http://localhost:5173/callback", 400)):
        asked = authorize_params("demo-spa", redirect_uri=uri)
        assert server.get(AUTHORIZE, params=asked, allow_redirects=False).status_code == status


def test_what_is_wrong_in_a_fixture_laid_over_another_is_told_by_its_own_places(start):
    fixture = {"extends": "default", "clients": [{**MINE, "scope": "openid no:such"}]}
    assert refusal(start, fixture).startswith("/clients/0/scope: ")
    assert refusal(start, {"extends": "default", "clients": []}).startswith("/clients: ")


def piped(text):
    """A pipe, and a socket as Node.js makes one for a child: each with the text in it."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    ours, theirs = socket.socketpair()
    ours.sendall(text.encode())
    ours.close()
    return {"pipe": os.fdopen(reader, "rb"), "socket": theirs}


@pytest.mark.parametrize("how", ["pipe", "socket", "environment"])
def test_a_fixture_needs_no_file(start, how):
    text = json.dumps({"extends": "default", "clients": [
        {**MINE, "redirect_uris": ["http://localhost:3000/cb"], "scope": "openid"}]})
    server = (start(env={"MAKESHIFT_FIXTURES_JSON": text}) if how == "environment"
              else start("--fixtures", "-", stdin=piped(text)[how]))
    code = authorize(server, "mine", redirect_uri="http://localhost:3000/cb", scope="openid")
    assert redeem(server, code, "mine", MINE["client_secret"],
                  redirect_uri="http://localhost:3000/cb").status_code == 200
    assert subject(server) == "1001"


@pytest.mark.parametrize("how", ["a file that is gone", "a pipe", "standard input"])
def test_a_reset_and_tenants_begin_with_what_was_read_at_the_start(start, tmp_path, how):
    text = json.dumps({"extends": "default", "clients": [{**MINE, "redirect_uris": ["http://localhost:3000/cb"], "scope": "openid"}]})
    given = piped(text)["pipe"]
    path = tmp_path / "fixture.json"
    if how == "a file that is gone":
        path.write_text(text, "utf-8")
        server = start(fixture=path)
        path.unlink()
    else:
        server = start("--fixtures", "-" if how == "standard input" else "/dev/stdin", stdin=given)
    assert server.request("POST", "/_makeshift/reset", json={}).status_code < 300
    for asked in ({}, {"profile": "standard"}):
        made = server.request("POST", "/_makeshift/tenants", json=asked)
        assert made.status_code == 201, made.text
        assert MINE["client_secret"] in server.get(f"/t/{made.json()['name']}/", headers={"Accept": "text/html"}).text


def test_a_fixture_without_a_file_is_refused_by_its_source(start):
    for name_, server in (
            ("standard input", start("--fixtures", "-", stdin=piped("{")["pipe"], wait=False)),
            ("the text of --fixtures-json", start(env={"MAKESHIFT_FIXTURES_JSON": "{"}, wait=False))):
        assert server.exit_code() == 2
        assert server.log_lines()[0].startswith(f"makeshift: {name_}: line 1, column 1: ")


def test_a_secret_is_not_shown_by_the_refusal(start):
    problem = refusal(start, changed(CLIENT + "/client_secret", "hush-hush-hush\u00e9"))
    assert "hush" not in problem


@proves("AUT-12")
def test_http_beyond_loopback_is_served_and_reported(start):
    uris = ["http://app.test/cb", "http://localhost/cb", "https://app.test/cb"]
    server = start(fixture=changed(CLIENT + "/redirect_uris", uris))
    server.wait_log("serving, for tests only")
    audit = [line for line in server.log_lines() if "client audit" in line]
    assert len(audit) == 1, audit
    assert 'client_id="demo-web"' in audit[0]
    assert 'redirect_uri="http://app.test/cb"' in audit[0]
    params = {"client_id": "demo-web", "redirect_uri": uris[0], "response_type": "code",
              "scope": "openid", "state": "s"}
    answer = server.get("/oauth/v2/authorize", params=params)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(uris[0] + "?")


@pytest.mark.parametrize("text, accepted", [
    ('{"extends": "default"}', True), ('{"extends": "default", "keys": "generate"}', False)])
def test_generated_keys_sign_what_no_other_server_of_that_name_accepts(start, text, accepted):
    """As docs/fixtures.md shows it: two runs at the same issuer."""
    assert text in (ROOT / "docs/fixtures.md").read_text(encoding="utf-8") or accepted
    issuer = ("--issuer", "http://localhost:1")
    one, other = (start(*issuer, env={"MAKESHIFT_FIXTURES_JSON": text}) for _ in range(2))
    kid = decode(one, sign_in(one)["id_token"]).header["kid"]
    assert (kid in {key["kid"] for key in jwks(other)["keys"]}) == accepted


@proves("JWK-10")
def test_a_generated_key_survives_a_restart_with_a_file(start):
    server = start(fixture=changed("/keys", "generate"), db=True)
    before = server.get("/oauth/v2/oidc/jwks").json()
    server.restart()
    assert server.get("/oauth/v2/oidc/jwks").json() == before


@proves("JWK-10")
def test_without_a_file_the_log_says_that_keys_end_with_the_process(start):
    server = start(fixture=changed("/keys", "generate"))
    server.wait_log('db="in memory: state and new keys end with the process"')
