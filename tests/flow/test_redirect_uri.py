"""Where the browser may be sent: to a redirect URI that is registered to the letter, or nowhere."""

import urllib.parse

import pytest

from support import AUTHORIZE, authorize, fixture_with, location_params, proves, redeem
from support_refusals import ask, logged_refusal, page_refusal

pytestmark = pytest.mark.tenants

CB = "http://localhost:3000/cb"

VARIANTS = [  # RFC 9700 4.1.3; RFC 3986 6.2: each the same to some normaliser, none to us
    CB + "/", CB + "?", CB + "?a=b", CB + "/more", CB + "x", CB + "/.", CB + "/../cb", CB + ";a",
    "http://localhost:3000/./cb", "http://localhost:3000/x/../cb", "http://localhost:3000//cb",
    "http://localhost:3000/CB", "HTTP://localhost:3000/cb", "http://LOCALHOST:3000/cb",
    "http://localhost:3000/%63b", "http://localhost:3000/c%62", "http://localhost%3A3000/cb",
    "http://localhost:3001/cb", "http://localhost:03000/cb", "http://localhost/cb",
    "http://localhost:80/cb", "http://user@localhost:3000/cb", "http://@localhost:3000/cb",
    "http://localhost:3000@evil.example/cb", "http://localhost.:3000/cb",
    "http://127.0.0.1:3000/cb", "http://[::1]:3000/cb", "https://localhost:3000/cb",
    "http:/localhost:3000/cb", "http:localhost:3000/cb", "//localhost:3000/cb", "/cb", "cb",
    "localhost:3000/cb", "http://localhost:3000\\cb", "http://localhost:3000/\\cb", " " + CB,
    CB + " ", CB + "\t", "http://localhost:3000", "http://localhost:3000/", "*", "http://*/cb",
]

CONFUSIONS = [
    CB + "%2F..%2F", CB + "%2f..%2fevil", CB + "/%2e%2e/evil", CB + "/;/../", CB + "/..;/evil",
    CB + "%0A%0D", CB + "%0d%0aSet-Cookie:x=y", CB + "\r\nSet-Cookie: x=y", CB + "%252F..%252F",
    CB + "%25%32%46", CB + "/%5c..%5cevil", CB + "%00", CB + "/..%c0%af..", CB + "%E2%80%AE",
]

CUSTOM_APP = [
    "https://www.make.com:443/oauth/cb/app", "http://www.make.com/oauth/cb/app",
    "http://www.make.com:80/oauth/cb/app", "https://www.make.com./oauth/cb/app",
    "https://make.com/oauth/cb/app", "https://www.make.com.evil.example/oauth/cb/app",
    "https://www.make.com@evil.example/oauth/cb/app", "https://www.make.com/oauth/cb/app2",
    "https://www.make.com:8443/oauth/cb/app", "https://www.integromat.com/oauth/cb/app/",
]


@proves("AUT-08", "ADM-07")
def test_a_variant_of_a_registered_uri_is_another_uri(server):
    for uri in VARIANTS:
        page_refusal(ask(server, redirect_uri=uri))
        page_refusal(ask(server, redirect_uri=uri, response_type="token", prompt="login"))
    for uri in CUSTOM_APP:
        page_refusal(ask(server, "demo-custom-app", redirect_uri=uri))


@proves("AUT-09", "ADM-07")
def test_a_suffix_that_confuses_paths_is_refused(server):
    for uri in CONFUSIONS:
        page_refusal(ask(server, redirect_uri=uri))
        encoded = urllib.parse.quote(uri, safe="")
        page_refusal(server.get(f"{AUTHORIZE}?client_id=demo-web&response_type=code"
                                f"&scope=openid&redirect_uri={encoded}"))


@proves("AUT-08")
def test_the_uri_of_one_client_is_not_another_ones(server):
    for uri in ("http://localhost:5173/callback", "https://www.make.com/oauth/cb/app",
                "com.example.makeshift:/callback"):
        page_refusal(ask(server, redirect_uri=uri))


@proves("AUT-10")
def test_a_query_added_to_a_registered_uri_is_refused(server):
    for query in ("?code=x", "?state=x", "?iss=x", "?error=x", "&code=x", "%3Fcode=x", "?code=x&"):
        page_refusal(ask(server, redirect_uri=CB + query))


