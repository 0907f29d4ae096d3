"""RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0), in the profile standard."""

import base64
import json
import time
import urllib.parse

import pytest
from authlib.jose import JsonWebToken

from support import (
    DISCOVERY, LOGOUT, WEB_SECRET, assert_error, decode, fixture_with, location_params, proves, redeem, refresh,
    userinfo,
)
from support_pages import CONSENT, SIGN_IN, Visit, begin, session_cookie
from support_refusals import redirected_refusal

pytestmark = pytest.mark.tenants

BACK = "http://localhost:3000/bye"
QUERIED = "http://localhost:3000/bye?from=makeshift"
STATE = "a b\"#%&<>\\^{|}=?!$'()*,/:;@[]`~+"
both = pytest.mark.parametrize("method", ["GET", "POST"])


def launcher(start):
    def one(*args, login="page", **more):
        clients = {"demo-web": {"post_logout_redirect_uris": [BACK, QUERIED]},
                   "demo-custom-app": {"post_logout_redirect_uris": ["https://www.make.com/bye"]}}
        return start("--profile", "standard", "--login", login, *args, fixture=fixture_with(clients=clients, **more))
    return one


@pytest.fixture
def launch(start):
    return launcher(start)


def signed_in(server, user="1001", browser=None):
    """A browser in which the user is signed in, and the token answer of demo-web."""
    browser = browser or server.browser()
    visit = begin(browser, prompt="login").submit(user=user)
    if visit.path == CONSENT:
        visit.submit(decision="approve")
    return browser, redeem(server, visit.params["code"]).json()


def ask(browser, method="GET", **params):
    return (browser.get(LOGOUT, params=params) if method == "GET" else browser.post(LOGOUT, data=params))


def visit_of(browser, response):
    return Visit(browser).go(response)


def assert_over(browser):
    redirected_refusal(begin(browser, prompt="none").response, "login_required")


def assert_alive(browser):
    assert "code" in begin(browser, prompt="none").params


def assert_page(response, text, status=200):
    assert response.status_code == status and "Location" not in response.headers
    assert text in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in response.headers


@both
@proves("LGO-01", "LGO-02")
def test_a_hint_of_the_session_ends_it_and_leads_back(launch, method):
    server = launch()
    browser, tokens = signed_in(server)
    answer = ask(browser, method, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BACK, state=STATE)
    assert answer.status_code == (302 if method == "GET" else 303)
    assert answer.headers["Location"].startswith(BACK + "?state=")
    assert location_params(answer) == {"state": STATE}
    assert session_cookie(browser) is None
    assert_over(browser)


@proves("LGO-03")
@pytest.mark.parametrize("uri, expected", [(BACK, {}), (QUERIED, {"from": "makeshift"})])
def test_no_state_comes_back_when_none_was_sent(launch, uri, expected):
    server = launch()
    browser, tokens = signed_in(server)
    answer = ask(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=uri)
    assert answer.headers["Location"] == uri and location_params(answer) == expected
    assert_over(browser)


def test_a_registered_query_is_kept(launch):
    server = launch()
    browser, tokens = signed_in(server)
    answer = ask(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=QUERIED, state="x")
    assert answer.headers["Location"] == QUERIED + "&state=x"


@both
@proves("LGO-04")
@pytest.mark.parametrize("uri", [
    BACK + "/", BACK + "?x=y", "http://localhost:3001/bye", "http://localhost:3000/cb", "HTTP://localhost:3000/bye",
    "https://www.make.com/bye", "javascript:alert(1)", "//evil.example", BACK + "#x", " " + BACK, BACK + " " + QUERIED])
def test_a_uri_that_is_not_registered_leads_nowhere_and_ends_nothing(launch, uri, method):
    server = launch()
    browser, tokens = signed_in(server)
    answer = ask(browser, method, id_token_hint=tokens["id_token"], post_logout_redirect_uri=uri, state="x")
    assert_page(answer, "is not registered for client", 400)
    assert "The URI to go on to is not registered" in answer.text
    assert "add it to post_logout_redirect_uris of" in answer.text
    assert_alive(browser)


