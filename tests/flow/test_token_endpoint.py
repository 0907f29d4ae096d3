"""What the token endpoint takes (RFC 6749 3.2, 4.1.3, Appendix B): POST, a form, each parameter once."""

import re
import urllib.parse

import pytest

from support import (
    CLIENTS, TOKEN, WEB_SECRET, assert_error, authorize, client_form, fixture_with, pkce, proves, refresh,
    sign_in,
)

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

FORM = "application/x-www-form-urlencoded"


def good_form(server, client_id="demo-web"):
    """A token request that succeeds, once."""
    granted = authorize(server, client_id)
    form = {"grant_type": "authorization_code", **client_form(client_id), "code": granted["code"],
            "redirect_uri": CLIENTS[client_id][1]}
    if "code_verifier" in granted:
        form["code_verifier"] = granted["code_verifier"]
    return form


def post(server, body, content_type=FORM, path=TOKEN):
    headers = {} if content_type is None else {"Content-Type": content_type}
    return server.post(path, data=body.encode("ascii"), headers=headers)


def assert_nothing_issued(server, response, form):
    """Refused, and the code still buys tokens: the request has changed nothing."""
    assert not re.search(r"access_token|id_token|refresh_token\"", response.text), response.text
    assert server.post(TOKEN, data=form).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@proves("TOK-01", "TOK-10")
def test_only_post_is_allowed_and_others_issue_nothing(server, method):
    form = good_form(server)
    for where in ({"params": form}, {"data": form}):
        response = server.request(method, TOKEN, **where)
        assert response.status_code == 405
        assert response.headers["Allow"].split(", ") == ["POST", "OPTIONS"]
        assert response.headers["Cache-Control"] == "no-store"
    assert_nothing_issued(server, response, form)


@proves("TOK-01")
def test_a_method_is_not_overridden_by_a_header_or_parameter(server):
    form = good_form(server)
    for response in (server.get(TOKEN, params={**form, "_method": "POST"}),
                     server.get(TOKEN, params=form, headers={"X-HTTP-Method-Override": "POST"})):
        assert response.status_code == 405
    assert_nothing_issued(server, response, form)


@pytest.mark.parametrize("content_type", [
    FORM, FORM + "; charset=UTF-8", FORM + ";charset=utf-8", FORM.upper(),
    FORM + " ; charset=\"utf-8\"", FORM + "; charset=iso-8859-1"])
@proves("TOK-02")
def test_a_form_is_taken_whatever_its_charset_parameter(server, content_type):
    body = urllib.parse.urlencode(good_form(server))
    assert post(server, body, content_type).status_code == 200


@pytest.mark.parametrize("content_type", [
    "application/json", "multipart/form-data; boundary=x", "text/plain", "", None,
    "application/x-www-form-urlencoded-not", "x-application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded x", "text/plain; application/x-www-form-urlencoded"])
@proves("TOK-02", "TOK-18")
def test_a_form_of_another_media_type_is_refused(server, content_type):
    form = good_form(server)
    response = post(server, urllib.parse.urlencode(form), content_type)
    assert "Content-Type" in assert_error(response, "invalid_request")
    assert_nothing_issued(server, response, form)


@proves("TOK-02")
def test_json_and_multipart_bodies_are_refused(server):
    form = good_form(server)
    response = server.post(TOKEN, json=form)
    assert_error(response, "invalid_request")
    assert_nothing_issued(server, response, form)
    form = good_form(server)
    response = server.request("POST", TOKEN, files={k: (None, v) for k, v in form.items()})
    assert response.request.headers["Content-Type"].startswith("multipart/form-data")
    assert_error(response, "invalid_request")
    assert_nothing_issued(server, response, form)


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "client_id",
                                  "client_secret", "code_verifier"])
@proves("TOK-03", "CLA-10")
def test_a_parameter_in_the_uri_is_not_accepted(server, name):
    verifier, challenge = pkce()
    server.secret(verifier)
    form = good_form(server)
    form["code"] = authorize(server, code_challenge=challenge, code_challenge_method="S256")["code"]
    form["code_verifier"] = verifier
    query = urllib.parse.urlencode({name: form[name]})
    rest = {key: value for key, value in form.items() if key != name}
    response = server.post(TOKEN + "?" + query, data=rest)
    assert response.status_code in (400, 401), response.text
    assert response.json()["error"] in ("invalid_request", "invalid_client", "invalid_grant")
    assert not {"access_token", "id_token", "refresh_token"} & set(response.json())


@proves("TOK-03")
def test_a_request_wholly_in_the_uri_is_refused_and_changes_nothing(server):
    form = good_form(server)
    for body in ("", "state=x"):
        response = post(server, body, path=TOKEN + "?" + urllib.parse.urlencode(form))
        assert_error(response, "invalid_request")
    assert_nothing_issued(server, response, form)


@proves("CLA-10", "TOK-03")
def test_a_secret_in_the_uri_is_refused_even_beside_the_right_one(server):
    form = good_form(server)
    response = server.post(TOKEN + "?client_secret=" + WEB_SECRET, data=form)
    assert "client_secret" in assert_error(response, "invalid_request")
    assert_nothing_issued(server, response, form)


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "client_id",
                                  "client_secret", "code_verifier", "scope", "unknown"])
