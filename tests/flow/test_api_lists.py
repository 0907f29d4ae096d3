"""Lists of Make's API that are more than their documents: folders in folders, and members that are computed."""

import pytest
from support_api import Api, assert_refused, fixture_of, uuid, scenario

pytestmark = pytest.mark.tenants


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def folder(api, name, parent=None, team=1):
    return api.ok("POST", "/scenarios-folders", {"name": name, "teamId": team, "parentId": parent})["scenarioFolder"]["id"]


def folders(api, query=""):
    return api.ok("GET", "/scenarios-folders?teamId=1" + query)["scenariosFolders"]


@pytest.fixture
def tree(api):
    """Campaigns (scenario 1) and CRM/cleanup/deep (a scenario in CRM, two in deep): the numbers of the last three."""
    crm = folder(api, "CRM")
    cleanup = folder(api, "cleanup", crm)
    deep = folder(api, "deep", cleanup)
    for number, place in enumerate((crm, deep, deep)):
        api.ok("POST", "/scenarios", scenario(f"s{number}", folderId=place))
    return crm, cleanup, deep


# -- folders ---------------------------------------------------------------------------------------

def test_folders_at_the_top_are_listed_with_those_in_them(api, tree):
    crm, cleanup, _ = tree
    campaigns, shown = folders(api)
    assert (campaigns["name"], "children" in campaigns) == ("Campaigns", False)
    assert (shown["id"], shown["parentId"]) == (crm, None)
    (child,) = shown["children"]
    assert (child["id"], child["parentId"], "children" in child) == (cleanup, crm, False)


def test_folders_in_one_folder_are_listed(api, tree):
    crm, cleanup, deep = tree
    (shown,) = folders(api, f"&parentId={crm}")
    assert (shown["id"], [child["id"] for child in shown["children"]]) == (cleanup, [deep])
    assert folders(api, f"&parentId={deep}") == []


def test_folders_are_listed_with_all_that_is_below_them(api, tree):
    shown = folders(api, "&childrenDepth=all")[1]
    assert [shown["id"], shown["children"][0]["id"], shown["children"][0]["children"][0]["id"]] == list(tree)
    assert_refused(api.get("/scenarios-folders?teamId=1&childrenDepth=2"), 400, "IM005", "^childrenDepth: '2' is no depth; expected all")


def test_children_of_folders_have_the_columns_that_were_asked_for(api, tree):
    crm, cleanup, _ = tree
    assert folders(api, "&cols[]=id&cols[]=children") == [
        {"id": 1, "children": []}, {"id": crm, "children": [{"id": cleanup, "children": []}]}]
    assert folders(api, "&cols[]=id") == [{"id": 1}, {"id": crm}]
    assert folders(api, "&cols[]=*") == folders(api)
    assert_refused(api.get("/scenarios-folders?teamId=1&cols[]=child"), 400, "IM005", r"^cols\[\]: 'child' is no column of folders")


def test_a_folder_tells_where_it_is_and_what_is_in_it(api, tree):
    columns = "&cols[]=path&cols[]=scenariosTotal&cols[]=scenariosSubtreeTotal&cols[]=hasChildren"
    shown = lambda parent: [tuple(row.values()) for row in folders(api, columns + parent)]  # noqa: E731
    crm, cleanup, _ = tree
    assert shown("") == [("Campaigns", 1, 1, False), ("CRM", 1, 3, True)]
    assert shown(f"&parentId={crm}") == [("CRM/cleanup", 0, 2, True)]
    assert shown(f"&parentId={cleanup}") == [("CRM/cleanup/deep", 2, 2, False)]
    api.ok("PATCH", f"/scenarios-folders/{crm}", {"name": "Sales"})
    moved = api.ok("PATCH", f"/scenarios-folders/{cleanup}", {"parentId": 1})["scenarioFolder"]
    assert (moved["path"], moved["scenariosSubtreeTotal"]) == ("Campaigns/cleanup", 2)
    assert shown("") == [("Campaigns", 1, 3, True), ("Sales", 1, 1, False)]


def test_a_folder_tells_how_many_deleted_scenarios_were_in_it_when_asked(api, tree):
    assert "scenariosDeleted" not in folders(api)[0]
    api.ok("DELETE", "/scenarios/1")
    api.ok("DELETE", "/scenarios/6")
    query = "&cols[]=scenariosDeleted&cols[]=scenariosDeletedSubtreeTotal&cols[]=scenariosSubtreeTotal"
    assert [tuple(row.values()) for row in folders(api, query)] == [(1, 1, 0), (0, 1, 2)]