def unsigned(token):
    header = base64.urlsafe_b64encode(b'{"alg": "none"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def symmetric(server):
    claims = {"iss": server.issuer, "sub": "1001", "aud": "demo-web", "exp": int(time.time()) + 60}
    return JsonWebToken(["HS256"]).encode({"alg": "HS256"}, claims, WEB_SECRET).decode()


@both
@proves("LGO-05")
@pytest.mark.parametrize("forge", [
    lambda server, tokens: unsigned(tokens["id_token"]), lambda server, tokens: symmetric(server),
    lambda server, tokens: tokens["id_token"][:-8] + "AAAAAAAA", lambda server, tokens: tokens["access_token"],
    lambda server, tokens: "nonsense"])
def test_a_hint_that_the_server_did_not_sign_leads_nowhere_and_ends_nothing(launch, forge, method):
    server = launch()
    browser, tokens = signed_in(server)
    answer = ask(browser, method, id_token_hint=forge(server, tokens), post_logout_redirect_uri=BACK)
    assert_page(answer, "id_token_hint", 400)
    assert_alive(browser)


@proves("LGO-06")
@pytest.mark.parametrize("more", [{}, {"client_id": "demo-web"}])
def test_without_a_hint_nobody_vouches_for_where_it_leads(launch, more):
    server = launch()
    browser, _ = signed_in(server)
    assert_page(ask(browser, post_logout_redirect_uri=BACK, state="x", **more), "without an id_token_hint", 400)
    assert_alive(browser)


@both
@proves("LGO-07", "LGO-10")
@pytest.mark.parametrize("params", [{}, {"state": "x"}, {"client_id": "demo-web"}, {"logout_hint": "x", "ui_locales": "cs"}])
def test_without_a_hint_the_person_is_asked_and_sees_that_it_is_over(launch, params, method):
    server = launch()
    browser, _ = signed_in(server)
    visit = visit_of(browser, ask(browser, method, **params))
    assert_page(visit.response, "Log out?")
    assert ("Demo web application" in visit.page.text) is ("client_id" in params)
    assert_alive(browser)
    visit.submit(decision="logout")
    assert_page(visit.response, "You are logged out")
    assert_over(browser)


@proves("LGO-07")
def test_a_hint_without_a_uri_ends_the_session_on_a_page(launch):
    server = launch()
    browser, tokens = signed_in(server)
    assert_page(ask(browser, id_token_hint=tokens["id_token"], state="x"), "You are logged out")
    assert_over(browser)


def test_who_stays_is_still_signed_in(launch):
    server = launch()
    browser, _ = signed_in(server)
    visit = visit_of(browser, ask(browser)).submit(decision="stay")
    assert_page(visit.response, "You are still signed in")
    assert_alive(browser)


@proves("LGO-08")
def test_an_expired_hint_is_as_good(start_process):
    launch = launcher(start_process)
    server = launch()
    browser, tokens = signed_in(server)
    claims = decode(server, tokens["id_token"], "demo-web")
    later = ["--clock", "+400s", "--issuer", server.issuer]
    other = launch(*later)
    browser, _ = signed_in(other)
    assert claims["exp"] < time.time() + 400
    visit = visit_of(browser, ask(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BACK))
    assert "Log out?" in visit.page.text  # of another session: asked, not refused
    visit.submit(decision="logout")
    assert visit.response.headers["Location"] == BACK


@both
@proves("LGO-09")
def test_client_id_must_be_the_hints(launch, method):
    server = launch()
    browser, tokens = signed_in(server)
    answer = ask(browser, method, id_token_hint=tokens["id_token"], client_id="demo-custom-app")
    assert_page(answer, "client_id is not the client", 400)
    assert_alive(browser)
    answer = ask(browser, method, id_token_hint=tokens["id_token"], client_id="demo-web", post_logout_redirect_uri=BACK)
    assert answer.headers["Location"] == BACK


@proves("LGO-10")
def test_a_hint_of_another_session_is_asked_about_and_then_leads_back(launch):
    server = launch()
    _, others = signed_in(server, "1003")
    browser, _ = signed_in(server)
    visit = visit_of(browser, ask(browser, id_token_hint=others["id_token"], post_logout_redirect_uri=BACK, state="x"))
    assert "Olivia Owner" in visit.page.text
    assert_alive(browser)
    visit.submit(decision="logout")
    assert location_params(visit.response) == {"state": "x"}
    assert_over(browser)


@proves("LGO-10")
def test_a_hint_of_the_same_user_in_another_browser_is_asked_about(launch):
    server = launch()
    _, others = signed_in(server)
    browser, _ = signed_in(server)
    assert_page(ask(browser, id_token_hint=others["id_token"]), "Log out?")
    assert_alive(browser)


@proves("LGO-11")
@pytest.mark.parametrize("csrf", ["", "wrong", None])
def test_the_answer_to_the_question_needs_the_token_of_the_page(launch, csrf):
    server = launch()
    browser, _ = signed_in(server)
    form = {"decision": "logout", "csrf": csrf}
    answer = browser.post(LOGOUT, data={name: value for name, value in form.items() if value is not None})
    assert_page(answer, "Log out?", 403)
    assert_alive(browser)


@proves("LGO-11")
def test_the_token_of_the_page_is_of_no_use_in_another_session(launch):
    server = launch()
    browser, _ = signed_in(server)
    stranger, _ = signed_in(server, "1003")
    csrf = visit_of(stranger, ask(stranger)).page.forms[0]["hidden"]["csrf"]
    assert_page(browser.post(LOGOUT, data={"decision": "logout", "csrf": csrf}), "Log out?", 403)
    assert_alive(browser)


@proves("LGO-12")
def test_tokens_and_consent_outlive_the_session(launch):
    server = launch()
    browser, tokens = signed_in(server)
    ask(browser, id_token_hint=tokens["id_token"])
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert refresh(server, tokens["refresh_token"]).status_code == 200
    assert "code" in begin(browser).submit(user="1001").params


@both
def test_who_is_not_signed_in_is_led_back_all_the_same(launch, method):
    server = launch()
    _, tokens = signed_in(server)
    browser = server.browser()
    answer = ask(browser, method, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BACK, state="x")
    assert location_params(answer) == {"state": "x"}
    assert_page(ask(browser, method), "You are logged out")


def test_a_form_of_another_site_is_led_through_a_get_that_brings_the_cookie(launch):
    server = launch()
    browser, tokens = signed_in(server)
    form = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BACK, "state": STATE}
    answer = server.post(LOGOUT, data=form, headers={"Origin": "http://localhost:3000"})
    assert answer.status_code == 303
    where = urllib.parse.urlsplit(answer.headers["Location"])
    assert (server.within(where.path), dict(urllib.parse.parse_qsl(where.query))) == (LOGOUT, form)
    assert location_params(browser.get(answer.headers["Location"])) == {"state": STATE}
    assert_over(browser)


