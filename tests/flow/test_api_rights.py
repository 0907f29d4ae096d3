"""Rights that are taken away while a call goes on: it takes long to come in, and others are answered meanwhile."""

import concurrent.futures
import json

import pytest
from support_api import Api, fixture_of, user_with, uuid

pytestmark = pytest.mark.tenants

PADDING = json.dumps([{"a": number} for number in range(50_000)])  # takes a moment to be read


def with_users(*users):
    return fixture_of(lambda fixture: fixture["users"].extend(users))


def role_number(api, name):
    return next(role["id"] for role in api.ok("GET", "/users/roles")["usersRoles"] if role["name"] == name)


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
