"""prompt, max_age and id_token_hint (OpenID Connect Core 3.1.2.1): when a page is shown, to whom, and
how fresh a sign-in has to be."""

import re

import pytest

from support import AUTHORIZE, authorize, authorize_params, decode, fixture_with, proves, redeem, sign_in
from support_pages import CONSENT, SIGN_IN, begin, sign_in_by_page
from support_refusals import ask, redirected_refusal

pytestmark = pytest.mark.tenants

HOUR = 3600
every_login = pytest.mark.parametrize("login", ["auto", "page"])


def id_token(server, params):
    """The claims of the ID token that a code is good for."""
    response = redeem(server, params["code"])
    assert response.status_code == 200, response.text
    return decode(server, response.json()["id_token"], leeway=24 * HOUR)


def signed_in(start, login="page", user="1001"):
    """A server, a browser in which the user has signed in, and the ID token's claims."""
    server = start("--login", login, db=True, env={"MAKESHIFT_CLOCK": "+0s"})
    browser = server.browser()
    params = (sign_in_by_page(browser, user) if login == "page"
              else begin(browser, login_hint=user).params)
    return server, browser, id_token(server, params)


def later(server, seconds):
    server.restart(env={"MAKESHIFT_CLOCK": f"+{seconds}s"})


@proves("AUT-23", "AUT-50")
@every_login
def test_silence_without_a_session_is_login_required(start, login):
    server = start("--login", login)
    redirected_refusal(ask(server, prompt="none"), "login_required")
    redirected_refusal(begin(server.browser(), prompt="none").response, "login_required")
    fresh = server.browser()
    fresh.session.cookies.set("makeshift_session", "a-session-of-my-own-making")
    redirected_refusal(begin(fresh, prompt="none").response, "login_required")


@proves("AUT-23")
def test_silence_where_the_user_must_consent_is_consent_required(start):
    _, browser, _ = signed_in(start)
    for _ in range(2):
        visit = begin(browser, prompt="none", scope="openid profile email user:read")
        redirected_refusal(visit.response, "consent_required")
        assert visit.statuses == [302]


@proves("AUT-23", "AUT-50")
def test_without_a_page_the_session_that_a_sign_in_began_renews_silently(start):
    server, browser, first = signed_in(start, "auto", "1002")
    later(server, HOUR)
    renewed = id_token(server, begin(browser, prompt="none").params)
    assert (renewed["sub"], renewed["auth_time"]) == ("1002", first["auth_time"])


@proves("AUT-23")
@every_login
def test_silence_never_answers_for_another_user_than_login_hint_names(start, login):
    _, browser, _ = signed_in(start, login)
    assert "code" in begin(browser, prompt="none", login_hint="1001").params
    for hint in ("1003", "nobody"):
        redirected_refusal(begin(browser, prompt="none", login_hint=hint).response, "login_required")


@proves("AUT-23", "AUT-27")
@every_login
def test_silence_without_a_sign_in_as_recent_as_wanted_is_login_required(start, login):
    server, browser, _ = signed_in(start, login)
    redirected_refusal(ask(server, prompt="none", max_age="1000"), "login_required")
    later(server, HOUR)
    for age in ("0", "10", "3000"):
        redirected_refusal(begin(browser, prompt="none", max_age=age).response, "login_required")


@proves("AUT-24")
@every_login
def test_a_prompt_that_makes_no_sense_is_an_invalid_request(start, login):
    server = start("--login", login)
    for prompt in ("none login", "login none", "none consent", "none select_account", "hello",
                   "Login", "NONE", "login,consent", "login hello", "none none login", "create"):
        redirected_refusal(ask(server, prompt=prompt), "invalid_request")


@proves("AUT-50")
def test_without_a_page_nobody_sees_one_whatever_the_request_says(start):
    server = start("--profile", "standard")
    for params in ({"prompt": "login"}, {"prompt": "consent"}, {"prompt": "select_account"},
                   {"prompt": "login consent select_account"}, {"max_age": "0"},
                   {"max_age": "3600"}):
        known = server.browser()
        begin(known)
        for browser in (server.browser(), known):
            visit = begin(browser, **params)
            assert (visit.statuses, "code" in visit.params) == ([302], True), params
    for client_id in ("demo-spa", "demo-native"):  # public clients, too
        assert "code" in begin(server.browser(), client_id, prompt="consent").params
    posted = server.post(AUTHORIZE, authorize_params(prompt="login"))
    assert posted.status_code == 303 and "code=" in posted.headers["Location"]


