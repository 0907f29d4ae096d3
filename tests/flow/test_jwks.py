"""The published keys (RFC 7517, RFC 7518 6.3): public members alone, named by their thumbprint, there
as long as anything they signed."""

import functools
import json
import os
import re
import stat

import pytest
from authlib.jose import JsonWebKey
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support import (DISCOVERY, JWKS, ROOT, TOKEN, USERINFO, b64url_decode, decode, fixture_with,
                     jwks, proves, sign_in, userinfo)
from support_clock import START, after, decode_at, go_to, start_at

pytestmark = pytest.mark.tenants

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@functools.cache
def private_pem(number):
    """One of several keys; making one takes longer than most tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption()).decode("ascii")


@functools.cache
def kid_of(pem):
    return JsonWebKey.import_key(pem).thumbprint()


def kids(server):
    return [key["kid"] for key in jwks(server)["keys"]]


def keys_of(*pems):
    return [{"alg": "RS256", "pem": pem} for pem in pems]


def rotate(server, moment, *pems):
    """Starts the server again at another time, with other keys in its fixture."""
    server.fixture_path.write_text(json.dumps(fixture_with(keys=keys_of(*pems))), "utf-8")
    server.secret(*(line for pem in pems for line in pem.splitlines()[1:-1]))
    go_to(server, moment)


def start_with(start, *pems):
    server = start_at(start, fixture=fixture_with(keys=keys_of(*pems)))
    server.secret(*(line for pem in pems for line in pem.splitlines()[1:-1]))
    return server


@proves("JWK-01")
def test_the_key_set_is_a_json_object_with_keys(server):
    response = server.get(JWKS)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert set(response.json()) == {"keys"}
    assert len(response.json()["keys"]) == 1


@pytest.mark.parametrize("keys", ["fixture", "generate", "two"])
@proves("JWK-03", "JWK-04", "JWK-05", "JWK-06", "JWK-10")
def test_every_key_is_well_formed_and_named_by_its_thumbprint(start_process, keys):
    rows = {"fixture": fixture_with()["keys"], "generate": "generate",
            "two": keys_of(private_pem(0), private_pem(1))}[keys]
    if keys == "fixture":
        server = start_process()
    else:
        server = start_process(fixture=fixture_with(keys=rows))
    published = jwks(server)["keys"]
    assert len(published) == (2 if keys == "two" else 1)
    for key in published:
        # developers.make.com lists the same members.
        assert set(key) == {"alg", "kty", "use", "kid", "n", "e"}
        assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
        assert key["e"] == "AQAB"
        assert re.fullmatch(r"[A-Za-z0-9_-]+", key["n"])
        modulus = b64url_decode(key["n"])
        assert modulus[0] != 0
        assert int.from_bytes(modulus, "big").bit_length() >= 2048
        bare = {name: key[name] for name in ("kty", "n", "e")}
        assert key["kid"] == JsonWebKey.import_key(bare).thumbprint()  # RFC 7638 3
    assert len({key["kid"] for key in published}) == len(published)


def private_texts(pem):
    """The private key as it could leak: JWK members in base64url, hexadecimal, lines of the PEM."""
    jwk = JsonWebKey.import_key(pem).as_dict(is_private=True)
    members = [jwk[name] for name in ("d", "p", "q", "dp", "dq", "qi")]
    return members + [b64url_decode(text).hex() for text in members] + pem.splitlines()[2:-1]


@proves("JWK-02")
def test_no_answer_holds_anything_of_a_private_key(start):
    pems = [private_pem(0), private_pem(1), private_pem(2)]
    server = start_with(start, *pems[:2])
    sign_in(server)
    rotate(server, after(60), pems[2], pems[1])
    answers = [server.request(method, path)
               for path in (JWKS, DISCOVERY, TOKEN, USERINFO, JWKS + "/" + kids(server)[0],
                            JWKS + "?d=1&private=true", "/_makeshift/health", "/keys",
                            "/_makeshift/keys", "/fixtures/keys/signing.pem", "/keys/signing.pem")
               for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS")]
    answers.append(server.get(JWKS, headers={"Accept": "application/x-pem-file"}))
    bodies = "\n".join(answer.text for answer in answers)
    for pem in pems:
        for text in private_texts(pem):
            assert text not in bodies
    assert len(jwks(server)["keys"]) == 3 + 1  # POST at the control door publishes one
    for answer in answers:
        if answer.request.method == "GET" and answer.url.partition("?")[0].endswith(JWKS):
            for key in answer.json()["keys"]:
                assert not PRIVATE & set(key)


@proves("JWK-07")
def test_a_replaced_key_stays_until_the_last_token_it_signed_expires(start):
    old, new = private_pem(0), private_pem(1)
    server = start_with(start, old)
    tokens = sign_in(server)
    assert kids(server) == [kid_of(old)]

    rotate(server, after(299), new)
    assert kids(server) == [kid_of(new), kid_of(old)]
    assert tokens["expires_in"] == 300
    for name in ("access_token", "id_token"):  # both live for another second
        assert decode_at(server, tokens[name], after(299)).header["kid"] == kid_of(old)
    assert userinfo(server, tokens["access_token"]).status_code == 200
    fresh = sign_in(server)
    assert decode_at(server, fresh["id_token"],
                     after(299)).header["kid"] == kid_of(new)


@proves("JWK-07")
def test_a_replaced_key_leaves_once_nothing_it_signed_can_be_alive(start):
    old, new = private_pem(0), private_pem(1)
    server = start_with(start, old)
    sign_in(server)
    rotate(server, after(300), new)  # it might have signed until this moment
    assert kids(server) == [kid_of(new), kid_of(old)]
    go_to(server, after(599))
    assert kids(server) == [kid_of(new), kid_of(old)]
    go_to(server, after(601))
    assert kids(server) == [kid_of(new)]


@proves("JWK-07")
def test_a_key_is_published_before_it_signs(start):
    old, new = private_pem(0), private_pem(1)
    server = start_with(start, old, new)
    assert kids(server) == [kid_of(old), kid_of(new)]
    assert decode_at(server, sign_in(server)["id_token"], START).header["kid"] == kid_of(old)
    rotate(server, after(60), new, old)
    assert decode_at(server, sign_in(server)["id_token"],
                     after(60)).header["kid"] == kid_of(new)


@proves("JWK-08")
def test_the_key_set_may_be_cached_for_less_time_than_a_replaced_key_stays(start):
    old, new = private_pem(0), private_pem(1)
    server = start_with(start, old)
    response = server.get(JWKS)
    assert re.fullmatch(r'"[\x21\x23-\x7E]+"', response.headers["ETag"])
    age = int(re.search(r"\bmax-age=(\d+)\b", response.headers["Cache-Control"])[1])
    assert age > 0
    assert "no-store" not in response.headers["Cache-Control"]
    rotate(server, START, new)
    go_to(server, after(age))
    assert kid_of(old) in kids(server)


@pytest.mark.parametrize("path", [JWKS, DISCOVERY])
@proves("JWK-08")
def test_a_cached_document_is_confirmed_by_its_etag(server, path):
    first = server.get(path)
    etag = first.headers["ETag"]
    for known in (etag, "W/" + etag, f'"other", {etag}', f'W/"other",W/{etag}', "*"):
        response = server.get(path, headers={"If-None-Match": known})
        assert response.status_code == 304, known
        assert response.content == b""
        assert response.headers["ETag"] == etag
        assert response.headers["Cache-Control"] == first.headers["Cache-Control"]
    for other in ('"other"', etag.strip('"'), etag[:-2] + '"', ""):
        response = server.get(path, headers={"If-None-Match": other})
        assert response.status_code == 200, other
        assert response.content == first.content


@proves("JWK-08")
def test_other_keys_have_another_etag(start):
    one, other = (start(fixture=fixture_with(keys=keys_of(private_pem(number)))) for number in range(2))
    assert one.get(JWKS).headers["ETag"] != other.get(JWKS).headers["ETag"]


@proves("JWK-10")
def test_generated_keys_survive_a_restart_with_their_tokens(start):
    server = start(fixture=fixture_with(keys="generate"), db=True)
    before, tokens = jwks(server), sign_in(server)
    server.kill9()
    server.restart()
    assert jwks(server) == before
    assert decode(server, tokens["id_token"], "demo-web")["sub"] == "1001"
    assert userinfo(server, tokens["access_token"]).status_code == 200


@proves("JWK-10")
def test_without_a_database_the_fixture_key_is_the_same_at_every_start(start_process):
    assert jwks(start_process()) == jwks(start_process())
    text = (ROOT / "fixtures/keys/signing.pem").read_text("ascii")
    assert kids(start_process()) == [kid_of(text[text.index("-----BEGIN"):])]


def test_generated_keys_are_each_database_own(start):
    fixture = fixture_with(keys="generate")
    assert jwks(start(fixture=fixture, db=True)) != jwks(start(fixture=fixture, db=True))


def test_the_database_that_holds_the_key_is_for_its_owner_alone(start):
    umask = os.umask(0)
    try:
        server = start(fixture=fixture_with(keys="generate"), db=True)
    finally:
        os.umask(umask)
    sign_in(server)
    for path in (server.db, server.db + "-wal"):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path


@proves("JWK-10")
def test_generated_keys_without_a_database_are_announced_as_passing(start_process):
    server = start_process(fixture=fixture_with(keys="generate"))
    line = server.wait_log(r"serving")
    assert re.search(r"new keys end with the process", line)
