"""The sign-in, consent and error pages: what they show, what they let nobody do."""

import base64
import hashlib
import pathlib
import re
import urllib.parse

import pytest

from support import (
    AUTHORIZE, WEB_SECRET, authorize_params, decode, fixture_with, location_params, proves, redeem,
)
from support_pages import CONSENT, SIGN_IN, Page, begin, sign_in_by_page
from support_refusals import ask, page_refusal, redirected_refusal

pytestmark = pytest.mark.tenants

MARKUP = "<script>alert(1)</script>'\"><img src=x onerror=y>&amp;"


@pytest.fixture
def paged(start):
    """A server that signs nobody in without the page."""
    return start("--login", "page")


def stale(response):
    """The page said that it is no longer valid, and nobody was redirected."""
    assert response.status_code == 403, response.status_code
    assert "Location" not in response.headers
    assert "no longer valid" in Page(response.text).text


def every_page(server):
    """An answer with each of the pages: sign-in, sign-in with a problem, consent, errors, stale."""
    visit = begin(server.browser())
    answers = [visit.response, visit.submit(username="nobody").response,
               visit.submit(user="1001").response]
    assert visit.path == CONSENT
    return [*answers, ask(server, client_id="stranger"), ask(server, redirect_uri="x:/y"),
            server.get(SIGN_IN), server.get(CONSENT + "?interaction=none")]


def test_one_click_signs_in_and_one_approves(paged):
    browser = paged.browser()
    visit = begin(browser, scope="openid profile user:read", nonce="n-1")
    assert visit.path == SIGN_IN
    assert "Demo web application" in visit.page.text
    assert visit.submit(user="1001").path == CONSENT
    answer = redeem(paged, visit.submit(decision="approve").params["code"]).json()
    claims = decode(paged, answer["id_token"])
    assert (claims["sub"], claims["nonce"]) == ("1001", "n-1")
    assert sorted(answer["scope"].split()) == ["openid", "profile", "user:read"]


def test_the_consent_page_names_the_client_the_user_and_the_scopes_in_words(paged):
    visit = begin(paged.browser(), scope="openid email scenarios:run").submit(user="1003")
    for words in ("Demo web application", "demo-web", "Nadia Norights",
                  "nadia.norights@example.com", "Know who you are", "See your e-mail address",
                  "Run your scenarios", "scenarios:run", "http://localhost:3000/cb"):
        assert words in visit.page.text
    assert "See your name" not in visit.page.text
    # Enter on a checkbox presses the first button of its form.
    assert [form["buttons"] for form in visit.page.forms] == [
        [("decision", "switch")], [("decision", "approve"), ("decision", "deny")]]


def test_a_user_with_a_password_signs_in_with_it_alone(paged):
    visit = begin(paged.browser())
    assert ("user", "1002") not in [b for form in visit.page.forms for b in form["buttons"]]
    for name, password in (("1002", "wrong-password"), ("1002", ""), ("1002", "member-password "),
                           ("max.member@example.com", WEB_SECRET)):
        assert visit.submit(username=name, password=password).path == SIGN_IN
        assert "password is wrong" in visit.page.text
    form = visit.page.forms[0]
    visit.go(visit.browser.post(form["action"], data={**form["hidden"], "user": "1002"}))
    assert visit.path == SIGN_IN and "password is wrong" in visit.page.text
    for name in ("1002", "max.member@example.com"):
        visit = begin(paged.browser(), prompt="consent")
        visit.submit(username=name, password="member-password")
        params = visit.submit(decision="approve").params
        claims = decode(paged, redeem(paged, params["code"]).json()["id_token"])
        assert (claims["sub"], claims["amr"]) == ("1002", ["pwd"])


def test_an_unknown_user_is_told_so_and_may_try_again(paged):
    visit = begin(paged.browser()).submit(username="nobody@example.com", password="x")
    assert "no user 'nobody@example.com'" in visit.page.text
    assert [a for a in visit.page.named("p") if a.get("role") == "alert"]
    assert visit.submit(username="1001").path == CONSENT


