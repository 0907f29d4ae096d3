"""Dynamic client registration (RFC 7591) and its management (RFC 7592), at the MCP issuer."""

import json
import pathlib
import sqlite3

import pytest

from support import (AUTHORIZE, MCP, REGISTER, TOKEN, assert_error, authorize_params, b64url_decode, client_form,
                     decode, fixture_with, pkce, proves, refresh, userinfo)
from support_pages import Visit
from support_refusals import page_refusal
from support_registration import BACK, as_sent, ask, manage, register, sign_in

pytestmark = pytest.mark.tenants

CONFIDENTIAL = {"token_endpoint_auth_method": "client_secret_post",
                "grant_types": ["authorization_code", "refresh_token"]}


def test_a_public_client_registers_and_signs_in(server):
    client = register(server, client_name="My tool")
    assert client["client_name"] == "My tool" and "client_secret" not in client
    tokens = sign_in(server, client, "openid profile")
    claims = decode(server, tokens["id_token"], audience=client["client_id"], issuer=server.issuer + MCP)
    assert claims["iss"] == server.issuer + MCP
    assert userinfo(server, tokens["access_token"]).json()["name"] == "Olivia Owner"


def test_a_confidential_client_is_given_a_secret_and_has_to_show_it(server):
    client = register(server, **CONFIDENTIAL)
    assert client["client_secret_expires_at"] == 0
    tokens = sign_in(server, client)
    assert_error(refresh(server, tokens["refresh_token"], client["client_id"], "another"), "invalid_client", 401)
    assert refresh(server, tokens["refresh_token"], client["client_id"], client["client_secret"]).status_code == 200


@proves("CLA-13")
def test_a_secret_that_is_made_has_256_bits_and_is_nobody_elses(server):
    clients = [register(server, **CONFIDENTIAL) for _ in range(50)]
    for name in ("client_secret", "registration_access_token", "client_id"):
        values = {client[name] for client in clients}
        assert len(values) == 50
        for value in values:
            assert len(b64url_decode(value)) == 32
    bits = int.from_bytes(b"".join(b64url_decode(client["client_secret"]) for client in clients), "big")
    assert 0.45 < bin(bits).count("1") / (50 * 256) < 0.55


def test_the_store_has_no_secret_in_the_clear(start):
    server = start(db=True)
    client = register(server, **CONFIDENTIAL)
    server.stop()
    with sqlite3.connect(server.db) as db:
        dump = "\n".join(db.iterdump()).lower()
    for name in ("client_secret", "registration_access_token"):
        assert client[name].lower() not in dump
        assert client[name].encode().hex() not in dump
    assert client["client_id"].lower() in dump


def test_the_answer_is_whole_and_not_to_be_kept(server):
    response = ask(server, scope="openid mcp:use")
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    client = response.json()
    assert client["registration_client_uri"] == f"{server.issuer}{REGISTER}/{client['client_id']}"
    assert isinstance(client["client_id_issued_at"], int)
    assert as_sent(client) == {
        "client_id": client["client_id"], "redirect_uris": [BACK], "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code"], "response_types": ["code"], "scope": "openid mcp:use",
        "id_token_signed_response_alg": "RS256"}


@pytest.mark.parametrize("profile, method", [("make", "client_secret_post"), ("make-published", "client_secret_post"),
                                             ("standard", "client_secret_basic")])
def test_what_is_left_out_has_the_standards_default_as_far_as_the_profile_serves_it(start, profile, method):
    server = start("--profile", profile)
    client = register(server, token_endpoint_auth_method=None)
    assert client["token_endpoint_auth_method"] == method
    assert client["grant_types"] == ["authorization_code"] and client["response_types"] == ["code"]
    scope = client["scope"].split()
    assert {"openid", "mcp:use", "scenarios:read"} <= set(scope)
    assert not [word for word in scope if word.startswith("admin")]


def test_what_is_not_known_here_or_null_counts_as_not_sent(server):
    client = register(server, logo_uri="https://x.example/logo", contacts=["a@example.com"], software_id="x",
                      **{"client_name#cs": "Klient", "client_secret": "mine-to-choose", "client_id": "mine"})
    assert not set(client) & {"logo_uri", "contacts", "software_id", "client_name#cs", "client_secret"}
    assert client["client_id"] != "mine"
    body = {"redirect_uris": [BACK], "token_endpoint_auth_method": "none", "jwks": None, "scope": None}
    assert server.post(REGISTER, json=body).status_code == 201


