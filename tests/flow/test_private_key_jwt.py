"""private_key_jwt (RFC 7523 2.2, 3; OpenID Connect Core 9): clients that sign who they are. authlib signs."""

import base64
import concurrent.futures
import json
import time

import pytest
from authlib.jose import JsonWebKey, JsonWebToken

from support import (
    DISCOVERY, INTROSPECT, REVOKE, TOKEN, WEB_SECRET, assert_error, authorize, fixture_with, proves,
    redeem,
)
from support_assertions import KEYS, KINDS, TYPE, claims_for, public, signed

pytestmark = pytest.mark.tenants

OTHER = JsonWebKey.generate_key("EC", "P-256", is_private=True)
CLIENT = "demo-web"
REDIRECT_URI = "http://localhost:3000/cb"


@pytest.fixture
def launch(start):
    def one(*args, keys=tuple(KEYS.values()), **more):
        client = {"client_secret": None, "token_endpoint_auth_method": "private_key_jwt",
                  "jwks": {"keys": [public(key) for key in keys]}, **more}
        return start("--profile", "standard", *args, fixture=fixture_with(clients={CLIENT: client}))
    return one


def present(server, assertion, code=None, **params):
    """Redeems a code, a fresh one by default, with the assertion."""
    form = {"grant_type": "authorization_code", "code": (code or authorize(server))["code"],
            "redirect_uri": REDIRECT_URI, "client_assertion_type": TYPE, "client_assertion": assertion, **params}
    return server.post(TOKEN, data={name: value for name, value in form.items() if value is not None})


@pytest.mark.parametrize("alg", list(KINDS))
def test_a_client_proves_itself_with_a_key_of_each_kind(launch, alg):
    server = launch()
    assert present(server, signed(claims_for(server), alg)).status_code == 200
    assert present(server, signed(claims_for(server), alg), client_id=CLIENT).status_code == 200
    assert present(server, signed(claims_for(server), alg, kid=None)).status_code == 200


@pytest.mark.parametrize("path", ["", TOKEN, None])
def test_an_assertion_is_for_the_issuer_or_the_endpoint(launch, path):
    server = launch()
    aud = [server.issuer + TOKEN, "https://other.example"] if path is None else server.issuer + path
    assert present(server, signed(claims_for(server, aud=aud))).status_code == 200


def test_revocation_and_introspection_take_assertions_too(launch):
    server = launch()
    tokens = present(server, signed(claims_for(server))).json()
    for path in (INTROSPECT, REVOKE):
        form = {"token": tokens["access_token"], "client_assertion_type": TYPE,
                "client_assertion": signed(claims_for(server, aud=server.issuer + path))}
        assert server.post(path, data=form).status_code == 200


def test_a_replayed_jti_is_refused_wherever_and_however_it_comes(launch):
    server = launch()
    claims = claims_for(server)
    assert present(server, signed(claims)).status_code == 200
    assert "jti" in assert_error(present(server, signed(claims)), "invalid_client", 401)
    assert_error(present(server, signed({**claims, "exp": claims["exp"] + 30}, "RS256")), "invalid_client", 401)
    assert present(server, signed(claims_for(server))).status_code == 200


def test_of_many_who_present_one_assertion_one_is_taken(launch):
    server = launch(grant_types=["authorization_code", "client_credentials"])
    assertion = signed(claims_for(server))
    form = {"grant_type": "client_credentials", "scope": "scenarios:read", "client_assertion_type": TYPE,
            "client_assertion": assertion}
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: server.post(TOKEN, data=form).status_code, range(16)))
    assert sorted(statuses) == [200] + [401] * 15


def test_a_jti_is_remembered_across_a_restart(start):
    client = {"client_secret": None, "token_endpoint_auth_method": "private_key_jwt",
              "jwks": {"keys": [public(KEYS["ES256"])]}}
    server = start("--profile", "standard", fixture=fixture_with(clients={CLIENT: client}), db=True)
    assertion = signed(claims_for(server))
    assert present(server, assertion).status_code == 200
    server.restart()
    assert "jti" in assert_error(present(server, assertion), "invalid_client", 401)


def test_a_jti_belongs_to_its_client(launch, start):
    jwks = {"keys": [public(KEYS["ES256"])]}
    both = {name: {"client_secret": None, "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks,
                   "grant_types": ["authorization_code", "client_credentials"]}
            for name in (CLIENT, "demo-custom-app")}
    server = start("--profile", "standard", fixture=fixture_with(clients=both))
    for name in both:
        claims = claims_for(server, name, jti="the-same-for-both")
        form = {"grant_type": "client_credentials", "scope": "scenarios:read", "client_assertion_type": TYPE,
                "client_assertion": signed(claims)}
        assert server.post(TOKEN, data=form).status_code == 200