@proves("AUT-10", "RSP-14")
def test_a_registered_query_is_kept_verbatim_and_joined_by_an_ampersand(start):
    uris = ["https://app.example/cb?tenant=a%20b&x=%2f", "https://app.example/cb?",
            "https://app.example/plain", "com.example.app:/done?from=makeshift",
            "com.example.app:done"]
    server = start(fixture=fixture_with(clients={"demo-web": {"redirect_uris": uris}}))
    for uri in uris:
        for more in ({}, {"scope": "no:such"}, {"response_type": None}):
            location = ask(server, redirect_uri=uri, **more).headers["Location"]
            assert location.startswith(uri + ("&" if "?" in uri else "?"))
            added = location[len(uri) + 1:]
            names = {name for name, _ in urllib.parse.parse_qsl(added, strict_parsing=True)}
            assert names >= {"iss", "state"} and names & {"code", "error"}
            assert location.count("?") == 1
        code = authorize(server, redirect_uri=uri)["code"]
        assert redeem(server, code, redirect_uri=uri).status_code == 200
    page_refusal(ask(server, redirect_uri="https://app.example/cb?tenant=b"))
    page_refusal(ask(server, redirect_uri="https://app.example/cb?x=%2f&tenant=a%20b"))
    page_refusal(ask(server, redirect_uri="https://app.example/cb"))


@proves("AUT-11")
@pytest.mark.parametrize("fragment", ["#", "#a", "#_"])
def test_a_fragment_is_refused_in_a_request(server, fragment):
    page_refusal(ask(server, redirect_uri=CB + fragment))
    page_refusal(ask(server, "demo-native", redirect_uri="http://127.0.0.1/callback" + fragment))


@proves("AUT-11")
@pytest.mark.parametrize("uri", ["http://localhost:3000/cb#", "https://app.example/cb#frag",
                                 "com.example.app:/cb#x"])
def test_a_fragment_is_refused_at_registration(start, uri):
    server = start(fixture=fixture_with(clients={"demo-web": {"redirect_uris": [uri]}}), wait=False)
    assert server.exit_code() == 2
    assert "/clients/0/redirect_uris/0" in server.log()
    assert "fragment" in server.log()


@pytest.mark.parametrize("uri,nearest,difference", [
    (CB + "/", CB, "trailing slash"),
    ("http://localhost:3000/Cb", CB, "upper and lower case"),
    ("http://localhost:3001/cb", CB, "port"),
    ("https://localhost:3000/cb", CB, "scheme"),
    ("http://localhost:3000/callback", CB, "path"),
    ("http://127.0.0.1:3000/cb", CB, "host"),
    (CB + "?x=y", CB, "query"),
    (CB + "#x", CB, "fragment"),
    ("http://me@localhost:3000/cb", CB, "user information"),
])
def test_the_refusal_says_what_was_compared_with_what(start, uri, nearest, difference):
    server = start("--log-format", "json")
    page = page_refusal(ask(server, redirect_uri=uri))
    sentence = (f"redirect_uri '{uri}' is not registered for client 'demo-web'; "
                f"nearest: '{nearest}' ({difference}); add it to redirect_uris of 'demo-web'")
    assert sentence in page.text
    assert "The redirect URI is not registered" in page.text and "malformed" not in page.text
    logged = logged_refusal(server, "redirect_uri")
    assert logged["detail"] == sentence
    assert (logged["expected"], logged["actual"]) == (CB, uri)
    assert logged["error"] == "invalid_request"
    assert logged["clause"].startswith("RFC ")


@pytest.mark.parametrize("path,difference", [("/", "path"), ("/callback/", "trailing slash"),
                                             ("/callback?x", "query")])
def test_a_port_that_is_free_is_not_the_difference(server, path, difference):
    page = page_refusal(ask(server, "demo-native", redirect_uri=f"http://127.0.0.1:39209{path}"))
    assert f"nearest: 'http://127.0.0.1/callback' ({difference})" in page.text


def test_the_refusal_names_the_nearest_of_several(server):
    page = page_refusal(ask(server, "demo-custom-app",
                            redirect_uri="https://www.integromat.com/oauth/cb/app/"))
    assert "nearest: 'https://www.integromat.com/oauth/cb/app' (trailing slash)" in page.text


@proves("AUT-44", "ADM-07")
def test_no_error_is_redirected_before_client_and_uri_belong_together(server):
    wrong = {"response_type": "token", "scope": "no:such", "prompt": "none login", "max_age": "x",
             "code_challenge_method": "plain", "request": "x", "state": "s" * 9000}
    for name, value in wrong.items():
        assert "error" in location_params(ask(server, **{name: value}))
        page_refusal(ask(server, redirect_uri="https://evil.example/", **{name: value}))
        page_refusal(ask(server, client_id="stranger", **{name: value}))
        page_refusal(ask(server, client_id="demo-spa", redirect_uri=CB, **{name: value}))