def test_login_hint_is_filled_in(paged):
    visit = begin(paged.browser(), login_hint="max.member@example.com")
    assert visit.form(("username", ""))["inputs"]["username"] == "max.member@example.com"


def test_another_account_can_be_used_from_the_consent_page(paged):
    visit = begin(paged.browser()).submit(user="1001").submit(decision="switch")
    assert visit.path == SIGN_IN
    visit.submit(user="1003").submit(decision="approve")
    token = redeem(paged, visit.params["code"]).json()["id_token"]
    assert decode(paged, token)["sub"] == "1003"


@proves("AUT-37", "AUT-38", "AUT-39")
def test_no_page_is_framed_cached_or_lends_its_url(paged):
    for answer in every_page(paged):
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
        policy = {words[0]: words[1:] for words in policy}
        assert policy["frame-ancestors"] == ["'none'"]
        assert policy["default-src"] == ["'none'"]
        assert policy["base-uri"] == ["'none'"]
        assert not {"script-src", "img-src", "connect-src"} & set(policy)
        digest = hashlib.sha256("".join(Page(answer.text).styles).encode()).digest()
        source, = policy["style-src"]  # CSP 3 2.3.1: either alphabet of base64
        assert source.startswith("'sha256-") and source.endswith("'")
        assert base64.urlsafe_b64decode(source[8:-1].replace("+", "-").replace("/", "_")) == digest


@proves("AUT-38")
def test_no_page_loads_or_runs_anything(paged):
    for answer in every_page(paged):
        page = Page(answer.text)
        assert not {"script", "img", "link", "iframe", "object", "embed", "base", "svg"} & {
            tag for tag, _ in page.tags}
        for _, attrs in page.tags:
            assert not [name for name in attrs if name.startswith("on") or name in (
                "style", "src", "srcset", "formaction", "background")]
            assert re.match(rf"#|{paged.path}/oauth/v2/authorize/sign-in\?|$", attrs.get("href", ""))
            assert re.match(rf"{paged.path}/oauth/|$", attrs.get("action", ""))
        assert not re.search(r"url\(|@import|expression", "".join(page.styles))


@proves("AUT-40")
def test_what_a_request_says_is_escaped_on_the_pages(paged):
    visit = begin(paged.browser(), login_hint=MARKUP, state=MARKUP, nonce=MARKUP)
    pages = [visit.response]
    assert visit.form(("username", ""))["inputs"]["username"] == MARKUP
    pages.append(visit.submit(username=MARKUP).response)
    assert MARKUP in visit.page.text.replace("  ", " ")
    pages += [ask(paged, client_id=MARKUP), ask(paged, redirect_uri=MARKUP),
              paged.get(SIGN_IN, params={"interaction": MARKUP}),
              paged.get("/oauth/v2/authorize", params={MARKUP: "%", "client_id": "\x00"}),
              paged.post("/oauth/v2/authorize", data="x", headers={"Content-Type": MARKUP})]
    for answer in pages:
        assert "<script" not in answer.text and "<img" not in answer.text
        assert not {"script", "img"} & {tag for tag, _ in Page(answer.text).tags}
    assert page_refusal(ask(paged, client_id=MARKUP)).text.count(MARKUP) >= 1


@proves("AUT-40")
def test_what_the_fixture_says_is_escaped_on_the_pages(start):
    scopes = [{"name": "openid", "kind": "oidc", "description": MARKUP},
              {"name": "<b>", "kind": "user", "description": "Be bold"}]
    uri = "http://localhost:3000/cb?a='b'&c=d"
    client = {"client_id": "demo-web", "client_secret": WEB_SECRET, "client_name": MARKUP,
              "redirect_uris": [uri], "scope": "openid <b>",
              "token_endpoint_auth_method": "client_secret_post"}
    users = [{"sub": "<1>\"'", "name": MARKUP, "email": "<i>@example.com"}]
    server = start("--login", "page",
                   fixture=fixture_with(clients=[client], scopes=scopes, users=users))
    visit = begin(server.browser(), redirect_uri=uri, scope="openid <b>")
    for _ in range(2):
        assert not {"script", "img", "i"} & {tag for tag, _ in visit.page.tags}
        assert visit.page.text.count(MARKUP) >= 2
        assert "<i>@example.com" in visit.page.text
        if visit.path == SIGN_IN:
            visit.submit(user="<1>\"'")
    assert len(visit.page.named("b")) == 1  # the page's own, around the user's name
    assert uri in visit.page.text
    assert visit.submit(decision="approve").params["code"]


