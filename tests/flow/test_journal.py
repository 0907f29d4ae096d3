"""The journal: what happened, without a secret, by which one is followed; and whether it happened."""

import concurrent.futures
import hashlib
import json
import re
import threading

import pytest
import requests
from support import AUTHORIZE, TOKEN, USERINFO, WEB_SECRET, authorize, redeem, refresh, sign_in, userinfo
from test_door import refused, tell

pytestmark = pytest.mark.tenants

OWNER = "olivia.owner@example.com"


def fingerprint(secret):
    return "fp:" + hashlib.sha256(secret.encode()).hexdigest()[:12]


def read(server, **query):
    """The last byte is sent before it is known that it was: what is pending is asked for again, for a while."""
    for _ in range(200):
        answer = tell(server, "GET", "journal", params=query)
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        if all(item["reply"] != "pending" for item in items):
            break
    return items


def verify(server, **question):
    return tell(server, "POST", "journal/verify", question)


# -- what an entry tells ----------------------------------------------------------------------------------------------


def test_a_code_and_the_tokens_of_it_are_followed_by_their_fingerprints(server):
    code = authorize(server, scope="openid offline_access")["code"]
    tokens = redeem(server, code).json()
    userinfo(server, tokens["access_token"])
    refresh(server, tokens["refresh_token"])
    asked, redeemed, used, refreshed = read(server)
    assert [entry["endpoint"] for entry in (asked, redeemed, used, refreshed)] == ["authorize", "token", "userinfo", "token"]
    assert asked["issued"] == {"code": fingerprint(code)}
    assert redeemed["parameters"]["code"] == fingerprint(code)
    assert redeemed["issued"] == {name: fingerprint(tokens[name]) for name in ("access_token", "refresh_token", "id_token")}
    assert used["header"]["authorization"] == "Bearer " + fingerprint(tokens["access_token"])
    assert refreshed["parameters"]["refresh_token"] == fingerprint(tokens["refresh_token"])
    assert redeemed["parameters"]["client_secret"] == fingerprint(WEB_SECRET)
    assert redeemed["grant"] == refreshed["grant"] and refreshed["generation"] == 1
    assert refreshed["happened"] == ["refreshed"] and refreshed["reply"] == "sent"


def test_a_token_that_lives_no_more_is_refused_as_its_grants(server):
    tokens = sign_in(server)
    code = authorize(server)["code"]
    redeem(server, code)
    redeem(server, code)
    tell(server, "POST", "clock", {"advance": "1h"})
    assert userinfo(server, tokens["access_token"]).status_code == 401
    first, second, replayed, expired = [entry for entry in read(server) if entry["endpoint"] in ("token", "userinfo")]
    assert (replayed["error"], replayed["grant"]) == ("invalid_grant", second["grant"])
    assert expired["error"] == "invalid_token"
    assert [expired[member] for member in ("grant", "client_id", "user")] == [first[member] for member in ("grant", "client_id", "user")]


def test_a_token_that_was_forgotten_is_refused_as_its_clients_and_users(server):
    forgotten, id_token = (sign_in(server)[name] for name in ("access_token", "id_token"))
    tell(server, "POST", "reset")
    assert [userinfo(server, token).status_code for token in (forgotten, id_token)] == [401, 401]
    assert len(read(server, endpoint="userinfo", client_id="demo-web", user=OWNER)) == 2


def test_an_answer_that_was_read_stands_in_the_journal_under_its_request_id(server):
    answer = server.get(USERINFO, headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    [entry] = read(server)
    assert entry["request_id"] == answer.headers["X-Request-Id"]
    assert entry["traceparent"] == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", USERINFO, 401)
    assert entry["verdict"]["check"] == "authorization" and entry["verdict"]["clause"] == "RFC 6750 3.1"


def test_one_exchange_is_shown_by_its_id_and_none_that_the_journal_has_not(server):
    authorize(server)
    [entry] = read(server)
    assert tell(server, "GET", f"journal/{entry['id']}").json() == entry
    for unknown in (entry["id"] + 1, 0, "first"):
        refused(tell(server, "GET", f"journal/{unknown}"), 404, detail=f"there is no exchange '{unknown}'")
    tell(server, "DELETE", "journal")
    refused(tell(server, "GET", f"journal/{entry['id']}"), 404)
    assert tell(server, "GET", "journal/verify").status_code == 405


def test_no_secret_comes_out_of_the_journal(server):
    tokens = sign_in(server, scope="openid offline_access")
    web = requests.auth.HTTPBasicAuth("demo-web", WEB_SECRET)
    server.post(TOKEN, data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}, auth=web)
    server.get(USERINFO, params={"access_token": tokens["access_token"]})
    server.get("/mcp/" + tokens["access_token"])
    server.get("/mcp/u/" + tokens["access_token"] + "/sse")
    server.get(USERINFO, headers={"Cookie": "a=" + tokens["access_token"], "Referer": "http://x/?code=" + tokens["refresh_token"]})
    server.post(TOKEN, data=json.dumps({"client_secret": WEB_SECRET}), headers={"Content-Type": "application/json"})
    server.post(TOKEN, data="code=" + tokens["refresh_token"] + "&x=%zz",
                headers={"Content-Type": "application/x-www-form-urlencoded"})
    shown = tell(server, "GET", "journal").text
    misses = verify(server, match={"parameters": {"code": WEB_SECRET}, "header": {"cookie": "a=" + WEB_SECRET}}).text
    for secret in (*server.secrets, WEB_SECRET, tokens["access_token"], tokens["id_token"]):
        assert secret not in shown and secret not in misses
    assert len(json.loads(shown)["items"]) == 9


