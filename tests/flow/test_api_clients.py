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


# -- blueprints ------------------------------------------------------------------------------------------

INPUT, OUTPUT = [{"name": "email", "type": "text", "required": True}], [{"name": "sum", "type": "number"}]


def blueprint(api, id_):
    return api.ok("GET", f"/scenarios/{id_}/blueprint")["response"]


def interface(api, id_):
    return api.ok("GET", f"/scenarios/{id_}/interface")["interface"]


def assert_interface(api, id_, input_, output):
    assert interface(api, id_) == {"input": input_, "output": output}
    assert blueprint(api, id_)["blueprint"]["interface"] == {"input": input_, "output": output}
    assert blueprint(api, id_)["metadata"] == {"input_spec": input_, "output_spec": output}


def made_from(api, **members):
    return api.ok("POST", "/scenarios", {"teamId": 1, **members})["scenario"]["id"]


@pytest.mark.parametrize("body", [
    {"blueprint": {"name": "A", "flow": [], "interface": {"input": INPUT, "output": OUTPUT}}},
    {"blueprint": {"name": "A", "flow": []}, "metadata": {"input_spec": INPUT, "output_spec": OUTPUT}},
    {"blueprint": {"name": "A", "flow": [], "interface": {"input": INPUT, "output": OUTPUT}}, "metadata": {"input_spec": [], "output_spec": []}},
])
def test_the_interface_of_a_blueprint_is_the_scenarios(api, body):
    assert_interface(api, made_from(api, **body), INPUT, OUTPUT)
    id_ = made_from(api, blueprint={"name": "B", "flow": []})
    assert interface(api, id_) == {"input": [], "output": []}
    api.ok("PATCH", f"/scenarios/{id_}", body)
    assert_interface(api, id_, INPUT, OUTPUT)


def test_the_interface_is_what_was_said_last(api):
    """The SDK sends empty metadata with every change, and with a blueprint whose interface is empty."""
    nothing = {"input_spec": [], "output_spec": []}
    id_ = made_from(api, blueprint={"name": "A", "flow": []}, metadata={"input_spec": INPUT, "output_spec": []})
    assert_interface(api, id_, INPUT, [])
    answer = api.ok("PATCH", f"/scenarios/{id_}/interface", {"interface": {"input": [], "output": OUTPUT}})
    assert answer == {"interface": {"input": [], "output": OUTPUT}}
    assert_interface(api, id_, [], OUTPUT)
    api.ok("PATCH", f"/scenarios/{id_}", {"name": "Renamed", "metadata": nothing})
    assert_interface(api, id_, [], OUTPUT)
    api.ok("PATCH", f"/scenarios/{id_}", {"blueprint": {"name": "B", "flow": []}})
    assert_interface(api, id_, [], OUTPUT)
    api.ok("PATCH", f"/scenarios/{id_}", {"blueprint": {"name": "B", "flow": []}, "metadata": nothing})
    assert_interface(api, id_, [], [])


def test_the_blueprint_has_the_name_of_its_scenario(api):
    id_ = made_from(api, blueprint={"name": "A", "flow": []})
    api.ok("PATCH", f"/scenarios/{id_}", {"name": "B"})
    assert blueprint(api, id_)["blueprint"] == {"name": "B", "flow": []}
    api.ok("PATCH", f"/scenarios/{id_}", {"blueprint": {"name": "C", "flow": []}})
    assert scenario(api, id_)["name"] == blueprint(api, id_)["blueprint"]["name"] == "C"
    answer = blueprint(api, 1)
    assert answer["blueprint"]["name"] == "New order to mailing list"
    assert (answer["created"], answer["last_edit"]) == (START, START)


def test_packages_are_those_of_the_blueprints_modules(api):
    flow = [{"id": 1, "module": "gateway:CustomWebHook"}, {"id": 2, "module": "builtin:BasicRouter", "routes": [
        {"flow": [{"id": 3, "module": "app#shop:ListOrders"}, {"id": 4, "module": "http:ActionSendData", "onerror": [
            {"id": 5, "module": "json:ParseJSON"}]}]}, {"flow": [{"id": 6, "module": "gateway:Respond"}]}]}, {"id": 7}, None, 8]
    packages = ["gateway", "builtin", "app#shop", "http", "json"]
    id_ = made_from(api, blueprint={"name": "A", "flow": flow})
    assert scenario(api, id_)["usedPackages"] == packages
    assert api.ok("PATCH", f"/scenarios/{id_}", {"blueprint": {"flow": flow[:1]}})["scenario"]["usedPackages"] == ["gateway"]
    assert api.ok("PATCH", f"/scenarios/{id_}", {"name": "B"})["scenario"]["usedPackages"] == ["gateway"]
    assert scenario(api, made_from(api, blueprint={"name": "A", "flow": flow}, usedPackages=["mine"]))["usedPackages"] == ["mine"]
    template = api.ok("POST", "/templates", {"teamId": 1, "blueprint": {"name": "T", "flow": flow}})["template"]
    assert (template["name"], template["usedApps"]) == ("T", packages)


def test_a_blueprint_is_an_object(api):
    before = api.ok("GET", "/scenarios")
    for value in ("5", 5, "[]", [], None, "null"):
        for method, path in (("POST", "/scenarios"), ("PATCH", "/scenarios/1")):
            assert_refused(api(method, path, {"teamId": 1, "name": "x", "blueprint": value}), 400, "IM005", "^blueprint: is no object")
    assert api.ok("GET", "/scenarios") == before


# -- copies, and the trash ---------------------------------------------------------------------------------

def test_a_copy_of_a_scenario_is_a_new_one(start):
    server = start_at(start, fixture=fixture_of(lambda fixture: fixture["users"].append(
        user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team admin")]))))
    source = scenario(Api(server), 1)
    assert (source["isActive"], source["hookId"], source["operations"], source["folderId"]) == (True, 1, 42, 1)
    go_to(server, after(60))
    copy = Api(server, uuid(3001)).ok("POST", "/scenarios/1/clone?organizationId=1", {
        "name": "Copy", "states": False, "account": {"1": 2}, "key": {}, "hook": {"1": 2}, "device": {}, "udt": {}, "datastore": {},
        "notAnalyze": True})["scenario"]
    user = {"id": 3001, "name": "User 3001", "email": "user3001@example.com"}
    assert copy == {**source, "id": 4, "name": "Copy", "isActive": False, "islinked": False, "hookId": None, "operations": 0,
                    "transfer": 0, "created": after(60), "lastEdit": after(60), "createdByUser": user, "updatedByUser": user}
    assert scenario(Api(server), 4) == copy
    assert blueprint(Api(server), 4)["blueprint"]["name"] == "Copy"
    assert scenario(Api(server), 1) == source


def test_a_copy_in_another_team_leaves_its_folder(api):
    clone = lambda body: api.ok("POST", "/scenarios/1/clone", {"name": "Copy", **body})["scenario"]["folderId"]  # noqa: E731
    assert [clone({}), clone({"teamId": 1}), clone({"teamId": 2})] == [1, 1, None]


def test_a_scenario_comes_back_from_the_trash_with_its_executions(api):
    api.ok("POST", "/scenarios/1/run")
    before = api.ok("GET", "/scenarios/1/logs")
    assert len(before["scenarioLogs"]) == 2
    api.ok("DELETE", "/scenarios/1")
    assert_refused(api.get("/scenarios/1/logs"), 404, "SC404")
    api.ok("POST", "/scenarios/1/restore")
    assert api.ok("GET", "/scenarios/1/logs") == before
