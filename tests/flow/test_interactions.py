"""Pages that are pending, answered at the control door instead of in front of them."""

import concurrent.futures
import urllib.parse

import pytest
from support import decode, redeem, sign_in
from support_pages import CONSENT, SIGN_IN, begin, session_cookie
from test_door import refused, tell

pytestmark = pytest.mark.tenants

OLIVIA, MAX, NADIA = "1001", "1002", "1003"
SCOPE = "openid profile email"


@pytest.fixture
def paged(start):
    return start("--login", "page")


def pending(server, query=""):
    return tell(server, "GET", "interactions" + query).json()["items"]


def answer(server, number, **body):
    response = tell(server, "POST", f"interactions/{number}", body)
    assert response.status_code == 200, response.text
    return response.json()


def params_of(location):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))


def subject(server, code):
    return decode(server, redeem(server, code).json()["id_token"])["sub"]


def reload(visit):
    return visit.go(visit.browser.get(visit.url))


# -- the list ---------------------------------------------------------------------------------------------------------


def test_pages_that_wait_are_listed_in_the_order_of_their_beginning(start):
    paged = start("--login", "page", "--clock", "2026-01-01T00:00:00Z")
    assert pending(paged) == []
    first, second = begin(paged.browser()), begin(paged.browser(), scope="openid")
    second.submit(user=NADIA)
    rows = pending(paged)
    assert rows == [
        {"id": 1, "client_id": "demo-web", "scope": SCOPE, "page": "sign_in", "since": 1767225600, "expires_at": 1767225600 + 1800},
        {"id": 2, "client_id": "demo-web", "scope": "openid", "user": NADIA, "page": "consent", "since": 1767225600,
         "expires_at": 1767225600 + 1800}]
    assert tell(paged, "GET", "interactions/2").json() == rows[1]
    assert pending(paged, "?limit=1") == rows[:1] and pending(paged, "?since=1") == rows[1:]
    first.submit(decision="deny")
    second.submit(decision="approve")
    assert pending(paged) == []
    refused(tell(paged, "GET", "interactions/1"), 404, actual="1")
    begin(paged.browser())
    assert [row["id"] for row in pending(paged)] == [3]


def test_a_page_that_has_expired_is_pending_no_more(start):
    paged = start("--login", "page", "--clock", "2026-01-01T00:00:00Z")
    begin(paged.browser())
    tell(paged, "POST", "clock", {"advance": 1799})
    assert len(pending(paged)) == 1
    tell(paged, "POST", "clock", {"advance": 1})
    assert pending(paged) == []
    refused(tell(paged, "POST", "interactions/1", {"decision": "approve"}), 404)


# -- answered ---------------------------------------------------------------------------------------------------------


def test_an_approved_page_goes_to_the_same_place_when_it_is_loaded_or_submitted_again(paged):
    visit = begin(paged.browser())
    url = visit.url
    told = answer(paged, 1, decision="approve", user="max.member@example.com")
    assert told["id"] == 1 and told["decision"] == "approve"
    assert told["location"].startswith("http://localhost:3000/cb?")
    for _ in range(2):
        again = visit.browser.get(url)
        assert again.status_code == 302 and again.headers["Location"] == told["location"]
    assert params_of(told["location"])["state"] == "a-state"
    assert subject(paged, params_of(told["location"])["code"]) == MAX


def test_a_page_that_is_submitted_goes_there_whatever_the_person_pressed(paged):
    visit = begin(paged.browser()).submit(user=OLIVIA)
    assert visit.path == CONSENT
    told = answer(paged, 1, decision="approve")
    visit.submit(decision="deny")
    assert visit.response.status_code == 303 and visit.response.headers["Location"] == told["location"]
    assert subject(paged, visit.params["code"]) == OLIVIA


def test_a_denied_page_goes_to_the_client_with_access_denied(paged):
    visit = begin(paged.browser())
    told = answer(paged, 1, decision="deny")
    assert params_of(told["location"])["error"] == "access_denied" and params_of(told["location"])["state"] == "a-state"
    visit.submit(user=OLIVIA)
    assert visit.response.headers["Location"] == told["location"]
    assert session_cookie(visit.browser) is not None and begin(visit.browser).path == SIGN_IN


def test_who_was_signed_in_from_afar_has_the_session_under_a_new_cookie(paged):
    browser = paged.browser()
    visit = begin(browser)
    before = session_cookie(browser)
    told = answer(paged, 1, decision="approve", user=NADIA)
    tokens = redeem(paged, params_of(told["location"])["code"]).json()
    reload(visit)
    assert session_cookie(browser) != before
    silent = begin(browser, prompt="none").params
    later = decode(paged, redeem(paged, silent["code"]).json()["id_token"])
    first = decode(paged, tokens["id_token"])
    assert later["sub"] == first["sub"] == NADIA
    assert later.get("sid") == first.get("sid") and later["auth_time"] == first["auth_time"]


