"""The ID token of a code (OpenID Connect Core 2, 3.1.3.6, 3.1.3.7; RFC 7515, RFC 7519)."""

import json
import re
import time

import pytest

from support import (DISCOVERY, authorize, b64url_decode, decode, fixture_with, half_hash, jwks,
                     proves, redeem, refresh, sign_in)
from support_clock import START, after, decode_at, go_to, seconds, start_at
from support_pages import SIGN_IN, begin

pytestmark = pytest.mark.tenants

ALLOWED = {"iss", "sub", "aud", "azp", "exp", "iat", "nbf", "auth_time", "nonce", "acr", "amr",
           "at_hash", "jti", "sid"}
YEAR = 31536000
every_client = pytest.mark.parametrize(
    "client", ["demo-web", "demo-spa", "demo-native", "demo-custom-app"])


def parts(token):
    """Header and claims, read strictly: canonical base64url, no name twice (RFC 7515 2 and 4)."""
    def unique(pairs):
        assert len(dict(pairs)) == len(pairs), pairs
        return dict(pairs)
    segments = token.split(".")
    assert len(segments) == 3
    for segment in segments:
        assert re.fullmatch(r"[A-Za-z0-9_-]+", segment)
        assert len(segment) % 4 != 1
    return [json.loads(b64url_decode(segment).decode("utf-8"), object_pairs_hook=unique)
            for segment in segments[:2]]


@every_client
@proves("IDT-01", "IDT-02", "IDT-03", "IDT-05", "IDT-06", "IDT-11", "IDT-12", "IDT-15", "IDT-17",
        "IDT-18")
def test_the_id_token_is_what_the_standard_says(server, client):
    tokens = sign_in(server, client, scope="openid profile email")
    header, claims = parts(tokens["id_token"])
    assert set(header) <= {"alg", "kid", "typ"}
    assert (header["alg"], header.get("typ", "JWT")) == ("RS256", "JWT")
    assert header["kid"] in [key["kid"] for key in jwks(server)["keys"]]
    assert decode(server, tokens["id_token"], client) == claims
    assert claims["iss"] == server.get(DISCOVERY).json()["issuer"] == server.issuer
    assert claims["sub"] == "1001"
    assert claims["aud"] in (client, [client])
    assert claims.get("azp", client) == client
    assert claims["at_hash"] == half_hash(tokens["access_token"])
    assert isinstance(claims["acr"], str) and claims["acr"]
    assert isinstance(claims["amr"], list) and claims["amr"]
    assert all(isinstance(method, str) and method for method in claims["amr"])
    assert claims.get("nbf", 0) <= time.time()
    assert set(claims) <= ALLOWED  # Core 5.4: what the scopes open is at UserInfo
    assert None not in claims.values() and "" not in claims.values()


@pytest.mark.parametrize("form", ["jwt", "opaque"])
@proves("IDT-12")
def test_at_hash_is_of_the_access_token_it_came_with(start, form):
    server = start(fixture=fixture_with(clients={"demo-web": {"access_token_format": form}}))
    tokens = sign_in(server)
    again = refresh(server, tokens["refresh_token"]).json()
    for answer in (tokens, again):
        claims = decode(server, answer["id_token"], "demo-web")
        assert claims["at_hash"] == half_hash(answer["access_token"])


@proves("IDT-07", "IDT-08")
def test_iat_is_now_and_exp_is_later(server):
    before = int(time.time())
    claims = parts(sign_in(server)["id_token"])[1]
    now = time.time()
    assert type(claims["iat"]) is int and type(claims["exp"]) is int
    assert before <= claims["iat"] <= now
    assert claims["exp"] == claims["iat"] + 300


@pytest.mark.parametrize("ttl", [1, 300, YEAR])
@proves("IDT-07", "IDT-08", "IDT-17")
def test_the_lifetime_is_the_registration_and_never_fifty_years(start, ttl):
    server = start_at(start, fixture=fixture_with(clients={"demo-web": {"id_token_ttl": ttl}}))
    claims = decode_at(server, sign_in(server)["id_token"], START, "demo-web")
    assert (claims["iat"], claims["exp"]) == (seconds(START), seconds(START) + ttl)
    assert claims["exp"] - claims["iat"] < 50 * YEAR
    assert claims.get("nbf", 0) <= seconds(START)


@pytest.mark.parametrize("ttl", [0, -1, 50 * YEAR, 1.5, "300"])
@proves("IDT-07")
def test_a_lifetime_that_is_none_is_refused_at_the_start(start, ttl):
    server = start(fixture=fixture_with(clients={"demo-web": {"id_token_ttl": ttl}}), wait=False)
    assert server.exit_code() == 2
    assert "/clients/0/id_token_ttl" in server.log()


@pytest.mark.parametrize("nonce", ["n", "n-0S6_WzA2Mj", "a b+c%20&d=e", "\u017e\u2713\U0001F600",
                                   "\"\\/'<>", "0", "null", "x" * 500, " "])
