"""The UserInfo endpoint (OpenID Connect Core 5.3, RFC 6750): how the token comes, how it is refused,
and what it opens."""

import json
import re

import pytest

from support import (REVOKE, USERINFO, authorize, client_form, decode, fixture_with, parse_answer,
                     proves, redeem, refresh, revoke, sign_in, userinfo)
from support_clock import START, after, go_to, start_at

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def token_of(server, scope="openid email", **params):
    return sign_in(server, scope=scope, **params)["access_token"]


def challenge(response):
    """The attributes of a Bearer challenge, read strictly (RFC 6750 3): each stands once, quoted, in
    the characters allowed."""
    header = response.headers["WWW-Authenticate"]
    attribute = r'([a-z_]+)="([\x20\x21\x23-\x5B\x5D-\x7E]*)"'
    assert re.fullmatch(rf"Bearer {attribute}(, {attribute})*", header), header
    pairs = re.findall(attribute, header)
    assert len(dict(pairs)) == len(pairs), header
    assert set(dict(pairs)) <= {"realm", "error", "error_description", "error_uri", "scope"}
    return dict(pairs)


def assert_refused(response, error, status):
    assert response.status_code == status, f"{response.status_code} {response.text}"
    attributes = challenge(response)
    assert attributes["realm"]
    assert attributes.get("error") == error
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    if response.request.method != "HEAD":
        assert response.json().get("error") == error
        assert "sub" not in response.json()
    return attributes


@pytest.mark.parametrize("profile", ["make", "make-published", "standard"])
@pytest.mark.parametrize("form", ["jwt", "opaque"])
@proves("UIN-01", "UIN-05", "UIN-06", "UIN-16")
def test_the_access_token_in_the_header_opens_it(start, profile, form):
    server = start("--profile", profile,
                   fixture=fixture_with(clients={"demo-web": {"access_token_format": form}}))
    tokens = sign_in(server)
    for response in (userinfo(server, tokens["access_token"]),
                     userinfo(server, tokens["access_token"], "POST"),
                     server.post(USERINFO, data={"schema": "openid"}, headers={
                         "Authorization": "Bearer " + tokens["access_token"]})):
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.json()["sub"] == decode(server, tokens["id_token"])["sub"] == "1001"
        assert "WWW-Authenticate" not in response.headers


@proves("UIN-02", "UIN-16")
def test_the_access_token_in_a_form_opens_it(server):
    response = server.post(USERINFO, data={"access_token": token_of(server)})
    assert response.status_code == 200
    assert response.json()["sub"] == "1001"
    assert response.headers["Cache-Control"] == "no-store"


@proves("UIN-02", "UIN-07")
def test_a_body_that_is_no_form_or_no_post_holds_no_token(server):
    token = token_of(server)
    assert_refused(server.post(USERINFO, json={"access_token": token}), None, 401)
    assert_refused(server.post(USERINFO, data=f"access_token={token}",
                               headers={"Content-Type": "text/plain"}), None, 401)
    assert_refused(server.get(USERINFO, data=f"access_token={token}", headers=FORM), None, 401)
    assert_refused(server.post(USERINFO, data="access_token=%", headers=FORM),
                   "invalid_request", 400)


@proves("UIN-03")
def test_the_access_token_in_the_query_is_refused(server):
    token = token_of(server)
    for method in ("GET", "HEAD", "POST"):
        for headers in ({}, {"Authorization": "Bearer " + token}):
            response = server.request(method, USERINFO + "?access_token=" + token, headers=headers)
            assert_refused(response, "invalid_request", 400)


@proves("UIN-04")
def test_a_token_sent_twice_is_an_invalid_request(server):
    token, other = token_of(server), token_of(server)
    header = {"Authorization": "Bearer " + token}
    for second in (token, other, "x", ""):
        response = server.post(USERINFO, data={"access_token": second}, headers=header)
        assert_refused(response, "invalid_request", 400)
        response = server.post(USERINFO, data=f"access_token={token}&access_token={second}",
                               headers=FORM)
        assert_refused(response, "invalid_request", 400)
        raw = server.raw(b"GET /oauth/v2/oidc/userinfo HTTP/1.1\r\nHost: localhost\r\n"
                         b"Authorization: Bearer %s\r\nAuthorization: Bearer %s\r\n\r\n"
                         % (token.encode(), second.encode()))
        status, headers, _ = parse_answer(raw)
        assert status == 400
        assert 'error="invalid_request"' in headers["WWW-Authenticate"]


@proves("UIN-07", "UIN-11")
def test_without_a_token_the_challenge_names_no_error(server):
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Token abc"},
                    {"Authorization": ""}, {"Authorization": "Bearerabc"}):
        for method in ("GET", "POST"):
            response = server.request(method, USERINFO, headers=headers)
            assert set(assert_refused(response, None, 401)) == {"realm"}
            assert response.json()["error_description"].startswith(
                "the Authorization header has no token" if headers else "no token was sent")
    assert_refused(server.post(USERINFO, data={"access_token": ""}), None, 401)


@proves("UIN-08")
def test_an_invalid_token_is_refused(server):
    for token in ("x", "x" * 43, "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "...", "~", "x" * 20000,
                  token_of(server)[:-1], token_of(server) + "A"):
        assert_refused(userinfo(server, token), "invalid_token", 401)
        assert_refused(server.post(USERINFO, data={"access_token": token}), "invalid_token", 401)


