"""Tokens signed by a key that was published just before: a client that caches the JWKS has to read it again."""

import jwt
import pytest
from support import JWKS, authorize, redeem, sign_in
from test_door import tell
from test_minting import failed, key_of, minted
from test_mishaps import counted, fault

pytestmark = pytest.mark.tenants


def kid_of(token):
    return jwt.get_unverified_header(token)["kid"]


def published(server):
    return [key["kid"] for key in server.get(JWKS).json()["keys"]]


def verified(server, token, alg="RS256"):
    return jwt.decode(token, key_of(server, token), algorithms=[alg], options={"verify_aud": False})


def test_an_id_token_is_signed_by_a_key_that_was_not_there_before_and_later_ones_too(server):
    cached = published(server)
    number = fault(server, fault="new_key", times=1)
    code = authorize(server)
    assert published(server) == cached and counted(server, number) == (0, 0)  # no token, no key
    token = redeem(server, code).json()["id_token"]
    assert kid_of(token) not in cached and verified(server, token)["iss"] == server.issuer
    assert set(published(server)) == {*cached, kid_of(token)} and counted(server, number) == (1, 1)
    states = {row["kid"]: row["state"] for row in tell(server, "GET", "keys").json()["items"]}
    assert states == {cached[0]: "retired", kid_of(token): "signs"}
    assert kid_of(sign_in(server)["id_token"]) == kid_of(token)


@pytest.mark.parametrize("kind, alg", [("id", "RS256"), ("access", "RS256"), ("id", "ES256")])
def test_a_token_is_minted_under_a_new_key_of_its_algorithm(start, kind, alg):
    server = start("--profile", "standard")
    tell(server, "PATCH", "clients/demo-web", {"id_token_signed_response_alg": alg})
    cached = published(server)
    token = minted(server, client_id="demo-web", kind=kind, bad="new_key")["id_token" if kind == "id" else "access_token"]
    assert kid_of(token) not in cached and verified(server, token, alg) and not failed(server, token)
    assert len(published(server)) == len(cached) + 1


def test_both_tokens_of_an_answer_are_under_the_same_new_key(server):
    fault(server, match={"endpoint": "token"}, do={"token": "new_key", "access_token": "new_key"})
    tokens = sign_in(server)
    assert kid_of(tokens["id_token"]) == kid_of(tokens["access_token"]) and len(published(server)) == 2


def test_where_all_keys_are_in_use_the_token_is_good(server):
    kids = [kid_of(minted(server, bad="new_key")["access_token"]) for _ in range(65)]
    assert len(set(kids)) == 63 and kids[62] == kids[63] == kids[64]
