"""Who the client is: one method per request, and the one it is registered for (RFC 6749 2.3, 3.2.1,
5.2; RFC 7617; OpenID Connect Core 9)."""

import base64
import pathlib
import re
import urllib.parse

import pytest

from support import (
    CLIENTS, CUSTOM_APP_SECRET, INTROSPECT, REVOKE, TOKEN, WEB_SECRET, assert_error, authorize, client_form,
    fixture_with, proves, redeem, refresh, revoke, sign_in, userinfo,
)
from support_registration import register

pytestmark = pytest.mark.tenants

URI = "http://localhost:3000/cb"
AWKWARD_ID = "http://rp.example:80/a%2Bb?c=d&e+f"
AWKWARD_SECRET = "p:a+s%s w&o=r;d%41\"~!"


def basic_client(secret, **members):
    return {"client_secret": secret, "redirect_uris": [URI], "scope": "openid email",
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code", "refresh_token"], **members}


@pytest.fixture
def standard(start):
    """Profile standard, with clients that are registered for client_secret_basic."""
    return start("--profile", "standard", fixture=fixture_with(clients={
        "basic-web": basic_client("basic-web-secret"),
        "post-web": basic_client("post-web-secret", token_endpoint_auth_method="client_secret_post"),
        AWKWARD_ID: basic_client(AWKWARD_SECRET)}))


def basic(client_id, secret, scheme="Basic"):
    """RFC 6749 2.3.1: form-encoded, joined, base64."""
    pair = f"{urllib.parse.quote_plus(client_id)}:{urllib.parse.quote_plus(secret)}"
    return f"{scheme} " + base64.b64encode(pair.encode("utf-8")).decode("ascii")


def code_for(server, client_id):
    return authorize(server, client_id, redirect_uri=URI, scope="openid email")["code"]


def redeem_with(server, code, header=None, **form):
    return server.post(TOKEN, data={"grant_type": "authorization_code", "code": code,
                                    "redirect_uri": URI, **form},
                       headers={"Authorization": header} if header else {})


def assert_challenged(response):
    """RFC 6749 5.2: 401, challenged in the scheme that the client tried."""
    description = assert_error(response, "invalid_client", 401)
    assert re.fullmatch(r'Basic realm="[^"\\]+"', response.headers["WWW-Authenticate"])
    return description


@pytest.mark.parametrize("profile", ["make", "make-published", "standard"])
@proves("CLA-01")
def test_a_secret_in_the_body_authenticates(start, profile):
    server = start("--profile", profile)
    tokens = sign_in(server)
    assert refresh(server, tokens["refresh_token"]).status_code == 200
    assert revoke(server, tokens["access_token"]).status_code == 200
    assert userinfo(server, tokens["access_token"]).status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC", "bAsIc", "Basic  "])
@proves("CLA-02", "CLA-03")
def test_basic_authenticates_whatever_the_case_of_its_name(standard, scheme):
    header = basic("basic-web", "basic-web-secret", scheme)
    response = redeem_with(standard, code_for(standard, "basic-web"), header)
    assert response.status_code == 200, response.text
    tokens = response.json()
    again = standard.post(TOKEN, headers={"Authorization": header}, data={
        "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert again.status_code == 200
    revoked = standard.post(REVOKE, headers={"Authorization": header},
                            data={"token": again.json()["access_token"]})
    assert revoked.status_code == 200
    assert userinfo(standard, again.json()["access_token"]).status_code == 401


@proves("CLA-03")
def test_basic_credentials_are_form_decoded(standard):
    code = code_for(standard, AWKWARD_ID)
    pair = f"{AWKWARD_ID}:{AWKWARD_SECRET}".encode("ascii")
    for wrong in ("Basic " + base64.b64encode(pair).decode("ascii"),
                  basic(AWKWARD_ID, urllib.parse.quote_plus(AWKWARD_SECRET)),
                  basic(AWKWARD_ID, AWKWARD_SECRET.replace("+", " "))):
        assert_challenged(redeem_with(standard, code, wrong))
    right = basic(AWKWARD_ID, AWKWARD_SECRET)
    assert "%253A" not in right
    assert redeem_with(standard, code, right).status_code == 200


@proves("CLA-03", "CLA-11")
def test_a_client_id_of_utf8_is_decoded_and_then_unknown(standard):
    said = assert_challenged(redeem_with(standard, "x", basic("\u017elut\u00fd", "h\u00e1\u010dek")))
    assert "not registered" in said


@pytest.mark.parametrize("profile", ["make", "make-published"])
@proves("CLA-02")
def test_profile_make_serves_no_basic(start, profile):
    server = start("--profile", profile,
                   fixture=fixture_with(clients={"basic-web": basic_client("basic-web-secret")}))
    header = basic("basic-web", "basic-web-secret")
    assert_challenged(redeem_with(server, code_for(server, "basic-web"), header))
    form = client_form("basic-web", "basic-web-secret")
    assert_error(redeem_with(server, code_for(server, "basic-web"), **form), "invalid_client", 401)


@proves("CLA-04")
def test_two_methods_in_one_request_are_an_invalid_request(standard):
    header = basic("basic-web", "basic-web-secret")
    code = code_for(standard, "basic-web")
    for form in ({"client_secret": "basic-web-secret"}, client_form("basic-web", "basic-web-secret"),
                 client_form("basic-web", "wrong"), client_form("demo-web")):
        for sent in (header, basic("basic-web", "wrong"), "Bearer abc", "Basic !"):
            assert_error(redeem_with(standard, code, sent, **form), "invalid_request")
    assert redeem_with(standard, code, header).status_code == 200


@proves("CLA-04")
def test_two_authorization_headers_are_an_invalid_request(standard):
    header = basic("basic-web", "basic-web-secret")
    standard.secret(header.split()[1])
    for second in (header, basic("basic-web", "wrong"), "Bearer abc"):
        body = b"grant_type=authorization_code&code=x&redirect_uri=y"
        raw = standard.raw(b"POST %s/oauth/v2/token HTTP/1.1\r\nHost: localhost\r\n"
                           b"Authorization: %s\r\nauthorization: %s\r\nContent-Type: "
                           b"application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
                           % (standard.path.encode(), header.encode(), second.encode(), len(body), body))
        assert raw.startswith(b"HTTP/1.1 400 "), raw
        assert b'"error":"invalid_request"' in raw


@proves("CLA-05")
def test_a_body_client_id_must_be_the_one_of_the_header(standard):
    header = basic("basic-web", "basic-web-secret")
    code = code_for(standard, "basic-web")
    for other in ("demo-web", "demo-spa", "nobody", "Basic-Web", "basic-web "):
        assert_error(redeem_with(standard, code, header, client_id=other), "invalid_request")
    assert redeem_with(standard, code, header, client_id="basic-web").status_code == 200


@pytest.mark.parametrize("explain", ["full", "terse"])
@proves("CLA-06")
def test_a_wrong_secret_and_an_unknown_client_are_refused_alike(start, explain):
    server = start("--explain", explain)
    code = authorize(server)["code"]
    wrong = redeem(server, code, "demo-web", "not-the-secret")
    unknown = redeem(server, code, "nobody", "not-the-secret")
    for response in (wrong, unknown):
        assert_error(response, "invalid_client", 401)
        assert "WWW-Authenticate" not in response.headers  # nothing was tried by header
    assert (wrong.content == unknown.content) == (explain == "terse")
    if explain == "full":
        assert "client_secret of client 'demo-web' is wrong" in wrong.json()["error_description"]
        assert "'nobody' is not registered" in unknown.json()["error_description"]
    assert redeem(server, code).status_code == 200  # a stranger has not spent it


@pytest.mark.parametrize("secret", [
    WEB_SECRET[:-1], WEB_SECRET + " ", WEB_SECRET + "x",
    WEB_SECRET.title(), " ", "\u0000", CUSTOM_APP_SECRET])
@proves("CLA-06")
def test_only_the_exact_secret_authenticates(server, secret):
    response = redeem(server, authorize(server), "demo-web", secret)
    assert response.status_code in (400, 401)
    assert response.json()["error"] in ("invalid_client", "invalid_request")


@proves("CLA-07", "TOK-20")
def test_a_failed_authorization_header_is_challenged(standard):
    for header in (basic("basic-web", "wrong"), basic("nobody", "x"), basic("demo-web", "x"),
                   basic("demo-spa", ""), "Basic", "Bearer abc", "Digest x=y", "nonsense"):
        assert_challenged(redeem_with(standard, "x", header))
        response = standard.post(REVOKE, data={"token": "x"}, headers={"Authorization": header})
        assert_challenged(response)


@proves("CLA-08")
def test_a_public_client_that_presents_a_secret_is_refused(standard):
    granted = authorize(standard, "demo-spa")
    for secret in (WEB_SECRET, "x"):
        assert_error(redeem(standard, granted, "demo-spa", secret), "invalid_client", 401)
    for secret in ("", "x"):
        response = standard.post(TOKEN, headers={"Authorization": basic("demo-spa", secret)}, data={
            "grant_type": "authorization_code", "code": granted["code"],
            "code_verifier": granted["code_verifier"], "redirect_uri": CLIENTS["demo-spa"][1]})
        assert_challenged(response)
    assert redeem(standard, granted, "demo-spa").status_code == 200


@proves("CLA-09")
def test_a_client_keeps_to_the_method_it_is_registered_for(standard):
    code = code_for(standard, "post-web")
    said = assert_challenged(redeem_with(standard, code, basic("post-web", "post-web-secret")))
    assert "registered for client_secret_post, but used client_secret_basic" in said
    assert "leave token_endpoint_auth_method out of the fixture" in said
    code = code_for(standard, "basic-web")
    response = redeem_with(standard, code, **client_form("basic-web", "basic-web-secret"))
    said = assert_error(response, "invalid_client", 401)
    assert "registered for client_secret_basic, but used client_secret_post" in said
    for client in ("demo-web", "post-web", "basic-web"):  # no confidential client gets by without its secret
        response = redeem_with(standard, code, client_id=client)
        assert "no secret was sent" in assert_error(response, "invalid_client", 401)


def test_a_client_that_registered_for_the_other_way_is_told_how_to_have_this_one(standard):
    client = register(standard, token_endpoint_auth_method="client_secret_post")
    response = standard.post(TOKEN, headers={"Authorization": basic(client["client_id"], client["client_secret"])},
                             data={"grant_type": "authorization_code", "code": "x", "redirect_uri": URI})
    assert "register it with token_endpoint_auth_method client_secret_basic" in assert_challenged(response)


@proves("CLA-01", "CLA-02")
def test_a_client_that_states_no_method_sends_its_secret_either_way_call_by_call(standard):
    """RFC 6749 2.3.1: the server must support Basic, and may take the body."""
    header = basic("demo-web", WEB_SECRET)
    tokens = redeem_with(standard, code_for(standard, "demo-web"), header).json()
    again = refresh(standard, tokens["refresh_token"])  # in the form
    assert again.status_code == 200
    third = standard.post(TOKEN, headers={"Authorization": header}, data={
        "grant_type": "refresh_token", "refresh_token": again.json()["refresh_token"]})
    assert third.status_code == 200
    asked = standard.post(INTROSPECT, headers={"Authorization": header}, data={"token": third.json()["access_token"]})
    assert asked.json()["active"] is True
    assert revoke(standard, third.json()["access_token"]).status_code == 200
    code = code_for(standard, "demo-web")
    assert_challenged(redeem_with(standard, code, basic("demo-web", "wrong")))
    assert_error(redeem_with(standard, code, **client_form("demo-web", "wrong")), "invalid_client", 401)
    assert_error(redeem_with(standard, code, header, **client_form("demo-web")), "invalid_request")
    assert redeem_with(standard, code, **client_form("demo-web")).status_code == 200


@pytest.mark.parametrize("profile", ["make", "make-published"])
def test_profile_make_takes_the_form_alone_and_says_what_takes_basic(start, profile):
    server = start("--profile", profile)
    code = code_for(server, "demo-web")
    said = assert_challenged(redeem_with(server, code, basic("demo-web", WEB_SECRET)))
    assert "--profile standard" in said and "in the form" in said
    assert redeem_with(server, code, **client_form("demo-web")).status_code == 200


def b64(data):
    return base64.b64encode(data).decode("ascii")


@pytest.mark.parametrize("credentials", [
    "", "=", "====", "!!!", "YmFzaWM", "YmFzaWMt-_", "YQ=", "YQ==YQ==", "Y Q==", "YTpi\u00ff",
    b64(b"basic-web"), b64(b""), b64(b":"), b64(b":basic-web-secret"), b64(b"basic-web:"),
    b64(b"basic-web:basic-web-secret\0"), b64(b"basic-web\0:basic-web-secret"), b64(b"\0"),
    b64(b"\xff\xfe:\xff"), b64(b"basic-web:\xc3"), b64(b"basic-web:%"), b64(b"basic-web:%zz"),
    b64(b"basic-web:%00"), b64(b"%ff:x"), b64(b"&:&"), b64(b"=:="), b64(b"a" * 20000 + b":b"),
    b64(b"basic-web:basic-web-secret") + " x", b64(b"basic-web:basic-web-secret")[:-1],
    b64(b"basic-web:basic-web-secret") + ",Basic x", b64(b"basic-web:basic-web-secret:")])
@proves("CLA-11")
def test_malformed_basic_credentials_are_refused_as_json(standard, credentials):
    response = redeem_with(standard, "no-code", ("Basic " + credentials).encode("latin-1"))
    assert response.status_code in (400, 401), response.text
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["error"] in ("invalid_client", "invalid_request")
    # And the server is well.
    header = basic("basic-web", "basic-web-secret")
    assert redeem_with(standard, code_for(standard, "basic-web"), header).status_code == 200


@proves("CLA-14")
def test_secrets_and_passwords_stand_in_the_database_as_hashes_alone(start):
    server = start(db=True)
    tokens = sign_in(server)
    refresh(server, tokens["refresh_token"])
    redeem(server, "x", "demo-web", "a-wrong-secret-to-be-found")
    assert server.stop() == 0
    stored = b"".join(path.read_bytes() for path in
                      pathlib.Path(server.db).parent.glob(pathlib.Path(server.db).name + "*"))
    assert b"demo-web" in stored and b"olivia.owner@example.com" in stored
    for secret in (WEB_SECRET, CUSTOM_APP_SECRET, "member-password",
                   "a-wrong-secret-to-be-found", tokens["access_token"], tokens["refresh_token"],
                   tokens["id_token"]):
        assert secret.encode("ascii") not in stored


@pytest.mark.parametrize("client_id", ["Demo-Web", "DEMO-WEB", "demo-web ", " demo-web", "demo-we",
                                       "demo-web\u200b", "demo_web", "demo-web/", "d\u0435mo-web",
                                       "%64emo-web", "demo-web,demo-spa", "demo%", "demo-*"])
@proves("CLA-15")
def test_client_id_is_compared_exactly(server, client_id):
    code = authorize(server)["code"]
    response = redeem(server, code, client_id, WEB_SECRET,
                      redirect_uri=CLIENTS["demo-web"][1])
    assert_error(response, "invalid_client", 401)
    assert redeem(server, code).status_code == 200


@proves("CLA-15")
def test_clients_that_differ_by_case_alone_are_two(start):
    server = start(fixture=fixture_with(clients={
        "Demo-Web": {"client_secret": "another-secret", "redirect_uris": [URI],
                     "scope": "openid email"}}))
    code = authorize(server)["code"]
    foreign = redeem(server, code, "Demo-Web", "another-secret", redirect_uri=URI)
    assert "not issued to client 'Demo-Web'" in assert_error(foreign, "invalid_grant")
    assert_error(redeem(server, code, "Demo-Web", WEB_SECRET, redirect_uri=URI),
                 "invalid_client", 401)
    assert redeem(server, code).status_code == 200


def unknown_code(server, client_id, secret):
    return server.post(TOKEN, data={"grant_type": "authorization_code", "code": "an-unknown-code",
                                    "client_id": client_id, "client_secret": secret})


@proves("CLA-12")
def test_guessing_is_answered_with_429_where_that_is_switched_on(start):
    server = start("--guesses", "3", "--clock", "2026-01-01T00:00:00Z", db=True)
    for _ in range(3):
        assert unknown_code(server, "demo-web", "a-wrong-secret").status_code == 401
    refused = unknown_code(server, "demo-web", WEB_SECRET)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert refused.json()["error"] == "invalid_client"
    assert "--guesses" in refused.json()["error_description"]
    other = unknown_code(server, "demo-custom-app", CUSTOM_APP_SECRET)
    assert other.json()["error"] == "invalid_grant"
    server.restart("--clock", "2026-01-01T00:01:00Z")
    assert unknown_code(server, "demo-web", WEB_SECRET).json()["error"] == "invalid_grant"