@proves("IDT-09")
def test_the_nonce_comes_back_as_it_was_sent(server, nonce):
    claims = decode(server, sign_in(server, nonce=nonce)["id_token"], "demo-web")
    assert claims["nonce"] == nonce


@proves("IDT-09")
def test_without_a_nonce_there_is_none(server):
    for nonce in (None, ""):
        assert "nonce" not in parts(sign_in(server, nonce=nonce)["id_token"])[1]
    one, two = (authorize(server, nonce=nonce)["code"] for nonce in ("one", "two"))
    for code, nonce in ((two, "two"), (one, "one")):
        assert parts(redeem(server, code).json()["id_token"])[1]["nonce"] == nonce


@proves("IDT-10")
def test_auth_time_is_when_the_user_signed_in_and_not_when_the_token_was_made(start):
    server = start_at(start, START, "--login", "page")
    browser = server.browser()
    visit = begin(browser)
    assert visit.path == SIGN_IN
    visit.submit(user="1001").submit(decision="approve")
    first = redeem(server, visit.params["code"]).json()
    assert auth_time(server, first, START) == seconds(START)

    go_to(server, after(100))
    known = begin(browser, max_age="600")
    assert known.page is None, "the session is young enough"
    tokens = redeem(server, known.params["code"]).json()
    claims = decode_at(server, tokens["id_token"], after(100), "demo-web")
    assert claims["iat"] == seconds(after(100))
    assert auth_time(server, tokens, after(100)) == seconds(START)

    again = begin(browser, max_age="99")
    assert again.path == SIGN_IN, "the session is too old"
    code = again.submit(user="1001").params["code"]
    assert auth_time(server, redeem(server, code).json(), after(100)) == seconds(after(100))


def auth_time(server, tokens, moment):
    claims = decode_at(server, tokens["id_token"], moment, "demo-web")
    assert type(claims["auth_time"]) is int
    assert claims["auth_time"] <= claims["iat"]
    return claims["auth_time"]


@proves("IDT-11")
def test_amr_tells_a_password_from_a_click(start):
    server = start("--login", "page")
    for fields in ({"user": "1001"}, {"username": "1002", "password": "member-password"}):
        visit = begin(server.browser())
        visit.submit(**fields).submit(decision="approve")
        claims = decode(server, redeem(server, visit.params["code"]).json()["id_token"])
        # RFC 8176 2: "pwd" is authentication by password.
        assert ("pwd" in claims["amr"]) == ("password" in fields)
        assert isinstance(claims["acr"], str) and claims["acr"]


@proves("IDT-04")
def test_sub_is_the_same_for_every_client_at_every_time(start):
    server = start_at(start)
    subs = [parts(sign_in(server, client, scope="openid")["id_token"])[1]["sub"]
            for client in ("demo-web", "demo-spa", "demo-native", "demo-custom-app")]
    go_to(server, after(86400 * 365))
    subs.append(parts(sign_in(server, scope="openid")["id_token"])[1]["sub"])
    subs.append(parts(sign_in(server, scope="openid", login_hint="olivia.owner@example.com")
                      ["id_token"])[1]["sub"])
    assert subs == ["1001"] * 6


@proves("IDT-04")
def test_a_sub_has_up_to_255_ascii_characters_and_belongs_to_one_user(start):
    longest = "s" * 255
    server = start(fixture=fixture_with(users={longest: {}}))
    tokens = sign_in(server, scope="openid", login_hint=longest)
    assert decode(server, tokens["id_token"])["sub"] == longest
    for bad in ("s" * 256, "\u017e", "", "a b", "a\nb", 7):
        users = fixture_with()["users"] + [{"sub": bad}]
        refused = start(fixture=fixture_with(users=users), wait=False)
        assert refused.exit_code() == 2
        assert "/users/3/sub" in refused.log()
    twice = start(fixture=fixture_with(users=fixture_with()["users"] + [{"sub": "1001"}]),
                  wait=False)
    assert twice.exit_code() == 2
    assert "1001" in twice.log()


@proves("IDT-04")
def test_a_sub_is_not_given_on_to_another_user_of_the_same_address(start):
    server = start_at(start, START, fixture=fixture_with())
    refresh_token = sign_in(server, login_hint="1002")["refresh_token"]
    users = {"1002": None, "1009": {"email": "max.member@example.com"}}
    server.fixture_path.write_text(json.dumps(fixture_with(users=users)), "utf-8")
    server.restart()
    fresh = sign_in(server, login_hint="max.member@example.com")
    assert parts(fresh["id_token"])[1]["sub"] == "1009"
    refused = refresh(server, refresh_token)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


@proves("IDT-20")
def test_a_jti_is_never_used_twice(server):
    tokens = [sign_in(server)["id_token"] for _ in range(20)]
    ids = [claims["jti"] for _, claims in map(parts, tokens) if "jti" in claims]
    assert len(set(ids)) == len(ids)
    assert all("sid" not in claims for _, claims in map(parts, tokens))  # no logout is offered