@proves("AUT-25", "AUT-50")
def test_without_a_page_prompt_login_and_max_age_sign_the_same_user_in_again_now(start):
    server, browser, first = signed_in(start, "auto", "1002")
    later(server, HOUR)
    kept = id_token(server, begin(browser, max_age=str(2 * HOUR)).params)
    assert kept["auth_time"] == first["auth_time"]
    for params in ({"prompt": "login"}, {"max_age": "0"}, {"max_age": "1"}):
        later(server, 0)
        first = id_token(server, begin(browser, prompt="login").params)
        later(server, HOUR)
        again = id_token(server, begin(browser, **params).params)
        assert again["sub"] == "1002"
        assert again["auth_time"] >= first["auth_time"] + HOUR


@proves("AUT-25")
def test_prompt_login_signs_in_again_and_later(start):
    server, browser, first = signed_in(start)
    later(server, HOUR)
    visit = begin(browser, prompt="login")
    assert visit.path == SIGN_IN
    visit.submit(user="1001")
    second = id_token(server, visit.params)
    assert second["auth_time"] >= first["auth_time"] + HOUR
    assert second["sub"] == first["sub"]


@proves("AUT-25")
def test_the_sign_in_that_prompt_login_asks_for_cannot_be_passed_by(start):
    _, browser, _ = signed_in(start)
    visit = begin(browser, prompt="login")
    visit.go(browser.get(visit.url.replace(SIGN_IN, CONSENT)))
    assert visit.path == SIGN_IN
    form = visit.page.forms[0]
    visit.go(browser.post(CONSENT, data={**form["hidden"], "decision": "approve"}))
    assert visit.path == SIGN_IN


@proves("AUT-26")
def test_prompt_consent_shows_the_consent_page(start):
    _, browser, _ = signed_in(start)
    assert begin(browser, prompt="consent").path == CONSENT
    both = begin(browser, prompt="login consent")
    assert both.path == SIGN_IN
    assert both.submit(user="1001").path == CONSENT


@proves("AUT-26", "AUT-50")
def test_without_a_page_select_account_takes_the_hinted_user_or_the_first(start):
    server, browser, _ = signed_in(start, "auto", "1003")
    for hint, sub in (("1002", "1002"), (None, "1001")):
        params = begin(browser, prompt="select_account", login_hint=hint).params
        assert id_token(server, params)["sub"] == sub
        assert id_token(server, begin(browser).params)["sub"] == sub  # the session is theirs now


@proves("AUT-26")
def test_prompt_select_account_shows_who_there_is_to_choose(start):
    server, browser, _ = signed_in(start)
    visit = begin(browser, prompt="select_account")
    assert visit.path == SIGN_IN
    for name in ("Olivia Owner", "Max Member", "Nadia Norights"):
        assert name in visit.page.text
    visit.submit(user="1003").submit(decision="approve")
    assert id_token(server, visit.params)["sub"] == "1003"


@proves("AUT-27")
def test_max_age_signs_in_again_when_the_session_is_older(start):
    server, browser, first = signed_in(start)
    assert "auth_time" in first
    later(server, HOUR)
    fresh = begin(browser, max_age=str(2 * HOUR))
    assert id_token(server, fresh.params)["auth_time"] == first["auth_time"]
    for age in ("0", "1", str(HOUR - 60)):
        assert begin(browser, max_age=age).path == SIGN_IN
    visit = begin(browser, max_age=str(HOUR - 60)).submit(user="1001")
    assert id_token(server, visit.params)["auth_time"] >= first["auth_time"] + HOUR


@proves("AUT-27")
def test_max_age_of_nothing_always_signs_in_and_then_is_content(start):
    server, browser, _ = signed_in(start)
    visit = begin(browser, max_age="0")
    assert visit.path == SIGN_IN
    visit.submit(user="1001")
    assert "auth_time" in id_token(server, visit.params)


