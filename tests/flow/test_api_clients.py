"""What Make's own clients take for granted of the API: the types, the words and the recorded answers of @makehq/sdk."""

import pytest
from support_api import Api, assert_refused, fixture_of, user_with, uuid
from support_clock import START, after, go_to, start_at


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of(), env={"MAKESHIFT_CLOCK": START}))


def scenario(api, id_):
    return api.ok("GET", f"/scenarios/{id_}")["scenario"]


# -- scenarios -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("action", ["run", "replay"])
def test_an_inactive_scenario_does_not_run(api, action):
    before = scenario(api, 2)
    assert_refused(api("POST", f"/scenarios/2/{action}", {}), 400, "IM005",
                   "^Scenario is not activated: POST /scenarios/2/start activates it$")
    assert scenario(api, 2) == before
    assert api.ok("GET", "/scenarios/2/logs")["scenarioLogs"] == []
    api.ok("POST", "/scenarios/2/start")
    assert api.ok("POST", f"/scenarios/2/{action}", {})["executionId"]


def test_an_active_scenario_is_not_started_and_an_inactive_one_is_not_stopped(api):
    for path, words in (("/scenarios/1/start", "Scenario is already running"), ("/scenarios/2/stop", "Scenario is not running")):
        before = api.ok("GET", "/scenarios")
        assert_refused(api("POST", path), 400, "IM005", f"^{words}$")
        assert api.ok("GET", "/scenarios") == before


def test_a_scenario_is_linked_while_it_is_active(api):
    assert [scenario(api, id_)["islinked"] for id_ in (1, 2, 3)] == [True, False, True]
    assert api.ok("POST", "/scenarios/2/start")["scenario"]["islinked"] is True
    assert api.ok("POST", "/scenarios/2/stop")["scenario"]["islinked"] is False
    made = api.ok("POST", "/scenarios", {"teamId": 1, "name": "x"})["scenario"]
    for name, value in {"deviceId": None, "deviceScope": None, "concept": False, "islinked": False, "islocked": False,
                        "iswaiting": False, "nextExec": None}.items():
        assert made[name] is value


def test_a_scenario_tells_who_changed_it_last(start):
    server = start_at(start, fixture=fixture_of(lambda fixture: fixture["users"].append(
        user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team admin")]))))
    owner, other = Api(server), Api(server, uuid(3001))
    first = scenario(owner, 1)
    assert first["updatedByUser"] == first["createdByUser"] == {
        "id": 1001, "name": "Olivia Owner", "email": "olivia.owner@example.com"}
    changed = other.ok("PATCH", "/scenarios/1", {"name": "x"})["scenario"]
    assert changed["createdByUser"] == first["createdByUser"]
    assert changed["updatedByUser"] == {"id": 3001, "name": "User 3001", "email": "user3001@example.com"}
    assert scenario(owner, 1) == changed
    go_to(server, after(60))
    stopped = owner.ok("POST", "/scenarios/1/stop")["scenario"]
    assert (stopped["updatedByUser"]["id"], stopped["lastEdit"]) == (1001, after(60))
