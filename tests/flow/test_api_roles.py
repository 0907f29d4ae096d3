"""What the role of a token's user allows, in the organization or team concerned."""

import re

import pytest
from support import redeem
from support_api import (OPERATIONS, OWNER_TOKEN, PERMISSIONS, SCOPES, Api, assert_refused, collection_of, fixture_of, missing,
                         path_of, user_with, uuid)
from support_pages import begin

pytestmark = pytest.mark.tenants

ROLES = {kind: sorted({role for (of, _), roles in PERMISSIONS.items() if of == kind for role in roles})
         for kind in ("organization", "team")}
STRANGER = uuid(3000)
# What these are about does not exist in the fixture, which is told first: a deleted scenario, and a custom role.
NOT_THERE = {"/scenarios/{scenarioId}/restore", "/users/custom-roles/{id}"}


def with_users(*users):
    return fixture_of(lambda fixture: fixture["users"].extend(users))


def may(kind, role, permission):
    """What roles.tsv says of somebody who has this role in organization 1, or in team 1 of it, and no other."""
    wanted, _, name = permission.partition(":")
    if kind == wanted:
        return role in PERMISSIONS[wanted, name]
    is_everywhere = kind == "organization" and role in PERMISSIONS["organization", "access all teams"]
    return is_everywhere and "Team admin" in PERMISSIONS[wanted, name]


def test_the_table_has_ten_roles():
    assert (len(ROLES["organization"]), len(ROLES["team"])) == (5, 5)


@pytest.mark.parametrize("kind, role", [(kind, role) for kind, roles in ROLES.items() for role in roles])
def test_a_role_allows_what_its_table_says_and_nothing_else(start, kind, role):
    places = {"organizations": [(1, role)]} if kind == "organization" else {"teams": [(1, role)]}
    server = start(fixture=with_users(user_with(3001, **places)))
    api = Api(server, uuid(3001))
    rows = [row for row in OPERATIONS if row["permission"].startswith(("team:", "organization:"))]
    looked_at = 0
    methods = ["GET", "PATCH", "PUT", "POST", "DELETE"]
    for row in sorted(rows, key=lambda row: ("transfer" in row["path"], methods.index(row["method"]))):
        member = "teamId" if row["permission"].startswith("team:") else "organizationId"
        query = f"?{member}=1" if f"{{{member}}}" not in row["path"] and "{" not in row["path"] else ""
        response = api(row["method"], path_of(row) + query, {} if row["method"] != "GET" else None)
        what = f"{role}: {row['method']} {row['path']}: {response.status_code} {response.text}"
        permission = row["permission"].partition(":")[2]
        if may(kind, role, row["permission"]):
            assert response.status_code != 403 or f"'{permission}'" not in response.text, what
            assert row["method"] != "GET" or response.status_code == 200, what
            looked_at += response.status_code == 200
        else:
            is_hidden = kind == "team" and row["permission"].startswith("organization:") and "{" in row["path"]
            assert response.status_code == 403 or is_hidden or row["path"] in NOT_THERE, what
            said = response.json()["detail"]
            hidden = missing(collection_of(row))[0]
            assert response.status_code == hidden or f"must allow '{permission}'" in said, what
            assert response.status_code == 403 or row["path"] in NOT_THERE or re.match("there is no .+ '.+' that you can see$", said), what
    assert looked_at > 0 or role in ("App developer", "Accountant")