def test_what_the_gate_refuses_stands_there_too(start_process):
    server = start_process()
    server.raw(b"GET /nowhere HTTP/1.1\r\nHost: no name\r\n\r\n")
    server.get("/nowhere")
    entries = read(server, path="/nowhere")
    assert [entry["status"] for entry in entries] == [400, 404]
    assert entries[0]["verdict"]["check"] == "http"


def test_what_is_no_request_at_all_stands_there_without_a_status(start_process):
    server = start_process()
    server.raw(b"GET /a-head-too-large HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 60000 + b"\r\n\r\n")
    server.raw(b"POST /oauth/v2/token HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n")
    entries = []
    while len(entries) < 2:  # what the library answers is told when it is through with it
        entries = read(server)
    assert [entry["verdict"]["check"] for entry in entries] == ["malformed", "malformed"]
    assert all("status" not in entry for entry in entries)
    assert sorted((entry["path"], entry.get("endpoint"), entry["reply"]) for entry in entries) == [
        ("/a-head-too-large", None, "sent"), (TOKEN, "token", "dropped")]


def test_the_door_itself_is_not_in_it(server):
    tell(server, "GET", "clock")
    tell(server, "POST", "clock", {"advance": "1s"})
    assert read(server) == []


def test_an_entry_has_the_time_of_the_tenants_clock(start):
    server = start("--clock", "2026-01-01T00:00:00Z")
    server.get("/nowhere")
    tell(server, "POST", "clock", {"advance": "1h"})
    server.get("/nowhere")
    assert [entry["at"] for entry in read(server)] == ["2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00.000Z"]


# -- which of them ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query, ids", [
    ({}, [1, 2, 3]), ({"endpoint": "token"}, [2]), ({"method": "post"}, [2]), ({"path": USERINFO}, [3]), ({"status": "302"}, [1]),
    ({"status": "2xx"}, [2, 3]), ({"client_id": "demo-web"}, [1, 2, 3]), ({"user": OWNER}, [1, 2, 3]),
    ({"grant_type": "authorization_code"}, [2]), ({"scope": "email openid"}, [1, 2, 3]), ({"since": "1", "limit": "1"}, [2]),
    ({"match": '{"parameters":{"state":{"pattern":"^A-"}}}'}, [1]), ({"match": '{"parameters":{"state":null}}', "endpoint": "token"}, [2]),
    ({"error": "invalid_grant"}, []), ({"match": json.dumps({"parameters": {"client_secret": WEB_SECRET}})}, [2]),
])
def test_a_query_finds_what_it_says(server, query, ids):
    tokens = redeem(server, authorize(server, login_hint=OWNER)).json()
    userinfo(server, tokens["access_token"])
    assert [entry["id"] for entry in read(server, **query)] == ids


@pytest.mark.parametrize("query, says", [
    ({"endpoint": "tokn"}, {"nearest": "token"}), ({"match": "{"}, {}), ({"match": "[]"}, {}), ({"status": "6xx"}, {}),
    ({"since": "x"}, {}), ({"limit": "0"}, {}), ({"wait": "soon"}, {}), ({"wait": "11m"}, {}), ({"mtach": "{}"}, {"nearest": "match"}),
    ({"match": '{"path":{"pattern":"("}}'}, {}),
])
def test_a_wrong_query_is_refused(server, query, says):
    refused(tell(server, "GET", "journal", params=query), 422, **says)


def test_an_export_is_a_line_an_entry(server):
    for _ in range(3):
        server.get("/nowhere")
    answer = tell(server, "GET", "journal", headers={"Accept": "application/x-ndjson"})
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == [1, 2, 3]


