"""Latches: requests are held and let go, so that a race has the order that the test wants."""

import concurrent.futures
import json
import threading

import pytest
import requests
from support import DISCOVERY, TOKEN, WEB_SECRET, b64url_decode, fixture_with, proves, sign_in, userinfo
from test_door import DOOR, refused, tell

pytestmark = pytest.mark.tenants

REFRESH = {"endpoint": "token", "grant_type": "refresh_token"}


def refresh(server, token):
    return requests.post(server.base + TOKEN, timeout=60, data={
        "grant_type": "refresh_token", "refresh_token": token, "client_id": "demo-web", "client_secret": WEB_SECRET})


def latch(server, match=None, when="before", **more):
    answer = tell(server, "POST", "latches", {"match": match or REFRESH, "when": when, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def held(server, number, count, wait="5m"):
    """Longer than a request here may take: who is not waked fails."""
    return tell(server, "GET", f"latches/{number}?held={count}&wait={wait}")


@pytest.mark.parametrize("policy, succeed, family_lives", [("strict", 1, False), ("grace", 5, True), ("retry_safe", 5, True)])
def test_five_refreshes_at_once_go_as_the_policy_says(start, policy, succeed, family_lives):
    server = start(fixture=fixture_with(clients={"demo-web": {"refresh_policy": {"mode": policy, **({"seconds": 60} if policy == "grace" else {})}}}))
    token = sign_in(server, scope="openid offline_access")["refresh_token"]
    number = latch(server)
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(refresh, server, token) for _ in range(5)]
        assert held(server, number, 5).json()["held"] == [1, 2, 3, 4, 5]
        tell(server, "POST", f"latches/{number}/release", {"all": True})
        answers = [each.result() for each in asked]
    good = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(good) == succeed
    assert userinfo(server, good[0]["access_token"]).status_code == (200 if family_lives else 401)


def test_what_a_latch_holds_goes_on_in_the_order_it_is_told(server):
    number = latch(server, {"endpoint": "metadata"})
    done, lock = [], threading.Lock()

    def ask(name):
        requests.get(server.base + DISCOVERY, params={"n": name}, timeout=60)
        with lock:
            done.append(name)

    threads = {}
    for name in (1, 2, 3):  # one after the other, so that the numbers are theirs
        threads[name] = threading.Thread(target=ask, args=(name,))
        threads[name].start()
        assert held(server, number, name).status_code == 200
    for name in (3, 1, 2):
        answer = tell(server, "POST", f"latches/{number}/release", {"order": [name]})
        assert name not in answer.json()["held"]
        threads[name].join(30)
    assert done == [3, 1, 2]


def test_what_is_dropped_before_the_handler_has_not_happened_and_after_it_has(server):
    for when, happened in (("before", False), ("after", True)):
        token = sign_in(server, scope="openid offline_access")["refresh_token"]
        number = latch(server, when=when)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(refresh, server, token)
            assert held(server, number, 1).status_code == 200
            tell(server, "POST", f"latches/{number}/release", {"drop": [1]})
            with pytest.raises(requests.ConnectionError):
                asked.result()
        assert tell(server, "DELETE", f"latches/{number}").status_code == 204
        assert refresh(server, token).status_code == (400 if happened else 200)


def test_a_latch_lets_go_after_its_time_and_others_are_not_held(server):
    number = latch(server, {"endpoint": "metadata"}, timeout="300ms")
    assert sign_in(server)["access_token"]
    assert server.get(DISCOVERY).status_code == 200
    shown = tell(server, "GET", f"latches/{number}").json()
    assert shown["came"] == 1 and shown["open"] and shown["held"] == []
    refused_wait = held(server, number, 1, wait="100ms")
    assert refused_wait.status_code == 417 and refused_wait.json()["seen"] == 0


def test_who_leaves_is_not_held_any_more(server):
    number = latch(server, {"endpoint": "metadata"})
    with pytest.raises(requests.Timeout):
        requests.get(server.base + DISCOVERY, timeout=0.3)
    shown = tell(server, "GET", f"latches/{number}").json()
    while shown["held"]:
        shown = tell(server, "GET", f"latches/{number}").json()
    assert shown["came"] == 1


@pytest.mark.parametrize("end", ["reset", "delete", "stop"])
def test_a_reset_a_deleted_tenant_and_a_stop_let_go(start_process, end):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "a"})
    answer = requests.post(server.base + "/t/a" + DOOR + "latches", json={"match": {"endpoint": "metadata"}}, timeout=30)
    number = answer.json()["id"]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(requests.get, server.base + "/t/a" + DISCOVERY, timeout=60)
        requests.get(f"{server.base}/t/a{DOOR}latches/{number}?held=1&wait=20s", timeout=60).raise_for_status()
        if end == "reset":
            requests.post(server.base + "/t/a" + DOOR + "reset", timeout=30)
        elif end == "delete":
            tell(server, "DELETE", "tenants/a")
        else:
            assert server.stop() == 0
        assert asked.result().status_code == 200


