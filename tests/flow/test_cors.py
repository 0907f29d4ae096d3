"""What a browser lets other sites' pages read (the Fetch standard, 3.2): public documents everybody,
tokens the pages of registered clients, pages and the control door nobody."""

import json

import pytest

from support import (AUTHORIZE, CLIENTS, DISCOVERY, JWKS, REVOKE, TOKEN, USERINFO, authorize,
                     authorize_params, client_form, fixture_with, parse_answer, proves, sign_in)
from support_pages import CONSENT, SIGN_IN, begin

pytestmark = pytest.mark.shared_server

REGISTERED = ["http://localhost:3000", "http://localhost:5173", "https://www.make.com",
              "https://www.integromat.com"]
FOREIGN = ["https://stranger.example", "null", "http://localhost:81", "http://localhost:3001",
           "https://localhost:3000", "http://localhost:3000.stranger.example", "http://make.com",
           "https://www.make.com.stranger.example", "https://make.com", "https://www.make.com:444",
           "https://www.make.com/", "https://user@www.make.com", "com.example.makeshift://",
           "com.example.makeshift:", "file://", "*", "https://WWW.MAKE.COM", ""]
HEALTH = "/_makeshift/health"
READERS = [TOKEN, REVOKE, USERINFO]
registered = pytest.mark.parametrize("origin", REGISTERED)


def access_headers(response):
    return {name: value for name, value in response.headers.items()
            if name.lower().startswith("access-control-")}


def answers(server, origin):
    """Successes and refusals of every kind that a page may have to read."""
    tokens = sign_in(server)
    headers = {"Origin": origin}
    bearer = {**headers, "Authorization": "Bearer " + tokens["access_token"]}
    code = authorize(server)["code"]
    form = {"grant_type": "authorization_code", **client_form("demo-web"), "code": code,
            "redirect_uri": CLIENTS["demo-web"][1]}
    narrow = sign_in(server, scope="email")["access_token"]
    return {
        "token": server.post(TOKEN, data=form, headers=headers),
        "a spent code": server.post(TOKEN, data=form, headers=headers),
        "a wrong secret": server.post(TOKEN, data={**form, "client_secret": "x"}, headers=headers),
        "json": server.post(TOKEN, json=form, headers=headers),
        "a wrong method": server.get(TOKEN, headers=headers),
        "too large": server.post(TOKEN, data=b"x" * 70000, headers=headers),
        "a foreign host": server.post(TOKEN, data=form, headers={**headers, "Host": "evil"}),
        "userinfo": server.get(USERINFO, headers=bearer),
        "userinfo by post": server.post(USERINFO, headers=bearer),
        "no token": server.get(USERINFO, headers=headers),
        "a wrong token": server.get(USERINFO, headers={**headers, "Authorization": "Bearer x"}),
        "a narrow token": server.get(USERINFO,
                                     headers={**headers, "Authorization": "Bearer " + narrow}),
        "revoke": server.post(REVOKE, headers=headers, data={
            **client_form("demo-web"), "token": tokens["access_token"]}),
        "nothing to revoke": server.post(REVOKE, headers=headers, data=client_form("demo-web")),
    }


@registered
@proves("COR-03", "COR-05", "COR-06", "COR-08", "UIN-15")
def test_a_registered_origin_may_read_successes_and_refusals(server, origin):
    got = answers(server, origin)
    assert [name for name, response in got.items() if response.status_code == 200] == [
        "token", "userinfo", "userinfo by post", "revoke"]
    for name, response in got.items():
        # No credentials: the header that would allow them is not there.
        assert access_headers(response) == {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "WWW-Authenticate"}, name
        assert response.headers["Vary"] == "Origin", name
        assert response.headers["Cache-Control"] == "no-store", name


@proves("COR-03", "COR-05", "COR-06", "COR-07")
def test_a_foreign_origin_may_read_nothing(server):
    for origin in FOREIGN:
        for name, response in answers(server, origin).items():
            assert access_headers(response) == {}, (origin, name)
            assert response.headers["Vary"] == "Origin", (origin, name)


