"""Custom properties in Make's API: an organization's structure, its items, and what scenarios have for them."""

import pytest
from support_api import Api, assert_refused, fixture_of

pytestmark = pytest.mark.tenants

ITEMS = "/custom-property-structures/1/custom-property-structure-items"
ITEM = "/custom-property-structures/custom-property-structure-items"
BODY = {"name": "city", "label": "City", "type": "shortText", "required": False}


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def items(api):
    return api.ok("GET", ITEMS)["customPropertyStructureItems"]


def properties(api, scenario):
    return api.ok("GET", f"/scenarios/{scenario}/custom-properties")["customProperties"]


def test_an_organization_has_one_structure(api):
    body = {"associatedType": "scenario", "belongerType": "organization", "belongerId": 1}
    before = api.ok("GET", "/custom-property-structures?organizationId=1")
    assert_refused(api("POST", "/custom-property-structures", body), 400, "IM005", "^associatedType: 'scenario' has structure 1 in organization 1")
    assert api.ok("GET", "/custom-property-structures?organizationId=1") == before
    other = api.ok("POST", "/organizations", {"name": "Other"})["organization"]["id"]
    api.ok("POST", "/custom-property-structures", {**body, "belongerId": other})


@pytest.mark.parametrize("change, detail", [
    ({"name": "a b"}, "^name: 'a b' cannot be a name"), ({"name": "1a"}, "^name: "), ({"name": "a-b"}, "^name: "), ({"name": "x" * 65}, "^name: "),
    ({"name": "department"}, "^name: 'department' is there already"), ({"type": "nonsense"}, "^type: is none; expected shortText, "),
    ({"required": None}, "^required: is missing"), ({"label": "x" * 65}, "^label: is too long"), ({"description": "x" * 1025}, "^description: is too long"),
    ({"type": "dropdown"}, "^options: are missing"), ({"type": "multiselect", "options": []}, "^options: are missing"),
    ({"type": "dropdown", "options": [{"value": "a"}, {"value": "a"}]}, "^options: "), ({"type": "dropdown", "options": ["a"]}, "^options: "),
    ({"type": "dropdown", "options": [{"value": "x" * 251}]}, "^options: "), ({"options": [{"value": "a"}]}, "^options: are there"),
    ({"structureId": 2}, "^structureId: is another than in the path; expected 1"),
])
def test_an_item_that_cannot_be_is_refused(api, change, detail):
    before = items(api)
    assert_refused(api("POST", ITEMS, {**BODY, **change}), 400, "IM005", detail)
    assert items(api) == before


@pytest.mark.parametrize("change", [
    {"name": "$"}, {"name": "_9$" + "x" * 61}, {"type": "dropdown", "options": [{"value": "a"}, {"value": "b"}]}, {"structureId": 1},
    {"type": "boolean", "options": None}, {"required": True},
])
def test_an_item_that_can_be_is_made(api, change):
    made = api.ok("POST", ITEMS, {**BODY, **change})["customPropertyStructureItem"]
    assert made == {"id": 2, "description": "", "options": None, "structureId": 1, **BODY, **change}


@pytest.mark.parametrize("body, detail", [
    ({"name": "other"}, "^name: cannot be changed"), ({"type": "multiselect"}, "^type: cannot be changed"), ({"structureId": 2}, "^structureId: cannot"),
    ({"options": []}, "^options: "), ({"options": None}, "^options: "), ({"label": "x" * 65}, "^label: is too long"),
])
def test_an_item_keeps_its_name_and_its_type(api, body, detail):
    before = items(api)
    assert_refused(api("PATCH", f"{ITEM}/1", body), 400, "IM005", detail)
    assert items(api) == before
    same = {"name": "department", "type": "dropdown", "label": "New", "options": [{"value": "Sales"}]}
    assert api.ok("PATCH", f"{ITEM}/1", same)["customPropertyStructureItem"] == {**before[0], **same}


def test_an_item_without_data_is_deleted_at_once(api):
    api.ok("POST", "/scenarios/2/custom-properties", {"other": 1})
    assert api.ok("DELETE", f"{ITEM}/1") == {"customPropertyStructureItem": 1}
    assert items(api) == [] and properties(api, 2) == {"other": 1}


@pytest.mark.parametrize("in_trash", [False, True])
def test_an_item_with_data_goes_with_it_when_that_is_confirmed(api, in_trash):
    api.ok("POST", "/scenarios/1/custom-properties", {"department": "Sales", "other": 1})
    if in_trash:
        api.ok("DELETE", "/scenarios/1")
    assert_refused(api("DELETE", f"{ITEM}/1"), 406, "IM004", "what scenarios have for it")
    assert len(items(api)) == 1
    api.ok("DELETE", f"{ITEM}/1?confirmed=true")
    if in_trash:
        api.ok("POST", "/scenarios/1/restore")
    assert properties(api, 1) == {"other": 1} and items(api) == []


def test_a_deletion_that_was_not_confirmed_takes_no_data(api):
    api.ok("POST", "/scenarios/1/custom-properties", {"department": "Sales"})
    api("DELETE", f"{ITEM}/1")
    assert properties(api, 1) == {"department": "Sales"}


def test_a_scenario_shows_its_custom_properties(api):
    shown = lambda query="": api.ok("GET", "/scenarios/1" + query)["scenario"]["customProperties"]  # noqa: E731
    assert shown("?cols[]=customProperties") == {}
    api.ok("POST", "/scenarios/1/custom-properties", {"department": "Sales"})
    assert shown("?cols[]=customProperties") == {"department": "Sales"}
    assert "customProperties" not in api.ok("GET", "/scenarios/1")["scenario"]
    assert_refused(api("PATCH", "/scenarios/1", {"customProperties": {"department": "HR"}}), 400, "IM005", "^customProperties: cannot be changed")
    assert shown("?cols[]=customProperties") == {"department": "Sales"}
    assert [row["customProperties"] for row in api.ok("GET", "/scenarios?teamId=1&cols[]=customProperties")["scenarios"]] == [{"department": "Sales"}, {}, {}]


@pytest.mark.parametrize("path", ["connections", "webhooks"])
def test_what_is_an_apps_stays_that_apps(api, path):
    one = path.replace("connections", "appConnection").replace("webhooks", "appWebhook")
    body = {"type": "basic", "label": "x"}
    assert_refused(api("POST", f"/sdk/apps/example-shop/{path}", {**body, "appName": "other"}), 400, "IM005",
                   "^appName: is another than in the path; expected 'example-shop'")
    made = api.ok("POST", f"/sdk/apps/example-shop/{path}", {**body, "appName": "example-shop"})[one]
    assert_refused(api("PATCH", f"/sdk/apps/{path}/{made['name']}", {"appName": "other"}), 400, "IM005", "^appName: cannot be changed")
