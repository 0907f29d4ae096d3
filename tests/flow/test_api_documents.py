"""Documents behind Make's API: made, listed, read, changed and deleted, in every collection there is."""

import re

import pytest
from support_api import COLLECTIONS, OPERATIONS, Api, assert_refused, bearer, fixture_of, hexadecimal, missing, path_of, uuid, scenario
from support_clock import START, after, go_to, start_at

pytestmark = pytest.mark.tenants

KEYS = {"integer": r"[1-9]\d*", "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "hex": "[0-9a-f]{32}", "name": r"[^/\\]+"}

# What a new document is given, where its required members say too little.
BODIES = {
    "scenarios": {"teamId": 1, "name": "Made"}, "organizations": {"name": "Made"},
    "data-stores": {"name": "Made", "teamId": 1, "maxSizeMB": 3}, "connections": {"accountName": "Made", "accountType": "http", "teamId": 1},
    "custom-property-structures": {"associatedType": "scenario", "belongerType": "organization", "belongerId": 1},
    "data-store-records": {"key": "made", "data": {"a": 1}}, "ai-contexts": {"teamId": 1}, "credential-requests": {"teamId": 1, "name": "Made"},
    "organization-variables": {"name": "made", "typeId": 1}, "team-variables": {"name": "made", "typeId": 1},
    "sdk-modules": {"name": "made", "label": "Made", "typeId": 4},
    "custom-property-items": {"name": "made", "label": "Made", "type": "number", "required": False},
    "agents": {"name": "Made", "organizationId": 1},
    "connected-systems": {"name": "Made", "agentId": uuid(71), "appName": "http", "organizationId": 1},
}

# Where a body calls a member otherwise than the document.
NEEDED = {
    "connections": ["accountName", "accountType", "teamId"], "data-stores": ["name", "teamId", "maxSizeMB"],
    "custom-property-structures": ["associatedType", "belongerType", "belongerId"],
}


def needed(collection):
    """The members that each of its documents has."""
    return set(COLLECTIONS[collection]["new"]) - set(COLLECTIONS[collection].get("optional", []))


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of(), env={"MAKESHIFT_CLOCK": START}))  # where time stands still


PLAIN = ("create", "list", "update", "delete")  # what a special one does, says the end of its name


def operations_of(collection):
    """Verb -> operation, the first of each."""
    found = {}
    for row in OPERATIONS:
        words = row["does"].split(" ")
        verb = {"special": words[1] if len(words) > 1 else ""}.get(words[0], words[0])
        if collection in words[1:]:
            found.setdefault(next((plain for plain in PLAIN if verb.endswith(f"-{plain}")), verb), row)
    return found


def body_for(collection):
    new = COLLECTIONS[collection]["new"]
    sample = {"teamId": 1, "organizationId": 1, "scenarioId": 1}
    return BODIES.get(collection) or {name: sample.get(name, "made" if isinstance(new[name], str) else new[name])
                                      for name in COLLECTIONS[collection].get("required", [])}


def body_that_fits(api, collection):
    """One for which there is still room: an organization has one structure of custom properties."""
    if collection == "custom-property-structures":
        return {**body_for(collection), "belongerId": api.ok("POST", "/organizations", {"name": "Another"})["organization"]["id"]}
    if collection == "scenarios":
        return scenario(body_for(collection)["name"])
    return body_for(collection)


def key_of(collection, document):
    return [str(document[name]) for name in COLLECTIONS[collection]["key"]]


def at(row, collection, key):
    """The path of an operation on the document with this key."""
    lists = COLLECTIONS[collection].get("parameters", [])
    names = next((names for names in lists if all(f"{{{name}}}" in row["path"] for name in names)), [])
    return path_of(row, **dict(zip(names, key, strict=bool(names))))


def unwrapped(collection, answer):
    one = COLLECTIONS[collection].get("one")
    return answer[one] if one else answer


def rows_of(api, collection, query=""):
    row = operations_of(collection)["list"]
    answer = api.ok("GET", path_of(row) + query)
    more = {"spec", "strict", "count"} if collection == "data-store-records" else set()
    assert set(answer) == {COLLECTIONS[collection]["many"], "pg"} | more
    return answer[COLLECTIONS[collection]["many"]]


CREATED = [name for name in COLLECTIONS if "create" in operations_of(name)]
LISTED = [name for name in COLLECTIONS if "list" in operations_of(name)]


# -- lists -----------------------------------------------------------------------------------------


# -- what operations do besides ----------------------------------------------------------------------

def test_a_run_leaves_a_log_and_counts(api):
    api.ok("POST", "/scenarios/2/start")
    run = api.ok("POST", "/scenarios/2/run", {"data": {}})
    assert set(run) == {"executionId"} and re.fullmatch(KEYS["hex"], run["executionId"])
    log = api.ok("GET", f"/scenarios/2/logs/{run['executionId']}")["scenarioLog"]
    assert (log["status"], log["teamId"], log["organizationId"], log["authorId"]) == (1, 1, 1, 1001)
    assert api.ok("GET", "/scenarios/2/logs")["scenarioLogs"] == [log]
    assert api.ok("GET", f"/scenarios/2/executions/{run['executionId']}")["status"] == "SUCCESS"
    assert_refused(api.get(f"/scenarios/1/executions/{run['executionId']}"), 404, "SC404")
    assert api.ok("GET", "/scenarios/2")["scenario"]["operations"] == 1
    assert set(api.ok("POST", "/scenarios/2/run", {"responsive": True})) == {"executionId", "status", "outputs"}


