"""What nobody gets at: another organization's documents, rights beyond one's own, and what was taken away meanwhile."""

import concurrent.futures
import json

import pytest
from support import redeem
from support_api import SCOPES, Api, assert_refused, bearer, fixture_of, missing, user_with, uuid
from support_clock import start_at
from support_pages import begin

pytestmark = pytest.mark.tenants

AGENT, SYSTEM, REQUEST = uuid(71), uuid(73), uuid(61)
PADDING = json.dumps([{"a": number} for number in range(50_000)])  # takes a moment to be read


def with_users(*users, change=None):
    def both(fixture):
        fixture["teams"].append({"id": 3, "name": "Abroad", "organizationId": 2})
        fixture["users"].extend(users)
        if change:
            change(fixture)
    return fixture_of(both)


def owner_abroad():
    return user_with(3000, organizations=[(2, "Owner")], teams=[(3, "Team admin")])


def owner_of_both(fixture):
    fixture["users"][0]["organizations"] = [{"id": 1, "role": "Owner"}, {"id": 2, "role": "Owner"}]


def limited_to(server, organization):
    """The token of user 1001, who chose this organization when consenting."""
    visit = begin(server.browser(), scope=f"openid {' '.join(SCOPES)}", prompt="login").submit(user="1001")
    return redeem(server, visit.submit(decision="approve", organization=organization).params["code"]).json()["access_token"]


def role_number(api, name):
    return next(role["id"] for role in api.ok("GET", "/users/roles")["usersRoles"] if role["name"] == name)


# -- another organization's documents -------------------------------------------------------------------

@pytest.mark.parametrize("method, path, body", [
    ("GET", f"/agents/{AGENT}", None), ("PATCH", f"/agents/{AGENT}", {"name": "Taken"}), ("DELETE", f"/agents/{AGENT}", None),
    ("GET", f"/connected-systems/{SYSTEM}", None), ("PATCH", f"/connected-systems/{SYSTEM}", {"name": "Taken"}),
    ("GET", "/private-spaces/1", None), ("PATCH", "/private-spaces/1", {"name": "Taken"}),
    ("GET", "/custom-property-structures/1/custom-property-structure-items", None),
    ("POST", "/custom-property-structures/1/custom-property-structure-items", {"name": "x", "label": "x", "type": "shortText"}),
    ("DELETE", "/custom-property-structures/custom-property-structure-items/1", None),
])
def test_naming_ones_own_team_opens_no_other_organization(start, method, path, body):
    stranger = Api(start(fixture=with_users(owner_abroad())), uuid(3000))
    status, code = missing(path.split("/")[1])
    hidden = assert_refused(stranger(method, f"{path}?teamId=3&confirmed=true", body), status, code, "^there is no ")
    assert hidden == assert_refused(stranger(method, f"{path}?confirmed=true", body), status, code)
    if body:
        assert_refused(stranger(method, path, {**body, "teamId": 3}), status, code)


def test_naming_a_team_does_not_widen_a_consent(start):
    server = start("--login", "page", fixture=with_users(change=owner_of_both))
    api = Api(server, limited_to(server, "2"), "Bearer")
    assert_refused(api.get(f"/agents/{AGENT}"), 403, "SC403", "consent is for organization 2 alone")
    assert_refused(api.get(f"/agents/{AGENT}?teamId=3"), *missing("agents"), "does not belong to teamId 3")


def test_an_organizations_document_does_not_go_with_a_team_that_was_named(start):
    api = Api(start(fixture=fixture_of()))
    agent = api.ok("POST", "/agent/register?teamId=1", {"name": "Server room 2", "organizationId": 1})["agent"]["id"]
    api.ok("DELETE", "/teams/1?confirmed=true")
    assert api.ok("GET", f"/agents/{agent}")["agent"]["name"] == "Server room 2"


def test_what_is_hidden_is_like_what_is_not_there(start):
    stranger = Api(start(fixture=with_users(owner_abroad())), uuid(3000))
    for path, number, other in (("/scenarios/{}", "1", "99"), ("/connections/{}", "1", "99"), ("/data-stores/{}/data", "1", "99"),
                                ("/agents/{}", AGENT, uuid(99)), ("/scenarios/{}?teamId=1", "1", "99"), ("/scenarios/{}?teamId=2", "1", "99")):
        said = [assert_refused(stranger.get(path.format(it)), *missing(path.split("/")[1]))["detail"].replace(it, "X")
                for it in (number, other)]
        assert said[0] == said[1], path


