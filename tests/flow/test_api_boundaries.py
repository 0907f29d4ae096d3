"""Where Make's API ends for a caller: strangers, a consent to one organization, roles that users make, and what two
places of one call say of whose a document is."""

import re

import pytest
from support import redeem, sign_in
from support_api import (BEYOND, OPERATIONS, RESOURCES, SCOPES, Api, assert_refused, collection_of, fixture_of, hexadecimal,
                         missing, path_of, user_with, uuid, scenario)
from support_clock import START
from support_pages import begin

pytestmark = pytest.mark.tenants

GUARDED = [row for row in OPERATIONS + BEYOND if row["permission"].startswith(("team:", "organization:"))]
# What these are about is not in the path's documents: a deleted scenario, and roles that nobody made yet.
NOT_THERE = {"/scenarios/{scenarioId}/restore", "/users/custom-roles/{id}"}
# Tells everything there is to select, in each of the ways that bodies select and change.
GREEDY = {"all": True, "ids": [1, 2, 3, hexadecimal(0xd1)], "keys": ["customer-1"], "name": "Taken", "label": "Taken", "data": {"taken": 1},
          "usersRoleId": 1, "userId": 3000, "email": "user3000@example.com", "connectionId": 1, "code": "x", "typeName": "x"}
NAMES = {document[member] for documents in RESOURCES.values() for document in documents for member in ("name", "label")
         if len(str(document.get(member) or "")) > 3} | {"Marketing", "Operations", "olivia.owner@example.com", "Example Organization"}


def fixture_with_users(*users):
    return fixture_of(lambda fixture: fixture["users"].extend(users))


def place_of(row):
    return "teamId" if row["permission"].startswith("team:") else "organizationId"


def names_nothing(row):
    """Whether neither the path nor anything else says which team or organization is concerned."""
    return "{" not in row["path"]


def everything(api):
    """What an owner sees, of every path that needs a role."""
    return {row["path"]: api.get(path_of(row)).content for row in GUARDED if row["method"] == "GET"}


def texts_in(json_text):
    return set(re.findall(r'"([^"\\]*)"', json_text))


def ask(api, row, query=""):
    return api(row["method"], path_of(row) + query, None if row["method"] == "GET" else GREEDY)


@pytest.fixture
def still(start):
    """Where time stands still, so that what did not change answers alike; user 3000 has no role anywhere."""
    server = start(fixture=fixture_with_users(user_with(3000)), env={"MAKESHIFT_CLOCK": START})
    return Api(server)


def test_a_stranger_who_names_a_team_and_another_organization_learns_nothing_of_either(still):
    """Each operation, once by the query and once by the body."""
    stranger = Api(still.server, uuid(3000))
    guarded = 0
    for row in OPERATIONS + BEYOND:
        body = None if row["method"] == "GET" else {"teamId": 1, "organizationId": 2}
        for query, sent in {"?teamId=1&organizationId=2&confirmed=true": body and {}, "?confirmed=true": body}.items():
            response = stranger(row["method"], path_of(row) + query, sent)
            assert response.status_code < 500, (row["path"], query)
            if row in GUARDED and names_nothing(row) and (sent or "teamId" in query):
                guarded += 1
                assert (response.status_code, response.json()["code"]) in ((403, "SC403"), missing(collection_of(row))), (row["path"], query)
                assert "organizationId" not in response.json()["detail"], row["path"]
    assert guarded > 60
    assert_refused(stranger.get("/scenarios?teamId=1&organizationId=2"), 403, "SC403", "has no role there, in team 1")


def test_a_stranger_is_refused_wherever_a_team_or_organization_is_named(still):
    stranger = Api(still.server, uuid(3000))
    for row in GUARDED:
        query = f"?{place_of(row)}=1&confirmed=true" if names_nothing(row) else "?confirmed=true"
        response = ask(stranger, row, query)
        what = f"{row['method']} {row['path']}: {response.status_code} {response.text}"
        hidden = missing(collection_of(row))[0]
        assert response.status_code == 403 or (response.status_code == hidden and not names_nothing(row)), what
        assert response.status_code == hidden or "has no role there" in response.json()["detail"], what


def test_a_stranger_sees_and_changes_nothing_where_nothing_is_named(still):
    stranger = Api(still.server, uuid(3000))
    before = everything(still)
    assert len(before) > 90 and NAMES & texts_in(before["/scenarios"].decode())
    for row in GUARDED:
        response = ask(stranger, row, "?confirmed=true")
        if response.status_code == 200:
            assert names_nothing(row), row
            assert not NAMES & texts_in(response.text), f"{row['path']}: {response.text}"
    after = everything(still)
    assert [path for path in before if before[path] != after[path]] == []


