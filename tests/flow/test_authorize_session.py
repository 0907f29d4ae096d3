"""The browser's session: its cookie, its new name at each sign-in, and whose it is."""

import pytest

from support import AUTHORIZE, authorize_params, decode, proves, redeem
from support_pages import CONSENT, SIGN_IN, Page, begin, session_cookie, sign_in_by_page

NAME = "makeshift_session"


@pytest.fixture
def paged(start):
    return start("--login", "page")


def set_cookie(response):
    """The one Set-Cookie of an answer: name, value, and the attributes in lower case."""
    lines = response.raw.headers.getlist("Set-Cookie")
    assert len(lines) == 1, lines
    pair, *attributes = lines[0].split("; ")
    name, value = pair.split("=", 1)
    return name, value, sorted(attribute.lower() for attribute in attributes)


@proves("AUT-48")
def test_the_cookie_is_for_the_server_alone(paged):
    response = paged.get(AUTHORIZE, params=authorize_params())
    name, value, attributes = set_cookie(response)
    assert name == NAME
    assert len(value) >= 43  # 256 bits in base64url
    assert attributes == ["httponly", "path=/", "samesite=lax"]


@proves("AUT-48")
def test_with_https_the_cookie_is_secure_and_bound_to_the_host(start):
    server = start("--login", "page", "--issuer", "https://auth.example.test")
    response = server.get(AUTHORIZE, params=authorize_params())
    name, value, attributes = set_cookie(response)
    assert name == "__Host-" + NAME
    assert attributes == ["httponly", "path=/", "samesite=lax", "secure"]
    page = server.get(response.headers["Location"], headers={"Cookie": f"{name}={value}"})
    form = Page(page.text).forms[0]
    signed = server.post(form["action"], data={**form["hidden"], "user": "1001"},
                         headers={"Cookie": f"{name}={value}"})
    assert set_cookie(signed)[0] == "__Host-" + NAME
    assert set_cookie(signed)[1:] != (value, attributes)
    # A cookie without the prefix could come from a sibling host.
    assert server.get(response.headers["Location"],
                      headers={"Cookie": f"{NAME}={value}"}).status_code == 403


@proves("AUT-48")
def test_each_sign_in_gives_the_session_a_new_name_and_ends_the_old(paged):
    browser = paged.browser()
    visit = begin(browser)
    names = [session_cookie(browser)]
    visit.submit(user="1001")
    names.append(session_cookie(browser))
    visit.submit(decision="switch").submit(user="1003")
    names.append(session_cookie(browser))
    visit.submit(decision="approve")
    begin(browser, prompt="login").submit(user="1003")
    names.append(session_cookie(browser))
    assert len(set(names)) == 4
    for old in names[:-1]:
        ghost = paged.browser()
        ghost.session.cookies.set(NAME, old)
        assert begin(ghost).path == SIGN_IN
    assert "code" in begin(browser).params


@proves("AUT-48")
def test_a_session_that_somebody_planted_is_not_signed_in(paged):
    attacker, victim = paged.browser(), paged.browser()
    planted = begin(attacker)
    victim.session.cookies.set(NAME, session_cookie(attacker), domain="localhost.local", path="/")
    visit = begin(victim).submit(user="1001")
    assert visit.path == CONSENT
    assert session_cookie(victim) != session_cookie(attacker)
    assert begin(attacker).path == SIGN_IN
    assert attacker.get(planted.url).status_code == 403
    assert "code" in visit.submit(decision="approve").params


@proves("AUT-48")
def test_a_name_that_the_server_did_not_give_is_not_adopted(paged):
    browser = paged.browser()
    browser.session.cookies.set(NAME, "a-name-of-my-own-choosing", domain="localhost.local",
                                path="/")
    begin(browser)
    assert session_cookie(browser) != "a-name-of-my-own-choosing"


@proves("AUT-48")
def test_without_a_page_a_sign_in_sets_the_same_cookie_and_only_a_sign_in(server):
    browser = server.browser()
    name, value, attributes = set_cookie(browser.get(AUTHORIZE, params=authorize_params()))
    assert (name, attributes) == (NAME, ["httponly", "path=/", "samesite=lax"])
    assert session_cookie(browser) == value
    for params in (authorize_params(), authorize_params(prompt="none")):
        response = browser.get(AUTHORIZE, params=params)
        assert "code=" in response.headers["Location"]
        assert "Set-Cookie" not in response.headers
    assert set_cookie(browser.get(AUTHORIZE, params=authorize_params(prompt="login")))[1] != value
    refused = server.get(AUTHORIZE, params=authorize_params(login_hint="nobody"))
    assert "Set-Cookie" not in refused.headers


@proves("AUT-49")
def test_two_browsers_are_two_users(paged):
    browsers = {"1001": paged.browser(), "1003": paged.browser()}
    for user, browser in browsers.items():
        sign_in_by_page(browser, user)
    for user, browser in browsers.items():
        params = begin(browser).params
        assert decode(paged, redeem(paged, params["code"]).json()["id_token"])["sub"] == user


def test_a_session_outlives_a_restart_and_ends_after_a_day(start):
    server = start("--login", "page", db=True, env={"MAKESHIFT_CLOCK": "+0s"})
    browser = server.browser()
    sign_in_by_page(browser)
    server.restart(env={"MAKESHIFT_CLOCK": "+23h"})
    assert "code" in begin(browser).params
    server.restart(env={"MAKESHIFT_CLOCK": "+25h"})
    assert begin(browser).path == SIGN_IN


def test_a_page_that_was_open_over_a_restart_goes_on(start):
    server = start("--login", "page", db=True)
    visit = begin(server.browser()).submit(user="1001")
    server.restart()
    assert "code" in visit.submit(decision="approve").params