def test_new_teams_and_organizations_are_listed_to_their_people_alone(start):
    server = start(fixture=with_users(user_with(3000)))
    owner, stranger = Api(server), Api(server, uuid(3000))
    organization = owner.ok("POST", "/organizations", {"name": "Secret"})["organization"]["id"]
    team = owner.ok("POST", "/teams", {"name": "Secret", "organizationId": organization})["team"]["id"]
    for query in ("", f"?organizationId={organization}"):
        assert organization in [row["id"] for row in owner.ok("GET", "/organizations" + query)["organizations"]]
    for query in ("", f"?organizationId={organization}", f"?teamId={team}"):
        assert team in [row["id"] for row in owner.ok("GET", "/teams" + query)["teams"]]
    assert stranger.ok("GET", "/organizations")["organizations"] == []
    assert stranger.ok("GET", "/teams")["teams"] == []


def test_the_members_of_a_team_are_listed_to_those_who_may_see_it(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")])))
    assert_refused(Api(server, uuid(3001)).get("/users?teamId=2"), 403, "SC403", "has no role there, in team 2")
    assert [user["id"] for user in Api(server).ok("GET", "/users?teamId=2")["users"]] == [1001]


def test_a_credential_is_not_moved_to_another_request(start):
    server = start(fixture=with_users(owner_abroad()))
    stranger, owner = Api(server, uuid(3000)), Api(server)
    made = stranger.ok("POST", "/credential-requests/actions/create", {"teamId": 3, "name": "x", "credentials": [{"appName": "http"}]})
    credential = made["credentials"][0]["id"]
    declined = stranger.ok("POST", f"/credential-requests/credentials/{credential}/decline", {"requestId": REQUEST, "reason": "no"})
    assert (declined["credential"]["requestId"], declined["credential"]["declineReason"]) == (made["request"]["id"], "no")
    detail = owner.ok("GET", f"/credential-requests/requests/{REQUEST}/detail")["requestDetail"]
    assert [row["id"] for row in detail["credentials"]] == [uuid(62)]


# -- rights beyond one's own --------------------------------------------------------------------------------

def test_who_may_start_a_scenario_does_not_edit_it_that_way(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team operator")])))
    api = Api(server, uuid(3001))
    assert_refused(api("PATCH", "/scenarios/2", {"name": "Taken"}), 403, "SC403")
    before = Api(server).ok("GET", "/scenarios/2")["scenario"]
    for action in ("start", "stop"):
        api.ok("POST", f"/scenarios/2/{action}", {"name": "Taken", "scheduling": {"type": "on-demand"}})
    after = Api(server).ok("GET", "/scenarios/2")["scenario"]
    assert {name for name in after if after[name] != before[name]} <= {"lastEdit", "updatedByUser"}


def test_a_token_makes_no_api_token_that_may_more(start):
    server = start(fixture=fixture_of())
    weak = bearer(server, "openid user:write user:read")
    body = assert_refused(weak("POST", "/users/me/api-tokens", {"label": "x", "scope": ["user:read", "scenarios:read"]}), 403, "SC403")
    assert body["detail"] == "a token gives away scopes that it has itself; this one lacks 'scenarios:read'"
    made = weak.ok("POST", "/users/me/api-tokens", {"label": "x", "scope": ["user:read"]})["apiToken"]["token"]
    assert_refused(Api(server, made).get("/scenarios/1"), 403, "SC403")


def test_a_limited_consent_makes_no_api_token_without_limits(start):
    server = start("--login", "page", fixture=with_users(change=owner_of_both))
    api = Api(server, limited_to(server, "2"), "Bearer")
    assert_refused(api("POST", "/users/me/api-tokens", {"label": "x", "scope": ["scenarios:read"]}), 403, "SC403",
                   "consent is for organization 2 alone, and an API token opens all of them")


@pytest.mark.parametrize("role", [None, "Member", "Owner"])
def test_an_admin_changes_nothing_about_an_owner(start, role):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Admin")])))
    admin = Api(server, uuid(3001))
    assert_refused(admin("POST", "/users/1001/user-organization-roles/1", {"usersRoleId": role and role_number(admin, role)}), 403, "SC403",
                   "only the owner")
    assert Api(server).ok("GET", "/users/1001/user-organization-roles/1")["userOrganizationRole"]["role"] == "Owner"


def test_an_organization_keeps_an_owner(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Owner")])))
    owner = Api(server)
    assert owner.ok("POST", "/users/3001/user-organization-roles/1", {"usersRoleId": role_number(owner, "Member")})
    for role in (None, role_number(owner, "Admin")):
        assert_refused(owner("POST", "/users/1001/user-organization-roles/1", {"usersRoleId": role}), 400, "IM005",
                       "^usersRoleId: would leave the organization without an owner")


def test_in_a_team_is_who_is_in_its_organization(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team admin")]), user_with(3002)))
    admin = Api(server, uuid(3001))
    assert_refused(admin("POST", "/users/3002/user-team-roles/1", {"usersRoleId": role_number(admin, "Team member")}), 400, "IM005",
                   "^userId: has no role in the team's organization")


# -- what was taken away meanwhile -----------------------------------------------------------------------------

def while_it_goes_on(call, act, times=12):
    """Does `act` again and again while `call` is called `times` times; a call takes long to come in."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        job = pool.submit(lambda: [call(number) for number in range(times)])
        while not job.done():
            act()
        return job.result()


def padded(api, method, path, **members):
    text = json.dumps(members)[:-1] + f', "padding": {PADDING}}}'
    return api(method, path, data=text, headers={"Content-Type": "application/json"})


def test_a_role_that_was_taken_away_does_not_come_back_with_a_change_of_the_account(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Member")])))
    owner, user = Api(server), Api(server, uuid(3001))
    role = role_number(owner, "Team member")

    def give_and_take():
        owner.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": role})
        owner.ok("POST", "/users/3001/user-team-roles/1", {"usersRoleId": None})
        for _ in range(3):
            assert user.get("/scenarios?teamId=1").status_code == 403

    answers = while_it_goes_on(lambda number: padded(user, "PATCH", "/users/3001", name=f"User {number}"), give_and_take)
    assert {answer.status_code for answer in answers} == {200}
    assert user.ok("GET", "/users/me")["authUser"]["name"] == "User 11"


def test_who_was_removed_meanwhile_gives_no_role(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Admin")])))
    owner, admin = Api(server), Api(server, uuid(3001))
    role = role_number(owner, "Admin")

    def make_and_remove():
        owner.ok("POST", "/organizations/1/invite", {"email": "user3001@example.com", "usersRoleId": role})
        owner.ok("POST", "/users/3001/user-organization-roles/1", {"usersRoleId": None})
        for _ in range(3):
            assert admin.get("/organizations/1").status_code == 403

    owner.ok("POST", "/users/3001/user-organization-roles/1", {"usersRoleId": None})
    answers = while_it_goes_on(lambda _: padded(admin, "POST", "/users/3001/user-organization-roles/1", usersRoleId=role), make_and_remove)
    assert {answer.status_code for answer in answers} <= {200, 403}


def test_an_organization_has_one_owner_however_it_is_given_away(start):
    server = start(fixture=with_users(user_with(3001, organizations=[(1, "Admin")]), user_with(3002, organizations=[(1, "Admin")])))
    apis = {1001: Api(server), 3001: Api(server, uuid(3001)), 3002: Api(server, uuid(3002))}

    def owners():
        rows = apis[1001].ok("GET", "/organizations/1/user-organization-roles")["userOrganizationRoles"]
        return [row["userId"] for row in rows if row["role"] == "Owner"]

    def give(taker):
        for giver in apis:
            padded(apis[giver], "POST", "/organizations/1/user-organization-roles/transfer", userId=taker)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(give, [3001, 3002, 1001] * 5))
    assert len(owners()) == 1


# -- the rate, of what is found out late --------------------------------------------------------------------------

def limited(calls, organization=0):
    def change(fixture):
        owner_of_both(fixture)
        fixture["organizations"][organization]["license"] = {"apiLimit": calls}
    return with_users(change=change)


def test_a_restored_scenario_counts_as_a_call(start):
    api = Api(start_at(start, fixture=limited(3)))
    statuses = [api("DELETE", "/scenarios/1").status_code if number % 2 == 0 else api("POST", "/scenarios/1/restore").status_code
                for number in range(4)]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize("method, path, body", [
    ("POST", "/credential-requests/actions/extend", {"connectionId": 1}), ("PATCH", "/users/custom-roles/1001", {"description": "x"}),
])
def test_a_call_that_names_no_organization_counts_for_that_which_it_is_about(start, method, path, body):
    api = Api(start_at(start, fixture=limited(3)))
    api.ok("POST", "/users/custom-roles", {"name": "R", "category": "team", "organizationId": 1, "permissions": []})
    assert [api(method, path, body).status_code for _ in range(4)] == [200, 200, 429, 429]


def test_a_copy_to_another_organization_counts_there_too(start):
    api = Api(start_at(start, fixture=limited(1, organization=1)))
    assert [api("POST", "/scenarios/1/clone", {"teamId": 3}).status_code for _ in range(3)] == [200, 429, 429]


@pytest.mark.parametrize("method, path, body", [
    ("POST", "/scenarios/1/restore?teamId=2", None), ("POST", "/credential-requests/actions/extend", {"connectionId": 1, "teamId": 2}),
])
def test_a_team_that_is_named_is_the_right_one_also_of_what_is_found_out_late(start, method, path, body):
    api = Api(start(fixture=fixture_of()))
    api.ok("DELETE", "/scenarios/1")
    assert_refused(api(method, path, body), 404, "SC404", "does not belong to teamId 2")
