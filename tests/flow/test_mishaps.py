"""What faults do to exchanges: before the handler nothing has happened, after it all has."""

import concurrent.futures
import re

import pytest
import requests
from support import DISCOVERY, JWKS, authorize, proves, redeem, sign_in, userinfo
from test_door import DOOR, claims_of, tell, tell_alone
from test_journal import read
from test_latches import REFRESH, refresh

pytestmark = pytest.mark.tenants


def fault(server, **given):
    answer = tell(server, "POST", "faults", given)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def counted(server, number):
    shown = tell(server, "GET", f"faults/{number}").json()
    return shown["matched"], shown["fired"]


def test_a_reply_that_is_lost_was_committed_and_a_connection_closed_before_did_nothing(server):
    for when, happened in (("before", False), ("after", True)):
        token = sign_in(server, scope="openid offline_access")["refresh_token"]
        number = fault(server, match=REFRESH, when=when, times=1, do={"close": True})
        with pytest.raises(requests.ConnectionError):
            refresh(server, token)
        assert counted(server, number) == (1, 1)
        assert refresh(server, token).status_code == (400 if happened else 200)


def test_a_refresh_fails_twice_and_then_works(server):
    token = sign_in(server, scope="openid offline_access")["refresh_token"]
    number = fault(server, match=REFRESH, times=2, do={"error": "temporarily_unavailable", "headers": {"Retry-After": "1"}})
    answers = [refresh(server, token) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["error"] == "temporarily_unavailable" and answers[0].headers["Retry-After"] == "1"
    assert answers[0].headers["X-Makeshift-Fault"] == str(number) and "X-Makeshift-Fault" not in answers[2].headers
    shown = tell(server, "GET", f"faults/{number}").json()
    assert (shown["matched"], shown["fired"], shown["used_up"]) == (2, 2, True)


@proves("ADM-10")
def test_an_answer_that_a_fault_changed_says_so(server):
    number = fault(server, match={"endpoint": "userinfo"}, do={"change": {"sub": "somebody else"}})
    answer = userinfo(server, sign_in(server)["access_token"])
    assert answer.json()["sub"] == "somebody else" and answer.headers["X-Makeshift-Fault"] == str(number)


def test_headers_of_a_fault_stand_over_those_of_every_answer_and_a_slow_one_is_marked(server):
    slow = fault(server, match={"endpoint": "metadata"}, times=1, when="before", do={"delay": "10ms"})
    assert server.get(DISCOVERY).headers["X-Makeshift-Fault"] == str(slow)
    fault(server, match={"endpoint": "metadata"}, times=1, when="before",
          do={"status": 503, "headers": {"Cache-Control": "max-age=5", "X-Content-Type-Options": None}})
    answer = server.get(DISCOVERY)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "max-age=5")
    assert "X-Content-Type-Options" not in answer.headers


def test_an_error_at_the_authorization_endpoint_goes_to_the_client_and_to_no_other(server):
    fault(server, match={"endpoint": "authorize"}, do={"error": "access_denied", "error_description": "not today"})
    answer = authorize(server)
    assert (answer["error"], answer["error_description"]) == ("access_denied", "not today")
    stray = server.get("/oauth/v2/authorize", params={"client_id": "demo-web", "redirect_uri": "https://evil.example/cb",
                                                      "response_type": "code"}, allow_redirects=False)
    assert stray.status_code == 400 and "Location" not in stray.headers


@pytest.mark.parametrize("do, check", [
    ({"change": {"expires_in": "soon"}}, lambda body: body["expires_in"] == "soon"),
    ({"change": {"token_type": None}}, lambda body: "token_type" not in body),
    ({"change": {"token_type": "BEARER"}}, lambda body: body["token_type"] == "BEARER"),
])
def test_a_member_of_the_answer_is_changed_or_missing(server, do, check):
    fault(server, match={"endpoint": "token"}, do=do)
    answer = redeem(server, authorize(server))
    assert answer.status_code == 200 and check(answer.json())