EMPTY = {"scope": "", "client_name": "", "grant_types": [], "response_types": [], "jwks_uri": "", "jwks": None,
         "post_logout_redirect_uris": [], "id_token_signed_response_alg": "", "logo_uri": "", "contacts": []}


def test_what_is_empty_counts_as_not_sent(server):
    plain = ask(server).json()
    empty = ask(server, **EMPTY).json()
    own = ("client_id", "client_id_issued_at", "registration_access_token", "registration_client_uri")
    assert {k: v for k, v in empty.items() if k not in own} == {k: v for k, v in plain.items() if k not in own}
    no_method = ask(server, token_endpoint_auth_method="").json()
    assert no_method["token_endpoint_auth_method"] == "client_secret_post"
    replaced = manage(server, "PUT", plain, json={
        "client_id": plain["client_id"], "redirect_uris": [BACK], "token_endpoint_auth_method": "none", **EMPTY,
        "client_secret": "", "registration_access_token": ""})
    assert replaced.status_code == 200 and replaced.json()["grant_types"] == ["authorization_code"]


@pytest.mark.parametrize("body, stands", [("[]", "a list stands there"), ("null", "null stands there"),
                                          ("7", "7 is a number"), ('"x"', '\'x\' is a string')])
def test_a_body_that_is_no_object_is_told_what_it_is(server, body, stands):
    answer = server.post(REGISTER, body, headers={"Content-Type": "application/json"})
    assert assert_error(answer, "invalid_client_metadata").startswith(f"(the document): {stands}; expected an object")
    again = manage(server, "PUT", register(server), data=body, kind="application/json")
    assert stands in assert_error(again, "invalid_client_metadata")


def test_what_the_issuer_advertises_is_what_a_client_gets_that_says_no_scope(start_process):
    server = start_process()
    advertised = server.get("/.well-known/oauth-authorization-server/mcp").json()["scopes_supported"]
    client = register(server, scope=None)
    tokens = sign_in(server, client, " ".join(advertised))
    assert tokens["scope"].split() == advertised == client["scope"].split()
    assert "admin:read" not in advertised and "mcp:use" in advertised
    assert "admin:read" in server.get("/.well-known/openid-configuration").json()["scopes_supported"]


@pytest.mark.parametrize("registered, granted", [("openid mcp:use", "openid mcp:use"), ("profile", "profile"),
                                                 (None, "mcp:use"), ("", "mcp:use")])
def test_a_request_without_scope_asks_for_what_was_registered(server, registered, granted):
    client = register(server, scope=registered)
    assert sign_in(server, client, None)["scope"] == granted
    assert manage(server, "PUT", client, json=as_sent(client, scope="email")).status_code == 200
    assert sign_in(server, client, "")["scope"] == "email"


