"""Sign-ins to come, told at the control door: what the next authorization requests meet."""

import concurrent.futures

import pytest
from support import AUTHORIZE, authorize_params, decode, location_params, proves, redeem, sign_in
from support_pages import CONSENT, SIGN_IN, begin, session_cookie
from support_refusals import ERRORS, ask, page_refusal, redirected_refusal
from test_door import refused, tell

pytestmark = pytest.mark.tenants

OLIVIA, MAX, NADIA = "1001", "1002", "1003"
SCOPE = "openid profile email"


def told(server, **members):
    """A sign-in to come, made."""
    answer = tell(server, "POST", "sign-ins", members)
    assert answer.status_code == 201, answer.text
    return answer.json()


def met(server, one):
    return tell(server, "GET", f"sign-ins/{one['id']}").json()["met"]


def subject(server, **params):
    return decode(server, sign_in(server, **params)["id_token"])["sub"]


# -- where they are met -----------------------------------------------------------------------------------------------


def test_a_sign_in_that_no_request_would_meet_is_refused(start):
    server = start("--login", "page")
    problem = refused(tell(server, "POST", "sign-ins", {"decision": "deny"}), 409, error="conflict")
    assert "--login auto" in problem["expected"] and "interactions" in problem["detail"]
    refused(tell(server, "POST", "sign-ins", {"client_id": "demo-web"}), 409, pointer="/client_id")
    assert tell(server, "GET", "sign-ins").json()["items"] == []
    tell(server, "PATCH", "clients/demo-web", {"login": "auto"})
    told(server, user=MAX, client_id="demo-web")
    told(server, user=NADIA)
    assert [subject(server) for _ in range(3)] == [MAX, NADIA, OLIVIA]
    refused(tell(server, "POST", "sign-ins", {"client_id": "demo-spa"}), 409, pointer="/client_id")


# -- who, and what is granted -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [MAX, "max.member@example.com", "MAX"])
def test_the_user_told_signs_in_whatever_the_request_says_and_once(server, name):
    one = told(server, user=name)
    assert one == {"id": 1, "user": name, "decision": "approve", "times": 1, "met": 0}
    assert subject(server, login_hint=OLIVIA, prompt="login") == MAX
    assert met(server, one) == 1
    assert subject(server, login_hint=OLIVIA) == OLIVIA


def test_sign_ins_are_met_in_order_and_as_often_as_they_say(server):
    told(server, user=NADIA, times=2)
    told(server, user=MAX)
    assert [subject(server) for _ in range(4)] == [NADIA, NADIA, MAX, OLIVIA]
    assert [(row["id"], row["met"]) for row in tell(server, "GET", "sign-ins").json()["items"]] == [(1, 2), (2, 1)]


def test_the_user_told_has_a_session_then_as_after_the_page(server):
    browser = server.browser()
    told(server, user=MAX)
    first = begin(browser)
    assert session_cookie(browser) and "HttpOnly" in first.response.headers["Set-Cookie"]
    silent = begin(browser, prompt="none").params
    assert decode(server, redeem(server, silent["code"]).json()["id_token"])["sub"] == MAX


def test_a_silent_request_meets_the_user_told_too(server):
    told(server, user=MAX)
    assert subject(server, prompt="none") == MAX
    redirected_refusal(ask(server, prompt="none"), "login_required")


def test_another_user_than_the_id_token_hints_is_login_required_and_signs_nobody_in(server):
    browser = server.browser()
    token = sign_in(server)["id_token"]
    told(server, user=MAX)
    redirected_refusal(begin(browser, id_token_hint=token).response, "login_required")
    assert session_cookie(browser) is None


@pytest.mark.parametrize("granted, expected", [("openid", "openid"), ("email openid", "openid email"), ("profile", "profile"),
                                               ("openid,profile", "openid profile")])
def test_only_the_scopes_told_are_granted(server, granted, expected):
    told(server, scope=granted)
    tokens = sign_in(server, scope=SCOPE)
    assert tokens["scope"] == expected
    assert ("id_token" in tokens) == ("openid" in expected)
    assert decode(server, tokens["access_token"])["scope"] == expected
    assert sign_in(server, scope=SCOPE)["scope"] == SCOPE


def test_who_grants_nothing_that_was_asked_for_has_denied(server):
    told(server, scope="scenarios:read")
    redirected_refusal(ask(server, scope=SCOPE), "access_denied")


