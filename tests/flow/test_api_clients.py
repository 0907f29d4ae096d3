"""What Make's own clients take for granted of the API: the types, the words and the recorded answers of @makehq/sdk."""

import json
import re

import pytest
from support_api import COLLECTIONS, OPERATIONS, Api, assert_refused, fixture_of, path_of, user_with, uuid, scenario as new_scenario
from support_clock import START, after, go_to, start_at

pytestmark = pytest.mark.tenants


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
    made = api.ok("POST", "/scenarios", new_scenario())["scenario"]
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
    return api.ok("POST", "/scenarios", new_scenario(**members))["scenario"]["id"]


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
    assert copy == {**source, "id": 5, "name": "Copy", "isActive": False, "islinked": False, "hookId": None, "operations": 0,
                    "transfer": 0, "created": after(60), "lastEdit": after(60), "createdByUser": user, "updatedByUser": user}
    assert scenario(Api(server), 5) == copy
    assert blueprint(Api(server), 5)["blueprint"]["name"] == "Copy"
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


# -- hooks and connections -----------------------------------------------------------------------------------

def hook(api, id_):
    return api.ok("GET", f"/hooks/{id_}")["hook"]


def test_what_a_new_hook_is_given_is_its_data(api):
    made = api.ok("POST", "/hooks?useDefaults=requiredOnly", {
        "method": True, "headers": False, "ip": None, "udt": {"id": 1}, "name": "H", "teamId": 1, "typeName": "gateway-webhook"})["hook"]
    assert made["data"] == {"method": True, "headers": False, "ip": None, "udt": {"id": 1}}
    assert set(made) <= set(COLLECTIONS["hooks"]["new"])
    assert made["queueLimit"] == 10000
    assert hook(api, made["id"]) == made
    both = api.ok("POST", "/hooks", {"data": {"a": 1, "b": 2}, "b": 3, "name": "H", "teamId": 1, "typeName": "x"})["hook"]
    assert both["data"] == {"a": 1, "b": 3}
    assert_refused(api("POST", "/hooks", {"data": [], "b": 3, "name": "H", "teamId": 1, "typeName": "x"}), 400, "IM005", "^data: is a list")
    api.ok("POST", f"/hooks/{made['id']}/disable", {"a": 1})
    assert hook(api, made["id"])["data"] == made["data"]


def test_a_hook_has_an_address_from_the_start(api):
    made = api.ok("POST", "/hooks", {"name": "H", "teamId": 1, "typeName": "gateway-webhook"})["hook"]
    assert made["url"] == f"https://hook.example.com/{made['udid']}"
    assert api.ok("GET", f"/hooks/{made['id']}/ping")["address"] == made["url"]
    other = api.ok("POST", "/hooks", {"name": "H", "teamId": 1, "typeName": "gateway-webhook", "udid": "mine"})["hook"]
    assert other["udid"] not in ("mine", made["udid"])


def of_hook(api, id_):
    return [hook(api, id_).get(name) for name in ("scenarioId", "scenarioName", "scenarioIsActive")]


def test_a_hook_tells_of_the_scenario_that_has_it(api):
    nobody = [None, None, None]
    other = api.ok("POST", "/hooks", {"name": "H", "teamId": 1, "typeName": "gateway-webhook"})["hook"]["id"]
    assert (of_hook(api, 1), of_hook(api, other)) == ([1, "New order to mailing list", True], nobody)
    api.ok("PATCH", "/scenarios/1", {"name": "Renamed"})
    assert of_hook(api, 1) == [1, "Renamed", True]
    api.ok("POST", "/scenarios/1/stop")
    assert of_hook(api, 1) == [1, "Renamed", False]
    api.ok("POST", "/scenarios/1/clone", {"name": "Copy"})
    assert of_hook(api, 1) == [1, "Renamed", False]
    api.ok("DELETE", "/scenarios/1")
    assert of_hook(api, 1) == nobody
    assert api.ok("GET", "/hooks/1/ping")["attached"] is False
    api.ok("POST", "/scenarios/1/restore")
    assert of_hook(api, 1) == [1, "Renamed", False]
    api.ok("PATCH", "/scenarios/1", {"hookId": other})
    assert (of_hook(api, 1), of_hook(api, other)) == (nobody, [1, "Renamed", False])
    made = api.ok("POST", "/scenarios", new_scenario("Third", hookId=1))["scenario"]["id"]
    assert of_hook(api, 1) == [made, "Third", False]


