"""Faults at the control door: added, told, ended."""

import pytest
from test_door import refused, tell

pytestmark = pytest.mark.tenants


def added(server, **members):
    answer = tell(server, "POST", "faults", members)
    assert answer.status_code == 201, answer.text
    return answer.json()


def listed(server):
    return tell(server, "GET", "faults").json()["items"]


def test_a_fault_is_added_told_and_ended(server):
    assert listed(server) == []
    one = added(server, match={"endpoint": "token"}, times=2, do={"error": "invalid_grant"})
    assert one == {
        "id": 1, "match": {"endpoint": "token"}, "when": "before", "skip": 0, "every": 1, "times": 2, "probability": 1,
        "do": {"error": "invalid_grant"}, "matched": 0, "fired": 0, "used_up": False,
    }
    two = added(server, fault="lost_refresh_reply", match={"client_id": "demo-web"})
    assert two["match"] == {"endpoint": "token", "grant_type": "refresh_token", "client_id": "demo-web"}
    assert (two["id"], two["when"], two["times"], two["do"]) == (2, "after", 1, {"close": True})
    assert listed(server) == [one, two]
    assert tell(server, "GET", "faults/2").json() == two
    assert tell(server, "DELETE", "faults/2").status_code == 204
    assert tell(server, "GET", "faults/2").status_code == 404
    assert tell(server, "DELETE", "faults/2").status_code == 404
    assert tell(server, "DELETE", "faults").status_code == 204
    assert listed(server) == []


def test_each_fault_of_the_catalogue_can_be_added_by_its_name(server):
    catalogue = tell(server, "GET", "faults/catalogue").json()
    assert len(catalogue["items"]) - len(catalogue["tokens"]) >= 40
    for fault in catalogue["items"]:
        made = added(server, fault=fault["name"])
        assert {**made, **{name: fault[name] for name in fault if name not in ("name", "says")}} == made
    assert {token["client"] for token in catalogue["tokens"]} == {"refuse", "accept"}


@pytest.mark.parametrize(
    "body, pointer, nearest",
    [
        ({}, "/do", None),
        ({"fault": "lost_replay"}, "/fault", "lost_reply"),
        ({"when": "before", "do": {"cut": 1}}, "/when", None),
        ({"fault": "no_such_thing_at_all"}, "/fault", None),
        ({"do": {"token": "no_such_token"}}, "/do/token", None),
        ({"do": {"token": "wrong_isss"}}, "/do/token", "wrong_iss"),
        ({"do": {"access_token": "expird"}}, "/do/access_token", "expired"),
        ({"do": {"delai": 1}}, "/do/delai", "delay"),
        ({"do": {"close": True, "reset": True}}, "/do/reset", None),
        ({"match": {"status": 400}, "do": {"close": True}}, "/match/status", None),
        ({"match": {"endpoint": "tokn"}, "do": {"close": True}}, "/match/endpoint", "token"),
        ({"do": {"headers": {"A": "b\r\nC: d"}}}, "/do/headers/A", None),
    ],
)
def test_a_fault_that_none_can_be_is_refused_and_not_added(server, body, pointer, nearest):
    problem = refused(tell(server, "POST", "faults", body), 422)
    assert problem["pointer"] == pointer and problem["expected"]
    assert problem.get("nearest") == nearest
    assert listed(server) == []


def test_a_name_that_is_not_there_is_shown_and_where_the_names_are(server):
    for body, pointer in (({"fault": "no_such_thing_at_all"}, "/fault"), ({"do": {"token": "no_such_token"}}, "/do/token")):
        problem = refused(tell(server, "POST", "faults", body), 422, pointer=pointer)
        assert "no_such" in problem["actual"] and "GET faults/catalogue" in problem["expected"]
        assert problem["actual"] in problem["detail"]
    problem = refused(tell(server, "POST", "tokens", {"bad": "wrong_isss"}), 422, pointer="/bad", nearest="wrong_iss")
    assert "GET faults/catalogue" in problem["expected"]


@pytest.mark.parametrize("call, body, actual", [
    ("clock", {"advance": "1500ms"}, "1500ms"), ("faults", {"when": "before", "do": {"cut": 1}}, "before"),
    ("clock", {"skew": "1ms"}, "1ms"), ("latches/1/release", {"order": [7]}, None),
])
def test_a_refusal_shows_the_text_or_number_that_stands_there(server, call, body, actual):
    tell(server, "POST", "latches", {"match": {"path": "/nowhere"}})
    assert refused(tell(server, "POST", call, body), 422).get("actual") == actual


def test_a_reset_ends_faults_and_a_snapshot_brings_them_back(server):
    one = added(server, fault="token_unavailable")
    assert tell(server, "POST", "snapshots", {"name": "a"}).status_code == 201
    assert tell(server, "POST", "reset", {}).status_code in (200, 204)
    assert listed(server) == []
    assert tell(server, "POST", "snapshots/a/restore").status_code in (200, 204)
    assert listed(server) == [one]