@proves("TOK-04")
def test_a_parameter_sent_twice_is_an_invalid_request(server, name):
    form = good_form(server)
    body = urllib.parse.urlencode(form)
    extra = urllib.parse.urlencode({name: form.get(name, "x")})
    twice = f"{body}&{extra}" if name in form else f"{body}&{extra}&{extra}"
    for duplicated in (twice, f"{extra}&{name}=&{body}", body.replace(name, name.replace("_", "%5F"))
                       + f"&{extra}&{extra}"):
        response = post(server, duplicated)
        assert name in assert_error(response, "invalid_request")
    assert_nothing_issued(server, response, form)


@proves("TOK-04")
def test_a_refresh_token_sent_twice_is_an_invalid_request(server):
    token = sign_in(server)["refresh_token"]
    body = urllib.parse.urlencode({"grant_type": "refresh_token", **client_form("demo-web"),
                                   "refresh_token": token})
    assert_error(post(server, f"{body}&refresh_token={token}"), "invalid_request")
    assert refresh(server, token).status_code == 200


@proves("TOK-05")
def test_unknown_parameters_are_ignored(server):
    form = good_form(server)
    form.update(state="a-state", audience="https://api.example", unknown="x", nonce="n", **{
        "": "nameless", "GRANT_TYPE": "password", "Code": "x"})
    assert server.post(TOKEN, data=form).status_code == 200


@proves("TOK-05")
def test_an_empty_parameter_counts_as_left_out(server):
    form = good_form(server)
    form.update(scope="", code_verifier="", resource="", refresh_token="")
    assert server.post(TOKEN, data=form).status_code == 200
    public = good_form(server, "demo-spa")
    assert server.post(TOKEN, data={**public, "client_secret": ""}).status_code == 200


@pytest.mark.parametrize("name, error, status", [
    ("grant_type", "invalid_request", 400), ("code", "invalid_request", 400),
    ("redirect_uri", "invalid_request", 400), ("client_id", "invalid_client", 401),
    ("client_secret", "invalid_client", 401)])
@proves("TOK-05", "TOK-06")
def test_a_required_parameter_missing_or_empty_is_named(server, name, error, status):
    form = good_form(server)
    missing = {key: value for key, value in form.items() if key != name}
    answers = [server.post(TOKEN, data=data) for data in (missing, {**form, name: ""})]
    for response in answers:
        said = assert_error(response, error, status)
        assert ("secret" if name == "client_secret" else name) in said
    assert answers[0].content == answers[1].content
    assert_nothing_issued(server, response, form)


@pytest.mark.parametrize("grant_type", [
    "password", "implicit", "client_credentials", "authorization_code ", "Authorization_Code",
    "AUTHORIZATION_CODE", "refresh_token,authorization_code", "code", "authorization_code\nx",
    "urn:ietf:params:oauth:grant-type:device_code", "x" * 5000])
@proves("TOK-06", "TOK-18", "TOK-19")
def test_an_unknown_grant_type_is_unsupported(server, grant_type):
    form = good_form(server)
    response = server.post(TOKEN, data={**form, "grant_type": grant_type, "username": "1001",
                                        "password": "member-password"})
    assert_error(response, "unsupported_grant_type")
    assert_nothing_issued(server, response, form)


@proves("TOK-07")
def test_a_grant_that_the_client_is_not_registered_for_is_unauthorized(start):
    server = start(fixture=fixture_with(clients={"demo-spa": {"grant_types": ["authorization_code"]}}))
    token = sign_in(server, "demo-native")["refresh_token"]
    response = refresh(server, token, "demo-spa")
    assert "refresh_token" in assert_error(response, "unauthorized_client")
    assert refresh(server, token, "demo-native").status_code == 200


@pytest.mark.parametrize("body, word", [
    ("grant_type=authorization_code&code=%", "code"),
    ("grant_type=authorization_code&code=%4", "code"),
    ("grant_type=authorization_code&code=%zz", "code"),
    ("grant_type=authorization_code&code=a%00b", "code"),
    ("grant_type=authorization_code&code=%ff%fe", "code"),
    ("grant_type=authorization_code&code=%c0%af", "code"),
    ("grant_type=authorization_code&code=%ed%a0%80", "code"),
    ("%ff=x", ""), ("&".join(f"p{i}=x" for i in range(2000)), "")])
@proves("TOK-18", "TOK-19")
def test_a_form_that_cannot_be_read_is_an_invalid_request(server, body, word):
    assert word in assert_error(post(server, body), "invalid_request")


@proves("TOK-05")
def test_a_form_is_decoded_once(server):
    form = good_form(server)
    spaced = "&&".join(f"{k}={urllib.parse.quote(v, safe='')}" for k, v in form.items()) + "&"
    double = urllib.parse.urlencode({**form, "redirect_uri": urllib.parse.quote(
        form["redirect_uri"], safe="")})
    fresh = good_form(server)
    assert post(server, spaced).status_code == 200
    # The same URI encoded twice is another text: it must not be taken for the registered one.
    assert_error(post(server, double.replace(form["code"], fresh["code"])), "invalid_grant")