@pytest.mark.parametrize("name", ["id_token_hint", "state", "client_id", "post_logout_redirect_uri"])
def test_a_parameter_sent_twice_is_refused(launch, name):
    assert_page(launch().get(LOGOUT, params=[(name, "x"), (name, "x")]), "more than once", 400)


def test_an_unknown_client_is_refused_and_named(launch):
    assert_page(launch().get(LOGOUT, params={"client_id": "nobody"}), "nobody", 400)


@proves("IDT-20")
def test_sid_stays_with_the_session_and_its_user(launch):
    server = launch()
    browser, first = signed_in(server)
    sid = decode(server, first["id_token"], "demo-web")["sid"]
    again = redeem(server, begin(browser).params["code"]).json()
    renewed = refresh(server, first["refresh_token"]).json()
    _, relogged = signed_in(server, browser=browser)
    for tokens in (again, renewed, relogged):
        assert decode(server, tokens["id_token"], "demo-web")["sid"] == sid
    _, other_browser = signed_in(server)
    _, other_user = signed_in(server, "1003", browser)
    others = {decode(server, tokens["id_token"], "demo-web")["sid"] for tokens in (other_browser, other_user)}
    assert len(others | {sid}) == 3


@proves("IDT-20")
def test_sid_is_there_only_where_logout_is(launch, start):
    auto = launch(login="auto")
    assert "sid" in decode(auto, redeem(auto, begin(auto.browser()).params["code"]).json()["id_token"])
    server = start("--login", "page")
    _, tokens = signed_in(server)
    assert "sid" not in decode(server, tokens["id_token"])
    assert "profile 'standard'" in assert_error(server.get(LOGOUT), "not_found", 404)


@proves("DSC-16")
def test_discovery_names_the_endpoint_where_it_is(launch, start):
    document = launch().get(DISCOVERY).json()
    assert document["end_session_endpoint"].endswith(LOGOUT) and "sid" in document["claims_supported"]
    document = start().get(DISCOVERY).json()
    assert "end_session_endpoint" not in document and "sid" not in document["claims_supported"]


def test_without_a_page_who_logs_out_is_not_asked_and_is_signed_in_no_longer(launch):
    server = launch(login="auto")
    other = redeem(server, begin(server.browser()).params["code"]).json()["id_token"]
    for params in ({}, {"id_token_hint": other}, {"id_token_hint": other, "post_logout_redirect_uri": BACK}):
        browser = server.browser()
        begin(browser)
        assert_alive(browser)
        answer = ask(browser, **params)
        if "post_logout_redirect_uri" in params:
            assert answer.headers["Location"] == BACK
        else:
            assert_page(answer, "You are logged out")
        assert_over(browser)
        assert "code" in begin(browser).params  # and whoever asks without prompt=none is signed in again


def test_other_methods_are_not_allowed(launch):
    server = launch()
    for method in ("HEAD", "PUT", "DELETE"):
        answer = server.request(method, LOGOUT)
        assert answer.status_code == 405 and answer.headers["Allow"] == "GET, POST"


def test_the_session_of_a_restarted_server_can_be_ended(start):
    clients = {"demo-web": {"post_logout_redirect_uris": [BACK]}}
    server = start("--profile", "standard", "--login", "page", fixture=fixture_with(clients=clients), db=True)
    browser, tokens = signed_in(server)
    server.restart()
    answer = ask(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BACK)
    assert answer.headers["Location"] == BACK
    assert_over(browser)


def test_a_hint_with_a_page_between_survives_the_page(launch):
    """The question's form carries the request on, whatever stands in it."""
    server = launch()
    _, others = signed_in(server, "1003")
    browser, _ = signed_in(server)
    state = json.dumps({"x": "</form><script>alert(1)</script>"})
    visit = visit_of(browser, ask(browser, id_token_hint=others["id_token"], post_logout_redirect_uri=BACK, state=state))
    assert "<script" not in visit.response.text
    assert location_params(visit.submit(decision="logout").response) == {"state": state}


def test_after_logging_out_the_sign_in_page_comes(launch):
    server = launch()
    browser, tokens = signed_in(server)
    ask(browser, id_token_hint=tokens["id_token"])
    assert begin(browser).path == SIGN_IN
