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


def test_numbers_follow_the_last_and_are_never_given_twice(api):
    assert_refused(api("POST", "/teams?cols[]=nope", {"name": "A", "organizationId": 1}), 400, "IM005")
    first = api.ok("POST", "/teams", {"name": "A", "organizationId": 1})["team"]["id"]
    assert first == 3
    api.ok("DELETE", f"/teams/{first}?confirmed=true")
    assert api.ok("POST", "/teams", {"name": "B", "organizationId": 1, "id": 77})["team"]["id"] == 4


def test_what_is_refused_halfway_is_undone_whole(api):
    """Two credentials are asked for, and the second is wrong: neither the request nor the first one stays."""
    before = [rows_of(api, name) for name in ("credential-requests",)]
    assert_refused(api("POST", "/credential-requests/actions/create-by-credentials", {
        "name": "Two", "teamId": 1, "connections": [{"type": "google"}, {}]}), 400, "IM005", r"^connections\[1\]\.type")
    assert [rows_of(api, name) for name in ("credential-requests",)] == before


# -- lists -----------------------------------------------------------------------------------------

def test_a_list_is_paged_and_sorted(api):
    for name in ("c", "a", "b"):
        api.ok("POST", "/data-stores/1/data", {"key": name, "data": {}})
    keys = lambda query: [row["key"] for row in api.ok("GET", "/data-stores/1/data" + query)["records"]]  # noqa: E731
    assert keys("") == ["customer-1", "c", "a", "b"]
    assert keys("?pg[sortBy]=key") == ["a", "b", "c", "customer-1"]
    assert keys("?pg[sortBy]=key&pg[sortDir]=desc&pg[limit]=2") == ["customer-1", "c"]
    assert keys("?pg[offset]=1&pg[limit]=2") == ["c", "a"]
    assert keys("?pg[offset]=9") == [] and keys("?pg[limit]=0") == []
    assert api.ok("GET", "/data-stores/1/data?pg[offset]=1&pg[limit]=2&pg[sortBy]=key&pg[sortDir]=desc")["pg"] == {
        "sortBy": "key", "limit": 2, "sortDir": "desc", "offset": 1}


def test_documents_that_sort_alike_stay_in_order(api):
    for i in range(20):
        api.ok("POST", "/scenarios", scenario("same" if i % 2 else "other", 2))
    ids = [row["id"] for row in api.ok("GET", "/scenarios?teamId=2&pg[sortBy]=name")["scenarios"] if row["name"] == "same"]
    assert ids == sorted(ids) and len(ids) == 10


def test_columns_are_chosen(api):
    assert api.ok("GET", "/scenarios/1?cols[]=name&cols[]=teamId") == {
        "scenario": {"name": "New order to mailing list", "teamId": 1}}
    assert api.ok("GET", "/teams?cols[]=id")["teams"] == [{"id": 1}, {"id": 2}]
    assert api.ok("GET", "/teams?cols[]=*") == api.ok("GET", "/teams")
    assert_refused(api.get("/scenarios?cols[]=nam"), 400, "IM005",
                   r"^cols\[\]: 'nam' is no column of scenarios; did you mean 'name'\?; expected id, name, ")
    assert_refused(api.get("/scenarios/1?cols[]=colour"), 400, "IM005", r"^cols\[\]: 'colour' is no column")


@pytest.mark.parametrize("query, ids", [
    ("?teamId=1", [1, 2, 4]), ("?organizationId=1", [1, 2, 3, 4]), ("?isActive=true", [1, 3, 4]), ("?folderId=1", [1]), ("?name=Nightly+report", [2]),
    ("?usedPackages[]=gateway", [1]), ("?id=1&id=3", [1, 3]), ("?somethingElse=1", [1, 2, 3, 4]),
])
def test_a_query_that_names_a_member_is_a_filter(api, query, ids):
    assert [row["id"] for row in api.ok("GET", "/scenarios" + query)["scenarios"]] == ids


def test_connections_are_listed_by_their_types(api):
    api.ok("POST", "/connections", {"accountName": "Other", "accountType": "google", "teamId": 1})
    names = lambda query: [row["name"] for row in api.ok("GET", "/connections?teamId=1" + query)["connections"]]  # noqa: E731
    assert names("&type[]=google") == ["Other"]
    assert names("&type[]=google&type[]=http-basic") == ["Mailing list of Example", "Other"]


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


def test_records_are_counted_changed_and_cleared(api):
    for key in ("a", "b"):
        api.ok("POST", "/data-stores/1/data", {"key": key, "data": {"x": 1, "y": 2}})
    assert api.ok("GET", "/data-stores/1")["dataStore"]["records"] == 3
    assert api.ok("PATCH", "/data-stores/1/data/a", {"y": 3}) == {"key": "a", "data": {"x": 1, "y": 3}}
    assert api.ok("PUT", "/data-stores/1/data/a", {"z": 4}) == {"key": "a", "data": {"z": 4}}
    assert_refused(api("DELETE", "/data-stores/1/data", {"keys": ["a"]}), 406, "IM004")
    assert_refused(api("DELETE", "/data-stores/1/data?confirmed=true", {}), 400, "IM005", "ids: is missing")
    assert api.ok("DELETE", "/data-stores/1/data?confirmed=true", {"keys": ["a", "none"]}) == {"records": ["a"]}
    assert api.ok("DELETE", "/data-stores/1/data?confirmed=true", {"all": True, "exceptIds": ["b"]}) == {"records": ["customer-1"]}
    assert [row["key"] for row in api.ok("GET", "/data-stores/1/data")["records"]] == ["b"]
    assert api.ok("GET", "/data-stores/1")["dataStore"]["records"] == 1
    assert api.ok("POST", "/data-stores", {"name": "n", "teamId": 1, "maxSizeMB": 3})["dataStore"]["maxSize"] == "3145728"