NOW = int(time.time())


@pytest.mark.parametrize("changes, word", [
    ({"iss": "demo-spa"}, "iss"), ({"iss": None}, "iss"),
    ({"aud": "https://other.example"}, "aud"), ({"aud": None}, "aud"), ({"aud": []}, "aud"),
    ({"exp": NOW - 1}, "exp"), ({"exp": None}, "exp"), ({"exp": "soon"}, "exp"), ({"exp": NOW + 7200}, "exp"),
    ({"nbf": NOW + 3000}, "nbf"), ({"jti": None}, "jti"), ({"jti": ""}, "jti")])
def test_an_assertion_with_another_claim_is_refused_and_the_claim_named(launch, changes, word):
    server = launch()
    description = assert_error(present(server, signed(claims_for(server, **changes)), client_id=CLIENT),
                               "invalid_client", 401)
    assert word in description


def test_a_refused_assertion_spends_neither_jti_nor_code(launch):
    server = launch()
    code = authorize(server)
    claims = claims_for(server)
    early = signed({**claims, "nbf": claims["exp"]})
    assert_error(present(server, early, code), "invalid_client", 401)
    assert present(server, signed(claims), code).status_code == 200


@pytest.mark.parametrize("forge, word", [
    (lambda s: signed(claims_for(s), key=OTHER), "signature"),
    (lambda s: signed(claims_for(s), kid="unknown"), "key"),
    (lambda s: signed(claims_for(s))[:-6] + "AAAAAA", "signature"),
    (lambda s: "a.b.c", "JWT"),
    (lambda s: ".".join((signed(claims_for(s)).split(".")[0], signed(claims_for(s)).split(".")[1], "")), "signature"),
])
def test_what_the_client_did_not_sign_is_refused_and_says_why(launch, forge, word):
    server = launch()
    assert word in assert_error(present(server, forge(server), client_id=CLIENT), "invalid_client", 401)


@pytest.mark.parametrize("alg", ["none", "HS256"])
def test_an_unsigned_or_symmetric_assertion_is_refused(launch, alg):
    server = launch()
    known = json.dumps(public(KEYS["ES256"]))
    forged = (JsonWebToken([alg]).encode({"alg": alg}, claims_for(server), known).decode()
              if alg != "none" else unsigned(claims_for(server)))
    assert_error(present(server, forged, client_id=CLIENT), "invalid_client", 401)


def unsigned(claims):
    token = signed(claims)
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


@proves("CLA-04")
@pytest.mark.parametrize("more, error, status", [
    ({"client_secret": WEB_SECRET}, "invalid_request", 400),
    ({"client_assertion_type": "urn:other"}, "invalid_client", 401),
    ({"client_assertion_type": None}, "invalid_client", 401),
    ({"client_id": "demo-spa"}, "invalid_request", 400)])
def test_an_assertion_stands_alone_and_for_one_client(launch, more, error, status):
    server = launch()
    assertion = signed(claims_for(server))
    assert_error(present(server, assertion, **more), error, status)


@proves("CLA-09")
def test_another_method_than_the_registered_one_is_refused(launch, start):
    server = launch()
    assert_error(redeem(server, authorize(server)), "invalid_client", 401)
    other = start("--profile", "standard")
    assert_error(present(other, signed(claims_for(other)), client_id=CLIENT), "invalid_client", 401)


@proves("DSC-09", "DSC-16")
def test_the_profile_standard_says_that_it_takes_assertions_and_others_do_not(start):
    document = start("--profile", "standard").get(DISCOVERY).json()
    assert "private_key_jwt" in document["token_endpoint_auth_methods_supported"]
    for endpoint in ("token", "revocation", "introspection"):
        assert document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] == [
            "RS256", "ES256", "EdDSA", "Ed25519"]
    document = start().get(DISCOVERY).json()
    assert "private_key_jwt" not in document["token_endpoint_auth_methods_supported"]
    assert not [name for name in document if "auth_signing_alg" in name]


def test_the_profile_make_refuses_assertions(start):
    client = {"client_secret": None, "token_endpoint_auth_method": "private_key_jwt",
              "jwks": {"keys": [public(KEYS["ES256"])]}}
    server = start(fixture=fixture_with(clients={CLIENT: client}))
    description = assert_error(present(server, signed(claims_for(server))), "invalid_client", 401)
    assert "profile 'make'" in description