@pytest.mark.parametrize("body, pointer", [
    ({"match": {"endpoint": "tokn"}}, "/match/endpoint"), ({"match": {"status": 200}}, "/match/status"),
    ({"match": {"error": "x"}, "when": "before"}, "/match/error"), ({"when": "during"}, "/when"), ({"timeout": "11m"}, "/timeout"),
    ({"timeout": 0}, "/timeout"), ({"mach": {}}, "/mach"), ([], ""),
])
def test_a_wrong_latch_is_refused(server, body, pointer):
    refused(tell(server, "POST", "latches", body), 422, pointer=pointer)
    assert tell(server, "GET", "latches").json()["items"] == []


def let_go(server, when, do, among=1):
    """The answers to refreshes that a latch held there and let go with this: all of them, in their order."""
    number = latch(server, when=when)
    tokens = [sign_in(server, scope="openid offline_access")["refresh_token"] for _ in range(among)]
    with concurrent.futures.ThreadPoolExecutor(among) as pool:
        asked = []
        for count, token in enumerate(tokens, 1):  # one after the other, so that the numbers are theirs
            asked.append(pool.submit(refresh, server, token))
            assert held(server, number, count).status_code == 200
        answer = tell(server, "POST", f"latches/{number}/release", {"order": [1], "do": do})
        assert answer.status_code == 200, answer.text
        tell(server, "POST", f"latches/{number}/release", {"all": True})
        answers = [each.result() for each in asked]
    tell(server, "DELETE", f"latches/{number}")
    return number, tokens, answers


@proves("ADM-10")
@pytest.mark.parametrize("when, happened", [("before", False), ("after", True)])
def test_who_is_let_go_with_an_answer_gets_it_and_the_next_one_his_own(server, when, happened):
    number, tokens, answers = let_go(server, when, {"error": "temporarily_unavailable", "status": 503}, among=2)
    assert (answers[0].status_code, answers[0].json()["error"]) == (503, "temporarily_unavailable")
    assert answers[0].headers["X-Makeshift-Latch"] == str(number) and "X-Makeshift-Fault" not in answers[0].headers
    assert answers[1].status_code == 200 and "X-Makeshift-Latch" not in answers[1].headers
    assert refresh(server, tokens[0]).status_code == (400 if happened else 200)


def test_an_answer_that_a_latch_holds_is_changed_as_it_goes(server):
    _, _, answers = let_go(server, "after", {"change": {"expires_in": "soon", "token_type": None}})
    changed = answers[0].json()
    assert changed["expires_in"] == "soon" and "token_type" not in changed and changed["access_token"]


def test_tokens_of_who_is_held_before_are_yet_to_be_made_and_can_be_bad(server):
    tell(server, "POST", "faults", {"match": REFRESH, "do": {"token": "no_sub"}})
    _, _, answers = let_go(server, "before", {"token": "no_exp", "change": {"scope": "less"}})
    claims = json.loads(b64url_decode(answers[0].json()["id_token"].split(".")[1]))
    assert "sub" in claims and "exp" not in claims and answers[0].json()["scope"] == "less"
    assert tell(server, "GET", "faults").json()["items"][0]["matched"] == 0


@pytest.mark.parametrize("body, when, pointer", [
    ({"all": True, "do": {"change": {"a": 1}}}, "before", "/do/change"), ({"all": True, "do": {"cut": 1}}, "before", "/do/cut"),
    ({"all": True, "do": {"headers": {"a": "b"}}}, "before", "/do/headers"), ({"count": 1, "do": {"token": "expired"}}, "after", "/do/token"),
    ({"count": 1, "do": {"access_token": "expired"}}, "after", "/do/access_token"), ({"all": True, "do": {}}, "after", "/do"),
    ({"all": True, "do": {"chnge": {}}}, "after", "/do/chnge"), ({"all": True, "do": {"close": True, "reset": True}}, "after", "/do/reset"),
    ({"do": {"status": 503}}, "after", "/do"), ({"drop": [1], "do": {"status": 503}}, "before", "/do"),
])
def test_what_cannot_be_done_where_a_latch_holds_lets_nothing_go(server, body, when, pointer):
    number = latch(server, {"endpoint": "metadata"}, when=when)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(requests.get, server.base + DISCOVERY, timeout=60)
        assert held(server, number, 1).status_code == 200
        refused(tell(server, "POST", f"latches/{number}/release", body), 422, pointer=pointer)
        assert tell(server, "GET", f"latches/{number}").json()["held"] == [1]
        tell(server, "DELETE", f"latches/{number}")
        assert asked.result().status_code == 200


@pytest.mark.parametrize("body, pointer", [({}, ""), ({"order": [1]}, "/order"), ({"drop": [7]}, "/drop"), ({"count": 0}, "/count"),
                                           ({"order": [1, 1]}, "/order/1"), ({"all": 1}, "/all")])
def test_a_wrong_release_lets_nothing_go(server, body, pointer):
    number = latch(server)
    refused(tell(server, "POST", f"latches/{number}/release", body), 422, pointer=pointer)
    refused(tell(server, "POST", "latches/99/release", {"all": True}), 404)
    refused(tell(server, "GET", f"latches/{number}?held=1&wait=soon"), 422)
    refused(tell(server, "GET", f"latches/{number}?held=x"), 422)
