"""Members of Make's documents that name other documents: what they name is there, in the same team or organization, and
is no longer named once it is gone."""

import pytest
from support_api import COLLECTIONS, OPERATIONS, Api, assert_refused, bearer, fixture_of, uuid, scenario

pytestmark = pytest.mark.tenants

REFERENCES = [(name, member, to) for name, collection in COLLECTIONS.items() for member, to in collection.get("refers", {}).items()]


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def folder(api, name, team=1, parent=None):
    return api.ok("POST", "/scenarios-folders", {"name": name, "teamId": team, "parentId": parent})["scenarioFolder"]["id"]


def agent(api, organization=1):
    return api.ok("POST", "/agent/register", {"name": "A", "organizationId": organization})["agent"]["id"]


def data_structure(api, team=1):
    return api.ok("POST", "/data-structures", {"name": "S", "teamId": team, "spec": [], "strict": False})["dataStructure"]["id"]


def test_members_that_name_documents_are_members_and_name_collections():
    assert len(REFERENCES) >= 13
    for name, member, to in REFERENCES:
        assert to in COLLECTIONS and member in COLLECTIONS[name]["new"], (name, member, to)


CHANGES = [  # a change of a document, its reference, what it may name, and what the refusal says
    ("PATCH", "/scenarios/1", "folderId", 99, "there is no scenarioFolder 99 in team 1; expected the id of one in team 1, or null"),
    ("PATCH", "/scenarios/1", "hookId", 99, "there is no hook 99 in team 1"),
    ("POST", "/scenarios/1/clone", "folderId", 99, "there is no scenarioFolder 99"),
    ("PATCH", "/scenarios-folders/1", "parentId", 99, "there is no scenarioFolder 99"),
    ("PATCH", "/scenarios-folders/1", "parentId", "1", "there is no scenarioFolder '1'"),
    ("PATCH", "/data-stores/1", "datastructureId", 99, "there is no dataStructure 99"),
    ("PATCH", f"/connected-systems/{uuid(73)}", "agentId", uuid(99), f"there is no agent '{uuid(99)}' in organization 1"),
    ("PATCH", "/sdk/apps/example-shop/1/modules/listOrders", "connection", "none", "there is no appConnection 'none'; expected the name of one, or null"),
]


@pytest.mark.parametrize("method, path, member, value, words", CHANGES)
def test_a_member_names_a_document_that_is_there(api, method, path, member, value, words):
    before = api.ok("GET", "/scenarios"), api.ok("GET", "/scenarios-folders"), api.ok("GET", "/data-stores"), api.ok("GET", "/hooks")
    assert_refused(api(method, path, {member: value}), 400, "IM005", f"^{member}: {words}")
    assert before == (api.ok("GET", "/scenarios"), api.ok("GET", "/scenarios-folders"), api.ok("GET", "/data-stores"), api.ok("GET", "/hooks"))


@pytest.mark.parametrize("path, body, member", [
    ("/scenarios", scenario(folderId=99), "folderId"),
    ("/scenarios-folders", {"name": "x", "teamId": 1, "parentId": 99}, "parentId"),
    ("/data-stores", {"name": "x", "teamId": 1, "maxSizeMB": 1, "datastructureId": 99}, "datastructureId"),
    ("/connected-systems", {"name": "x", "organizationId": 1, "agentId": uuid(99), "appName": "http"}, "agentId"),
    ("/ai-agents/v1/contexts", {"teamId": 1, "agentId": uuid(99)}, "agentId"),
    ("/sdk/apps/example-shop/1/rpcs", {"name": "x", "label": "x", "connection": "none"}, "connection"),
])
def test_a_new_document_names_one_that_is_there(api, path, body, member):
    row = next(row for row in OPERATIONS if row["method"] == "GET" and row["path"] == path.replace("example-shop/1", "{appName}/{appVersion}")) \
        if "ai-agents" not in path else None
    before = api.ok("GET", path) if row else None
    assert_refused(api("POST", path, body), 400, "IM005", f"^{member}: there is no ")
    assert before is None or api.ok("GET", path) == before


