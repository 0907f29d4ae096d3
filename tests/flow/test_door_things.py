"""The control door: grants, tokens, sessions and consents are shown and ended; users and clients change under way."""

import hashlib
import json

import pytest
from support import CLIENTS, authorize, fixture_with, redeem, refresh, sign_in, userinfo
from support_pages import begin
from test_door import refused, tell

pytestmark = pytest.mark.tenants

OFFLINE = "openid profile email offline_access"


def items(server, resource):
    answer = tell(server, "GET", resource)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def fingerprint(secret):
    return "fp:" + hashlib.sha256(secret.encode()).hexdigest()[:12]


def by_fingerprint(server, secret):
    found = [row for row in items(server, "tokens") if row["fingerprint"] == fingerprint(secret)]
    assert len(found) == 1
    return found[0]


# -- lists ------------------------------------------------------------------------------------------------------------


def test_a_token_is_listed_with_whose_it_is_and_never_as_itself(server):
    code = authorize(server, scope=OFFLINE)["code"]
    waiting = by_fingerprint(server, code)
    assert (waiting["kind"], waiting["state"], waiting["user"], waiting["client_id"]) == ("code", "live", "1001", "demo-web")
    assert "grant" not in waiting and waiting["expires_at"] - waiting["issued_at"] == 300
    tokens = redeem(server, code).json()
    spent = by_fingerprint(server, code)
    assert spent["state"] == "spent" and spent["spent_at"] and spent["id"] == waiting["id"]
    access, first = (by_fingerprint(server, tokens[name]) for name in ("access_token", "refresh_token"))
    assert (access["kind"], access["state"], access["grant"]) == ("access", "live", spent["grant"])
    assert access["expires_at"] - access["issued_at"] == tokens["expires_in"] and access["scope"] == OFFLINE
    assert (first["kind"], first["state"], first["grant"], first["generation"]) == ("refresh", "live", spent["grant"], 1)
    text = tell(server, "GET", "tokens").text + tell(server, "GET", f"grants/{spent['grant']}").text
    for secret in (code, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in text and secret[:20] not in text


def test_a_grant_shows_the_lineage_of_its_tokens_and_why_it_ended(server):
    code = authorize(server, scope=OFFLINE)["code"]
    first = redeem(server, code).json()["refresh_token"]
    second = refresh(server, first).json()["refresh_token"]
    (grant,) = items(server, "grants")
    assert (grant["state"], grant["generation"], grant["user"], grant["client_id"]) == ("live", 2, "1001", "demo-web")
    assert grant["leaf"]["fingerprint"] == fingerprint(second) and "ended" not in grant
    whole = tell(server, "GET", f"grants/{grant['id']}").json()
    tokens = {row["fingerprint"]: row for row in whole.pop("tokens")}
    assert whole == grant and len(tokens) == 5
    rows = [tokens[fingerprint(secret)] for secret in (code, first, second)]
    assert [row["state"] for row in rows] == ["spent", "spent", "live"]
    assert "parent" not in rows[0]
    assert [row["parent"]["fingerprint"] for row in rows[1:]] == [fingerprint(code), fingerprint(first)]
    assert refresh(server, first).status_code == 400
    over = tell(server, "GET", f"grants/{grant['id']}").json()
    assert (over["state"], over["ended"]) == ("revoked", "refresh_reused") and over["revoked_at"]
    assert by_fingerprint(server, second)["grant_ended"] == "refresh_reused"


def test_a_refresh_token_whose_predecessor_was_taken_again_is_replaced(start):
    policy = {"mode": "grace", "seconds": 60}
    server = start(fixture=fixture_with(clients={"demo-web": {"refresh_policy": policy}}))
    first = sign_in(server, scope=OFFLINE)["refresh_token"]
    lost, kept = (refresh(server, first).json()["refresh_token"] for _ in range(2))
    assert [by_fingerprint(server, token)["state"] for token in (first, lost, kept)] == ["spent", "replaced", "live"]
    assert by_fingerprint(server, lost)["generation"] == by_fingerprint(server, kept)["generation"] == 2


def test_a_list_comes_page_by_page_each_row_once(server):
    for _ in range(7):
        sign_in(server, scope=OFFLINE)
    for resource, total in (("tokens", 21), ("tokens?kind=refresh", 7), ("grants", 7), ("grants?user=1001", 7)):
        seen, since = [], None
        while True:
            more = ("&" if "?" in resource else "?") + "limit=4" + (f"&since={since}" if since else "")
            page = items(server, resource + more)
            seen += [row["id"] for row in page]
            assert len(page) <= 4
            if len(page) < 4:
                break
            since = page[-1]["id"]
        assert len(seen) == len(set(seen)) == total and seen == sorted(seen)
    assert len(items(server, "tokens")) == 21


def test_a_filter_leaves_out_what_is_another_s(server):
    mine = sign_in(server, scope=OFFLINE)
    theirs = sign_in(server, "demo-framework", scope=OFFLINE, login_hint="max.member@example.com")
    for query in ("client_id=demo-framework", "user=1002", "user=max.member@example.com", "user=MAX.member@example.com"):
        found = {row["fingerprint"] for row in items(server, f"tokens?{query}")}
        assert fingerprint(theirs["access_token"]) in found and fingerprint(mine["access_token"]) not in found
        assert [row["client_id"] for row in items(server, f"grants?{query}")] == ["demo-framework"]
    (grant,) = items(server, "grants?user=1002")
    assert len(items(server, f"tokens?grant={grant['id']}")) == 3


@pytest.mark.parametrize("query, actual", [
    ("tokens?kind=acess", "acess"), ("tokens?limit=0", "0"), ("tokens?limit=1001", "1001"), ("tokens?since=1", "1"), ("tokens?user=x", "x"),
    ("tokens?client_id=x", "x"), ("tokens?grant=x", "x"), ("grants?since=x", "x"), ("sessions?since=x", "x"), ("consents?since=7", "7"),
    ("consents?since=7-", "7-"), ("grants?kind=access", "kind"), ("tokens?limit=%2B1", "+1"),
])
def test_a_wrong_query_is_refused(server, query, actual):
    refused(tell(server, "GET", query), 422, error="wrong_member", actual=actual)


def test_a_name_that_is_nearly_one_is_refused_with_it(server):
    refused(tell(server, "GET", "grants?user=olivia.ovner@example.com"), 422, nearest="olivia.owner@example.com")
    refused(tell(server, "POST", "revocations", {"client_id": "demo-wed"}), 422, pointer="/client_id", nearest="demo-web")


# -- revocations and expirations --------------------------------------------------------------------------------------


def alive(server, tokens, client="demo-web"):
    """Whether the access token opens UserInfo, and whether the refresh token is taken."""
    opens = userinfo(server, tokens["access_token"]).status_code == 200
    return opens, refresh(server, tokens["refresh_token"], client).status_code == 200


@pytest.mark.parametrize("selection", [
    {"user": "1001"}, {"user": "olivia.owner@example.com"}, {"client_id": "demo-web"}, {"user": "1001", "client_id": "demo-web"},
    {"grant": 1},
])
def test_what_is_selected_is_revoked_and_the_rest_lives(server, selection):
    mine = sign_in(server, scope=OFFLINE)
    theirs = sign_in(server, "demo-framework", scope=OFFLINE, login_hint="1002")
    answer = tell(server, "POST", "revocations", selection)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("grants", "access", "codes")} == {"grants": 1, "access": 1, "codes": 0}
    assert alive(server, mine) == (False, False)
    assert alive(server, theirs, "demo-framework") == (True, True)
    grant = tell(server, "GET", "grants/1").json()
    assert (grant["state"], grant["ended"]) == ("revoked", "revoked_by_test")