WRONG = [
    ({"redirect_uris": None}, "invalid_redirect_uri", "/redirect_uris"),
    ({"redirect_uris": []}, "invalid_redirect_uri", "/redirect_uris"),
    ({"redirect_uris": "http://localhost/"}, "invalid_redirect_uri", "/redirect_uris"),
    ({"redirect_uris": [BACK, "http://localhost:4000/#f"]}, "invalid_redirect_uri", "/redirect_uris/1"),
    ({"redirect_uris": ["/cb"]}, "invalid_redirect_uri", "/redirect_uris/0"),
    ({"redirect_uris": [BACK, BACK]}, "invalid_redirect_uri", "/redirect_uris/1"),
    ({"redirect_uris": [f"{BACK}/{i}" for i in range(33)]}, "invalid_redirect_uri", "/redirect_uris"),
    ({"redirect_uris": ["intent://x/#Intent;scheme=https;end"]}, "invalid_redirect_uri", "/redirect_uris/0"),
    ({"redirect_uris": ["about:blank"]}, "invalid_redirect_uri", "/redirect_uris/0"),
    ({"redirect_uris": ["chrome://settings"]}, "invalid_redirect_uri", "/redirect_uris/0"),
    ({"redirect_uris": ["mailto:a@example.com"]}, "invalid_redirect_uri", "/redirect_uris/0"),
    ({"post_logout_redirect_uris": ["about:blank"]}, "invalid_client_metadata", "/post_logout_redirect_uris/0"),
    ({"client_name": 7}, "invalid_client_metadata", "/client_name"),
    ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata", "/token_endpoint_auth_method"),
    ({"token_endpoint_auth_method": "client_secret_basic"}, "invalid_client_metadata", "/token_endpoint_auth_method"),
    ({"grant_types": ["password"]}, "invalid_client_metadata", "/grant_types/0"),
    ({"grant_types": ["refresh_token"]}, "invalid_client_metadata", "/grant_types"),
    ({"grant_types": ["authorization_code", "client_credentials"], "token_endpoint_auth_method": None},
     "invalid_client_metadata", "/grant_types"),
    ({"response_types": ["token"]}, "invalid_client_metadata", "/response_types/0"),
    ({"scope": "openid no:such"}, "invalid_client_metadata", "/scope"),
    ({"default_scope": "openid", "client_name": {}}, "invalid_client_metadata", "/client_name"),
    ({"jwks_uri": 7}, "invalid_client_metadata", "/jwks_uri"),
    ({"scope": ["openid"]}, "invalid_client_metadata", "/scope"),
    ({"id_token_signed_response_alg": "none"}, "invalid_client_metadata", "/id_token_signed_response_alg"),
    ({"id_token_signed_response_alg": "ES256"}, "invalid_client_metadata", "/id_token_signed_response_alg"),
    ({"jwks_uri": "https://x.example/jwks"}, "invalid_client_metadata", "/jwks_uri"),
    ({"jwks": {"keys": []}}, "invalid_client_metadata", "/jwks/keys"),
    ({"post_logout_redirect_uris": ["x"]}, "invalid_client_metadata", "/post_logout_redirect_uris/0"),
]


@pytest.mark.parametrize("metadata, error, pointer", WRONG)
def test_wrong_metadata_is_refused_with_its_place_and_what_was_expected(server, metadata, error, pointer):
    description = assert_error(ask(server, **metadata), error)
    assert description.startswith(pointer + ":") and "expected" in description


@pytest.mark.parametrize("member", [{"token_endpoint_auth_method": "client_secret_basic"},
                                    {"id_token_signed_response_alg": "ES256"},
                                    {"grant_types": ["client_credentials"], "redirect_uris": None}])
def test_what_another_profile_serves_is_refused_with_its_name(server, member):
    said = assert_error(ask(server, **member), "invalid_client_metadata")
    assert "is not served in profile 'make', but in profile 'standard': start with --profile standard" in said


@pytest.mark.parametrize("uri", ["intent://x", "about:blank", "chrome://settings", "mailto:a@example.com"])
def test_a_scheme_without_a_dot_is_refused_with_the_reason(server, uri):
    said = assert_error(ask(server, redirect_uris=[BACK, uri]), "invalid_redirect_uri")
    assert said.startswith("/redirect_uris/1:") and "holds a dot (RFC 8252 7.1)" in said
    assert register(server, redirect_uris=["com.example.tool:/back", "urn:ietf:wg:oauth:2.0:oob"])