@pytest.mark.parametrize("form", ["jwt", "opaque"])
@proves("UIN-08")
def test_an_expired_token_is_refused(start, form):
    server = start_at(start, fixture=fixture_with(
        clients={"demo-web": {"access_token_format": form}}))
    token = token_of(server)
    go_to(server, after(299))
    assert userinfo(server, token).status_code == 200
    go_to(server, after(300))  # RFC 7519 4.1.4: not on or after
    assert "expired" in assert_refused(userinfo(server, token), "invalid_token",
                                       401)["error_description"]


@pytest.mark.parametrize("form", ["jwt", "opaque"])
@proves("UIN-08")
def test_a_revoked_token_is_refused_at_once(start, form):
    server = start(fixture=fixture_with(clients={"demo-web": {"access_token_format": form}}))
    token = token_of(server)
    assert revoke(server, token).status_code == 200
    assert_refused(userinfo(server, token), "invalid_token", 401)
    code = authorize(server)["code"]
    token = redeem(server, code).json()["access_token"]
    assert redeem(server, code).status_code == 400  # the code was seen by somebody else
    assert_refused(userinfo(server, token), "invalid_token", 401)
    tokens = sign_in(server)
    revoke(server, tokens["refresh_token"])
    assert_refused(userinfo(server, tokens["access_token"]), "invalid_token", 401)


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "bearer",
                                    "Bearer a, Bearer b", "Bearer a\tb", "BEARER  "])
@proves("UIN-09")
def test_a_malformed_authorization_header_is_an_invalid_request(server, header):
    raw = server.raw(b"GET /oauth/v2/oidc/userinfo HTTP/1.1\r\nHost: localhost\r\n"
                     b"Authorization: " + header.encode() + b"\r\n\r\n")
    status, headers, body = parse_answer(raw)
    assert status in (400, 401), raw
    assert headers["WWW-Authenticate"].startswith('Bearer realm="')
    assert json.loads(body).get("error") == ("invalid_request" if status == 400 else None)


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "beArer ", "Bearer   "])
@proves("UIN-09")
def test_the_scheme_is_taken_in_any_case(server, scheme):
    response = server.get(USERINFO, headers={"Authorization": scheme + token_of(server)})
    assert response.status_code == 200


@proves("UIN-10", "UIN-11")
def test_a_token_without_openid_has_an_insufficient_scope(server):
    tokens = sign_in(server, scope="profile email user:read")
    attributes = assert_refused(userinfo(server, tokens["access_token"]), "insufficient_scope", 403)
    assert attributes["scope"] == "openid"
    whole = sign_in(server, scope="openid email")
    narrow = refresh(server, whole["refresh_token"], scope="email").json()["access_token"]
    assert_refused(userinfo(server, narrow), "insufficient_scope", 403)
    assert userinfo(server, whole["access_token"]).status_code == 200


@proves("UIN-11")
def test_a_hostile_token_does_not_break_the_challenge(server):
    for token in ('"', '\\', '\\"', '",error="none', "x\u017e", "\x7f", "a=b", "<script>"):
        for response in (server.post(USERINFO, data={"access_token": token.encode("utf-8")}),
                         server.get(USERINFO, headers={
                             "Authorization": b"Bearer " + token.encode("utf-8")})):
            assert response.status_code in (400, 401)
            if "WWW-Authenticate" in response.headers:
                challenge(response)


@proves("UIN-20", "UIN-16")
def test_head_is_get_without_the_body_and_other_methods_are_405(server):
    token = token_of(server)
    for bearer in (token, "x" * 43):
        get, head = userinfo(server, bearer), userinfo(server, bearer, "HEAD")
        assert head.status_code == get.status_code
        assert head.content == b""
        for answer in (get, head):
            answer.headers.pop("Date")
            answer.headers.pop("X-Request-Id")
        assert dict(get.headers) == dict(head.headers)
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "LOOK"):
        response = userinfo(server, token, method)
        assert response.status_code == 405
        assert response.headers["Allow"].split(", ") == ["GET", "HEAD", "POST", "OPTIONS"]
        assert "sub" not in response.json()


@proves("UIN-08")
def test_a_disabled_grant_does_not_touch_another(server):
    one, other = sign_in(server), sign_in(server)
    form = {**client_form("demo-web"), "token": one["refresh_token"]}
    assert server.post(REVOKE, data=form).status_code == 200
    assert_refused(userinfo(server, one["access_token"]), "invalid_token", 401)
    assert userinfo(server, other["access_token"]).status_code == 200


@proves("UIN-19")
def test_the_token_of_a_user_who_is_gone_is_invalid(start):
    server = start_at(start, START, fixture=fixture_with())
    gone = token_of(server, login_hint="1002")
    stays = token_of(server, login_hint="1001")
    id_token = sign_in(server, login_hint="1002")["id_token"]
    assert userinfo(server, gone).json()["sub"] == "1002"
    assert userinfo(server, id_token).json()["sub"] == "1002"
    server.fixture_path.write_text(json.dumps(fixture_with(users={"1002": None})), "utf-8")
    server.restart()
    assert_refused(userinfo(server, gone), "invalid_token", 401)
    assert_refused(userinfo(server, id_token), "invalid_token", 401)
    assert userinfo(server, stays).json()["sub"] == "1001"