@pytest.mark.parametrize("how", [lambda server, token: token, lambda server, token: fingerprint(token),
                                 lambda server, token: by_fingerprint(server, token)["id"]])
@pytest.mark.parametrize("name, left", [("access_token", (False, True)), ("refresh_token", (False, False))])
def test_a_token_is_revoked_by_itself_its_id_or_its_fingerprint(server, how, name, left):
    tokens, others = (sign_in(server, scope=OFFLINE) for _ in range(2))
    answer = tell(server, "POST", "revocations", {"token": how(server, tokens[name])})
    assert answer.status_code == 200 and sum(answer.json().values()) == 1
    assert alive(server, tokens) == left
    assert alive(server, others) == (True, True)


def test_all_is_revoked_at_once_codes_and_sessions_too(server):
    tokens = sign_in(server, scope=OFFLINE)
    code = authorize(server)["code"]
    browser = signed_in(server)
    assert tell(server, "POST", "revocations", {"all": True}).json() == {"grants": 1, "access": 1, "codes": 1, "sessions": 3}
    assert alive(server, tokens) == (False, False)
    assert redeem(server, code).json()["error"] == "invalid_grant"
    assert asks_who(browser)


@pytest.mark.parametrize("kind, left", [("access", (False, True)), ("refresh", (True, False)), ("code", (True, True)), (None, (False, False))])
def test_what_is_expired_is_over_while_the_clock_stays(start, kind, left):
    server = start("--clock", "2026-01-01T00:00:00Z")
    tokens = sign_in(server, scope=OFFLINE)
    code = authorize(server)["code"]
    ended = tell(server, "POST", "expirations", {"user": "1001", **({"kind": kind} if kind else {})})
    assert ended.status_code == 200
    assert alive(server, tokens) == left
    assert (redeem(server, code).status_code == 400) == (kind in ("code", None))
    assert by_fingerprint(server, tokens["access_token"])["state"] == ("live" if left[0] else "expired")
    assert tell(server, "GET", "clock").json()["moved"] == 0


