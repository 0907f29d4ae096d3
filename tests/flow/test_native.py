"""Native clients (RFC 8252): loopback addresses with any port, and schemes of their own."""

import pytest

from support import (assert_error, authorize, client_form, fixture_with, location_params, proves,
                     redeem, refresh)
from support_pages import CONSENT, SIGN_IN, begin
from support_refusals import ask, page_refusal, redirected_refusal

pytestmark = pytest.mark.tenants

PRIVATE = "com.example.makeshift:/callback"
HOSTS = ["127.0.0.1", "[::1]"]


def leads_to(server, uri, client_id="demo-native"):
    """The code that is sent to exactly this URI."""
    params = authorize(server, client_id, redirect_uri=uri)
    assert "code" in params
    return params


@proves("NAT-01", "NAT-03")
@pytest.mark.parametrize("host", HOSTS)
def test_any_port_of_a_registered_loopback_address_is_taken(server, host):
    for port in ("", ":1", ":80", ":443", ":8080", ":49152", ":65535"):
        uri = f"http://{host}{port}/callback"
        location = ask(server, "demo-native", redirect_uri=uri).headers["Location"]
        assert location.startswith(uri + "?")
        code = leads_to(server, uri)
        assert redeem(server, code, "demo-native", redirect_uri=uri).status_code == 200


@proves("NAT-01")
@pytest.mark.parametrize("host", HOSTS)
def test_any_port_is_taken_though_one_was_registered(start, host):
    server = start(fixture=fixture_with(clients={
        "demo-native": {"redirect_uris": [f"http://{host}:4000/p"]}}))
    for port in ("", ":4000", ":4001", ":51004"):
        assert leads_to(server, f"http://{host}{port}/p")
    page_refusal(ask(server, "demo-native", redirect_uri=f"http://{host}:4000/callback"))


@proves("NAT-02")
@pytest.mark.parametrize("host", HOSTS)
def test_all_but_the_port_must_be_equal(server, host):
    for uri in (f"http://{host}:5000/", f"http://{host}:5000", f"http://{host}:5000/callback/",
                f"http://{host}:5000/Callback", f"http://{host}:5000/callback?x=y",
                f"http://{host}:5000/callback?", f"http://{host}:5000/callback#x",
                f"http://{host}:5000/callback#", f"http://me@{host}:5000/callback",
                f"http://@{host}:5000/callback", f"http://{host}:5000/callback/../callback",
                f"http://{host}:5000//callback", f"http://{host}:5000/%63allback",
                f"HTTP://{host}:5000/callback", f"ws://{host}:5000/callback"):
        page_refusal(ask(server, "demo-native", redirect_uri=uri))


@proves("NAT-02")
def test_a_registered_query_is_wanted_with_every_port(start):
    server = start(fixture=fixture_with(clients={
        "demo-native": {"redirect_uris": ["http://127.0.0.1/cb?app=1"]}}))
    assert leads_to(server, "http://127.0.0.1:5000/cb?app=1")
    for uri in ("http://127.0.0.1:5000/cb", "http://127.0.0.1:5000/cb?app=2",
                "http://127.0.0.1:5000/cb?app=1&x"):
        page_refusal(ask(server, "demo-native", redirect_uri=uri))


@proves("NAT-02", "NAT-05")
def test_what_is_no_port_is_refused(server):
    for port in (":", ":0", ":65536", ":99999", ":080", ":+80", ":-1", ":80a", ": 80", ":8 0",
                 ":0x50", ":4294967376", ":80:80", ":%38%30"):
        page_refusal(ask(server, "demo-native", redirect_uri=f"http://127.0.0.1{port}/callback"))


@proves("NAT-03")
def test_the_token_request_must_repeat_the_port(server):
    used = "http://127.0.0.1:51004/callback"
    for other in ("http://127.0.0.1/callback", "http://127.0.0.1:51005/callback",
                  "http://[::1]:51004/callback"):
        answer = redeem(server, leads_to(server, used), "demo-native", redirect_uri=other)
        assert_error(answer, "invalid_grant")
    answer = redeem(server, leads_to(server, used), "demo-native", redirect_uri=None)
    assert_error(answer, "invalid_request")


@proves("NAT-04")
def test_localhost_has_a_free_port_only_where_it_is_registered_without_one(start):
    server = start(fixture=fixture_with(clients={
        "demo-native": {"redirect_uris": ["http://localhost/callback"]}}))
    for port in ("", ":3000", ":51004"):
        assert leads_to(server, f"http://localhost{port}/callback")
    for host in ("127.0.0.1", "[::1]", "localhost.", "LOCALHOST", "localhost.evil.example"):
        page_refusal(ask(server, "demo-native", redirect_uri=f"http://{host}:3000/callback"))
    page_refusal(ask(server, "demo-web", redirect_uri="http://localhost:3001/cb"))


