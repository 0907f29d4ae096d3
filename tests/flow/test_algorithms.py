"""ID tokens signed as the client is registered: RS256, ES256 and EdDSA (OpenID Connect Core 2, 15.1; RFC 7518 3.4;
RFC 8037). authlib verifies, which shares no code with the server."""

import base64
import hashlib

import pytest

from support import (AUTHORIZE, DISCOVERY, authorize, authorize_params, decode, fixture_with, half_hash, jwks,
                     location_params, proves, redeem, refresh, sign_in, userinfo)

pytestmark = pytest.mark.tenants

HASHES = {"RS256": hashlib.sha256, "ES256": hashlib.sha256, "EdDSA": hashlib.sha512}
every_alg = pytest.mark.parametrize("alg", list(HASHES))


def half(alg, text):
    """OpenID Connect Core 3.1.3.6: of the hash that the algorithm uses."""
    digest = HASHES[alg](text.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[:len(digest) // 2]).rstrip(b"=").decode()


@pytest.fixture
def standard(start):
    def launch(alg, *args):
        clients = {"demo-web": {"id_token_signed_response_alg": alg}}
        return start("--profile", "standard", *args, fixture=fixture_with(clients=clients))
    return launch


@every_alg
@proves("IDT-01", "IDT-02", "IDT-12")
def test_an_id_token_is_signed_as_its_client_is_registered(standard, alg):
    server = standard(alg)
    tokens = sign_in(server)
    claims = decode(server, tokens["id_token"], "demo-web", alg=alg)
    assert claims.header["alg"] == alg
    assert claims["at_hash"] == half(alg, tokens["access_token"])
    renewed = refresh(server, tokens["refresh_token"]).json()
    claims = decode(server, renewed["id_token"], "demo-web", alg=alg)
    assert claims["at_hash"] == half(alg, renewed["access_token"])
    # Whatever the client reads, the access token is the server's: RFC 9068 2.1.
    assert decode(server, tokens["access_token"]).header["alg"] == "RS256"
    assert userinfo(server, renewed["access_token"]).status_code == 200


@every_alg
@proves("IDT-13", "IDT-14")
def test_c_hash_goes_with_the_algorithm(standard, alg):
    server = standard(alg)
    answer = location_params(server.get(AUTHORIZE, params=authorize_params(
        response_type="code id_token", nonce="n")))
    front = decode(server, answer["id_token"], "demo-web", alg=alg)
    assert front["c_hash"] == half(alg, answer["code"])
    back = decode(server, redeem(server, answer["code"]).json()["id_token"], "demo-web", alg=alg)
    assert (front["sub"], front["iss"]) == (back["sub"], back["iss"])


@every_alg
@proves("AUT-28")
def test_an_id_token_of_every_algorithm_is_a_hint(standard, alg):
    server = standard(alg)
    browser = server.browser()
    code = authorize(server, browser=browser, login_hint="1003")
    token = redeem(server, code).json()["id_token"]
    assert "code" in authorize(server, browser=browser, id_token_hint=token, prompt="none")
    head, body, signature = token.split(".")
    forged = ".".join((head, body, signature[:-8] + "AAAAAAAA"))
    assert authorize(server, id_token_hint=forged)["error"] == "invalid_request"


@proves("DSC-05", "JWK-01", "JWK-02", "JWK-05", "JWK-06")
def test_the_keys_and_algorithms_of_the_profile_are_published_and_no_others(start):
    for profile, algs in (("standard", ["RS256", "ES256", "EdDSA"]), ("make", ["RS256"]),
                          ("make-published", ["RS256"])):
        server = start("--profile", profile)
        keys = jwks(server)["keys"]
        assert [key["alg"] for key in keys] == algs
        assert server.get(DISCOVERY).json()["id_token_signing_alg_values_supported"] == algs
        for key in keys:
            assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(key)
        assert len({key["kid"] for key in keys}) == len(keys)


def test_another_profile_refuses_a_client_whose_algorithm_it_does_not_serve(start):
    clients = {"demo-web": {"id_token_signed_response_alg": "ES256"}}
    server = start("--profile", "make", fixture=fixture_with(clients=clients))
    refused = authorize(server)
    assert refused["error"] == "unauthorized_client"
    assert "ES256" in refused["error_description"] and "make" in refused["error_description"]
    assert "code" in authorize(server, scope="user:read")  # where no ID token is made


@every_alg
def test_the_same_seed_and_clock_give_the_same_signatures(standard, alg):
    runs = [sign_in(standard(alg, "--seed", "7", "--clock", "2026-01-01T00:00:00Z", "--issuer",
                             "http://localhost:9999")) for _ in range(2)]
    assert runs[0] == runs[1]


@proves("JWK-07", "JWK-10")
def test_generated_keys_of_every_algorithm_survive_a_restart(start):
    clients = {"demo-web": {"id_token_signed_response_alg": "EdDSA"}}
    server = start("--profile", "standard", fixture=fixture_with(clients=clients, keys="generate"), db=True)
    before = jwks(server)
    token = sign_in(server)["id_token"]
    server.restart()
    assert jwks(server) == before and len(before["keys"]) == 3
    decode(server, token, "demo-web", alg="EdDSA")


def test_at_hash_of_the_default_is_that_of_rs256(server):
    tokens = sign_in(server)
    assert decode(server, tokens["id_token"], "demo-web")["at_hash"] == half_hash(tokens["access_token"])