def test_the_consent_given_from_afar_is_remembered(paged):
    browser = paged.browser()
    visit = begin(browser)
    answer(paged, 1, decision="approve", user=OLIVIA)
    reload(visit)
    assert begin(browser).params["code"]
    assert begin(browser, scope=SCOPE + " address").path == CONSENT


def test_without_a_user_the_one_who_is_signed_in_approves_else_whom_the_request_names(paged):
    signed_in = begin(paged.browser()).submit(user=NADIA)
    hinted = begin(paged.browser(), login_hint="max")
    plain = begin(paged.browser())
    assert [visit.page is not None for visit in (signed_in, hinted, plain)] == [True] * 3
    told = [answer(paged, number, decision="approve")["location"] for number in (1, 2, 3)]
    assert [subject(paged, params_of(location)["code"]) for location in told] == [NADIA, MAX, OLIVIA]


def test_with_form_post_the_fields_are_told_and_the_page_posts_them(paged):
    visit = begin(paged.browser(), response_mode="form_post")
    told = answer(paged, 1, decision="approve", user=OLIVIA)
    assert told["location"] == "http://localhost:3000/cb"
    assert set(told["form"]) == {"code", "state", "iss"}
    reload(visit)
    assert visit.page.forms[0]["action"] == told["location"] and visit.page.forms[0]["hidden"] == told["form"]


def test_a_page_is_another_browsers_only_and_is_answered_once(paged):
    visit = begin(paged.browser())
    answer(paged, 1, decision="approve", user=OLIVIA)
    refused(tell(paged, "POST", "interactions/1", {"decision": "deny"}), 404, actual="1")
    stranger = paged.browser().get(visit.url)
    assert stranger.status_code == 403 and "Location" not in stranger.headers


def test_of_many_who_answer_one_page_at_once_one_does(paged):
    begin(paged.browser())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: tell(paged, "POST", "interactions/1", {"decision": "approve"}).status_code, range(16)))
    assert sorted(statuses) == [200] + [404] * 15


def test_the_page_told_where_nobody_would_be_asked_can_be_answered_too(server):
    tell(server, "POST", "sign-ins", {"decision": "page"})
    visit = begin(server.browser())
    told = answer(server, 1, decision="approve", user=MAX)
    reload(visit)
    assert visit.response.headers["Location"] == told["location"]
    assert subject(server, visit.params["code"]) == MAX


def test_a_reset_leaves_no_page_and_no_answer(paged):
    visit = begin(paged.browser())
    answer(paged, 1, decision="approve", user=MAX)
    tell(paged, "POST", "reset")
    begin(paged.browser())
    assert pending(paged)[0]["since"]
    assert paged.browser().get(visit.url).status_code == 403
    assert visit.browser.get(visit.url).status_code == 403


# -- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body, pointer, nearest", [
    ({}, "/decision", None), ({"decision": "aprove"}, "/decision", "approve"), ({"decision": "page"}, "/decision", None),
    ({"decision": "approve", "user": "olivai"}, "/user", "olivia"), ({"decision": "approve", "usr": "1"}, "/usr", "user"), ([], "", None),
])
def test_a_wrong_answer_is_refused_with_its_place_and_the_page_stays(paged, body, pointer, nearest):
    visit = begin(paged.browser())
    problem = refused(tell(paged, "POST", "interactions/1", body), 422, pointer=pointer)
    assert problem["expected"] and (nearest is None or problem["nearest"] == nearest), problem
    visit.submit(user=OLIVIA).submit(decision="approve")
    assert visit.params["code"]


def test_another_user_than_the_id_token_hints_cannot_approve(start):
    server = start()
    token = sign_in(server)["id_token"]
    tell(server, "POST", "sign-ins", {"decision": "page"})
    begin(server.browser(), id_token_hint=token)
    refused(tell(server, "POST", "interactions/1", {"decision": "approve", "user": MAX}), 422, pointer="/user")
    assert subject(server, params_of(answer(server, 1, decision="approve")["location"])["code"]) == OLIVIA


def test_an_interaction_that_is_not_there_is_404(paged):
    for number in ("1", "0", "x", "99999999999999999999"):
        refused(tell(paged, "POST", f"interactions/{number}", {"decision": "deny"}), 404)