def test_a_member_stands_twice(server):
    fault(server, match={"endpoint": "token"}, do={"double": "access_token"})
    assert redeem(server, authorize(server)).text.count('"access_token"') == 2


@pytest.mark.parametrize("name, wrong", [
    ("wrong_iss", lambda server, claims: claims["iss"] != server.issuer), ("wrong_aud", lambda _, claims: claims["aud"] != "demo-web"),
    ("no_exp", lambda _, claims: "exp" not in claims), ("expired", lambda _, claims: claims["exp"] < claims["iat"] + 10**9)])
def test_a_token_is_bad_in_the_way_it_is_named(server, name, wrong):
    number = fault(server, match={"endpoint": "token"}, times=1, do={"token": name})
    assert wrong(server, claims_of(sign_in(server)["id_token"]))
    assert counted(server, number) == (1, 1)
    assert claims_of(sign_in(server)["id_token"])["iss"] == server.issuer


def test_a_fault_for_tokens_waits_until_there_is_one(server):
    number = fault(server, match={"endpoint": "token"}, times=1, do={"token": "wrong_iss"})
    refused_code = redeem(server, {"code": "no-such-code"})
    assert refused_code.status_code == 400 and counted(server, number) == (0, 0)


def test_a_reset_and_a_cut_answer_are_seen_by_the_client(server):
    fault(server, match={"endpoint": "jwks"}, times=1, do={"reset": True})
    with pytest.raises(requests.ConnectionError):
        requests.get(server.base + JWKS, timeout=30)
    fault(server, match={"endpoint": "jwks"}, times=1, do={"cut": 10})
    head, body = server.raw(f"GET {server.path}{JWKS} HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode()).split(b"\r\n\r\n")
    stated = re.search(rb"Content-Length: (\d+)", head)
    assert len(body) == 10 < int(stated[1])
    assert requests.get(server.base + JWKS, timeout=30).json()["keys"]


def test_skip_every_and_times_say_when_it_fires(server):
    number = fault(server, match={"endpoint": "metadata"}, skip=1, every=2, times=2, do={"status": 500})
    assert [server.get(DISCOVERY).status_code for _ in range(7)].count(500) == 2
    assert counted(server, number)[1] == 2


def test_a_delay_holds_nobody_else(server):
    """The one that is delayed has not answered when the others have; no clock is looked at."""
    fault(server, match={"endpoint": "jwks"}, times=1, do={"delay": "30s"})
    with pytest.raises(requests.Timeout):
        requests.get(server.base + JWKS, timeout=0.5)
    assert all(server.get(DISCOVERY).status_code == 200 for _ in range(50))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method, ends", [("DELETE", "tenants/slow"), ("DELETE", "tenants"), ("DELETE", "/t/slow/_makeshift/faults/1"),
                                          ("DELETE", "/t/slow/_makeshift/faults"), ("POST", "/t/slow/_makeshift/reset")])
def test_a_delay_ends_with_what_it_comes_of(start_process, when, method, ends):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "slow"})
    server.post("/t/slow" + DOOR + "faults", json={"match": {"endpoint": "jwks"}, "when": when, "times": 1, "do": {"delay": "1h"}})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(requests.get, server.base + "/t/slow" + JWKS, timeout=60)
        assert 'tenant="slow"' in server.wait_log("a fault of the control door fires")
        assert server.request(method, ends if ends.startswith("/") else DOOR + ends).status_code == 204
        assert asked.result().json()["keys"]