def limited_to(server, organization):
    """The token of user 1001, who chose this organization when consenting."""
    visit = begin(server.browser(), scope=f"openid {' '.join(SCOPES)}", prompt="login").submit(user="1001")
    return redeem(server, visit.submit(decision="approve", organization=organization).params["code"]).json()["access_token"]


@pytest.fixture
def limited(start):
    """(calls of the owner of both organizations, calls with its consent to the second alone)."""
    def owner_of_both(fixture):
        fixture["users"][0]["organizations"] = [{"id": 1, "role": "Owner"}, {"id": 2, "role": "Owner"}]
    server = start("--login", "page", fixture=fixture_of(owner_of_both), env={"MAKESHIFT_CLOCK": START})
    return Api(server), Api(server, limited_to(server, "2"), "Bearer")


def test_a_consent_to_one_organization_opens_and_changes_nothing_of_another(limited):
    owner, api = limited
    before = everything(owner)
    for row in GUARDED:
        query = f"?{place_of(row)}=1&confirmed=true" if names_nothing(row) else "?confirmed=true"
        response = ask(api, row, query)
        what = f"{row['method']} {row['path']}: {response.status_code} {response.text}"
        if row["path"] not in NOT_THERE:
            assert response.status_code == 403, what
            assert response.json()["detail"] == "the user's consent is for organization 2 alone, and this is about 1", what
        if names_nothing(row):
            response = ask(api, row, "?confirmed=true")
            # 403: a body can name a connection.
            assert response.status_code in (200, 400, 403), f"{row['path']}: {response.text}"
            assert not (NAMES - {"olivia.owner@example.com"}) & texts_in(response.text), f"{row['path']}: {response.text}"
    after = everything(owner)
    assert [path for path in before if before[path] != after[path]] == []


def test_a_consent_to_one_organization_tells_of_no_role_in_another(limited):
    owner, api = limited
    assert len(owner.ok("GET", "/users/1001/user-organization-roles")["userOrganizationRoles"]) == 2
    roles = api.ok("GET", "/users/1001/user-organization-roles")["userOrganizationRoles"]
    assert [role["organizationId"] for role in roles] == [2]
    assert api.ok("GET", "/users/1001/user-team-roles")["userTeamRoles"] == []


# -- what others are, elsewhere ----------------------------------------------------------------------

@pytest.mark.parametrize("path, member", [
    ("/organizations/1/user-organization-roles", "userOrganizationRoles"), ("/teams/1/user-team-roles", "userTeamRoles"),
])
def test_the_roles_listed_for_a_place_are_those_of_that_place(start, path, member):
    """Whatever else the query asks for: another user's other roles are that user's own affair."""
    server = start(fixture=fixture_of(lambda fixture: (
        fixture["teams"].append({"id": 3, "name": "Abroad", "organizationId": 2}),
        fixture["users"].append(user_with(3002, organizations=[(1, "Member"), (2, "Owner")], teams=[(1, "Team member"), (3, "Team admin")])))))
    place = "teamId" if "team" in path else "organizationId"
    listed = Api(server).ok("GET", path)[member]
    assert {role[place] for role in listed} == {1} and 3002 in {role["userId"] for role in listed}
    assert {role[place] for role in Api(server).ok("GET", f"{path}?userId=3002")[member]} == {1}


def test_a_team_that_is_gone_is_in_nobodys_list_of_roles(still):
    team = still.ok("POST", "/teams", {"name": "Short-lived", "organizationId": 1})["team"]["id"]
    assert team in [role["teamId"] for role in still.ok("GET", "/users/1001/user-team-roles")["userTeamRoles"]]
    still.ok("DELETE", f"/teams/{team}?confirmed=true")
    assert [role["teamId"] for role in still.ok("GET", "/users/1001/user-team-roles")["userTeamRoles"]] == [1, 2]


# -- roles that users make ---------------------------------------------------------------------------

@pytest.fixture
def watched(start):
    """(the owner of organization 1, a plain member with the role Watcher in team 1, permissions by name, the role's number)."""
    server = start(fixture=fixture_with_users(user_with(3001, organizations=[(1, "Member")]),
                                              user_with(3002, organizations=[(2, "Owner")], teams=[(2, "Team monitoring")])))
    owner = Api(server)
    permissions = {row["name"]: row["id"] for row in owner.ok("GET", "/users/roles/permissions")["usersRolesPermissions"]}
    role = owner.ok("POST", "/users/custom-roles", {"name": "Watcher", "category": "team", "organizationId": 1,
                                                    "permissions": [permissions["scenario view"]]})["role"]["id"]
    owner.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": role})
    return owner, Api(server, uuid(3001)), permissions, role