def test_a_document_tells_when_it_was_last_changed(start):
    server = start_at(start, fixture=fixture_of())
    api = Api(server)
    assert api.ok("GET", "/scenarios/1")["scenario"]["lastEdit"] == START
    go_to(server, after(60))
    for method, path, body in (("PATCH", "/scenarios/1", {"name": "x"}), ("POST", "/scenarios/2/start", None)):
        changed = api.ok(method, path, body)["scenario"]
        assert (changed["created"], changed["lastEdit"]) == (START, after(60))
    assert api.ok("GET", "/scenarios/3")["scenario"]["lastEdit"] == START


def test_a_scenario_starts_and_stops(api):
    assert api.ok("POST", "/scenarios/2/start")["scenario"]["isActive"] is True
    assert api.ok("GET", "/scenarios/2")["scenario"]["isActive"] is True
    assert api.ok("POST", "/scenarios/2/stop")["scenario"]["isActive"] is False


@pytest.mark.parametrize("body, missing", [
    ({"name": "x"}, "scheduling"), ({"name": "x", "scheduling": {"type": "immediately"}}, "blueprint"),
    ({"name": "x", "scheduling": None, "blueprint": {"name": "x", "flow": [], "metadata": {}}}, "scheduling"),
])
def test_a_scenario_is_not_made_without_its_scheduling_and_blueprint(api, body, missing):
    before = api.ok("GET", "/scenarios?teamId=1")
    assert_refused(api("POST", "/scenarios", {"teamId": 1, **body}), 400, "IM005", f"^{missing}: is missing; expected an object, or")
    assert api.ok("GET", "/scenarios?teamId=1") == before


@pytest.mark.parametrize("as_text", [True, False])
def test_a_scenario_is_named_and_made_from_its_blueprint(api, as_text):
    blueprint, scheduling = {"name": "By blueprint", "flow": [{"id": 1}], "metadata": {}}, {"type": "on-demand"}
    text = (lambda value: __import__("json").dumps(value)) if as_text else (lambda value: value)
    made = api.ok("POST", "/scenarios", {"teamId": 1, "blueprint": text(blueprint), "scheduling": text(scheduling)})["scenario"]
    assert (made["name"], made["scheduling"]) == ("By blueprint", scheduling)
    assert api.ok("GET", f"/scenarios/{made['id']}/blueprint")["response"]["blueprint"] == blueprint
    copy = api.ok("POST", f"/scenarios/{made['id']}/clone?organizationId=1", {"name": "Copy"})["scenario"]
    assert (copy["name"], copy["id"]) == ("Copy", made["id"] + 1)
    assert api.ok("GET", f"/scenarios/{copy['id']}/blueprint")["response"]["blueprint"] == {**blueprint, "name": "Copy"}
    assert_refused(api("POST", "/scenarios", scenario(blueprint="{x")), 400, "IM005", "^blueprint: is no JSON")


def test_a_deleted_scenario_comes_back_with_all_that_it_had(api):
    blueprint = {"name": "Kept", "flow": []}
    api.ok("PATCH", "/scenarios/1", {"blueprint": blueprint})
    before = api.ok("GET", "/scenarios/1")
    api.ok("DELETE", "/scenarios/1")
    assert_refused(api.get("/scenarios/1"), 404, "SC404")
    assert api.ok("GET", "/scenarios/trash/count") == {"count": 1}
    assert api.ok("POST", "/scenarios/1/restore") == before
    assert api.ok("GET", "/scenarios/1") == before
    assert api.ok("GET", "/scenarios/1/blueprint")["response"]["blueprint"] == blueprint
    assert api.ok("GET", "/scenarios/trash/count") == {"count": 0}
    assert_refused(api("POST", "/scenarios/1/restore"), 404, "SC404")


def test_custom_properties_are_posted_once_and_then_changed(api):
    path = "/scenarios/1/custom-properties"
    for method in ("PATCH", "PUT"):
        assert_refused(api(method, path, {"a": 1}), 400, "IM013", "not there yet")
    assert api.ok("POST", path, {"a": 1, "b": 2}) == {"customProperties": {"a": 1, "b": 2}}
    assert_refused(api("POST", path, {"a": 3}), 400, "IM005", "there already")
    assert api.ok("PATCH", path, {"b": 3}) == {"customProperties": {"a": 1, "b": 3}}
    assert api.ok("PUT", path, {"c": 4}) == {"customProperties": {"c": 4}}
    api.ok("DELETE", path)
    assert api.ok("GET", path) == {"customProperties": {}}


def test_documents_stay_in_the_database_and_are_put_there_once(start):
    server = start(fixture=fixture_of(), db=True)
    api = Api(server)
    api.ok("PATCH", "/scenarios/1", {"name": "Renamed"})
    api.ok("DELETE", "/scenarios/2")
    made = api.ok("POST", "/teams", {"name": "New", "organizationId": 1})["team"]["id"]
    server.kill9()
    server.restart()
    assert [row["name"] for row in api.ok("GET", "/scenarios")["scenarios"]] == ["Renamed", "Invoices to archive", "Price of an order"]
    assert api.ok("GET", "/teams")["teams"][-1]["id"] == made