def test_the_owner_of_an_organization_is_an_admin_of_each_of_its_teams(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Owner")]), user_with(3002, organizations=[(1, "Admin")])))
    assert Api(server, uuid(3001)).ok("PATCH", "/scenarios/3", {"name": "Renamed"})["scenario"]["teamId"] == 2
    body = assert_refused(Api(server, uuid(3002))("PATCH", "/scenarios/3", {"name": "Again"}), 403, "SC403")
    assert body["detail"] == "the user's role in team 2 must allow 'scenario edit'; user '3002' has no role there"


def test_of_a_document_elsewhere_it_is_not_said_that_it_exists(start):
    """The same answer, but for the number, as for one that is not there."""
    server = start(fixture=with_users(user_with(3000, organizations=[(2, "Owner")])))
    api = Api(server, STRANGER)
    hidden = assert_refused(api.get("/scenarios/1"), 404, "SC404")
    assert set(hidden) == set(assert_refused(api.get("/scenarios/99"), 404, "SC404"))
    assert api.ok("GET", "/scenarios")["scenarios"] == []
    assert_refused(api("DELETE", "/scenarios/1"), 404, "SC404")
    assert Api(server).ok("GET", "/scenarios/1")["scenario"]["id"] == 1


def test_a_team_or_organization_that_the_call_names_is_refused_to_strangers(start):
    server = start(fixture=with_users(user_with(3000)))
    api = Api(server, STRANGER)
    for path in ("/scenarios?teamId=1", "/teams/1", "/organizations/1", "/teams?organizationId=1", "/users?organizationId=1"):
        assert_refused(api.get(path), 403, "SC403", "has no role there")
    assert_refused(api("POST", "/scenarios", {"teamId": 1, "name": "Mine"}), 403, "SC403", "scenario add")
    assert_refused(api.get("/scenarios?teamId=99"), 404, "SC404")


def test_the_team_that_is_named_has_to_be_the_documents(start):
    server = start(fixture=fixture_of())
    assert Api(server).get("/scenarios/1?teamId=1").status_code == 200
    assert_refused(Api(server).get("/scenarios/1?teamId=2"), 404, "SC404", "does not belong to teamId 2")
    assert_refused(Api(server).get("/teams/1?organizationId=2"), 404, "SC404", "does not belong to organizationId 2")


def test_a_list_shows_what_the_role_lets_see(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")], teams=[(2, "Team member")])))
    assert [row["id"] for row in Api(server, uuid(3001)).ok("GET", "/scenarios")["scenarios"]] == [3]
    assert [row["id"] for row in Api(server).ok("GET", "/scenarios")["scenarios"]] == [1, 2, 3, 4]
    assert [row["id"] for row in Api(server, uuid(3001)).ok("GET", "/teams")["teams"]] == [2]


def role_number(api, name):
    return next(role["id"] for role in api.ok("GET", "/users/roles")["usersRoles"] if role["name"] == name)


def test_a_role_that_changes_counts_from_the_next_call_on(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team member")])))
    owner, api = Api(server), Api(server, uuid(3001))
    assert api("PATCH", "/scenarios/1", {"name": "One"}).status_code == 200
    answer = owner.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": role_number(owner, "Team monitoring")})
    assert answer["userTeamRole"]["role"] == "Team monitoring"
    assert_refused(api("PATCH", "/scenarios/1", {"name": "Two"}), 403, "SC403", "user '3001' has Team monitoring there")
    assert owner.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": None}) == {"userTeamRole": None}
    assert_refused(api.get("/scenarios?teamId=1"), 403, "SC403", "has no role there")
    assert owner.ok("GET", "/scenarios/1")["scenario"]["name"] == "One"


def test_who_may_not_give_roles_gives_none(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team member")])))
    api = Api(server, uuid(3001))
    assert_refused(api("POST", "/users/3001/user-team-roles/1", {"usersRoleId": 6}), 403, "SC403", "team user add and edit")
    assert_refused(api("POST", "/users/3001/user-organization-roles/1", {"usersRoleId": 1}), 403, "SC403",
                   "organization user add and edit")


@pytest.mark.parametrize("body, detail", [
    ({}, "usersRoleId: is missing"), ({"usersRoleId": "x"}, "usersRoleId: is no number"),
    ({"usersRoleId": 1}, "usersRoleId: is one of the category organization; expected one of the category team"),
])
def test_a_role_that_is_none_of_a_team_is_refused(start, body, detail):
    server = start(fixture=fixture_of())
    assert_refused(Api(server)("POST", "/users/1002/user-team-roles/1", body), 400, "IM005", detail)
    assert_refused(Api(server)("POST", "/users/1002/user-team-roles/1", {"usersRoleId": 999}), 404, "SC404", "no role 999")


def test_a_role_that_users_made_counts_like_a_built_in_one(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")])))
    owner, api = Api(server), Api(server, uuid(3001))
    permissions = {row["name"]: row["id"] for row in owner.ok("GET", "/users/roles/permissions")["usersRolesPermissions"]}
    role = owner.ok("POST", "/users/custom-roles", {
        "name": "Watcher", "category": "team", "organizationId": 1, "permissions": [permissions["scenario view"]]})["role"]
    owner.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": role["id"]})
    assert api.ok("GET", "/scenarios/1")["scenario"]["id"] == 1
    assert_refused(api("PATCH", "/scenarios/1", {"name": "x"}), 403, "SC403", "has Watcher there")
    owner.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": None})
    assert owner.ok("DELETE", f"/users/custom-roles/{role['id']}", {"organizationId": 1}) == {"roleId": role["id"]}
    again = owner.ok("POST", "/users/custom-roles", {
        "name": "Watcher", "category": "team", "organizationId": 1, "permissions": [permissions["scenario view"]]})["role"]
    assert again["id"] != role["id"]
    assert_refused(api.get("/scenarios/1"), 403, "SC403", "has no role there")


@pytest.mark.parametrize("category, path", [("team", "user-team-roles"), ("organization", "user-organization-roles")])
def test_a_role_that_somebody_has_is_not_deleted(start, category, path):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")]), user_with(3002, organizations=[(1, "Member")])))
    owner = Api(server)
    role = owner.ok("POST", "/users/custom-roles", {"name": "Watcher", "category": category, "organizationId": 1, "permissions": []})["role"]["id"]
    for user in (3001, 3002):
        owner.ok("POST", f"/users/{user}/{path}/1", {"usersRoleId": role})
    before = owner.ok("GET", "/users/roles?organizationId=1"), owner.ok("GET", f"/users/3001/{path}/1")
    assert_refused(owner("DELETE", f"/users/custom-roles/{role}", {"organizationId": 1}), 400, "IM005",
                   "^id: 'Watcher' is the role of user 3001, 3002; expected a role that nobody has")
    assert before == (owner.ok("GET", "/users/roles?organizationId=1"), owner.ok("GET", f"/users/3001/{path}/1"))


def test_custom_roles_are_listed_for_the_organization_that_is_named(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(2, "Owner")])))
    owner = Api(server)
    role = owner.ok("POST", "/users/custom-roles", {"name": "Watcher", "category": "team", "organizationId": 1, "permissions": []})["role"]["id"]
    ids = lambda api, query: [row["id"] for row in api.ok("GET", "/users/roles" + query)["usersRoles"]]  # noqa: E731
    assert role not in ids(owner, "") and role not in ids(owner, "?category=team") and ids(owner, f"?roleId={role}") == []
    assert role in ids(owner, "?organizationId=1") and role in ids(owner, "?teamId=2")
    assert ids(owner, f"?organizationId=1&roleId={role}") == [role]
    assert role not in ids(Api(server, uuid(3001)), "?organizationId=2")
    assert owner.ok("GET", f"/users/roles/{role}")["usersRole"]["name"] == "Watcher"


def test_columns_of_roles_are_chosen(start):
    api = Api(start(fixture=fixture_of()))
    assert api.ok("GET", "/users/roles?cols[]=id&cols[]=name&category=organization")["usersRoles"][0] == {"id": 1, "name": "Owner"}
    assert api.ok("GET", "/users/roles?cols[]=*") == api.ok("GET", "/users/roles")
    assert_refused(api.get("/users/roles?cols[]=nope"), 400, "IM005", r"^cols\[\]: 'nope' is no column of roles")


@pytest.mark.parametrize("change, detail", [
    ({"name": "Watch\ner"}, "^name: holds a control character"), ({"name": "Watch\ter\nadmin"}, "^name: holds a control character"),
    ({"name": ""}, "^name: is missing or empty"), ({"name": None}, "^name: is missing or empty"), ({"name": "x" * 256}, "^name: is too long"),
    ({"name": "Owner"}, "^name: is another role's"), ({"name": "Other"}, "^name: is another role's"),
    ({"category": "organization", "permissions": []}, "^category: cannot be changed; expected team"), ({"category": "x"}, "^category: is none"),
    ({"description": 7}, "^description: is no text"), ({"permissions": "x"}, "^permissions: is no list"),
    ({"permissions": [0]}, "^permissions: has one"), ({"permissions": [1]}, "^permissions: has one"), ({"permissions": ["1"]}, "^permissions: has one"),
])
def test_what_a_role_cannot_be_it_is_neither_made_nor_changed_to(start, change, detail):
    owner = Api(start(fixture=fixture_of()))
    body = {"name": "Watcher", "category": "team", "organizationId": 1, "permissions": []}
    role = owner.ok("POST", "/users/custom-roles", body)["role"]["id"]
    owner.ok("POST", "/users/custom-roles", {**body, "name": "Other"})
    before = owner.ok("GET", "/users/roles?organizationId=1")
    assert_refused(owner("PATCH", f"/users/custom-roles/{role}", change), 400, "IM005", detail)
    if "cannot be changed" not in detail:
        assert_refused(owner("POST", "/users/custom-roles", {**body, "name": "New", **change}), 400, "IM005", detail)
    assert owner.ok("GET", "/users/roles?organizationId=1") == before


def test_two_organizations_have_roles_of_the_same_name_and_each_its_own(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member"), (2, "Owner")]),
                                     user_with(3002, organizations=[(1, "Member"), (2, "Member")])))
    owner, other = Api(server), Api(server, uuid(3001))
    permissions = {row["name"]: row["id"] for row in owner.ok("GET", "/users/roles/permissions")["usersRolesPermissions"]}
    body = {"name": "Watcher", "category": "team", "permissions": []}
    here = owner.ok("POST", "/users/custom-roles", {**body, "organizationId": 1})["role"]["id"]
    there = other.ok("POST", "/users/custom-roles", {**body, "organizationId": 2, "permissions": [permissions["scenario view"]]})["role"]["id"]
    team = other.ok("POST", "/teams", {"name": "Abroad", "organizationId": 2})["team"]["id"]
    assert owner.ok("POST", "/users/3002/user-team-roles/1", {"usersRoleId": here})["userTeamRole"]["usersRoleId"] == here
    assert_refused(Api(server, uuid(3002)).get("/scenarios/1"), 403, "SC403", "has Watcher there")
    assert_refused(other("POST", f"/users/3002/user-team-roles/{team}", {"usersRoleId": here}), 400, "IM005",
                   "^usersRoleId: is another organization's role; expected one of organization 2")
    assert other.ok("POST", f"/users/3002/user-team-roles/{team}", {"usersRoleId": there})["userTeamRole"]["usersRoleId"] == there
    assert Api(server, uuid(3002)).ok("GET", f"/scenarios?teamId={team}")["scenarios"] == []


def test_nobody_but_the_owner_makes_an_owner(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Admin")]), user_with(3002)))
    admin, owner_role = Api(server, uuid(3001)), role_number(Api(server), "Owner")
    for path, body in (("/users/3001/user-organization-roles/1", {}), ("/organizations/1/invite", {"email": "user3002@example.com"})):
        assert_refused(admin("POST", path, {**body, "usersRoleId": owner_role}), 403, "SC403", "only the owner can give the organization away")
    assert admin.ok("GET", "/users/3001/user-organization-roles/1")["userOrganizationRole"]["role"] == "Admin"
    assert Api(server).ok("POST", "/users/3001/user-organization-roles/1", {"usersRoleId": owner_role})["userOrganizationRole"]["role"] == "Owner"


@pytest.mark.parametrize("body, status, detail", [
    ({}, 400, "^userId: is missing"), ({"userId": 3001}, 400, "^userId: is no member"), ({"userId": 99}, 404, "no user 99"),
])
def test_ownership_goes_to_nobody_else(start, body, status, detail):
    owner = Api(start(fixture=with_users(user_with(3001))))
    response = owner("POST", "/organizations/1/user-organization-roles/transfer", body)
    assert_refused(response, status, "IM005" if status == 400 else "SC404", detail)
    assert owner.ok("GET", "/users/1001/user-organization-roles/1")["userOrganizationRole"]["role"] == "Owner"


def test_who_leaves_an_organization_leaves_its_teams(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member"), (2, "Member")], teams=[(1, "Team admin"), (2, "Team member")])))
    owner, api = Api(server), Api(server, uuid(3001))
    assert api.ok("GET", "/scenarios/1")["scenario"]["id"] == 1
    assert owner.ok("POST", "/users/3001/user-organization-roles/1", {"usersRoleId": None}) == {"userOrganizationRole": None}
    assert_refused(api.get("/scenarios/1"), 404, "SC404")
    assert [row["organizationId"] for row in api.ok("GET", "/users/3001/user-organization-roles")["userOrganizationRoles"]] == [2]
    assert api.ok("GET", "/users/3001/user-team-roles")["userTeamRoles"] == []


def test_an_organization_that_is_gone_leaves_no_role(start):
    owner = Api(start(fixture=fixture_of()))
    assert len(owner.ok("GET", "/users/1001/user-team-roles")["userTeamRoles"]) == 2
    owner.ok("DELETE", "/organizations/1?confirmed=true")
    assert [row["organizationId"] for row in owner.ok("GET", "/users/1001/user-organization-roles")["userOrganizationRoles"]] == [2]
    assert owner.ok("GET", "/users/1001/user-team-roles")["userTeamRoles"] == []


def test_a_users_roles_are_listed_by_organization_and_team(start):
    owner = Api(start(fixture=fixture_of()))
    of = lambda path: [row.get("teamId", row["organizationId"] if "organizationId" in row else None)  # noqa: E731
                       for rows in owner.ok("GET", f"/users/1001/{path}").values() for row in rows]
    assert of("user-organization-roles?organizationId=2") == [2]
    assert of("user-team-roles?organizationId=1") == [1, 2]
    assert of("user-team-roles?organizationId=2") == []
    assert of("user-team-roles?teamId=2") == [2]


def test_ownership_goes_to_another_member(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Admin")])))
    owner, other = Api(server), Api(server, uuid(3001))
    assert_refused(other("POST", "/organizations/1/user-organization-roles/transfer", {"userId": 3001}), 403, "SC403",
                   "only the owner")
    owner.ok("POST", "/organizations/1/user-organization-roles/transfer", {"userId": 3001})
    roles = {row["userId"]: row["role"] for row in
             other.ok("GET", "/organizations/1/user-organization-roles")["userOrganizationRoles"]}
    assert (roles[3001], roles[1001]) == ("Owner", "Admin")


def test_consent_to_one_organization_opens_no_other(start):
    def two_owners(fixture):
        fixture["users"][0]["organizations"] = [{"id": 1, "role": "Owner"}, {"id": 2, "role": "Owner"}]
        fixture["teams"].append({"id": 3, "name": "Abroad", "organizationId": 2})
        fixture["resources"] = {"scenarios": [{"id": 1, "name": "Here", "teamId": 1}, {"id": 2, "name": "There", "teamId": 3}]}
    server = start("--login", "page", fixture=fixture_of(two_owners))
    token = redeem(server, consented(server, "2")).json()["access_token"]
    api = Api(server, token, "Bearer")
    assert api.ok("GET", "/users/me/current-authorization")["authorization"]["organizationId"] == 2
    assert api.ok("GET", "/scenarios/2")["scenario"]["name"] == "There"
    assert [row["id"] for row in api.ok("GET", "/scenarios")["scenarios"]] == [2]
    detail = "the user's consent is for organization 2 alone, and this is about 1"
    for method, path in (("GET", "/scenarios/1"), ("PATCH", "/scenarios/1"), ("GET", "/teams/1"), ("GET", "/scenarios?teamId=1")):
        assert_refused(api(method, path, {} if method == "PATCH" else None), 403, "SC403", detail)
    assert Api(server, OWNER_TOKEN).ok("GET", "/scenarios/1")["scenario"]["name"] == "Here"


def consented(server, organization):
    """The code of a sign-in whose user chose this organization on the page."""
    visit = begin(server.browser(), scope=f"openid {' '.join(SCOPES)}", prompt="login").submit(user="1001")
    return visit.submit(decision="approve", organization=organization).params["code"]