@pytest.mark.parametrize("query", ["?organizationId=1", ""])
def test_a_member_cannot_give_its_own_role_more_permissions(watched, query):
    owner, member, permissions, role = watched
    more = {"permissions": [permissions["scenario view"], permissions["scenario edit"]]}
    response = member("PATCH", f"/users/custom-roles/{role}{query}", more)
    assert_refused(member("PATCH", "/scenarios/1", {"name": "Mine now"}), 403, "SC403", "scenario edit")
    assert_refused(response, 403, "SC403", "organization user add and edit")
    assert owner.ok("GET", f"/users/roles/{role}")["usersRole"]["permissions"] == ["scenario view"]


@pytest.mark.parametrize("query", ["?organizationId=1", ""])
def test_a_member_cannot_delete_a_role(watched, query):
    owner, member, _, role = watched
    response = member("DELETE", f"/users/custom-roles/{role}{query}")
    assert_refused(response, 403, "SC403", "organization user add and edit")
    assert owner.ok("GET", f"/users/roles/{role}")["usersRole"]["name"] == "Watcher"


@pytest.mark.parametrize("query", ["?organizationId=2", ""])
def test_the_owner_of_another_organization_does_not_find_the_role(watched, query):
    owner, _, _, role = watched
    other = Api(owner.server, uuid(3002))
    assert_refused(other("PATCH", f"/users/custom-roles/{role}{query}", {"permissions": []}), 404, "SC404")
    assert_refused(other("DELETE", f"/users/custom-roles/{role}{query}"), 404, "SC404")


def test_a_role_cannot_take_the_name_of_another(watched):
    """A name is what a membership has: who bears it would get what the other one allows, in any organization."""
    owner, _, permissions, role = watched
    monitor = Api(owner.server, uuid(3002))
    response = owner("PATCH", f"/users/custom-roles/{role}", {
        "organizationId": 1, "name": "Team monitoring", "permissions": [permissions["scenario view"], permissions["scenario edit"]]})
    assert_refused(monitor("PATCH", "/scenarios/3", {"name": "Mine now"}), 403, "SC403", "scenario edit")
    assert_refused(response, 400, "IM005", "^name: is another role's")


def test_a_role_that_is_renamed_stays_with_those_who_have_it(watched):
    owner, member, _, role = watched
    assert member.ok("GET", "/scenarios/1")["scenario"]["id"] == 1
    owner.ok("PATCH", f"/users/custom-roles/{role}", {"organizationId": 1, "name": "Observer"})
    assert member.ok("GET", "/scenarios/1")["scenario"]["id"] == 1


def test_a_role_is_made_for_an_organization(start):
    server = start(fixture=fixture_with_users(user_with(3000)))
    before = Api(server).ok("GET", "/users/roles?organizationId=1")
    body = {"name": "Nobody's", "category": "team", "permissions": []}
    for token in (uuid(3000), uuid(1001)):
        assert_refused(Api(server, token)("POST", "/users/custom-roles", body), 400, "IM005", "^organizationId: is missing")
    assert Api(server).ok("GET", "/users/roles?organizationId=1") == before


def test_an_invitation_takes_no_role_away(start):
    server = start(fixture=fixture_with_users(user_with(3001, organizations=[(1, "Member")])))
    response = Api(server)("POST", "/organizations/1/invite", {"email": "user3001@example.com", "usersRoleId": None})
    assert Api(server, uuid(3001)).get("/organizations/1").status_code == 200
    assert_refused(response, 400, "IM005", "^usersRoleId: ")


# -- one call, two places that say whose ---------------------------------------------------------------

@pytest.mark.parametrize("path, body, member", [
    ("/scenarios?teamId=1", {"name": "Torn", "teamId": 2}, "teamId"),
    ("/data-stores?teamId=1", {"name": "Torn", "teamId": 2, "maxSizeMB": 1}, "teamId"),
    ("/teams?organizationId=1", {"name": "Torn", "organizationId": 2}, "organizationId"),
    ("/agent/register?organizationId=1", {"name": "Torn", "organizationId": 2}, "organizationId"),
])
def test_a_new_document_says_whose_it_is_as_lists_do(start, path, body, member):
    """Query and body name different owners: the call is refused, or the document belongs where it says."""
    def owner_of_both(fixture):
        fixture["users"][0]["organizations"] = [{"id": 1, "role": "Owner"}, {"id": 2, "role": "Owner"}]
    api = Api(start(fixture=fixture_of(owner_of_both)))
    response = api("POST", path, body)
    if response.status_code == 200:
        (document,) = response.json().values()
        listing = {"/agent/register": "/agents"}.get(path.split("?")[0], path.split("?")[0])
        answer = api.ok("GET", f"{listing}?{member}={document[member]}")
        assert document["id"] in [row["id"] for key, rows in answer.items() if key != "pg" for row in rows]
    else:
        assert response.status_code in (400, 404), response.text


