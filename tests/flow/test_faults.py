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
        ({"do": {"token": "no_such_token"}}, "/do/token", None),
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


def test_a_reset_ends_faults_and_a_snapshot_brings_them_back(server):
    one = added(server, fault="token_unavailable")
    assert tell(server, "POST", "snapshots", {"name": "a"}).status_code == 201
    assert tell(server, "POST", "reset", {}).status_code in (200, 204)
    assert listed(server) == []
    assert tell(server, "POST", "snapshots/a/restore").status_code in (200, 204)
    assert listed(server) == [one]