def test_an_id_token_that_was_asked_for_keeps_openid(server):
    told(server, scope="email")
    answer = ask(server, scope=SCOPE, response_type="code id_token", nonce="n")
    tokens = redeem(server, location_params(answer)["code"]).json()
    assert tokens["scope"] == "openid email"


@pytest.mark.parametrize("chosen, expected", [(2, 2), (1, 1), ("all", None)])
def test_the_organization_told_is_the_grants(server, chosen, expected):
    told(server, user=OLIVIA, organization=chosen)
    assert decode(server, sign_in(server)["access_token"]).get("organization") == expected
    assert "organization" not in decode(server, sign_in(server)["access_token"])


def test_an_organization_of_nobody_who_signs_in_is_no_silent_success(server):
    told(server, organization=2)
    description = redirected_refusal(ask(server, login_hint=MAX), "server_error")
    assert "sign-in 1" in description


# -- denied, failed, asked --------------------------------------------------------------------------------------------


def test_who_denies_is_access_denied_once_and_then_approves(server):
    told(server, decision="deny", user=MAX)
    redirected_refusal(ask(server), "access_denied")
    assert location_params(ask(server))["code"]


@pytest.mark.parametrize("error", sorted(ERRORS - {"invalid_request_uri", "invalid_request_object"}))
def test_the_error_told_is_the_redirects(server, error):
    told(server, error=error)
    assert "sign-in 1" in redirected_refusal(ask(server, prompt="none"), error)


def test_an_error_goes_only_to_a_client_and_redirect_uri_that_were_judged(server):
    one = told(server, error="access_denied")
    page_refusal(ask(server, redirect_uri="https://evil.example/cb"))
    page_refusal(ask(server, client_id="nobody", redirect_uri="https://evil.example/cb"))
    assert met(server, one) == 0
    redirected_refusal(ask(server), "access_denied")


def test_the_page_told_is_shown_though_nobody_would_be_asked(server):
    browser = server.browser()
    begin(browser)
    told(server, decision="page", times=2)
    visit = begin(browser)
    assert visit.path == CONSENT
    assert visit.submit(decision="deny").params["error"] == "access_denied"
    visit = begin(server.browser())
    assert visit.path == SIGN_IN
    visit.submit(user=NADIA).submit(decision="approve")
    assert decode(server, redeem(server, visit.params["code"]).json()["id_token"])["sub"] == NADIA
    assert begin(browser).params["code"]


def test_the_page_told_for_a_user_names_them(server):
    told(server, decision="page", user="max.member@example.com")
    visit = begin(server.browser(), login_hint=NADIA)
    assert visit.path == SIGN_IN
    assert "max.member@example.com" in [form["inputs"].get("username") for form in visit.page.forms]


@proves("AUT-23")
def test_no_page_is_shown_to_a_silent_request(server):
    told(server, decision="page")
    redirected_refusal(ask(server, prompt="none"), "interaction_required")


# -- for whom ---------------------------------------------------------------------------------------------------------


def test_a_sign_in_waits_for_its_client(server):
    one = told(server, client_id="demo-custom-app", decision="deny")
    assert location_params(ask(server))["code"]
    redirected_refusal(ask(server, "demo-custom-app", redirect_uri="https://www.make.com/oauth/cb/app"), "access_denied")
    assert met(server, one) == 1


@pytest.mark.parametrize("match, request_of", [
    ({"parameters": {"login_hint": NADIA}}, {"params": {"login_hint": NADIA}}),
    ({"parameters": {"state": {"pattern": "^tab-2"}, "nonce": None}}, {"params": {"state": "tab-2-x"}}),
    ({"header": {"X-Test": "two"}}, {"headers": {"X-Test": "two"}}),
    ({"header": {"Cookie": "who=two"}}, {"headers": {"Cookie": "a=b; who=two"}}),
    ({"method": "POST", "path": AUTHORIZE, "endpoint": "authorize"}, {"method": "POST"}),
])
def test_parallel_browsers_do_not_take_each_others_sign_ins(server, match, request_of):
    one = told(server, match=match, decision="deny")
    params = authorize_params(**request_of.pop("params", {}))
    assert location_params(ask(server))["code"]
    method = request_of.pop("method", "GET")
    sent = {"data": params} if method == "POST" else {"params": params}
    answer = server.request(method, AUTHORIZE, **sent, **request_of)
    redirected_refusal(answer, "access_denied", status=303 if method == "POST" else 302)
    assert met(server, one) == 1


