"""Consent (RFC 6749 10.2; OpenID Connect Core 3.1.2.4): asked for once, remembered per user, client and
scope, and given for as much as the user likes."""

import json

import pytest

from support import WEB_SECRET, decode, fixture_with, introspect, proves, redeem, refresh, userinfo
from support_pages import CONSENT, SIGN_IN, begin, sign_in_by_page
from support_refusals import redirected_refusal

pytestmark = pytest.mark.tenants

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


# -- claims that were asked for by name -----------------------------------------------------------

ONE_NAME = json.dumps({"userinfo": {"phone_number": None}})
BY_NAME = json.dumps({"userinfo": {"phone_number": None, "email": None, "shoe_size": None},
                      "id_token": {"birthdate": {"essential": True}, "acr": None}})


def told(server, visit, client_id="demo-web"):
    answer = redeem(server, visit.params["code"], client_id).json()
    return (set(userinfo(server, answer["access_token"]).json()),
            set(decode(server, answer["id_token"], client_id)))


def test_claims_that_no_scope_opens_are_shown_and_granted(paged):
    browser = paged.browser()
    visit = begin(browser, scope="openid email", claims=BY_NAME).submit(user="1001")
    form = visit.form(("decision", "approve"))
    assert form["claims"] == ["phone_number", "birthdate"]  # email comes with its scope, a shoe size she has not
    seen, id_token = told(paged, visit.submit(decision="approve"))
    assert seen == {"sub", "email", "email_verified", "phone_number"} and "birthdate" in id_token
    again = begin(browser, scope="openid email", claims=BY_NAME)
    assert again.statuses == [302]
    seen, id_token = told(paged, again)
    assert "phone_number" in seen and "birthdate" in id_token


def test_a_single_claim_is_shown_and_granted(paged):
    visit = begin(paged.browser(), scope="openid", claims=ONE_NAME).submit(user="1001")
    assert visit.form(("decision", "approve"))["claims"] == ["phone_number"]
    assert told(paged, visit.submit(decision="approve"))[0] == {"sub", "phone_number"}


@proves("SCP-03")
def test_a_withheld_claim_is_nowhere_and_asked_for_again(paged):
    browser = paged.browser()
    visit = begin(browser, scope="openid", claims=BY_NAME).submit(user="1001")
    visit.submit(decision="approve", withhold=["phone_number", "birthdate"])
    seen, id_token = told(paged, visit)
    assert seen == {"sub", "email"} and "birthdate" not in id_token
    again = begin(browser, scope="openid", claims=BY_NAME)
    assert listed(again, "known-scopes") == ["openid", "email"]
    assert listed(again, "new-scopes") == ["phone_number", "birthdate"]


def test_silence_needs_consent_to_claims_too(paged):
    browser = paged.browser()
    sign_in_by_page(browser)
    assert "code" in begin(browser, prompt="none").params
    redirected_refusal(begin(browser, prompt="none", claims=BY_NAME).response, "consent_required")


def test_a_scope_named_like_a_claim_grants_no_claim(start):
    scopes = [{"name": name, "kind": "oidc", "description": "x"} for name in ("openid", "phone_number")]
    client = {"client_id": "demo-web", "client_secret": WEB_SECRET, "scope": "openid phone_number",
              "redirect_uris": ["http://localhost:3000/cb"]}
    server = start("--login", "page", fixture=fixture_with(clients=[client], scopes=scopes))
    browser = server.browser()
    sign_in_by_page(browser, scope="openid phone_number")
    assert begin(browser, scope="openid", claims=BY_NAME).path == CONSENT


# -- the organization that the grant is for -------------------------------------------------------


def limited_to(server, answer):
    """The organization by the access token and by introspection; None: none."""
    claims = decode(server, answer["access_token"])
    for token in (answer["access_token"], answer["refresh_token"]):
        assert introspect(server, token).json().get("organization") == claims.get("organization")
    return claims.get("organization")


def test_the_user_limits_the_grant_to_an_organization(start):
    server = start("--login", "page", "--profile", "standard")
    browser = server.browser()
    visit = begin(browser, scope="openid scenarios:read").submit(user="1001")
    assert visit.form(("decision", "approve"))["organizations"] == {"all": True, "1": False, "2": False}
    assert "Example Organization" in visit.page.text and "Example Subsidiary" in visit.page.text
    answer = redeem(server, visit.submit(decision="approve", organization="2").params["code"]).json()
    assert limited_to(server, answer) == 2
    assert limited_to(server, refresh(server, answer["refresh_token"]).json()) == 2
    # The choice holds for what is granted without a page, and stands there when the page is shown again.
    assert limited_to(server, redeem(server, begin(browser, scope="openid").params["code"]).json()) == 2
    again = begin(browser, scope="openid", prompt="consent")
    assert again.form(("decision", "approve"))["organizations"] == {"all": False, "1": False, "2": True}
    again.submit(decision="approve", organization="all")
    assert limited_to(server, redeem(server, again.params["code"]).json()) is None


def test_a_form_cannot_choose_an_organization_that_the_user_is_not_in(paged):
    for wrong in ("3", "0", "-1", "x", "1 OR 1"):
        visit = begin(paged.browser(), prompt="consent").submit(username="1002",
                                                                password="member-password")
        visit.submit(decision="approve", organization=wrong)
        assert visit.path == CONSENT and "no such organization" in visit.page.text
        assert visit.form(("decision", "approve"))["organizations"] == {"all": True, "1": False}


def test_a_user_without_organizations_is_not_asked_for_one(paged):
    visit = begin(paged.browser()).submit(user="1003")
    assert visit.form(("decision", "approve"))["organizations"] == {}
    answer = redeem(paged, visit.submit(decision="approve").params["code"]).json()
    assert "organization" not in decode(paged, answer["access_token"])


def test_who_has_left_the_organization_chosen_is_asked_again(start, tmp_path):
    path = tmp_path / "changing.json"
    path.write_text(json.dumps(fixture_with(keys=None)), "utf-8")
    server = start("--login", "page", fixture=path, db=True)
    browser = server.browser()
    begin(browser).submit(user="1001").submit(decision="approve", organization="2")
    assert "code" in begin(browser).params
    left = {"1001": {"organizations": [{"id": 1, "role": "Owner"}]}}
    path.write_text(json.dumps(fixture_with(users=left, keys=None)), "utf-8")
    server.restart()
    visit = begin(browser)
    assert visit.path == CONSENT
    assert visit.form(("decision", "approve"))["organizations"] == {"all": True, "1": False}