@proves("AUT-41")
def test_a_form_without_its_token_does_nothing(paged):
    for csrf in ("", "x", "A" * 43):
        visit = begin(paged.browser(), prompt="consent")
        assert visit.submit(csrf=csrf, user="1001").path == SIGN_IN
        assert visit.response.status_code == 403 and "out of date" in visit.page.text
        assert visit.submit(csrf=csrf, decision="deny").path == SIGN_IN
        assert visit.response.status_code == 403
        visit.submit(user="1001")
        for decision in ("approve", "deny", "switch"):
            assert visit.submit(csrf=csrf, decision=decision).path == CONSENT
            assert visit.response.status_code == 403
        assert "code" in visit.submit(decision="approve").params


@proves("AUT-41")
def test_a_token_is_good_for_its_own_session_and_request_alone(paged):
    browser = paged.browser()
    mine, mine_too, theirs = begin(browser), begin(browser), begin(paged.browser())
    tokens = [visit.page.forms[0]["hidden"]["csrf"] for visit in (mine, mine_too, theirs)]
    assert len(set(tokens)) == 3
    for other in tokens[1:]:
        assert mine.submit(csrf=other, user="1001").path == SIGN_IN
    assert mine.submit(csrf=tokens[0], user="1001").path == CONSENT
    assert mine.submit(csrf=tokens[0], decision="approve").path == CONSENT  # the session is new


@proves("AUT-41")
def test_a_decision_is_not_made_for_a_user_the_page_did_not_show(paged):
    browser = paged.browser()
    first = begin(browser).submit(user="1001")
    begin(browser, prompt="select_account").submit(user="1003")
    assert first.submit(decision="approve").path == CONSENT
    assert "Nadia Norights" in first.page.text
    token = redeem(paged, first.submit(decision="approve").params["code"]).json()["id_token"]
    assert decode(paged, token)["sub"] == "1003"


@proves("AUT-41")
def test_another_browser_cannot_go_on_with_a_request(paged):
    visit = begin(paged.browser())
    victim = paged.browser()
    sign_in_by_page(victim)
    for browser in (victim, paged.browser(), paged):
        stale(browser.get(visit.url))
        stale(browser.post(SIGN_IN, data={**visit.page.forms[0]["hidden"], "user": "1001"}))
        stale(browser.post(CONSENT, data={**visit.page.forms[0]["hidden"], "decision": "approve"}))


@proves("AUT-41")
def test_a_decision_is_made_once(paged):
    for decision in ("approve", "deny"):
        browser = paged.browser()
        visit = begin(browser, prompt="consent").submit(user="1001")
        hidden, page = visit.page.forms[0]["hidden"], visit.url
        visit.submit(decision=decision)
        for again in ("approve", "deny"):
            stale(browser.post(CONSENT, data={**hidden, "decision": again}))
        stale(browser.get(page))


def test_a_page_left_open_for_an_hour_is_stale(start):
    server = start("--login", "page", db=True, env={"MAKESHIFT_CLOCK": "+0s"})
    visit = begin(server.browser())
    server.restart(env={"MAKESHIFT_CLOCK": "+1h"})
    stale(visit.browser.get(visit.url))


