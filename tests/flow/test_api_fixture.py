"""What a fixture says of Make's API: refused with a pointer when it contradicts itself, and put into a database again."""

import pytest
from support import fixture_with
from support_api import OWNER_TOKEN, Api, assert_refused, fixture_of, user_with, uuid

pytestmark = pytest.mark.tenants


def two_scenarios(fixture):
    fixture["resources"] = {"scenarios": [{"id": 1, "name": "A", "teamId": 1}, {"id": 2, "name": "B", "teamId": 1}, {"id": 1, "name": "C", "teamId": 2}]}


def two_records(fixture):
    fixture["resources"] = {"data-stores": [{"id": 7, "name": "A", "teamId": 1}, {"id": 8, "name": "B", "teamId": 1}],
                            "data-store-records": [{"key": "k", "of": ["7"]}, {"key": "k", "of": ["8"]}, {"key": "k", "of": ["7"]}]}


def notification(**members):
    return lambda fixture: fixture.update(resources={"notifications": [{"id": 1, "subject": "Private", **members}]})


def request(**members):
    return lambda fixture: fixture.update(resources={"credential-requests": [{"id": uuid(1), "teamId": 1, "name": "x", **members}]})


@pytest.mark.parametrize("change, pointer, words", [
    (lambda fixture: fixture["users"][1].update(api_tokens=[{"token": OWNER_TOKEN, "scope": "user:read"}]), "/users/1/api_tokens/0/token", "stands twice"),
    (lambda fixture: fixture["users"][0].update(api_tokens=[{"token": uuid(1), "scope": "user:read openid"}]), "/users/0/api_tokens/0/scope",
     "none of the API's"),
    (two_scenarios, "/resources/scenarios/2/id", "stands twice"), (two_records, "/resources/data-store-records/2/key", "stands twice"),
    (notification(userId=9999), "/resources/notifications/0/userId", "is nobody"),
    (request(organizationId=2), "/resources/credential-requests/0/organizationId", "is not the team's"),
])
def test_a_fixture_that_contradicts_itself_is_refused_by_pointer(start, change, pointer, words):
    server = start(fixture=fixture_of(change), wait=False)
    assert server.exit_code() != 0
    assert f"{pointer}: " in server.log() and words in server.log(), server.log()


def test_a_notification_of_nobody_in_particular_is_the_first_users(start):
    def change(fixture):
        notification()(fixture)
        fixture["users"].append(user_with(3000))
    server = start(fixture=fixture_of(change))
    assert [row["userId"] for row in Api(server).ok("GET", "/notifications")["notifications"]] == [1001]
    assert Api(server, uuid(3000)).ok("GET", "/notifications")["notifications"] == []


def test_users_have_numbers_of_their_own_whatever_their_subjects_are(start):
    def change(fixture):
        fixture["users"] = [{**user_with(3001, organizations=[(1, "Owner")]), "sub": "alice"}, {**user_with(3002), "sub": "1"}]
        fixture.pop("resources", None)
    server = start(fixture=fixture_of(change))
    numbers = [Api(server, uuid(number)).ok("GET", "/users/me")["authUser"]["id"] for number in (3001, 3002)]
    assert numbers[1] == 1 and numbers[0] != 1


def test_a_team_that_the_fixture_moves_is_moved_with_all_that_is_in_it(start):
    server = start(fixture=fixture_of(), db=True)
    assert Api(server).ok("GET", "/scenarios/1")["scenario"]["teamId"] == 1
    assert server.stop() == 0

    def move(fixture):
        fixture["teams"][0]["organizationId"] = 2
        fixture["users"].extend([user_with(3001, organizations=[(2, "Owner")]), user_with(3002, organizations=[(1, "Owner")])])
    moved = start("--issuer", server.issuer, fixture=fixture_of(move), db=server.db)
    old, new = Api(moved, uuid(3002)), Api(moved, uuid(3001))
    assert_refused(old.get("/teams/1"), 403, "SC403")
    assert_refused(old.get("/scenarios/1"), 404, "SC404")
    assert [row["id"] for row in new.ok("GET", "/teams?organizationId=2")["teams"]] == [1]
    assert new.ok("GET", "/scenarios/1")["scenario"]["teamId"] == 1


def test_roles_last_over_a_restart_and_another_fixture_says_anew_who_is_in_its_teams(start):
    def with_member(fixture):
        fixture["users"].append(user_with(3001, organizations=[(1, "Member")]))

    def with_two(fixture):
        with_member(fixture)
        fixture["users"].append(user_with(3002, organizations=[(1, "Member")]))
    server = start(fixture=fixture_of(with_member), db=True)
    api = Api(server)
    organization = api.ok("POST", "/organizations", {"name": "Made"})["organization"]["id"]
    team = api.ok("POST", "/teams", {"name": "Made", "organizationId": organization})["team"]["id"]
    api.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": 6})
    server.restart()
    roles = Api(server, uuid(3001)).ok("GET", "/users/3001/user-team-roles")["userTeamRoles"]
    assert [(role["teamId"], role["usersRoleId"]) for role in roles] == [(1, 6)]
    assert server.stop() == 0
    server = start("--issuer", server.issuer, fixture=fixture_of(with_two), db=server.db)
    api = Api(server)
    assert api.ok("GET", f"/organizations/{organization}")["organization"]["name"] == "Made"
    assert api.ok("GET", f"/teams/{team}")["team"]["name"] == "Made"
    assert Api(server, uuid(3001)).ok("GET", "/users/3001/user-team-roles")["userTeamRoles"] == []


def test_the_built_in_fixture_has_an_active_scenario_on_demand_with_an_interface(start):
    """Make's MCP server makes a tool of each such scenario, and asks for its interface (its index.js)."""
    api = Api(start())
    scenarios = api.ok("GET", "/scenarios?teamId=1&pg[limit]=1000")["scenarios"]
    [tool] = [row for row in scenarios if row["scheduling"]["type"] == "on-demand"]
    assert tool["isActive"]
    interface = api.ok("GET", f"/scenarios/{tool['id']}/interface")["interface"]
    assert [field["name"] for field in interface["input"]] == ["article", "count"]
    run = api.ok("POST", f"/scenarios/{tool['id']}/run", {"data": {"article": "a"}, "responsive": True})
    assert "executionId" in run or "outputs" in run


def test_a_document_of_a_fixture_brings_its_parts(start):
    scenario = {"id": 7, "name": "n", "teamId": 1, "parts": {"interface": {"input": [{"name": "a", "type": "text"}]}}}
    api = Api(start(fixture=fixture_with(resources={"scenarios": [scenario]})))
    assert api.ok("GET", "/scenarios/7/interface")["interface"]["input"] == [{"name": "a", "type": "text"}]
    assert "parts" not in api.ok("GET", "/scenarios/7")["scenario"]