def test_what_another_team_or_organization_has_is_not_named(start):
    def join(fixture):
        fixture["users"][0]["organizations"] = [{"id": 1, "role": "Owner"}, {"id": 2, "role": "Owner"}]
    api = Api(start(fixture=fixture_of(join)))
    other = folder(api, "Other", team=2)
    for method, path, body in (("PATCH", "/scenarios/1", {"folderId": other}), ("PATCH", "/scenarios-folders/1", {"parentId": other}),
                               ("POST", "/scenarios", scenario(folderId=other)),
                               ("PATCH", "/data-stores/1", {"datastructureId": data_structure(api, 2)}),
                               ("PATCH", f"/connected-systems/{uuid(73)}", {"agentId": agent(api, 2)})):
        assert_refused(api(method, path, body), 400, "IM005", " in (team|organization) 1; expected ")


def test_what_is_there_is_named_and_null_names_nothing(api):
    other = folder(api, "Other")
    assert api.ok("PATCH", "/scenarios/2", {"folderId": other})["scenario"]["folderId"] == other
    assert api.ok("PATCH", "/scenarios/2", {"folderId": None})["scenario"]["folderId"] is None
    system = api.ok("POST", "/connected-systems", {"name": "x", "organizationId": 1, "agentId": agent(api), "appName": "http"})
    assert system["connectedSystem"]["agentId"]


def test_no_folder_is_below_itself(api):
    a = folder(api, "a")
    b = folder(api, "b", parent=a)
    c = folder(api, "c", parent=b)
    for above in (a, b, c):
        assert_refused(api("PATCH", f"/scenarios-folders/{a}", {"parentId": above}), 400, "IM005",
                       f"^parentId: puts scenarioFolder {a} below itself; expected one that is not below it")
    assert api.ok("PATCH", f"/scenarios-folders/{c}", {"parentId": a})["scenarioFolder"]["parentId"] == a
    assert api.ok("PATCH", f"/scenarios-folders/{b}", {"parentId": c})["scenarioFolder"]["parentId"] == c


def test_a_document_that_is_deleted_is_named_no_more(api):
    below = folder(api, "Below", parent=1)
    api.ok("PATCH", "/scenarios/1", {"folderId": 1, "hookId": 1})
    api.ok("PATCH", "/scenarios/2", {"folderId": below})
    api.ok("DELETE", "/scenarios-folders/1")
    assert [row["folderId"] for row in api.ok("GET", "/scenarios?teamId=1")["scenarios"]] == [None, below, None]
    assert api.ok("GET", "/scenarios-folders?teamId=1")["scenariosFolders"][0]["parentId"] is None
    api.ok("DELETE", "/hooks/1?confirmed=true")
    assert api.ok("GET", "/scenarios/1")["scenario"]["hookId"] is None
    api.ok("DELETE", "/data-structures/1?confirmed=true")
    assert api.ok("GET", "/data-stores/1")["dataStore"]["datastructureId"] is None
    api.ok("DELETE", f"/agents/{uuid(71)}")
    assert api.ok("GET", f"/connected-systems/{uuid(73)}")["connectedSystem"]["agentId"] is None


def test_a_connection_of_an_app_that_is_deleted_is_named_no_more(api):
    module = "/sdk/apps/example-shop/1/modules/listOrders"
    api.ok("PATCH", module, {"connection": "example-shop", "webhook": "example-shop"})
    api.ok("DELETE", "/sdk/apps/connections/example-shop")
    named = api.ok("GET", module)["appModule"]
    assert (named["connection"], named["webhook"]) == (None, "example-shop")


def test_a_scenario_that_comes_back_is_not_in_a_folder_that_went(api):
    api.ok("DELETE", "/scenarios/1")
    api.ok("DELETE", "/scenarios-folders/1")
    assert api.ok("POST", "/scenarios/1/restore")["scenario"]["folderId"] is None
    assert api.ok("GET", "/scenarios/1")["scenario"]["folderId"] is None


def test_a_copy_in_another_team_names_nothing_of_the_first(api):
    assert api.ok("POST", "/scenarios/1/clone", {"name": "Here"})["scenario"]["folderId"] == 1
    there = api.ok("POST", "/scenarios/1/clone", {"name": "There", "teamId": 2})["scenario"]
    assert (there["teamId"], there["folderId"], there["hookId"]) == (2, None, None)
    other = folder(api, "Other", team=2)
    assert api.ok("POST", "/scenarios/1/clone", {"name": "In", "teamId": 2, "folderId": other})["scenario"]["folderId"] == other
    assert_refused(api("POST", "/scenarios/1/clone", {"name": "In", "teamId": 2, "folderId": 1}), 400, "IM005", "^folderId: there is no .* in team 2")