def test_a_sign_in_ahead_of_a_clock_that_was_set_back_is_not_recent(start):
    server, browser, _ = signed_in(start)
    server.restart(env={"MAKESHIFT_CLOCK": "-1h"})
    assert begin(browser, max_age=str(2 * HOUR)).path == SIGN_IN
    assert "code" in begin(browser).params


@proves("AUT-27")
@every_login
def test_a_max_age_of_any_length_is_taken(start, login):
    server, browser, first = signed_in(start, login)
    for age in ("2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 30):
        claims = id_token(server, begin(browser, max_age=age).params)
        assert claims["auth_time"] == first["auth_time"]


@proves("AUT-27")
def test_a_max_age_that_is_no_number_of_seconds_is_an_invalid_request(server):
    for age in ("-1", "x", "1x", "1.5", " 1", "0x10", "1e3", "+1", "-0x", "-99999999999999999999"):
        redirected_refusal(ask(server, max_age=age), "invalid_request")


@proves("AUT-28")
@every_login
def test_a_hint_at_the_user_who_is_signed_in_succeeds_silently(start, login):
    server, browser, _ = signed_in(start, login, "1003")
    hint = redeem(server, begin(browser).params["code"]).json()["id_token"]
    params = begin(browser, prompt="none", id_token_hint=hint).params
    assert id_token(server, params)["sub"] == "1003"


@proves("AUT-28", "AUT-49")
def test_a_hint_at_another_user_than_the_sessions_is_login_required_silently(start):
    server, browser, claims = signed_in(start, "auto")
    assert claims["sub"] == "1001"
    hint = sign_in(server, login_hint="1002")["id_token"]
    redirected_refusal(begin(browser, id_token_hint=hint, prompt="none").response, "login_required")
    redirected_refusal(ask(server, id_token_hint=hint, login_hint="1001"), "login_required")


@proves("AUT-49", "AUT-50")
def test_without_a_page_a_hint_at_another_user_signs_that_one_in(start):
    server, browser, _ = signed_in(start, "auto")
    hint = sign_in(server, login_hint="1002")["id_token"]
    assert id_token(server, begin(browser, id_token_hint=hint).params)["sub"] == "1002"
    assert id_token(server, begin(browser, login_hint="1003").params)["sub"] == "1003"


def test_with_the_page_a_login_hint_at_another_user_than_the_sessions_asks_who_it_is(start):
    server, browser, _ = signed_in(start, "page")
    assert "code" in begin(browser, login_hint="1001").params
    visit = begin(browser, login_hint="1003")
    assert visit.path == SIGN_IN
    assert "code" in visit.submit(user="1001").params  # it was a hint


@proves("AUT-28", "AUT-49")
def test_with_the_page_a_hint_at_another_user_asks_for_that_one(start):
    _, browser, _ = signed_in(start, "page")
    server = browser.server
    visit = sign_in_by_page(server.browser(), "1003")
    hint = redeem(server, visit["code"]).json()["id_token"]
    redirected_refusal(begin(browser, id_token_hint=hint, prompt="none").response, "login_required")
    visit = begin(browser, id_token_hint=hint)
    assert visit.path == SIGN_IN
    assert visit.submit(user="1001").path == SIGN_IN
    assert "another user" in visit.page.text
    visit.submit(user="1003")
    assert id_token(server, visit.params)["sub"] == "1003"


@proves("AUT-49")
def test_a_session_that_changes_hands_in_another_tab_does_not_answer_for_the_hinted_user(start):
    server, browser, _ = signed_in(start, "page")
    hint = redeem(server, begin(browser).params["code"]).json()
    visit = begin(browser, id_token_hint=hint["id_token"], prompt="consent")
    assert visit.path == CONSENT
    page = visit.url
    assert begin(browser, prompt="select_account").submit(user="1003").path == CONSENT
    assert visit.go(browser.get(page)).path == SIGN_IN
    visit.go(browser.post(CONSENT, data={**visit.page.forms[0]["hidden"], "decision": "approve"}))
    assert visit.path == SIGN_IN
    visit.submit(user="1001").submit(decision="approve")
    assert id_token(server, visit.params)["sub"] == "1001"


@proves("AUT-28")
def test_an_expired_hint_is_a_hint_all_the_same(start):
    server = start(db=True, env={"MAKESHIFT_CLOCK": "2026-01-01T00:00:00Z"})
    hint = sign_in(server, login_hint="1002")["id_token"]
    server.restart(env={"MAKESHIFT_CLOCK": "2026-03-01T00:00:00Z"})
    browser = server.browser()
    code = authorize(server, browser=browser, id_token_hint=hint)["code"]
    assert "code" in authorize(server, browser=browser, prompt="none", id_token_hint=hint)
    assert decode(server, redeem(server, code).json()["id_token"], leeway=10**9)["sub"] == "1002"


@proves("AUT-28")
def test_a_hint_that_is_no_id_token_of_this_server_is_an_invalid_request(start_process):
    server, stranger = start_process(), start_process(fixture=fixture_with(keys="generate"))
    tokens = sign_in(server)
    head, body, signature = tokens["id_token"].split(".")
    flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
    other_issuer = sign_in(start_process())["id_token"]  # the same key, another issuer
    bad = [f"{head}.{body}.{flipped}", f"{head}.{body}.", f"{head}.{body}", "nonsense",
           "eyJhbGciOiJub25lIn0." + body + ".", sign_in(stranger)["id_token"], other_issuer,
           tokens["access_token"]]
    for hint in bad:
        redirected_refusal(ask(server, id_token_hint=hint), "invalid_request")


@proves("AUT-50")
def test_login_hint_chooses_who_is_signed_in_without_a_page(server):
    for hint, sub in (("1002", "1002"), ("nadia.norights@example.com", "1003"), (None, "1001"),
                      ("Nadia.NoRights@EXAMPLE.com", "1003"), ("max", "1002")):
        assert id_token(server, authorize(server, login_hint=hint))["sub"] == sub


def test_of_names_that_are_alike_the_equal_one_counts(start):
    users = [{"sub": "a", "email": "Same@example.com", "preferred_username": "B"}, {"sub": "b", "email": "same@example.com"},
             {"sub": "c", "preferred_username": "max"}, {"sub": "d", "preferred_username": "MAX"}]
    server = start(fixture=fixture_with(users=users, organizations=None, teams=None))
    for hint, sub in (("Same@example.com", "a"), ("same@example.com", "b"), ("b", "b"), ("B", "a"),
                      ("SAME@EXAMPLE.COM", "a"), ("max", "c"), ("MAX", "d"), ("mAx", "c")):
        assert id_token(server, authorize(server, login_hint=hint))["sub"] == sub


@proves("AUT-50")
def test_a_login_hint_that_names_nobody_is_refused_and_the_nearest_user_named(server):
    for hint, nearest in (("1O02", "1002"), ("max.memver@example.com", "max.member@example.com"),
                          ("somebody-else-entirely", "olivia.owner@example.com")):
        description = redirected_refusal(ask(server, login_hint=hint), "login_required")
        assert f"'{hint}'" in description and f"'{nearest}'" in description


@proves("AUT-50")
def test_the_start_up_line_says_how_users_are_signed_in(start_process):
    assert 'login="auto' in start_process().wait_log("serving")
    assert 'login="page' in start_process("--login", "page").wait_log("serving")


@proves("AUT-50", "RSP-16")
def test_a_denial_by_script_is_access_denied(start):
    server = start("--login", "page")
    first = begin(server.browser(), prompt="login").submit(decision="deny")
    redirected_refusal(first.response, "access_denied", 303)
    second = begin(server.browser(), prompt="login").submit(user="1001").submit(decision="deny")
    redirected_refusal(second.response, "access_denied", 303)


@pytest.mark.parametrize("prompt", [None, "none"])
def test_an_id_token_of_a_sign_in_without_a_page_names_no_session_but_its_own(start, prompt):
    """OpenID Connect Front-Channel Logout 1.0 3: sid, a session's. Each browser here is another one."""
    server = start("--profile", "standard", "--threads", "1")
    seen = set()
    for _ in range(20):
        browser = server.browser()
        authorize(server, browser=browser)
        params = {} if prompt is None else {"prompt": prompt}
        sid = id_token(server, authorize(server, browser=browser, **params)).get("sid")
        if sid is not None:
            assert re.fullmatch(r"[A-Za-z0-9_-]{22}", sid), sid
            assert sid not in seen
            seen.add(sid)
