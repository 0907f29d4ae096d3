"""Data stores in Make's API: what they say of their records, and records that are put; and what a new team is shown with."""

import json

import pytest
from support_api import Api, assert_refused, fixture_of

pytestmark = pytest.mark.tenants


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def size_of(*records):
    return str(sum(len(json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()) for record in records))


def size(api, store):
    return api.ok("GET", f"/data-stores/{store}")["dataStore"]["size"]


def new_store(api, **members):
    return api.ok("POST", "/data-stores", {"name": "S", "teamId": 1, "maxSizeMB": 1, **members})["dataStore"]["id"]


def test_a_data_store_has_the_size_of_its_records(api):
    store = new_store(api)
    assert size(api, store) == "0"
    first, second = {"key": "a", "data": {"x": 1}}, {"key": "b", "data": {"name": "Jiří"}}
    for record in (first, second):
        api.ok("POST", f"/data-stores/{store}/data", record)
    assert size(api, store) == size_of(first, second)
    api.ok("PATCH", f"/data-stores/{store}/data/a", {"y": "longer"})
    assert size(api, store) == size_of({"key": "a", "data": {"x": 1, "y": "longer"}}, second)
    api.ok("DELETE", f"/data-stores/{store}/data?confirmed=true", {"keys": ["a"]})
    assert size(api, store) == size_of(second) == api.ok("GET", f"/data-stores?teamId=1&id={store}")["dataStores"][0]["size"]
    assert size(api, 1) == size_of({"key": "customer-1", "data": {"email": "ada@example.com", "orders": 3}})


def test_records_come_with_their_structure_and_their_number(api):
    structure = api.ok("GET", "/data-structures/1")["dataStructure"]
    listed = api.ok("GET", "/data-stores/1/data?pg[limit]=0")
    assert (listed["spec"], listed["strict"], listed["count"], listed["records"]) == (structure["spec"], True, 1, [])
    api.ok("POST", "/data-stores/1/data", {"data": {}})
    assert api.ok("GET", "/data-stores/1/data?pg[limit]=1")["count"] == 2
    bare = api.ok("GET", f"/data-stores/{new_store(api)}/data")
    assert (bare["spec"], bare["strict"], bare["count"]) == ([], False, 0)


def test_a_record_that_is_put_where_none_was_is_made(api):
    assert api.ok("PUT", "/data-stores/1/data/new", {"a": 1, "key": "other", "data": None}) == {
        "key": "new", "data": {"a": 1, "key": "other", "data": None}}
    assert api.ok("PUT", "/data-stores/1/data/empty") == {"key": "empty", "data": {}}
    assert api.ok("GET", "/data-stores/1")["dataStore"]["records"] == 3
    assert api.ok("PUT", "/data-stores/1/data/new", {"b": 2}) == {"key": "new", "data": {"b": 2}}
    assert api.ok("GET", "/data-stores/1/data")["count"] == 3
    assert_refused(api("PUT", "/data-stores/99/data/new", {"a": 1}), 404, "SC404")
    assert_refused(api("PUT", "/data-stores/1/data/list", [1]), 400, "IM005", "is a list; expected an object")
    assert_refused(api("PATCH", "/data-stores/1/data/none", {"a": 1}), 404, "SC404")
    assert_refused(api("PUT", f"/data-stores/1/data/{'x' * 256}", {"a": 1}), 400, "IM005", "^key: cannot be a key")
    assert api.ok("GET", "/data-stores/1/data")["count"] == 3


def test_a_record_has_an_object(api):
    for data in (None, [], "x", 1):
        assert_refused(api("POST", "/data-stores/1/data", {"key": "k", "data": data}), 400, "IM005", "^data: is .*; expected an object")
    assert api.ok("GET", "/data-stores/1/data")["count"] == 1


# -- teams -----------------------------------------------------------------------------------------

def test_a_new_team_comes_with_the_role_of_who_made_it(api):
    made = api.ok("POST", "/teams", {"name": "T", "organizationId": 1, "operationsLimit": 5, "transferLimit": 10_000_000_000})
    team = made["team"]["id"]
    role = next(row["id"] for row in api.ok("GET", "/users/roles?category=team")["usersRoles"] if row["name"] == "Team admin")
    assert made["userTeamRole"] == {"usersRoleId": role, "userId": 1001, "teamId": team, "changeable": False}
    assert api.ok("GET", f"/users/1001/user-team-roles/{team}")["userTeamRole"]["usersRoleId"] == role


def test_a_teams_limit_of_transfer_is_shown_as_a_text(api):
    made = api.ok("POST", "/teams", {"name": "T", "organizationId": 1, "transferLimit": 10_000_000_000})["team"]
    assert made["transferLimit"] == "10000000000"
    assert api.ok("GET", f"/teams/{made['id']}")["team"] == made
    assert api.ok("PATCH", f"/teams/{made['id']}", {"transferLimit": None})["team"].get("transferLimit") is None
    for limit in (0, -1, "x", 1.5):
        assert_refused(api("PATCH", f"/teams/{made['id']}", {"transferLimit": limit}), 400, "IM005", "^transferLimit: is no number")
