"""What is no access token opens nothing (RFC 8725 3.1, 3.11, 3.12; RFC 9068 4): codes, refresh tokens,
ID tokens, and JWTs that somebody else made. Profile make takes the ID token, as Make documents; it
lives and dies with its access token."""

import base64
import functools
import hashlib
import hmac
import json
import time

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from support import (ROOT, authorize, b64url_decode, fixture_with, jwks, proves, redeem, refresh,
                     revoke, sign_in, userinfo)
from support_clock import after, go_to, start_at

pytestmark = pytest.mark.tenants

profiles = pytest.mark.parametrize("profile", ["make", "standard"])


def b64url(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode("utf-8")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def read(token):
    return [json.loads(b64url_decode(part)) for part in token.split(".")[:2]]


def signed(header, claims, key):
    text = f"{b64url(header)}.{b64url(claims)}"
    return f"{text}.{b64url(key.sign(text.encode('ascii'), padding.PKCS1v15(), hashes.SHA256()))}"


@functools.cache
def fixtures_key():
    text = (ROOT / "fixtures/keys/signing.pem").read_text("ascii")
    return serialization.load_pem_private_key(text[text.index("-----BEGIN"):].encode("ascii"), None)


def server_key(server):
    """The signing key of a process with the default fixture: everybody has it."""
    key = fixtures_key()
    assert jwk_of(key)["n"] in [row.get("n") for row in jwks(server)["keys"]]
    return key


@functools.cache
def stranger_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def assert_refused(server, token):
    response = userinfo(server, token)
    assert response.status_code == 401, (read(token) if token.count(".") == 2 else token)
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


@profiles
@pytest.mark.parametrize("form", ["jwt", "opaque"])
@proves("UIN-17")
def test_a_code_or_a_refresh_token_is_no_bearer(start, profile, form):
    server = start("--profile", profile,
                   fixture=fixture_with(clients={"demo-web": {"access_token_format": form}}))
    code = authorize(server)["code"]
    assert_refused(server, code)
    tokens = redeem(server, code).json()  # presented in the wrong place, it was not spent
    assert_refused(server, tokens["refresh_token"])
    assert refresh(server, tokens["refresh_token"]).status_code == 200
    assert_refused(server, code)


@proves("IDT-19", "UIN-17")
def test_profile_standard_refuses_the_id_token(start):
    server = start("--profile", "standard")
    for client in ("demo-web", "demo-native"):
        tokens = sign_in(server, client)
        response = userinfo(server, tokens["id_token"])
        assert_refused(server, tokens["id_token"])
        assert "ID token" in response.json()["error_description"]
        assert userinfo(server, tokens["access_token"]).status_code == 200


@pytest.mark.parametrize("profile", ["make", "make-published"])
@pytest.mark.parametrize("form", ["jwt", "opaque"])
def test_profile_make_takes_the_id_token(start, profile, form):
    server = start("--profile", profile,
                   fixture=fixture_with(clients={"demo-web": {"access_token_format": form}}))
    tokens = sign_in(server, scope="openid email")
    by_id_token = userinfo(server, tokens["id_token"])
    assert by_id_token.status_code == 200
    assert by_id_token.json() == userinfo(server, tokens["access_token"]).json()
    assert set(by_id_token.json()) == {"sub", "email", "email_verified"}


def end_by_revocation(server, tokens, _):
    revoke(server, tokens["access_token"])


def end_by_family(server, tokens, _):
    revoke(server, tokens["refresh_token"])


def end_by_replay(server, _, code):
    assert redeem(server, code).status_code == 400


def end_by_reuse(server, tokens, _):
    refresh(server, tokens["refresh_token"])
    assert refresh(server, tokens["refresh_token"]).status_code == 400


@pytest.mark.parametrize("end", [end_by_revocation, end_by_family, end_by_replay, end_by_reuse])
def test_the_id_token_dies_with_its_access_token(server, end):
    code = authorize(server)["code"]
    tokens = redeem(server, code).json()
    assert userinfo(server, tokens["id_token"]).status_code == 200
    end(server, tokens, code)
    assert_refused(server, tokens["id_token"])


@pytest.mark.parametrize("access_ttl, id_ttl", [(100, 300), (300, 100)])
def test_the_id_token_opens_nothing_once_it_or_its_access_token_expired(start, access_ttl, id_ttl):
    server = start_at(start, fixture=fixture_with(clients={"demo-web": {
        "access_token_ttl": access_ttl, "id_token_ttl": id_ttl}}))
    tokens = sign_in(server)
    go_to(server, after(99))
    assert userinfo(server, tokens["id_token"]).status_code == 200
    go_to(server, after(100))
    assert_refused(server, tokens["id_token"])
    alive = access_ttl > 100
    assert userinfo(server, tokens["access_token"]).status_code == (200 if alive else 401)


def forgeries(server, token):
    """The token's claims, under headers and signatures that are not the server's."""
    header, claims = read(token)
    stranger = stranger_key()
    public = serialization.load_der_public_key(server_key(server).public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    pem = public.public_bytes(serialization.Encoding.PEM,
                              serialization.PublicFormat.SubjectPublicKeyInfo)
    signature = token.split(".")[2]
    for none in ("none", "None", "NONE", "nOnE"):
        bare = f"{b64url({**header, 'alg': none})}.{b64url(claims)}."
        yield bare
        yield bare + signature
    # HS256 with the RSA public key for a secret, in the forms that a careless server would use.
    for secret in (pem, pem.strip(), jwks(server)["keys"][0]["n"].encode("ascii"), b""):
        text = f"{b64url({**header, 'alg': 'HS256'})}.{b64url(claims)}"
        digest = hmac.new(secret, text.encode("ascii"), hashlib.sha256).digest()
        yield f"{text}.{b64url(digest)}"
    yield signed(header, claims, stranger)  # a known kid, another key
    yield signed({**header, "kid": "unknown"}, claims, stranger)
    yield signed({**header, "jwk": jwk_of(stranger), "kid": None}, claims, stranger)
    yield signed({**header, "jku": "http://127.0.0.1:1/jwks", "kid": "unknown"}, claims, stranger)
    yield signed({**header, "alg": "RS512"}, claims, server_key(server))
    yield signed({k: v for k, v in header.items() if k != "kid"}, claims, stranger)


def jwk_of(key):
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "e": "AQAB", "n": b64url(numbers.n.to_bytes(256, "big"))}


@profiles
@proves("UIN-18")
def test_jwts_that_the_server_did_not_sign_are_refused(start_process, profile):
    server = start_process("--profile", profile)
    tokens = sign_in(server)
    for name in ("access_token", "id_token"):
        for forged in forgeries(server, tokens[name]):
            assert_refused(server, forged)
        changed = tokens[name].split(".")
        _, claims = read(tokens[name])
        changed[1] = b64url({**claims, "sub": "1002"})
        assert_refused(server, ".".join(changed))
    assert userinfo(server, tokens["access_token"]).status_code == 200


@profiles
@proves("UIN-18", "IDT-19")
def test_jwts_of_the_right_key_with_other_claims_are_refused(start_process, profile):
    """Whoever has the key can sign; but what the server did not issue, it does not know."""
    server = start_process("--profile", profile)
    tokens = sign_in(server)
    header, claims = read(tokens["access_token"])
    key, now = server_key(server), int(time.time())
    for change in ({"iss": "http://localhost:1"}, {"aud": "https://other.example"}, {"sub": "1002"},
                   {"exp": now + 10 ** 6}, {"jti": "another"}, {"client_id": "demo-spa"},
                   {"scope": "openid profile email phone"}, {"nbf": now + 1000}):
        assert_refused(server, signed(header, {**claims, **change}, key))
    for typ in ("JWT", "application/at+jwt", "logout+jwt", "dpop+jwt", ""):
        assert_refused(server, signed({**header, "typ": typ}, claims, key))
    assert_refused(server, signed({k: v for k, v in header.items() if k != "typ"}, claims, key))


@proves("UIN-18")
def test_an_id_token_of_another_issuer_or_for_no_access_token_is_refused(start_process):
    server = start_process()
    header, claims = read(sign_in(server)["id_token"])
    key = server_key(server)
    for change in ({"iss": "http://localhost:1"}, {"at_hash": "A" * 22}, {"at_hash": ""},
                   {"at_hash": None}, {"at_hash": 7}, {"at_hash": "A" * 43}, {"exp": 1},
                   {"iss": None}, {"exp": None}, {"exp": "never"}):
        assert_refused(server, signed(header, {**claims, **change}, key))
    for text in ("{}", "[]", "null", '{"iss":1}', "{", "", '{"iss":"a","iss":"b"}'):
        assert_refused(server, signed(header, text.encode("ascii"), key))
    for crit in (["exp"], [], "exp"):
        assert_refused(server, signed({**header, "crit": crit}, claims, key))


@profiles
@proves("UIN-18")
def test_a_token_of_another_server_with_the_same_key_is_refused(start_process, profile):
    one, other = (start_process("--profile", profile) for _ in range(2))
    assert jwks(one) == jwks(other)
    tokens = sign_in(other)
    for name in ("access_token", "id_token", "refresh_token"):
        assert_refused(one, tokens[name])