@pytest.mark.parametrize("resource", ["revocations", "expirations"])
@pytest.mark.parametrize("body, pointer", [
    ({}, ""), ({"all": False}, "/all"), ({"all": True, "user": "1001"}, "/all"), ({"user": "nobody"}, "/user"), ({"client_id": "x"}, "/client_id"),
    ({"grant": 99}, "/grant"), ({"grant": "1"}, "/grant"), ({"token": "not-a-token"}, "/token"), ({"session": "0" * 32}, "/session"),
    ({"token": "fp:000000000000"}, "/token"), ({"user": 1001}, "/user"), ({"usr": "1001"}, "/usr"), ([], ""), ({"user": "1001", "grant": 99}, "/grant"),
])
def test_a_selection_of_nothing_or_nobody_ends_nothing(server, resource, body, pointer):
    tokens = sign_in(server, scope=OFFLINE)
    refused(tell(server, "POST", resource, body), 422, pointer=pointer)
    assert alive(server, tokens) == (True, True)


def test_a_kind_alone_selects_nothing_and_revocations_have_none(server):
    refused(tell(server, "POST", "expirations", {"kind": "access"}), 422, pointer="")
    refused(tell(server, "POST", "expirations", {"all": True, "kind": "acces"}), 422, pointer="/kind", nearest="access")
    refused(tell(server, "POST", "revocations", {"all": True, "kind": "access"}), 422, pointer="/kind")


def test_a_refused_token_is_not_shown_in_the_refusal(server):
    stray = "a-secret-of-another-server-that-is-long"
    server.secret(stray)
    assert stray not in tell(server, "POST", "revocations", {"token": stray}).text


def test_a_deleted_grant_is_revoked_with_its_tokens(server):
    tokens, others = (sign_in(server, scope=OFFLINE) for _ in range(2))
    grant = by_fingerprint(server, tokens["access_token"])["grant"]
    assert tell(server, "DELETE", f"grants/{grant}").status_code == 204
    assert alive(server, tokens) == (False, False)
    assert alive(server, others) == (True, True)
    assert tell(server, "DELETE", f"grants/{grant}").status_code == 204
    for name in ("99", "x", "0"):
        refused(tell(server, "DELETE", f"grants/{name}"), 404)
        refused(tell(server, "GET", f"grants/{name}"), 404)


# -- sessions ---------------------------------------------------------------------------------------------------------


def signed_in(server, user="1001"):
    """A browser with the cookie of a session that the door made."""
    made = tell(server, "POST", "sessions", {"user": user})
    assert made.status_code == 201, made.text
    cookie = made.json()["cookie"]
    browser = server.browser()
    browser.cookies.set(cookie["name"], cookie["value"], path=cookie["path"])
    return browser