def test_a_hook_is_handed_over_from_scenario_to_scenario(api):
    """The one that had it can do without it, and is deleted, without its new scenario losing it."""
    api.ok("PATCH", "/scenarios/2", {"hookId": 1})
    api.ok("PATCH", "/scenarios/1", {"hookId": None})
    assert of_hook(api, 1) == [2, "Nightly report", False]
    api.ok("DELETE", "/scenarios/1")
    assert of_hook(api, 1) == [2, "Nightly report", False]


def test_a_scenario_has_no_hook_of_another_team(api):
    api.ok("PATCH", "/scenarios/1", {"hookId": None})
    assert_refused(api("PATCH", "/scenarios/3", {"hookId": 1}), 400, "IM005", "^hookId: there is no hook 1 in team 2")
    assert of_hook(api, 1) == [None, None, None]


def test_a_hook_of_a_fixture_follows_its_scenario(start):
    api = Api(start(fixture=fixture_of(resources={
        "hooks": [{"id": 5, "teamId": 1, "name": "H"}],
        "scenarios": [{"id": 7, "teamId": 1, "name": "Mine", "hookId": 5, "isActive": True}]})))
    assert of_hook(api, 5) == [7, "Mine", True]


def test_hooks_are_listed_by_whether_a_scenario_has_them(api):
    other = api.ok("POST", "/hooks", {"name": "H", "teamId": 1, "typeName": "gateway-webhook"})["hook"]["id"]
    ids = lambda query: [row["id"] for row in api.ok("GET", f"/hooks?teamId=1{query}")["hooks"]]  # noqa: E731
    assert (ids(""), ids("&assigned=true"), ids("&assigned=false")) == ([1, other], [1], [other])
    assert (ids("&scenarioId=1"), ids("&scenarioId=2")) == ([1], [])
    api.ok("PATCH", "/scenarios/2", {"hookId": other})
    assert ids("&pg[sortBy]=scenarioName") == [1, other]  # New order ..., Nightly report
    assert ids("&pg[sortBy]=scenarioName&pg[sortDir]=desc") == [other, 1]
    api.ok("PATCH", "/scenarios/2", {"hookId": None})
    api.ok("DELETE", "/scenarios/1")
    assert (ids("&assigned=true"), ids("&assigned=false")) == ([], [1, other])


def test_what_a_connection_is_given_is_shown_to_nobody(api):
    made = api.ok("POST", "/connections?teamId=1", {"apiKey": "a secret", "accountName": "C", "accountType": "google"})["connection"]
    assert set(made) == set(COLLECTIONS["connections"]["new"])
    assert (made["name"], made["accountName"]) == ("C", "google")
    changed = api.ok("PATCH", f"/connections/{made['id']}", {"name": "D", "password": "a secret"})["connection"]
    assert changed == api.ok("GET", f"/connections/{made['id']}")["connection"] == {**made, "name": "D"}
    api.ok("POST", f"/connections/{made['id']}/set-data", {"token": "a secret"})
    for path in ("/connections?teamId=1", "/connections?teamId=1&cols[]=*", f"/connections/{made['id']}"):
        assert "a secret" not in api.get(path).text


# -- requests for credentials, blueprints of templates and incomplete executions, executions ---------------

@pytest.mark.parametrize("path", ["requests", "requests/v2", "actions/create", "actions/create-by-credentials"])
def test_a_request_makes_what_it_asks_for(api, path):
    body = {"teamId": 1, "connections": [{"type": "google", "description": "Mail", "scope": ["openid"], "nameOverride": "Work mail"}],
            "keys": [{"type": "apikeyauth"}], "credentials": [{"appName": "http", "appModules": ["Send"], "appVersion": 2}], "provider": {"id": 7}}
    made = api.ok("POST", f"/credential-requests/{path}", body)["request"]
    assert not {"connections", "keys", "credentials", "provider"} & set(made)
    assert (made["name"], made["appNames"]) == ("Request for credentials", ["google", "apikeyauth", "http"])
    detail = api.ok("GET", f"/credential-requests/requests/{made['id']}/detail")["requestDetail"]
    assert detail["user"] == {"id": 1001, "email": "olivia.owner@example.com", "name": "Olivia Owner"}
    account, key, app = detail["credentials"]
    assert [row["component"] for row in detail["credentials"]] == ["account", "keychain", "account"]
    assert {name: account[name] for name in ("type", "description", "scope", "nameOverride")} == {
        "type": "google", "description": "Mail", "scope": ["openid"], "nameOverride": "Work mail"}
    assert (key["type"], app["appName"], app["appModules"], app["appVersion"]) == ("apikeyauth", "http", ["Send"], "2")