@proves("NAT-04")
@pytest.mark.parametrize("host,other", [("127.0.0.1", "[::1]"), ("[::1]", "127.0.0.1")])
def test_a_loopback_address_is_neither_localhost_nor_the_other_one(start, host, other):
    server = start(fixture=fixture_with(clients={
        "demo-native": {"redirect_uris": [f"http://{host}/callback"]}}))
    assert leads_to(server, f"http://{host}:51004/callback")
    for stranger in (other, "localhost"):
        for port in ("", ":51004"):
            page_refusal(ask(server, "demo-native",
                             redirect_uri=f"http://{stranger}{port}/callback"))


@proves("NAT-05")
@pytest.mark.parametrize("authority", [
    "127.0.0.1.evil.example", "127.0.0.1.evil.example:80", "127.0.0.1:80@evil.example",
    "127.0.0.1@evil.example", "127.0.0.1:80:80@evil.example", "0x7f.1", "0x7f000001", "2130706433",
    "017700000001", "127.1", "127.0.1", "127.0.0.2", "0.0.0.0", "0", "127.0.0.01", "127.0.0.1.",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::1%25lo]", "[::]", "::1",
    "[::1].evil.example", "[::1]evil.example", "[::1]:80@evil.example", "[::1]]:80", "[::1]80",
    "evil.example:80#@127.0.0.1", "evil.example\\@127.0.0.1", "127.0.0.1%2eevil.example",
    "\uff11\uff12\uff17.0.0.1", "evil.example/127.0.0.1:80", "evil.example?127.0.0.1:80",
])
def test_a_look_alike_of_a_loopback_address_is_refused(server, authority):
    page_refusal(ask(server, "demo-native", redirect_uri=f"http://{authority}/callback"))


@proves("NAT-05")
def test_a_loopback_uri_with_https_has_no_free_port(start):
    uri = "https://127.0.0.1:4000/callback"
    server = start(fixture=fixture_with(clients={"demo-native": {"redirect_uris": [uri]}}))
    assert leads_to(server, uri)
    for other in ("https://127.0.0.1:4001/callback", "https://127.0.0.1/callback",
                  "http://127.0.0.1:4000/callback"):
        page_refusal(ask(server, "demo-native", redirect_uri=other))


@proves("NAT-06", "RSP-14")
def test_a_scheme_of_the_clients_own_is_matched_to_the_letter(server):
    response = ask(server, "demo-native", redirect_uri=PRIVATE)
    assert response.headers["Location"].startswith(PRIVATE + "?")
    code = leads_to(server, PRIVATE)
    assert redeem(server, code, "demo-native", redirect_uri=PRIVATE).status_code == 200
    for uri in (PRIVATE + "/", PRIVATE + "?x", PRIVATE + "#", "com.example.makeshift:callback",
                "com.example.makeshift://callback", "com.example.makeshift:///callback",
                "COM.example.makeshift:/callback", "com.example.makeshift:/Callback",
                "com.example.makeshift.evil:/callback", "com.example:/callback",
                "com.example.makeshift:80/callback", "com.example.makeshift"):
        page_refusal(ask(server, "demo-native", redirect_uri=uri))


@proves("NAT-07")
def test_every_kind_of_native_redirect_needs_a_challenge(server):
    for uri in ("http://127.0.0.1:51004/callback", "http://[::1]:51004/callback", PRIVATE):
        response = ask(server, "demo-native", redirect_uri=uri)
        redirected_refusal(response, "invalid_request")
        assert "code_challenge is missing" in location_params(response)["error_description"]


@proves("NAT-08")
@pytest.mark.parametrize("client_id,uri", [("demo-native", PRIVATE),
                                           ("demo-spa", "http://localhost:5173/callback")])
def test_no_secret_is_asked_of_a_public_client(server, client_id, uri):
    assert "client_secret" not in client_form(client_id)
    response = redeem(server, leads_to(server, uri, client_id), client_id, redirect_uri=uri)
    assert response.status_code == 200
    if "refresh_token" in response.json():
        assert refresh(server, response.json()["refresh_token"], client_id).status_code == 200


@proves("NAT-09")
@pytest.mark.parametrize("client_id,uri", [
    ("demo-native", PRIVATE), ("demo-native", "http://127.0.0.1:51004/callback"),
    ("demo-spa", "http://localhost:5173/callback")])
def test_the_page_asks_for_consent_each_time(start, client_id, uri):
    server = start("--login", "page")
    browser = server.browser()
    visit = begin(browser, client_id, redirect_uri=uri)
    assert visit.path == SIGN_IN
    visit.submit(user="1001").submit(decision="approve")
    for _ in range(2):
        visit = begin(browser, client_id, redirect_uri=uri)
        assert visit.path == CONSENT
        assert "code" in visit.submit(decision="approve").params
    silent = begin(browser, client_id, redirect_uri=uri, prompt="none")
    assert "public" in redirected_refusal(silent.response, "consent_required")
    again = begin(server.browser(), client_id, redirect_uri=uri).submit(user="1001")
    assert again.path == CONSENT, "a sign-in does not stand for consent either"