def test_hooks_are_switched_and_their_data_changed(api):
    assert api.ok("POST", "/hooks/1/disable") == {"success": True}
    assert api.ok("GET", "/hooks/1")["hook"]["enabled"] is False
    api.ok("POST", "/hooks/1/learn-start")
    assert api.ok("GET", "/hooks/1/ping") == {
        "address": "https://hook.example.com/new-order", "attached": True, "learning": True, "gone": False}
    assert api.ok("POST", "/hooks/1/set-data", {"headers": True}) == {"changed": True}
    assert api.ok("GET", "/hooks/1")["hook"]["data"] == {"headers": True}
    assert api.ok("GET", "/hooks/1/incomings/stats") == {"incomingStat": {"queue": 1, "limit": 10000, "enabled": False}}
    api.ok("DELETE", "/hooks/1/incomings?confirmed=true", {"all": True})
    assert api.ok("GET", "/hooks/1/incomings/stats")["incomingStat"]["queue"] == 0
    assert api.ok("GET", "/hooks/1")["hook"]["queueCount"] == 0


def test_what_is_asked_for_in_a_request_is_declined_or_taken_back(api):
    made = api.ok("POST", "/credential-requests/actions/create-by-credentials", {
        "name": "Two", "teamId": 1, "connections": [{"type": "google"}], "keys": [{"type": "apikeyauth"}]})
    assert [(row["component"], row["type"]) for row in made["credentials"]] == [("account", "google"), ("keychain", "apikeyauth")]
    path = f"/credential-requests/requests/{made['request']['id']}/detail"
    assert api.ok("GET", path)["requestDetail"]["credentials"] == made["credentials"]
    credential = made["credentials"][0]["id"]
    declined = api.ok("POST", f"/credential-requests/credentials/{credential}/decline", {"reason": "No need"})["credential"]
    assert (declined["state"], declined["declineReason"]) == ("declined", "No need")
    assert api.ok("GET", path)["requestDetail"]["credentials"][0]["state"] == "declined"
    assert_refused(api("POST", "/credential-requests/actions/create", {"teamId": 1, "credentials": [{}]}), 400, "IM005",
                   r"^credentials\[0\]\.appName: is missing")


def test_a_subscription_is_paused_and_goes_on(api):
    path = "/organizations/1/subscription"
    assert api.ok("POST", path + "/pause")["subscription"]["status"] == "paused"
    assert api.ok("GET", path)["subscription"]["status"] == "paused"
    assert api.ok("POST", path + "/unpause")["subscription"]["status"] == "active"
    assert api.ok("DELETE", path)["subscription"]["status"] == "cancelled"


def test_incomplete_executions_are_retried_together(api):
    assert api.ok("POST", "/dlqs/retry", {"ids": [hexadecimal(0xd1)]}) == {"dlqs": [hexadecimal(0xd1)]}
    assert api.ok("GET", f"/dlqs/{hexadecimal(0xd1)}")["dlq"]["resolved"] is True


def test_bytes_are_kept_as_they_came(api):
    path = "/sdk/apps/example-shop/1/icon"
    answer = api.get(path + "/512")
    assert answer.headers["Content-Type"] == "image/png" and answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    icon = bytes(range(256)) * 8
    assert api("PUT", path, data=icon, headers={"Content-Type": "image/png"}).json()["changed"] is True
    assert api.get(path + "/512").content == icon
    text = "// a comment\n{}\n"
    api("PUT", "/sdk/apps/example-shop/1/base", data=text, headers={"Content-Type": "application/jsonc"})
    answer = api.get("/sdk/apps/example-shop/1/base")
    assert (answer.headers["Content-Type"], answer.text) == ("application/jsonc", text)


def test_an_organization_takes_all_that_it_has_along(api):
    assert api.ok("DELETE", "/organizations/1?confirmed=true") == {"organization": 1}
    for path in ("/organizations/1", "/teams/1", "/scenarios/1", "/scenarios/1/logs", "/data-stores/1/data"):
        assert_refused(api.get(path), 404, "SC404")
    assert [row["id"] for row in api.ok("GET", "/organizations")["organizations"]] == [2]


def test_who_makes_an_organization_owns_it(start_process):
    server = start_process(fixture=fixture_of())
    api = bearer(server, "openid admin:write organizations:read organizations:write teams:write teams:read")
    made = api.ok("POST", "/organizations", {"name": "Mine", "regionId": 1, "timezoneId": 1, "countryId": 1})["organization"]
    assert made["zone"] == server.issuer.removeprefix("http://")
    team = api.ok("POST", "/teams", {"name": "First", "organizationId": made["id"]})["team"]
    assert api.ok("GET", f"/organizations/{made['id']}")["organization"]["teams"] == [{"id": team["id"], "name": "First"}]


def test_what_a_fixture_brings_is_there_instead(start):
    resources = {"data-stores": [{"id": 7, "name": "Mine", "teamId": 1}],
                 "data-store-records": [{"key": "k", "of": ["7"], "data": {"a": [1, None]}}]}
    api = Api(start(fixture=fixture_of(resources=resources)))
    assert api.ok("GET", "/scenarios")["scenarios"] == []
    assert api.ok("GET", "/data-stores/7/data")["records"] == [{"key": "k", "data": {"a": [1, None]}}]
    assert api.ok("POST", "/data-stores", {"name": "n", "teamId": 1, "maxSizeMB": 1})["dataStore"]["id"] == 8


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