@pytest.mark.parametrize("method, path", [
    ("PATCH", "/data-stores/1/data/customer-1"), ("PUT", "/data-stores/1/data/customer-1"),
    ("POST", "/scenarios/1/custom-properties"), ("POST", "/hooks/1/set-data"), ("POST", "/connections/1/set-data"),
])
def test_what_a_body_keeps_for_its_client_names_no_team(still, method, path):
    """A record's members, and what a scenario, a hook or a connection was given, are the client's own."""
    response = still(method, path, {"teamId": "red", "organizationId": 9})
    assert response.status_code == 200, response.text


def test_a_copy_of_a_data_structure_goes_to_the_team_that_is_asked_for(start):
    """@makehq/sdk: CloneDataStructureBody has targetTeamId, "ID of the team where the clone will be created"."""
    server = start(fixture=fixture_with_users(user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team admin")])))
    owner, member = Api(server), Api(server, uuid(3001))
    path = "/data-structures/1/clone"
    assert_refused(member("POST", path, {"name": "Copy", "targetTeamId": 2}), 403, "SC403", "udt add")
    assert_refused(owner("POST", path, {"name": "Copy", "targetTeamId": 99}), 404, "SC404")
    copy = owner.ok("POST", path, {"name": "Copy", "targetTeamId": 2})["dataStructure"]
    assert copy["teamId"] == 2
    assert copy["id"] in [row["id"] for row in owner.ok("GET", "/data-structures?teamId=2")["dataStructures"]]


def test_a_copy_of_a_scenario_goes_to_the_team_that_is_asked_for(start):
    owner = Api(start(fixture=fixture_of()))
    blueprint = {"name": "Made here", "flow": [{"id": 1, "module": "http:ActionSendData"}], "metadata": {}}
    source = owner.ok("POST", "/scenarios", scenario(blueprint=blueprint))["scenario"]["id"]
    before = owner.ok("GET", "/scenarios?teamId=1")
    copy = owner.ok("POST", f"/scenarios/{source}/clone?organizationId=1", {"name": "Copy", "teamId": 2})["scenario"]
    assert copy["teamId"] == 2
    assert copy["id"] in [row["id"] for row in owner.ok("GET", "/scenarios?teamId=2")["scenarios"]]
    assert owner.ok("GET", "/scenarios?teamId=1") == before
    assert owner.ok("GET", f"/scenarios/{copy['id']}/blueprint")["response"]["blueprint"] == {**blueprint, "name": "Copy"}
    assert_refused(owner("POST", "/scenarios/1/clone", {"name": "Copy", "teamId": "2"}), 400, "IM005", "^teamId: is no number")


@pytest.mark.parametrize("method, path, body, detail", [
    ("POST", "/scenarios?teamId=1", {"name": "Torn", "teamId": 2}, "^teamId: is 1 in the query and 2 in the body; expected the same number"),
    ("POST", "/teams/1/variables", {"name": "x", "typeId": 1, "value": "x", "teamId": 2}, "^teamId: is 1 in the path and 2 in the body"),
    ("GET", "/teams/1/variables?teamId=2", None, "^teamId: is 1 in the path and 2 in the query"),
])
def test_two_places_that_name_different_owners_are_told_so(still, method, path, body, detail):
    assert_refused(still(method, path, body), 400, "IM005", detail)


def test_another_users_token_does_not_open_what_the_first_may(start):
    """Both through the same client and scopes: the role is the user's."""
    server = start(fixture=fixture_with_users(user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team monitoring")])))
    scope = "openid scenarios:read scenarios:write"
    one, other = (Api(server, sign_in(server, scope=scope, login_hint=sub)["access_token"], "Bearer") for sub in ("1001", "3001"))
    assert one("PATCH", "/scenarios/1", {"name": "Renamed"}).status_code == 200
    assert other.get("/scenarios/1").status_code == 200
    assert_refused(other("PATCH", "/scenarios/1", {"name": "Again"}), 403, "SC403", "user '3001' has Team monitoring there")