def test_what_is_forgotten_is_gone_and_ids_go_on(server):
    server.get("/nowhere")
    assert tell(server, "DELETE", "journal").status_code == 204
    assert read(server) == []
    server.get("/nowhere")
    assert [entry["id"] for entry in read(server)] == [2]


def test_tenants_do_not_see_each_others_exchanges(start_process):
    server = start_process()
    tell(server, "POST", "tenants", {"name": "other"})
    server.get("/t/other/nowhere")
    server.get("/elsewhere")
    [own] = server.get("/t/other/_makeshift/journal").json()["items"]
    assert (own["id"], own["path"]) == (1, "/nowhere")
    assert [entry["path"] for entry in read(server)] == ["/elsewhere"]


def test_the_oldest_goes_first(start):
    server = start("--journal", "2")
    for name in "abc":
        server.get("/" + name)
    assert [(entry["id"], entry["path"]) for entry in read(server)] == [(2, "/b"), (3, "/c")]


def test_a_server_without_a_journal_says_so(start):
    server = start("--journal", "0")
    server.get("/nowhere")
    assert read(server) == []
    refused(verify(server, match={}), 409)


# -- waiting ----------------------------------------------------------------------------------------------------------


def test_who_waits_for_an_entry_is_answered_when_it_comes(server):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waits = pool.submit(read, server, path="/late", wait="30s")
        server.get("/early")
        assert not waits.done()
        server.get("/late")
        assert [entry["path"] for entry in waits.result(timeout=10)] == ["/late"]


def test_who_waits_in_vain_gets_an_empty_list(server):
    assert read(server, path="/never", wait="100ms") == []


@pytest.mark.parametrize("where", ["query", "body"])
def test_a_question_waits_until_it_comes_true(server, where):
    question = {"match": {"path": "/late"}, "times": {"exactly": 2}, **({"wait": "30s"} if where == "body" else {})}
    query = {"wait": "30s"} if where == "query" else {}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waits = pool.submit(tell, server, "POST", "journal/verify", question, params=query)
        server.get("/late")
        assert not waits.done()
        server.get("/late")
        assert waits.result(timeout=10).json() == {"seen": 2, "entries": [1, 2]}


def test_a_question_that_waits_in_vain_is_answered_as_without(server):
    refused_in_vain = verify(server, match={"path": "/never"}, wait="100ms")
    assert refused_in_vain.status_code == 417 and refused_in_vain.json()["seen"] == 0


# -- whether it happened ----------------------------------------------------------------------------------------------


def test_what_did_not_happen_is_told_with_how_it_nearly_did(server):
    tokens = sign_in(server)
    assert verify(server, match={"endpoint": "token"}, times={"exactly": 1}).json() == {"seen": 1, "entries": [2]}
    answer = verify(server, match={"endpoint": "token", "client_id": "demo-spa"})
    problem = answer.json()
    assert answer.status_code == 417 and answer.headers["Content-Type"] == "application/problem+json"
    assert problem["seen"] == 0 and problem["expected"] == "at least 1"
    assert problem["nearest"][0]["id"] == 2
    assert problem["nearest"][0]["differences"] == [{"member": "/client_id", "expected": "demo-spa", "actual": "demo-web"}]
    assert tokens["access_token"] not in answer.text


def test_an_order_is_verified_as_it_was(server):
    tokens = sign_in(server)
    userinfo(server, tokens["access_token"])
    steps = [{"endpoint": "authorize"}, {"endpoint": "token"}, {"endpoint": "userinfo", "user": OWNER}]
    assert verify(server, sequence=steps).json()["entries"] == [1, 2, 3]
    assert verify(server, sequence=steps[::-1]).status_code == 417
    assert verify(server, sequence=steps, within="1h").status_code == 200


@pytest.mark.parametrize("question, pointer", [
    ({}, ""), ({"match": {}, "sequence": [{}]}, ""), ({"match": {"endpoint": "tokn"}}, "/match/endpoint"),
    ({"match": {}, "times": {"exactly": 1, "at_least": 1}}, "/times"), ({"sequence": []}, "/sequence"),
    ({"match": {"path": {"pattern": "["}}}, "/match/path/pattern"), ({"match": {}, "within": "x"}, "/within"),
])
def test_a_wrong_question_is_refused_with_its_place(server, question, pointer):
    refused(verify(server, **question), 422, pointer=pointer)


def test_entries_of_many_at_once_are_all_there_in_one_order(server):
    def ask(name):
        for _ in range(25):
            server.get(f"/{name}")

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = read(server)
    assert [entry["id"] for entry in entries] == list(range(1, 101))
    assert all(re.fullmatch("/[abcd]", entry["path"]) and entry["reply"] in ("sent", "pending") for entry in entries)
    assert verify(server, match={"path": "/a"}, times={"exactly": 25}).status_code == 200
