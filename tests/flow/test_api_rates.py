"""license.apiLimit: so many calls of an organization in a minute of the server's clock."""

import concurrent.futures

import pytest

from support import sign_in
from support_api import COLLECTIONS, Api, assert_refused, fixture_of, user_with, uuid
from support_clock import START, after, go_to, start_at

pytestmark = pytest.mark.tenants

MESSAGE = "Requests limit for organization exceeded, please try again later."


def limited(limit, *users):
    def change(fixture):
        fixture["organizations"][0]["license"] = {"apiLimit": limit}
        fixture["users"].extend(users)
    return fixture_of(change)


def test_beyond_the_limit_an_organization_waits_for_the_next_minute(start):
    assert START.endswith("00Z")
    server = start_at(start, after(20), fixture=limited(3))
    api = Api(server)
    for _ in range(3):
        api.ok("GET", "/scenarios/1")
    response = api.get("/scenarios/1")
    body = assert_refused(response, 429, "SC429", message=MESSAGE)
    assert body["detail"] == MESSAGE
    assert response.headers["Retry-After"] == "40"
    assert "WWW-Authenticate" not in response.headers
    go_to(server, after(59))
    assert api.get("/scenarios/1").headers["Retry-After"] == "1"
    go_to(server, after(60))
    assert api.get("/scenarios/1").status_code == 200


def test_the_rest_of_the_license_stays_as_it_is_by_default(start):
    license_ = Api(start(fixture=limited(60))).ok("GET", "/organizations/1")["organization"]["license"]
    assert license_ == {**COLLECTIONS["organizations"]["new"]["license"], "apiLimit": 60}


def test_whoever_asks_counts_for_the_organization_that_is_asked(start):
    server = start_at(start, fixture=limited(2, user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team member")])))
    Api(server).ok("GET", "/scenarios/1")
    Api(server, uuid(3001)).ok("GET", "/scenarios?teamId=1")
    for api in (Api(server), Api(server, uuid(3001)), Api(server, sign_in(server, scope="openid scenarios:read")["access_token"], "Bearer")):
        assert_refused(api.get("/scenarios/1"), 429, "SC429")
    api = Api(server)
    assert api.get("/organizations/2").status_code == 200
    assert api.get("/users/me").status_code == 200


def test_what_is_refused_before_does_not_count(start):
    server = start_at(start, fixture=limited(1, user_with(3001, organizations=[(1, "Member")], scope="teams:read")))
    for _ in range(5):
        assert_refused(Api(server, uuid(3001)).get("/scenarios?teamId=1"), 403, "SC403")
        assert_refused(Api(server, uuid(3001)).get("/teams/1"), 403, "SC403")
        assert_refused(Api(server, uuid(9)).get("/scenarios/1"), 401, "SC401")
    assert Api(server).get("/scenarios/1").status_code == 200
    assert_refused(Api(server)("PATCH", "/scenarios/1", {"name": "x"}), 429, "SC429")
    assert_refused(Api(server).get("/scenarios/99"), 404, "SC404")


def test_there_is_no_limit_unless_the_fixture_sets_one(start):
    api = Api(start_at(start, fixture=fixture_of()))
    for _ in range(100):
        assert api.get("/scenarios/1").status_code == 200


def test_another_fixtures_limit_counts_on_the_same_database(start):
    server = start_at(start, fixture=limited(1))
    Api(server).ok("GET", "/scenarios/1")
    assert_refused(Api(server).get("/scenarios/1"), 429, "SC429")
    server.stop()
    again = start("--issuer", server.issuer, fixture=limited(5), db=server.db, env={"MAKESHIFT_CLOCK": START})
    for _ in range(3):  # the refused call counts too
        assert Api(again).get("/scenarios/1").status_code == 200
    assert_refused(Api(again).get("/scenarios/1"), 429, "SC429")


def test_a_limit_lets_no_call_more_through_when_all_come_at_once(start):
    server = start_at(start, fixture=limited(10))
    with concurrent.futures.ThreadPoolExecutor(15) as pool:
        statuses = list(pool.map(lambda _: Api(server).get("/scenarios/1").status_code, range(30)))
    assert sorted(statuses) == [200] * 10 + [429] * 20


def test_a_call_that_fails_in_the_act_counts(start):
    """The rate is judged before: what is unconfirmed or wrong in its body was a call all the same."""
    api = Api(start_at(start, fixture=limited(3)))
    assert_refused(api("DELETE", "/teams/1"), 406, "IM004")
    assert_refused(api("PATCH", "/scenarios/1", {"name": 7}), 400, "IM005")
    assert_refused(api.get("/scenarios?teamId=1&cols[]=nope"), 400, "IM005")
    assert_refused(api.get("/scenarios/1"), 429, "SC429")


def test_each_organization_has_a_limit_of_its_own(start):
    def both(fixture):
        fixture["organizations"][0]["license"] = {"apiLimit": 1}
        fixture["organizations"][1]["license"] = {"apiLimit": 2}
    server = start_at(start, fixture=fixture_of(both))
    api = Api(server)
    statuses = [api.get(f"/organizations/{id_}").status_code for id_ in (1, 1, 2, 2, 2)]
    assert statuses == [200, 429, 200, 200, 429]
    go_to(server, after(60))
    assert [api.get(f"/organizations/{id_}").status_code for id_ in (1, 2)] == [200, 200]