@pytest.mark.parametrize("asked, detail", [
    ({"credentials": {"appName": "http"}}, "^credentials: is no list"), ({"keys": [{}]}, r"^keys\[0\]\.type: is missing"),
    ({"connections": [{"type": "google", "scope": "openid"}]}, r"^connections\[0\]\.scope: is no list"),
    ({"connections": [{"type": "google", "description": 7}]}, r"^connections\[0\]\.description: is no text"),
])
def test_a_request_that_asks_wrongly_makes_nothing(api, asked, detail):
    before = api.ok("GET", "/credential-requests/requests?teamId=1")
    assert_refused(api("POST", "/credential-requests/requests", {"teamId": 1, "name": "x", **asked}), 400, "IM005", detail)
    assert api.ok("GET", "/credential-requests/requests?teamId=1") == before


def test_credentials_go_with_their_request(api):
    made = api.ok("POST", "/credential-requests/actions/extend", {"connectionId": 1, "scopes": ["mail"]})
    (credential,) = made["credentials"]
    assert credential["scope"] == ["mail"]
    declined = api.ok("POST", f"/credential-requests/credentials/{credential['id']}/decline", {"reason": "why"})["credential"]
    assert declined["declineReason"] == "why"
    assert api.ok("POST", f"/credential-requests/credentials/{credential['id']}/delete-remote")["credential"]["declineReason"] is None
    api.ok("DELETE", f"/credential-requests/requests/{made['request']['id']}?confirmed=true")
    assert_refused(api("POST", f"/credential-requests/credentials/{credential['id']}/decline", {}), 404, "SC404")


def test_a_template_has_the_blueprint_that_was_posted(api):
    blueprint = {"name": "My own", "flow": [{"id": 7, "module": "http:ActionSendData"}], "metadata": {}}
    made = api.ok("POST", "/templates", {"teamId": 1, "blueprint": json.dumps(blueprint), "controller": '{"idSequence":8}',
                                         "scheduling": '{"type":"daily"}', "language": "cs"})["template"]
    answer = api.ok("GET", f"/templates/{made['id']}/blueprint")
    assert (answer["blueprint"], answer["controller"], answer["scheduling"], answer["language"]) == (
        blueprint, {"idSequence": 8}, {"type": "daily"}, "cs")
    assert api.ok("GET", "/templates/public/webhook-to-http/blueprint")["blueprint"]["name"] == \
        api.ok("GET", "/templates/public/webhook-to-http")["templatePublic"]["name"]


def test_an_incomplete_execution_has_the_blueprint_that_it_was_given(api):
    path, blueprint = f"/dlqs/{'d1'.zfill(32)}", {"name": "Mended", "flow": [], "metadata": {}}
    assert api.ok("GET", path + "/blueprint")["blueprint"]["name"] == "Example"
    assert api.ok("PATCH", path, {"blueprint": json.dumps(blueprint), "failer": 1})["dlq"]["blueprint"] == blueprint
    assert api.ok("GET", path + "/blueprint")["blueprint"] == blueprint


def test_an_agent_answers_in_a_stream(api):
    for _ in range(2):
        response = api("POST", f"/ai-agents/v1/agents/{uuid(81)}/run/stream", {"messages": []})
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.text.startswith("event: message\ndata: {")


def test_executions_come_latest_first_and_their_names_say_what_ran(api):
    ids = [api.ok("POST", "/scenarios/1/run")["executionId"] for _ in range(3)]
    logs = api.ok("GET", "/scenarios/1/logs")["scenarioLogs"]
    assert [log["id"] for log in logs if log["id"] in ids] == ids[::-1]
    assert re.fullmatch(rf"\d{{13}}_scenario\.1\.manual\.{ids[0]}", next(log["imtId"] for log in logs if log["id"] == ids[0]))


@pytest.mark.parametrize("collection", [name for name in COLLECTIONS if "optional" in COLLECTIONS[name]])
def test_what_the_types_let_be_missing_is_missing_and_never_null(api, collection):
    path = path_of(next(row for row in OPERATIONS if row["does"] == f"list {collection}")) if collection != "credentials" else None
    rows = (api.ok("GET", path)[COLLECTIONS[collection]["many"]] if path else
            api.ok("GET", f"/credential-requests/requests/{uuid(61)}/detail")["requestDetail"]["credentials"])
    assert rows
    for row in rows:
        assert not [name for name in COLLECTIONS[collection]["optional"] if name in row and row[name] is None], row


def test_a_hook_without_a_scenario_says_nothing_of_one(api):
    made = api.ok("POST", "/hooks", {"name": "H", "teamId": 1, "typeName": "gateway-webhook"})["hook"]
    assert not {"scenarioId", "scenarioName", "scenarioIsActive"} & set(made)
    assert api.ok("GET", f"/hooks/{made['id']}")["hook"] == made
    assert api.ok("GET", "/hooks/1")["hook"]["scenarioId"] == 1
