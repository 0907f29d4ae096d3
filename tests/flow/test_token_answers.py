"""What the token endpoint answers: tokens (RFC 6749 5.1) and refusals (5.2)."""

import json
import re

import pytest

from support import (
    CLIENTS, TOKEN, WEB_SECRET, assert_error, authorize, b64url_decode, client_form, decode,
    fixture_with, parse_answer, proves, redeem, refresh, revoke, sign_in, userinfo,
)
from support_clock import after, go_to, start_at

pytestmark = pytest.mark.tenants

TOKEN_ERRORS = {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
                "unsupported_grant_type", "invalid_scope"}
VSCHAR = r"[\x20-\x7E]+"
SCOPE = r"[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*"
formats = pytest.mark.parametrize("form", ["jwt", "opaque"])


def members(response):
    """The JSON object; a name that stands twice fails, as does what is not UTF-8."""
    def unique(pairs):
        assert len(dict(pairs)) == len(pairs), pairs
        return dict(pairs)
    return json.loads(response.content.decode("utf-8"), object_pairs_hook=unique)


def assert_never_kept(response):
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"
    assert response.headers["Content-Type"] == "application/json"
    assert "ETag" not in response.headers and "Expires" not in response.headers


def assert_tokens(response, scope):
    """A token answer as RFC 6749 5.1 wants it; returns it."""
    assert response.status_code == 200, response.text
    assert_never_kept(response)
    body = members(response)
    assert re.fullmatch(VSCHAR, body["access_token"])
    assert body["token_type"] == "Bearer"
    assert type(body["expires_in"]) is int and body["expires_in"] > 0
    assert body["scope"] == scope and re.fullmatch(SCOPE, scope)
    for name, value in body.items():
        assert value not in (None, "", [], {}), name
    assert ("id_token" in body) == ("openid" in scope.split())
    for name in ("refresh_token", "id_token"):
        assert re.fullmatch(VSCHAR, body.get(name, "x")), name
    known = {"access_token", "token_type", "expires_in", "scope", "refresh_token", "id_token"}
    assert set(body) <= known
    return body


@formats
@pytest.mark.parametrize("client", sorted(CLIENTS))
@pytest.mark.parametrize("scope", ["openid email", "scenarios:read"])
@proves("TOK-08", "TOK-09", "TOK-10", "TOK-11", "TOK-12", "TOK-13", "TOK-14", "TOK-15", "TOK-16",
        "TOK-17", "TOK-25")
def test_a_redeemed_code_is_answered_with_tokens(start, client, form, scope):
    server = start(fixture=fixture_with(clients={client: {"access_token_format": form}}))
    body = assert_tokens(redeem(server, authorize(server, client, scope=scope), client), scope)
    assert body["expires_in"] == 300
    assert "refresh_token" in body
    assert (body["access_token"].count(".") == 2) == (form == "jwt")
    if "refresh_token" in body:
        again = assert_tokens(refresh(server, body["refresh_token"], client), scope)
        assert again["access_token"] != body["access_token"]


@proves("TOK-14")
def test_scope_is_told_when_it_differs_from_what_was_asked(server):
    tokens = assert_tokens(redeem(server, authorize(server, scope="openid,email,  profile openid")),
                           "openid email profile")
    narrowed = refresh(server, tokens["refresh_token"], scope="email")
    assert_tokens(narrowed, "email")


@proves("TOK-16")
def test_the_id_token_comes_with_openid_alone(server):
    assert "id_token" not in sign_in(server, scope="profile email")
    assert "id_token" in sign_in(server, scope="email openid")


@proves("TOK-13")
def test_expires_in_is_the_lifetime_that_is_kept(start):
    server = start_at(start, fixture=fixture_with(clients={"demo-web": {"access_token_ttl": 7}}))
    tokens = sign_in(server)
    assert tokens["expires_in"] == 7
    go_to(server, after(6))
    assert userinfo(server, tokens["access_token"]).status_code == 200
    go_to(server, after(7))
    assert userinfo(server, tokens["access_token"]).status_code == 401


@proves("TOK-25")
def test_header_names_are_written_as_everybody_does_and_stand_once(start_process):
    server = start_process()
    body = b"grant_type=authorization_code&client_id=demo-web&client_secret=wrong&code=x"
    for data in (body, body.replace(b"wrong", WEB_SECRET.encode()), b"grant_type=x"):
        raw = server.raw(b"POST /oauth/v2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                         b"application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
                         % (len(data), data))
        status, headers, text = parse_answer(raw)
        assert status in (400, 401)
        names = [line.split(b":")[0].decode() for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]]
        assert len({name.lower() for name in names}) == len(names), names
        assert {"Content-Type", "Content-Length", "Cache-Control", "Pragma", "Date"} <= set(names)
        for name in names:
            assert re.fullmatch(r"([A-Z][a-z]+|X|WWW)(-([A-Z][a-z]+))*", name), name
        assert headers["Content-Type"] == "application/json"
        assert "error" in json.loads(text)


HOSTILE = ['"', "\\", "\x7f", "\x1b[31m", "\r\nSet-Cookie: a=b", "\u017elut\u00fd", "\u202e",
           "<script>alert(1)</script>", "\U0001F600", "a" * 3000, '","error":"none', "%0d%0a", "\t"]


@pytest.mark.parametrize("name", ["grant_type", "client_id", "code", "redirect_uri", "scope",
                                  "refresh_token", "code_verifier", "client_secret"])