# -- order and search --------------------------------------------------------------------------------

def test_false_comes_before_true(api):
    ids = lambda query: [row["id"] for row in api.ok("GET", "/scenarios?pg[sortBy]=isActive" + query)["scenarios"]]  # noqa: E731
    assert ids("") == [2, 1, 3, 4]
    assert ids("&pg[sortDir]=desc") == [1, 3, 4, 2]


def template(number, name, usage):
    return {"id": number, "name": name, "url": f"t{number}", "usage": usage}


def test_public_templates_are_searched_by_name_and_the_most_used_comes_first(start):
    api = Api(start(fixture=fixture_of(resources={"public-templates": [
        template(1, "Webhook to E-mail", 7), template(2, "Sheet (new rows)", 9), template(3, "Two webhooks", 8)]})))
    ids = lambda query: [row["id"] for row in api.ok("GET", "/templates/public" + query)["templatesPublic"]]  # noqa: E731
    assert ids("") == [2, 3, 1]
    assert ids("?name=webhook") == [3, 1] and ids("?name=E-MAIL") == [1] and ids("?name=(new") == [2] and ids("?name=w.bhook") == []
    assert ids("?pg[sortBy]=id") == [1, 2, 3] and ids("?name=web&name=sheet") == [2, 3, 1]
    assert api.ok("GET", "/templates/public")["pg"]["sortDir"] == "desc"


@pytest.mark.parametrize("query, names", [
    ("?name=DEPART", ["department"]), ("?name=^d|y$", ["department", "city"]), ("?name=^c.{2}y$", ["city"]), ("?name=^ity", []),
    ("?label=^dep", ["department"]), ("?type=number", ["city"]), ("?description=where+it", ["city"]),
])
def test_items_of_custom_properties_are_searched_by_expressions(api, query, names):
    path = "/custom-property-structures/1/custom-property-structure-items"
    api.ok("POST", path, {"name": "city", "label": "City", "description": "Where it is", "type": "number", "required": False})
    assert [row["name"] for row in api.ok("GET", path + query)["customPropertyStructureItems"]] == names


@pytest.mark.parametrize("expression", ["(", "[a", "*", "a{2,1}", "((a{1000}){1000}){1000}", "a" * 1001])
def test_an_expression_that_is_none_is_refused(api, expression):
    assert_refused(api.get("/custom-property-structures/1/custom-property-structure-items", params={"name": expression}), 400, "IM005",
                   "^name: '.*' is no regular expression: .+, at offset [0-9]+; expected a regular expression [(]PCRE2[)]")


def test_an_expression_that_takes_too_many_steps_is_refused_and_keeps_nobody_waiting(api):
    path = "/custom-property-structures/1/custom-property-structure-items"
    api.ok("POST", path, {"name": "a" * 50 + "b", "label": "City", "type": "number", "required": False})
    assert_refused(api.get(path, params={"name": "^((a+)+)+$"}), 400, "IM005",
                   "^name: '.*' takes too many steps to look for; expected a regular expression that does not repeat what repeats")


# -- computed members --------------------------------------------------------------------------------

def test_active_scenarios_are_counted(api):
    counts = lambda: (api.ok("GET", "/teams/1")["team"]["activeScenarios"],  # noqa: E731
                      [row["activeScenarios"] for row in api.ok("GET", "/teams?organizationId=1")["teams"]],
                      api.ok("GET", "/organizations/1")["organization"]["activeScenarios"])
    assert counts() == (2, [2, 1], 3)
    api.ok("POST", "/scenarios/2/start")
    assert counts() == (3, [3, 1], 4)
    api.ok("POST", "/scenarios/3/stop")
    assert counts() == (3, [3, 0], 3)


def test_an_agent_counts_the_systems_that_use_it(api):
    count = lambda: api.ok("GET", f"/agents/{uuid(71)}")["agent"]["systemConnectionsCount"]  # noqa: E731
    assert count() == 1
    api.ok("POST", "/connected-systems", {"name": "x", "organizationId": 1, "agentId": uuid(71), "appName": "http"})
    assert count() == 2
    api.ok("DELETE", f"/connected-systems/{uuid(73)}")
    assert count() == 1


@pytest.mark.parametrize("path", ["organization/1", "team/1"])
def test_what_audit_logs_can_be_filtered_by_comes_in_groups(api, path):
    filters = api.ok("GET", f"/audit-logs/{path}/filters")["filters"]
    assert set(filters) == {"users", "teams", "events"}
    assert [set(group) for group in filters["events"]] == [{"header", "items"}]