def test_a_delay_that_a_latch_gave_ends_with_the_latch(server):
    number = tell(server, "POST", "latches", {"match": {"endpoint": "jwks"}}).json()["id"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(requests.get, server.base + JWKS, timeout=60)
        assert tell(server, "GET", f"latches/{number}?held=1&wait=1m").status_code == 200
        assert tell(server, "POST", f"latches/{number}/release", {"count": 1, "do": {"delay": "1h"}}).status_code == 200
        assert tell(server, "DELETE", f"latches/{number}").status_code == 204
        assert asked.result().json()["keys"]


def test_a_change_elsewhere_ends_no_delay(start_process):
    server = start_process()
    fault(server, match={"endpoint": "jwks"}, times=1, do={"delay": "1h"})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(requests.get, server.base + JWKS, timeout=60)
        server.wait_log("a fault of the control door fires")
        number = fault(server, match={"endpoint": "userinfo"}, do={"status": 500})
        tell(server, "POST", "clock", {"advance": "2h"})
        tell(server, "DELETE", f"faults/{number}")
        assert tell(server, "POST", "journal/verify?wait=300ms", {"match": {"endpoint": "jwks"}}).status_code == 417
        tell(server, "DELETE", "faults")
        assert asked.result().json()["keys"]


def test_a_fault_of_one_tenant_is_none_of_the_next(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a"})
    answer = requests.post(server.base + "/t/a" + DOOR + "faults", json={"do": {"status": 500}}, timeout=30)
    assert answer.status_code == 201
    assert server.get("/t/a" + DISCOVERY).status_code == 500
    assert server.get(DISCOVERY).status_code == 200
    assert server.get("/t/a" + DOOR + "health").status_code == 200


def test_a_token_endpoint_answers_html_with_its_own_status(server):
    fault(server, match={"endpoint": "token"}, do={"status": 502, "body": "<html>Bad Gateway</html>", "content_type": "text/html"})
    answer = redeem(server, authorize(server))
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (502, "text/html", "<html>Bad Gateway</html>")


def test_a_connection_that_is_closed_before_the_handler_meets_no_other_fault(server):
    fault(server, match={"endpoint": "token"}, times=1, do={"close": True})
    later = fault(server, match={"endpoint": "token"}, when="after", do={"status": 418})
    with pytest.raises(requests.ConnectionError):
        redeem(server, authorize(server))
    assert counted(server, later) == (0, 0)


def test_what_a_latch_drops_before_its_handler_meets_no_fault_and_has_no_status(server):
    number = tell(server, "POST", "latches", {"match": REFRESH}).json()["id"]
    spared = fault(server, match={"endpoint": "token"}, times=1, do={"status": 503})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(refresh, server, "no-such-token")
        assert tell(server, "GET", f"latches/{number}?held=1&wait=20s").status_code == 200
        tell(server, "POST", f"latches/{number}/release", {"drop": [1]})
        with pytest.raises(requests.ConnectionError):
            asked.result()
    assert counted(server, spared) == (0, 0)
    [entry] = read(server, endpoint="token")
    assert entry["reply"] == "dropped" and "status" not in entry


def test_tenants_made_and_ended_at_once_under_one_name_do_no_harm(start_process):
    server = start_process()
    def make(_):
        return tell_alone(server, "POST", "tenants", {"name": "x"}).status_code

    def end(_):
        return tell_alone(server, "DELETE", "tenants/x").status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made, ended = pool.map(make, range(60)), pool.map(end, range(60))
        assert set(made) <= {201, 409} and set(ended) <= {204, 404}
        unnamed = list(pool.map(lambda _: tell_alone(server, "POST", "tenants").json()["name"], range(16)))
    assert len(set(unnamed)) == 16


def test_who_waits_at_a_tenant_that_ends_is_answered(start_process):
    """Whether the question was there before the end is seen by its answer alone: 404 was too early, and is tried again."""
    server = start_process()
    for _ in range(50):
        tell(server, "POST", "tenants", {"name": "a"})
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(requests.get, f"{server.base}/t/a{DOOR}journal?endpoint=token&wait=5m", timeout=30)
            for _ in range(20):
                tell(server, "GET", "clock")
            tell(server, "DELETE", "tenants/a")
            answer = asked.result()
        if answer.status_code == 200:
            break
    assert answer.json()["items"] == []


def test_a_method_that_the_door_of_a_tenant_lacks_is_named(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a"})
    answer = server.get("/t/a" + DOOR + "reset")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