@pytest.mark.parametrize("path", READERS)
@proves("COR-06")
def test_without_an_origin_the_answer_still_varies_by_it(server, path):
    response = server.post(path)
    assert access_headers(response) == {}
    assert response.headers["Vary"] == "Origin"


@registered
@proves("COR-04", "UIN-15")
def test_a_preflight_is_answered_without_authentication(server, origin):
    for path, method in ((TOKEN, "POST"), (REVOKE, "POST"), (USERINFO, "GET"), (USERINFO, "POST")):
        assert_preflight(server, origin, path, method)


def assert_preflight(server, origin, path, method):
    response = server.request("OPTIONS", path, headers={
        "Origin": origin, "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type"})
    assert response.status_code == 204
    assert response.content == b""
    got = response.headers
    assert got["Access-Control-Allow-Origin"] == origin
    assert method in got["Access-Control-Allow-Methods"].split(", ")
    allowed = got["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
    assert {"authorization", "content-type"} <= set(allowed)
    assert 0 < int(got["Access-Control-Max-Age"]) <= 86400
    assert "Access-Control-Allow-Credentials" not in got
    assert got["Vary"] == "Origin"


@proves("COR-04")
def test_a_page_may_send_the_headers_it_asks_for(server):
    """Fetch 3.2.2: tracing and other libraries add theirs, and one that is not named fails the call."""
    for path in (TOKEN, DISCOVERY, "/mcp", "/api/v2/users/me"):
        response = server.request("OPTIONS", path, headers={
            "Origin": REGISTERED[0], "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,dpop,traceparent,x-requested-with"})
        allowed = response.headers["Access-Control-Allow-Headers"].replace(" ", "").split(",")
        assert {"authorization", "dpop", "traceparent", "x-requested-with"} <= set(allowed), path


@pytest.mark.parametrize("asked", ["x-a\tb", "x-a;b", "x-\u00e9", '"x-a"', "x" * 5000, ""])
@proves("COR-04")
def test_what_is_no_list_of_header_names_is_not_repeated(server, asked):
    response = server.request("OPTIONS", TOKEN, headers={
        "Origin": REGISTERED[0], "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked.encode("latin-1")})
    assert response.status_code == 204
    assert "authorization" in response.headers["Access-Control-Allow-Headers"].split(", ")


@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
def test_the_log_says_whose_pages_cannot_read_the_answer_and_how_to_mend_it(start, method):
    server = start("--log-format", "json")
    server.request(method, TOKEN, headers={
        "Origin": "http://localhost:4200", "Access-Control-Request-Method": "POST"})
    line = json.loads(server.wait_log("cannot read the answer"))
    assert line["origin"] == "http://localhost:4200"
    assert set(REGISTERED) <= set(line["registered"].split())
    assert "redirect URI" in line["mend"]
    for origin in (REGISTERED[0], server.base):
        server.post(TOKEN, headers={"Origin": origin})
    server.stop()
    assert sum("cannot read the answer" in line for line in server.log_lines()) == 1


@pytest.mark.parametrize("path", READERS)
@proves("COR-04", "COR-05", "COR-07")
def test_a_preflight_of_a_foreign_origin_allows_it_nothing(server, path):
    for origin in FOREIGN:
        response = server.request("OPTIONS", path, headers={
            "Origin": origin, "Access-Control-Request-Method": "POST"})
        assert "Access-Control-Allow-Origin" not in response.headers, origin
        assert response.headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", [DISCOVERY, JWKS, "/.well-known/oauth-authorization-server"])
@pytest.mark.parametrize("origin", REGISTERED[:1] + FOREIGN[:2])
@proves("COR-02", "COR-04", "COR-07", "COR-05")
def test_public_documents_are_for_every_origin(server, origin, path):
    get = server.get(path, headers={"Origin": origin})
    preflight = server.request("OPTIONS", path, headers={
        "Origin": origin, "Access-Control-Request-Method": "GET"})
    assert (get.status_code, preflight.status_code) == (200, 204)
    assert access_headers(get) == {"Access-Control-Allow-Origin": "*"}
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"].split(", ")
    assert "Access-Control-Allow-Credentials" not in preflight.headers


@pytest.mark.parametrize("origin", REGISTERED[:2] + FOREIGN[:2])
@proves("COR-01")
def test_pages_and_redirects_have_no_cors_headers(start, origin):
    server = start(fixture=fixture_with(clients={"demo-custom-app": {"login": "page"}}))
    headers = {"Origin": origin}
    server_says = [
        server.get(AUTHORIZE, params=authorize_params(), headers=headers),
        server.post(AUTHORIZE, data=authorize_params(), headers=headers),
        server.get(AUTHORIZE, params=authorize_params(scope="no:such"), headers=headers),
        server.get(AUTHORIZE, params=authorize_params(client_id="nobody"), headers=headers)]
    browser = server.browser()
    visit = begin(browser, "demo-custom-app")
    assert visit.path == SIGN_IN
    server_says.append(browser.get(visit.url, headers=headers))
    form = visit.page.forms[0]
    server_says.append(browser.post(form["action"], headers=headers,
                                    data={**form["hidden"], "user": "1001"}))
    consent = browser.get(server_says[-1].headers["Location"], headers=headers)
    assert consent.status_code == 200
    server_says += [consent, server.get(SIGN_IN, headers=headers)]
    for path in (AUTHORIZE, SIGN_IN, CONSENT):
        preflight = server.request("OPTIONS", path, headers={
            **headers, "Access-Control-Request-Method": "GET"})
        assert preflight.status_code == 405
        server_says.append(preflight)
    for response in server_says:
        assert access_headers(response) == {}, response.url


@proves("COR-03", "COR-06")
def test_the_origin_of_a_redirect_uri_is_written_as_browsers_write_it(start):
    server = start(fixture=fixture_with(clients={"demo-spa": {"redirect_uris": [
        "https://App.Example.com:443/cb", "http://other.example.com:80/cb?x=y",
        "https://[2001:DB8::1]:8443/cb"]}}))
    for origin in ("https://app.example.com", "http://other.example.com",
                   "https://[2001:db8::1]:8443"):
        response = server.post(TOKEN, headers={"Origin": origin})
        assert response.headers.get("Access-Control-Allow-Origin") == origin
    for origin in ("https://app.example.com:443", "http://localhost:5173",
                   "https://[2001:db8::1]"):
        response = server.post(TOKEN, headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in response.headers


@proves("COR-03")
def test_two_origin_headers_are_not_taken_for_a_registered_one(server):
    raw = server.raw(b"POST /oauth/v2/token HTTP/1.1\r\nHost: localhost\r\nOrigin: https://"
                     b"stranger.example\r\nOrigin: http://localhost:3000\r\n"
                     b"Content-Length: 0\r\n\r\n")
    assert b"http://localhost:3000" not in raw
    assert parse_answer(raw)[0] == 400


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@proves("COR-09")
def test_the_control_door_is_closed_to_other_sites(server, method):
    for origin in REGISTERED[:2] + FOREIGN:
        response = server.request(method, HEALTH, headers={"Origin": origin})
        assert response.status_code == 403, origin
        assert access_headers(response) == {}


@proves("COR-09")
def test_the_control_door_is_open_to_its_own_pages_and_to_programs(server):
    assert server.get(HEALTH).status_code == 200
    own = server.get(HEALTH, headers={"Origin": server.base})
    assert own.status_code == 200
    assert access_headers(own) == {}
    other_port = server.get(HEALTH, headers={"Origin": f"http://localhost:{server.port + 1}"})
    assert other_port.status_code == 403