@pytest.mark.parametrize("metadata, pointer", [
    ({"token_endpoint_auth_method": "private_key_jwt"}, "/jwks"),
    ({"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}, "token_endpoint_auth_method": "private_key_jwt"}, "/jwks/keys/0"),
    ({"jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}}, "/jwks"),
    ({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_post"}, "/redirect_uris"),
    ({"grant_types": ["client_credentials"], "redirect_uris": None}, "/grant_types"),
])
def test_what_does_not_go_together_is_refused_in_the_profile_standard_too(start, metadata, pointer):
    response = ask(start("--profile", "standard"), **metadata)
    assert response.status_code == 400
    assert response.json()["error_description"].startswith(pointer + ":")


@pytest.mark.parametrize("body, kind", [
    (b"", "application/json"), (b"{", "application/json"), (b"[]", "application/json"), (b"null", "application/json"),
    (b'{"redirect_uris":["http://a/"],"redirect_uris":["http://b/"]}', "application/json"),
    (b'{"client_name":"\xff"}', "application/json"), (b'{"client_name":"a\\u0000b"}', "application/json"),
    (b"redirect_uris=http://localhost:4000/cb", "application/x-www-form-urlencoded"),
    (b'{"redirect_uris":["http://localhost:4000/cb"]}', "text/plain"), (b"[" * 3000, "application/json")])
def test_what_is_no_json_object_is_refused(server, body, kind):
    assert_error(server.post(REGISTER, body, headers={"Content-Type": kind}), "invalid_client_metadata")


def test_a_refusal_does_not_repeat_what_stood_beside_the_mistake(server):
    body = b'{"client_secret":"a-secret-of-mine" nonsense-behind-it'
    server.secret("a-secret-of-mine", "nonsense-behind-it")
    response = server.post(REGISTER, body, headers={"Content-Type": "application/json"})
    description = assert_error(response, "invalid_client_metadata")
    assert "line 1" in description and "nonsense" not in description


def test_a_client_sees_its_registration_but_not_the_secret_again(server):
    client = register(server, **CONFIDENTIAL, client_name="x", post_logout_redirect_uris=["http://localhost:4000/"])
    response = manage(server, "GET", client)
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    assert response.json() == {name: value for name, value in client.items() if name != "client_secret"}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("case", ["none", "wrong", "of another client", "unknown client", "of the fixture"])
def test_who_has_not_the_token_manages_nothing(server, method, case):
    client, other = register(server), register(server)
    token = {"wrong": "x" * 43, "of another client": other["registration_access_token"]}.get(
        case, client["registration_access_token"])
    target = {"unknown client": "nobody", "of the fixture": "demo-web"}.get(case, client["client_id"])
    headers = {} if case == "none" else {"Authorization": f"Bearer {token}"}
    response = server.request(method, f"{REGISTER}/{target}", headers=headers, json=as_sent(client))
    assert response.status_code == 401
    found = response.headers["WWW-Authenticate"]
    assert ('error="invalid_token"' in found) == (case != "none")
    assert manage(server, "GET", client).json() == client


def test_an_access_token_is_no_registration_access_token(server):
    client = register(server)
    token = sign_in(server, client)["access_token"]
    assert manage(server, "GET", client, token).status_code == 401


def test_a_client_replaces_its_registration(server):
    client = register(server, **CONFIDENTIAL, client_name="before")
    tokens = sign_in(server, client)
    moved = "http://localhost:4001/cb"
    server.registered_since.append(moved)
    response = manage(server, "PUT", client, json=as_sent(client, client_name=None, redirect_uris=[moved],
                                                          scope="openid email"))
    assert response.status_code == 200
    changed = response.json()
    assert "client_name" not in changed and changed["redirect_uris"] == [moved]
    assert changed["client_id_issued_at"] == client["client_id_issued_at"]
    assert "client_secret" not in changed
    assert manage(server, "GET", client).json() == changed
    # The secret and the tokens stay; the old redirect URI is gone.
    assert refresh(server, tokens["refresh_token"], client["client_id"], client["client_secret"]).status_code == 200
    page_refusal(server.get(AUTHORIZE, params=authorize_params(client["client_id"], redirect_uri=BACK)))
    sign_in(server, {**changed, "client_secret": client["client_secret"]}, "openid email")


def test_a_client_that_gets_a_secret_or_loses_it_is_told(server):
    client = register(server)
    with_secret = manage(server, "PUT", client, json=as_sent(client, **CONFIDENTIAL)).json()
    assert len(with_secret["client_secret"]) == 43
    sign_in(server, with_secret)
    without = manage(server, "PUT", client, json=as_sent(client)).json()
    assert "client_secret" not in without and "client_secret_expires_at" not in without
    sign_in(server, without)


@pytest.mark.parametrize("change, member", [
    ({"client_id": "another"}, "client_id"), ({"client_id": None}, "client_id"),
    ({"client_secret": "x" * 43}, "client_secret"), ({"client_secret": 7}, "client_secret"),
    ({"registration_access_token": "x"}, "registration_access_token"),
    ({"registration_client_uri": "x"}, "registration_client_uri"), ({"client_id_issued_at": 1}, "client_id_issued_at"),
    ({"client_secret_expires_at": 0}, "client_secret_expires_at"), ({"scope": "no:such"}, "scope"),
    ({"redirect_uris": ["x"]}, "redirect_uris")])
def test_a_replacement_that_is_wrong_changes_nothing(server, change, member):
    client = register(server, **CONFIDENTIAL)
    response = manage(server, "PUT", client, json=as_sent(client, **change))
    assert response.status_code == 400
    assert response.json()["error_description"].startswith("/" + member)
    assert "WWW-Authenticate" not in response.headers
    sign_in(server, client)
    assert manage(server, "GET", client).json()["redirect_uris"] == [BACK]


def test_a_replacement_may_show_the_secret_that_stays(server):
    client = register(server, **CONFIDENTIAL)
    assert manage(server, "PUT", client, json=as_sent(client)).status_code == 200
    sign_in(server, client)


def test_a_client_that_deletes_itself_is_gone_with_its_tokens(server):
    client = register(server, **CONFIDENTIAL)
    tokens = sign_in(server, client)
    response = manage(server, "DELETE", client)
    assert response.status_code == 204 and not response.content
    assert userinfo(server, tokens["access_token"]).status_code == 401
    assert_error(refresh(server, tokens["refresh_token"], client["client_id"], client["client_secret"]),
                 "invalid_client", 401)
    assert manage(server, "GET", client).status_code == 401
    assert manage(server, "DELETE", client).status_code == 401
    page_refusal(server.get(AUTHORIZE, params=authorize_params(client["client_id"], redirect_uri=BACK)))


def test_a_page_registers_from_anywhere_and_may_then_redeem(server):
    origin = "http://localhost:4000"
    assert ask(server).headers["Access-Control-Allow-Origin"] == "*"
    form = {"grant_type": "authorization_code", **client_form("demo-web")}
    response = server.post(TOKEN, form, headers={"Origin": origin})
    assert response.headers["Access-Control-Allow-Origin"] == origin
    preflight = server.request("OPTIONS", REGISTER, headers={"Origin": "https://x.example",
                                                             "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204 and preflight.headers["Access-Control-Allow-Origin"] == "*"


def other_fixture(db):
    """One without demo-spa, beside the database."""
    path = pathlib.Path(db).parent / "other.json"
    path.write_text(json.dumps(fixture_with(clients={"demo-spa": None}, keys=None)), encoding="utf-8")
    return path


def test_registrations_outlive_a_restart_and_another_fixture(start):
    server = start(db=True)
    client = register(server, **CONFIDENTIAL)
    tokens = sign_in(server, client)
    server.restart("--fixtures", other_fixture(server.db))
    page_refusal(server.get(AUTHORIZE, params=authorize_params("demo-spa")))
    assert manage(server, "GET", client).json()["client_id"] == client["client_id"]
    assert refresh(server, tokens["refresh_token"], client["client_id"], client["client_secret"]).status_code == 200
    response = server.post(TOKEN, client_form("demo-web"), headers={"Origin": "http://localhost:4000"})
    assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:4000"


def test_the_same_seed_registers_the_same_client(start):
    first, second = (register(start("--seed", "7", "--clock", "2026-01-01T00:00:00Z", "--issuer", "http://localhost:8"),
                              **CONFIDENTIAL) for _ in range(2))
    assert first == second


def test_consent_to_a_client_that_registered_itself_shows_its_name(start):
    server = start("--login", "page")
    client = register(server, client_name="<b>Tool</b> & co")
    _, challenge = pkce()
    visit = Visit(server.browser())
    visit.go(visit.browser.get(AUTHORIZE, params=authorize_params(
        client["client_id"], redirect_uri=BACK, scope="openid", code_challenge=challenge,
        code_challenge_method="S256")))
    page = visit.submit(user="1001").response.text
    assert "&lt;b&gt;Tool&lt;/b&gt; &amp; co" in page and "<b>Tool" not in page


def test_other_methods_are_refused_with_those_that_are_served(server):
    client = register(server)
    response = manage(server, "POST", client)
    assert response.status_code == 405 and response.headers["Allow"] == "GET, PUT, DELETE, OPTIONS"
    assert server.get(REGISTER).headers["Allow"] == "POST, OPTIONS"