def test_of_many_requests_at_once_as_many_meet_it_as_it_says(server):
    one = told(server, decision="deny", times=7)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: location_params(ask(server)), range(40)))
    assert sum("error" in answer for answer in answers) == 7 and met(server, one) == 7


def test_a_sign_in_of_one_tenant_is_not_met_in_another(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "mine"})
    server.request("POST", "/t/mine/_makeshift/sign-ins", json={"decision": "deny"})
    assert location_params(ask(server))["code"]
    answer = server.get("/t/mine" + AUTHORIZE, params=authorize_params())
    assert location_params(answer)["error"] == "access_denied"
    assert tell(server, "GET", "sign-ins").json() == {"items": []}


def test_who_is_asked_by_a_page_meets_no_sign_in(server):
    tell(server, "PATCH", "clients/demo-web", {"login": "page"})
    refused(tell(server, "POST", "sign-ins", {"client_id": "demo-web"}), 409, pointer="/client_id")
    one = told(server, decision="deny")
    assert begin(server.browser()).path == SIGN_IN
    assert met(server, one) == 0


def test_a_reset_forgets_the_sign_ins_and_a_snapshot_holds_them(server):
    told(server, decision="deny", times=2)
    redirected_refusal(ask(server), "access_denied")
    tell(server, "POST", "snapshots", {"name": "before"})
    assert tell(server, "POST", "reset").status_code == 204
    assert tell(server, "GET", "sign-ins").json() == {"items": []}
    assert location_params(ask(server))["code"]
    assert tell(server, "POST", "snapshots/before/restore").status_code == 200
    assert [row["met"] for row in tell(server, "GET", "sign-ins").json()["items"]] == [1]
    redirected_refusal(ask(server), "access_denied")
    assert location_params(ask(server))["code"]


# -- the list ---------------------------------------------------------------------------------------------------------


def test_a_sign_in_that_is_deleted_is_not_met(server):
    told(server, decision="deny")
    assert tell(server, "DELETE", "sign-ins/1").status_code == 204
    assert location_params(ask(server))["code"]
    for method in ("GET", "DELETE"):
        refused(tell(server, method, "sign-ins/1"), 404, actual="1")
    refused(tell(server, "GET", "sign-ins/first"), 404)
    told(server, decision="deny")
    assert told(server, decision="deny")["id"] == 3
    assert tell(server, "DELETE", "sign-ins").status_code == 204
    assert tell(server, "GET", "sign-ins").json() == {"items": []}
    assert location_params(ask(server))["code"]


@pytest.mark.parametrize("body, pointer, nearest", [
    ({"usr": MAX}, "/usr", "user"), ({"user": "olivai"}, "/user", "olivia"), ({"user": ""}, "/user", None), ({"user": 1}, "/user", None),
    ({"decision": "aprove"}, "/decision", "approve"), ({"decision": None}, "/decision", None),
    ({"error": "acces_denied"}, "/error", "access_denied"), ({"error": "invalid_grant"}, "/error", None),
    ({"error": "access_denied", "decision": "deny"}, "/error", None), ({"error": "access_denied", "user": MAX}, "/user", None),
    ({"decision": "deny", "scope": "openid"}, "/scope", None), ({"decision": "page", "organization": 1}, "/organization", None),
    ({"scope": "openid emial"}, "/scope", "email"), ({"scope": " "}, "/scope", None), ({"scope": "a\"b"}, "/scope", None),
    ({"organization": "al"}, "/organization", "all"), ({"organization": 0}, "/organization", None),
    ({"user": MAX, "organization": 2}, "/organization", None), ({"client_id": "demo-wbe"}, "/client_id", "demo-web"),
    ({"times": 0}, "/times", None), ({"times": "2"}, "/times", None), ({"match": {"parameter": {}}}, "/match/parameter", "parameters"),
    ({"match": {"status": 302}}, "/match/status", None), ({"match": {"error": "x"}}, "/match/error", None),
    ({"match": {"endpoint": "token"}}, "/match/endpoint", None), ([], "", None),
])
def test_a_wrong_sign_in_is_refused_with_its_place_and_not_made(server, body, pointer, nearest):
    problem = refused(tell(server, "POST", "sign-ins", body), 422, pointer=pointer)
    assert problem["expected"] and (nearest is None or problem["nearest"] == nearest), problem
    assert tell(server, "GET", "sign-ins").json() == {"items": []}
