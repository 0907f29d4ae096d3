"""Consent (RFC 6749 10.2; OpenID Connect Core 3.1.2.4): asked for once, remembered per user, client and
scope, and given for as much as the user likes."""

import json

import pytest

from support import decode, fixture_with, proves, redeem
from support_pages import CONSENT, SIGN_IN, begin, sign_in_by_page
from support_refusals import redirected_refusal

SCOPE = "openid profile email"  # what a request without another asks for


@pytest.fixture
def paged(start):
    """A server that signs nobody in without the page."""
    return start("--login", "page")


def granted(server, visit, client_id="demo-web"):
    """The scopes of the tokens that the code is good for, by the token's answer and by the token."""
    answer = redeem(server, visit.params["code"], client_id).json()
    scope = answer["scope"].split()
    assert decode(server, answer["access_token"], audience=None)["scope"].split() == scope
    return set(scope)


def listed(visit, heading):
    """The scopes that the page lists under a heading with this id."""
    found, here = [], False
    for tag, attrs in visit.page.tags:
        if tag == "ul":
            here = attrs.get("aria-labelledby") == heading
        if tag == "input" and here and attrs["type"] == "checkbox":
            found.append(attrs["value"])
    return found


def test_what_was_granted_needs_no_page_again(paged):
    browser = paged.browser()
    sign_in_by_page(browser)
    for scope in (SCOPE, "openid", "email profile"):
        visit = begin(browser, scope=scope)
        assert visit.statuses == [302]
        assert granted(paged, visit) == set(scope.split())


def test_what_was_granted_needs_no_page_after_another_sign_in(paged):
    sign_in_by_page(paged.browser())
    visit = begin(paged.browser())
    assert visit.path == SIGN_IN
    assert granted(paged, visit.submit(user="1001")) == set(SCOPE.split())


def test_consent_is_remembered_per_user_and_client(start):
    server = start("--login", "page")
    browser = server.browser()
    sign_in_by_page(browser)
    assert begin(browser, "demo-custom-app").path == CONSENT
    assert begin(server.browser()).submit(user="1003").path == CONSENT


@proves("AUT-23")
def test_silence_succeeds_for_what_was_granted_and_for_no_more(paged):
    browser = paged.browser()
    sign_in_by_page(browser)
    silent = begin(browser, prompt="none")
    assert granted(paged, silent) == set(SCOPE.split())
    more = begin(browser, prompt="none", scope=SCOPE + " user:read")
    redirected_refusal(more.response, "consent_required")


@proves("AUT-26")
def test_prompt_consent_asks_for_what_was_granted_again(paged):
    browser = paged.browser()
    sign_in_by_page(browser)
    visit = begin(browser, prompt="consent")
    assert visit.path == CONSENT
    assert listed(visit, "known-scopes") == SCOPE.split()
    assert listed(visit, "new-scopes") == []


def test_a_request_for_more_shows_what_is_new_and_grants_it_all(paged):
    browser = paged.browser()
    sign_in_by_page(browser)
    more = begin(browser, scope="openid user:read profile scenarios:run")
    assert more.path == CONSENT
    assert listed(more, "new-scopes") == ["user:read", "scenarios:run"]
    assert listed(more, "known-scopes") == ["openid", "profile"]
    everything = {"openid", "user:read", "profile", "scenarios:run"}
    assert granted(paged, more.submit(decision="approve")) == everything
    assert "code" in begin(browser, scope=" ".join(everything | {"email"})).params


def test_a_denied_request_is_not_remembered(paged):
    browser = paged.browser()
    begin(browser).submit(user="1001").submit(decision="deny")
    assert begin(browser).path == CONSENT


@proves("SCP-03")
def test_withheld_scopes_are_not_in_the_token_and_its_answer_says_so(paged):
    for withheld in (["email"], ["profile", "email"]):
        visit = begin(paged.browser(), prompt="consent").submit(user="1001")
        visit.submit(decision="approve", withhold=withheld)
        assert granted(paged, visit) == set(SCOPE.split()) - set(withheld)


def test_an_id_token_from_the_browser_has_no_claims_of_a_withheld_scope(start):
    web = {"demo-web": {"response_types": ["id_token"]}}
    server = start("--login", "page", fixture=fixture_with(clients=web))
    visit = begin(server.browser(), response_type="id_token", nonce="n").submit(user="1001")
    visit.submit(decision="approve", withhold=["email"])
    claims = decode(server, visit.params["id_token"], audience="demo-web")
    assert "email" not in claims and claims["name"] == "Olivia Owner"


def test_what_was_withheld_is_asked_for_again(paged):
    browser = paged.browser()
    visit = begin(browser).submit(user="1001")
    visit.submit(decision="approve", withhold=["email"])
    again = begin(browser)
    assert listed(again, "new-scopes") == ["email"]
    again.submit(decision="approve", withhold=["profile", "email"])
    assert listed(begin(browser), "new-scopes") == ["profile", "email"]


def test_openid_is_shown_as_required_and_stays(paged):
    visit = begin(paged.browser()).submit(user="1001")
    form = visit.form(("decision", "approve"))
    assert (form["required"], form["checked"]) == (["openid"], ["profile", "email"])
    assert "required openid" in visit.page.text
    visit.submit(decision="approve", withhold=["profile", "email"])
    assert granted(paged, visit) == {"openid"}


def test_something_has_to_remain(paged):
    visit = begin(paged.browser(), scope="profile email").submit(user="1001")
    visit.submit(decision="approve", withhold=["profile", "email"])
    assert visit.path == CONSENT and visit.statuses[-1] == 200
    assert "Leave at least one" in visit.page.text
    assert [attrs for attrs in visit.page.named("p") if attrs.get("role") == "alert"]
    assert visit.form(("decision", "approve"))["checked"] == []
    assert granted(paged, visit.submit(decision="approve", scope=["email"])) == {"email"}


def test_a_form_cannot_add_scopes(paged):
    visit = begin(paged.browser(), scope="openid email").submit(user="1001")
    visit.submit(decision="approve", scope=["email", "profile", "user:read", "email"])
    assert granted(paged, visit) == {"openid", "email"}


def test_consent_outlives_a_restart(start):
    server = start("--login", "page", db=True)
    browser = server.browser()
    sign_in_by_page(browser)
    server.restart()
    assert "code" in begin(browser).params


@pytest.mark.parametrize("gone", [{"users": {"1001": None}}, {"clients": {"demo-web": None}}])
def test_consent_ends_with_the_user_or_the_client(start, tmp_path, gone):
    path = tmp_path / "changing.json"
    server = None
    for fixture in (fixture_with(keys=None), fixture_with(keys=None, **gone),
                    fixture_with(keys=None)):
        path.write_text(json.dumps(fixture), "utf-8")
        if server is None:
            server = start("--login", "page", fixture=path, db=True)
            sign_in_by_page(server.browser())
        else:
            server.restart()
    # Who comes later under the same name is somebody else.
    assert begin(server.browser()).submit(user="1001").path == CONSENT