@proves("AUT-42", "AUT-43")
def test_whatever_answers_a_form_is_303(paged):
    visit = begin(paged.browser())
    assert visit.statuses == [302, 200]
    visit.submit(username="1002", password="member-password").submit(decision="switch")
    visit.submit(username="1002", password="member-password").submit(decision="approve")
    assert visit.statuses == [302, 200, 303, 200, 303, 200, 303, 200, 303]
    visit = begin(paged.browser()).submit(decision="deny")
    assert visit.statuses == [302, 200, 303]
    posted = paged.post("/oauth/v2/authorize", authorize_params())
    assert posted.status_code == 303


@proves("RSP-16")
def test_denying_on_either_page_is_access_denied(paged):
    for steps in ({"decision": "deny"},), ({"user": "1001"}, {"decision": "deny"}):
        visit = begin(paged.browser(), state="s 1")
        for step in steps:
            visit.submit(**step)
        assert redirected_refusal(visit.response, "access_denied", 303)
        assert visit.params["state"] == "s 1"


def test_the_pages_are_written_for_a_screen_reader(paged):
    for answer in every_page(paged):
        page = Page(answer.text)
        assert page.named("html")[0]["lang"] == "en"
        assert len(page.named("h1")) == 1 and len(page.named("main")) == 1
        labelled = {label["for"] for label in page.named("label")}
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        for field in page.named("input"):
            assert field["type"] == "hidden" or field["id"] in labelled
        for _, attrs in page.tags:
            assert {*attrs.get("aria-labelledby", "").split(),
                    *attrs.get("aria-describedby", "").split()} <= set(ids)


def test_a_form_is_sent_to_this_server_alone(paged):
    """Not by form-action: browsers hold that against the redirects that follow the form, too, and a
    client's callback may send the person on to another origin."""
    visit = begin(paged.browser())
    assert "form-action" not in visit.response.headers["Content-Security-Policy"]
    for form in visit.page.forms:
        assert urllib.parse.urlsplit(form["action"]).netloc == ""


@proves("AUT-28")
def test_a_request_that_waits_keeps_no_token(start):
    server = start("--login", "page", db=True)
    browser = server.browser()
    hint = redeem(server, sign_in_by_page(browser)["code"]).json()["id_token"]
    begin(browser, prompt="login", id_token_hint=hint, state="find-me-in-the-file")
    kept = b"".join(path.read_bytes() for path in pathlib.Path(server.db).parent.glob("state-*"))
    assert b"find-me-in-the-file" in kept
    assert hint.encode() not in kept and hint.split(".")[2].encode() not in kept


def test_a_request_too_long_to_wait_is_refused_and_says_so(start):
    server = start("--login", "page")
    answer = server.post(AUTHORIZE, data=authorize_params(nonce="n" * 17000))
    params = location_params(answer)
    assert params["error"] == "invalid_request"
    assert params["error_description"] == "the request is too long to wait for a person"


def test_who_has_a_password_is_a_click_away_from_typing_it(paged):
    visit = begin(paged.browser())
    assert "autofocus" not in visit.response.text
    (link,) = [attrs for attrs in visit.page.named("a") if "username=max.member" in attrs["href"]]
    visit.go(visit.browser.get(link["href"]))
    form = visit.form(("username", ""))
    assert form["inputs"]["username"] == "max.member@example.com"
    (password,) = [field for field in visit.page.named("input") if field.get("name") == "password"]
    assert "autofocus" in password
    visit.submit(username=form["inputs"]["username"], password="wrong")
    assert "autofocus" not in visit.response.text  # first the problem is read
    visit.submit(username=form["inputs"]["username"], password="member-password")
    assert visit.path == CONSENT


@pytest.mark.parametrize("name", ["1002", "MAX.member@Example.com", "max"])
def test_a_user_signs_in_by_subject_e_mail_or_user_name(paged, name):
    visit = begin(paged.browser())
    assert visit.submit(username=name, password="wrong").path == SIGN_IN
    assert visit.submit(username=name, password="member-password").path == CONSENT


def test_a_page_that_is_over_says_where_to_begin_again(server):
    page = server.get(SIGN_IN, params={"interaction": "x" * 43})
    assert page.status_code == 403
    assert "begins a new sign-in" in Page(page.text).text
    assert "redirect URI" not in Page(page.text).text