@proves("TOK-17", "TOK-18", "TOK-19", "TOK-10", "TOK-09", "TOK-20")
def test_whatever_is_sent_the_refusal_is_sound(server, name):
    verifier = "v" * 43
    tokens = sign_in(server)
    for value in HOSTILE:
        form = {"grant_type": "authorization_code", **client_form("demo-web"), "code": "no-code",
                "redirect_uri": CLIENTS["demo-web"][1]}
        if name in ("redirect_uri", "code_verifier"):
            form["code"] = authorize(server)["code"]
        if name in ("refresh_token", "scope"):
            form["grant_type"] = "refresh_token"
            form["refresh_token"] = tokens["refresh_token"]
        form[name] = value + verifier if name == "code_verifier" else value
        response = server.post(TOKEN, data={k: v.encode("utf-8") for k, v in form.items()})
        assert response.status_code == (401 if name in ("client_id", "client_secret") else 400)
        assert_never_kept(response)
        body = members(response)
        assert set(body) == {"error", "error_description"}
        assert body["error"] in TOKEN_ERRORS
        assert_error(response, body["error"], response.status_code)
        assert "Set-Cookie" not in response.headers


def four_refusals(server, kind, moments):
    """The answers to an unknown, an expired, a foreign and a used code or refresh token."""
    if kind == "code":
        expired, foreign, used = (authorize(server, client)["code"]
                                  for client in ("demo-web", "demo-custom-app", "demo-web"))
        present = redeem
    else:
        expired, foreign, used = (sign_in(server, client)["refresh_token"]
                                  for client in ("demo-web", "demo-custom-app", "demo-web"))
        present = refresh
    answers = {"unknown": present(server, "x" * 43), "foreign": present(server, foreign)}
    assert present(server, used).status_code == 200
    answers["used"] = present(server, used)
    go_to(server, moments)
    answers["expired"] = present(server, expired)
    return answers


@pytest.mark.parametrize("kind, moment", [("code", after(300)), ("token", after(15552000))])
@proves("TOK-24")
def test_codes_and_tokens_are_refused_alike_and_told_apart_by_the_description(start, kind, moment):
    answers = four_refusals(start_at(start), kind, moment)
    said = [assert_error(answer, "invalid_grant") for answer in answers.values()]
    assert len(set(said)) == 4, said
    words = {"unknown": "unknown", "foreign": "not issued to client 'demo-web'", "expired": "expired",
             "used": "redeemed 0 s ago" if kind == "code" else "used 0 s ago"}
    for which, description in zip(answers, said):
        assert words[which] in description, (which, description)


@pytest.mark.parametrize("kind, moment", [("code", after(300)), ("token", after(15552000))])
@proves("TOK-24")
def test_terse_refusals_are_the_same_bytes(start, kind, moment):
    server = start_at(start, "2026-01-01T00:00:00Z", "--explain", "terse")
    answers = four_refusals(server, kind, moment)
    assert {answer.content for answer in answers.values()} == {b'{"error":"invalid_grant"}'}
    assert {answer.status_code for answer in answers.values()} == {400}
    shapes = [{k: v for k, v in answer.headers.items() if k not in ("Date", "X-Request-Id")}
              for answer in answers.values()]
    assert all(shape == shapes[0] for shape in shapes)


@pytest.mark.parametrize("explain", ["full", "terse"])
@proves("TOK-24")
def test_access_tokens_are_refused_alike_whatever_is_wrong(start, explain):
    server = start_at(start, "2026-01-01T00:00:00Z", "--explain", explain)
    expired, revoked = (sign_in(server)["access_token"] for _ in range(2))
    revoke(server, revoked)
    go_to(server, after(300))
    answers = [userinfo(server, token) for token in ("x" * 43, expired, revoked)]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["error"] for answer in answers} == {"invalid_token"}
    assert len({answer.content for answer in answers}) == (3 if explain == "full" else 1)
    assert len({answer.headers["WWW-Authenticate"] for answer in answers}) == (
        3 if explain == "full" else 1)


def assert_random(texts, size):
    """Distinct, of `size` bytes, and every bit is now 0, now 1: of 64 fair draws one bit alone stays
    the same once in 2 ** 63 runs."""
    draws = [b64url_decode(text) for text in texts]
    assert len(set(draws)) == len(draws) >= 64
    assert {len(draw) for draw in draws} == {size}
    numbers = [int.from_bytes(draw, "big") for draw in draws]
    ones = zeros = 0
    for number in numbers:
        ones |= number
        zeros |= ~number
    everything = (1 << 8 * size) - 1
    assert ones & everything == everything and zeros & everything == everything


@proves("TOK-21")
def test_refresh_tokens_and_opaque_access_tokens_have_256_random_bits(start):
    server = start(fixture=fixture_with(clients={"demo-web": {"access_token_format": "opaque"}}))
    tokens = sign_in(server, scope="email")
    access, rotated = [tokens["access_token"]], [tokens["refresh_token"]]
    for _ in range(63):
        tokens = refresh(server, rotated[-1]).json()
        access.append(tokens["access_token"])
        rotated.append(tokens["refresh_token"])
    assert_random(access, 32)
    assert_random(rotated, 32)


@proves("TOK-21")
def test_jwt_access_tokens_have_128_random_bits(server):
    tokens = sign_in(server, scope="email")
    texts = []
    for _ in range(64):
        tokens = refresh(server, tokens["refresh_token"]).json()
        claims = json.loads(b64url_decode(tokens["access_token"].split(".")[1]))
        texts.append(claims["jti"])
    assert_random(texts, 16)
    assert decode(server, tokens["access_token"])["jti"] == texts[-1]