def asks_who(browser):
    """Whether the authorization endpoint, told to show nothing, says that nobody is signed in."""
    answer = browser.get("/oauth/v2/authorize", params={
        "client_id": "demo-web", "redirect_uri": CLIENTS["demo-web"][1], "response_type": "code", "scope": "openid", "prompt": "none"})
    assert answer.status_code == 302
    return "error=login_required" in answer.headers["Location"]


def test_a_session_is_made_shown_and_ended(start):
    server = start("--login", "page")
    assert items(server, "sessions") == []
    browser = signed_in(server, "max.member@example.com")
    assert not asks_who(browser)
    (row,) = items(server, "sessions")
    assert (row["state"], row["user"], row["amr"]) == ("live", "1002", ["pwd"]) and row["sid"]
    assert row["fingerprint"] == fingerprint(next(iter(browser.cookies)).value)
    assert items(server, "sessions?user=1001") == [] and len(items(server, "sessions?user=1002")) == 1
    assert tell(server, "DELETE", f"sessions/{row['id']}").status_code == 204
    assert items(server, "sessions") == [] and asks_who(browser)
    refused(tell(server, "DELETE", f"sessions/{row['id']}"), 404)


def test_who_signs_in_from_a_browser_s_own_context_has_the_cookie(start_process):
    server = start_process("--login", "page")
    browser = server.browser()
    made = browser.request("POST", "/_makeshift/sessions", json={"user": "1001"})
    assert made.json()["cookie"] == {"name": "makeshift_session", "value": browser.cookies["makeshift_session"], "path": "/",
                                     "http_only": True, "secure": False, "same_site": "Lax"}
    assert not asks_who(browser)


def test_a_session_is_ended_by_its_fingerprint_and_all_by_one_call(start):
    server = start("--login", "page")
    one, two, three = (signed_in(server) for _ in range(3))
    assert tell(server, "DELETE", f"sessions/{fingerprint(one.cookies['makeshift_session'])}").status_code == 204
    refused(tell(server, "DELETE", "sessions/anything-else"), 404)
    assert [asks_who(browser) for browser in (one, two, three)] == [True, False, False]
    assert tell(server, "DELETE", "sessions").status_code == 204
    assert items(server, "sessions") == [] and asks_who(two) and asks_who(three)


def test_a_session_expires_or_is_revoked_with_what_was_granted_in_it(start):
    server = start("--login", "page")
    one, two = (signed_in(server) for _ in range(2))
    cookie = one.cookies["makeshift_session"]
    assert tell(server, "POST", "expirations", {"session": cookie, "kind": "session"}).json()["sessions"] == 1
    assert asks_who(one) and not asks_who(two)
    assert [row["state"] for row in items(server, "sessions")].count("expired") == 1
    assert tell(server, "POST", "revocations", {"session": fingerprint(two.cookies["makeshift_session"])}).json()["sessions"] == 1
    assert asks_who(two)


@pytest.mark.parametrize("body, pointer", [({}, "/user"), ({"user": "nobody"}, "/user"), ({"user": ""}, "/user"), ({"name": "1001"}, "/name"), ([], "")])
def test_nobody_is_signed_in_by_a_wrong_name(server, body, pointer):
    refused(tell(server, "POST", "sessions", body), 422, pointer=pointer)
    assert items(server, "sessions") == []


# -- consents ---------------------------------------------------------------------------------------------------------


def test_a_consent_that_is_forgotten_is_asked_for_again(start):
    server = start("--login", "page")
    browser = signed_in(server, "1002")
    page = begin(browser, "demo-framework")
    page.submit(decision="approve")
    (row,) = items(server, "consents")
    assert (row["user"], row["client_id"]) == ("1002", "demo-framework") and "email" in row["scope"].split()
    assert "code" in begin(browser, "demo-framework").params
    assert tell(server, "DELETE", "consents?user=1001").status_code == 204
    assert items(server, "consents?client_id=demo-framework") == [row]
    assert tell(server, "DELETE", "consents?user=1002&client_id=demo-framework").status_code == 204
    assert items(server, "consents") == []
    assert begin(browser, "demo-framework").page.text
    refused(tell(server, "DELETE", "consents?user=x"), 422)
