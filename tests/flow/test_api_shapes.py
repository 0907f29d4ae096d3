"""Of the shapes of Make's answers what shows only on the wire, in the log, or at a start (tests/unit/endpoints/test_api_*.c has the rest)."""

import concurrent.futures

import pytest
from support import sign_in
from support_api import OWNER_TOKEN, Api, assert_refused, bearer, fixture_of, user_with, uuid, scenario
from support_clock import START, start_at
from support_refusals import logged_refusal

pytestmark = pytest.mark.tenants


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def test_a_body_may_have_two_mebibytes_and_no_more(api):
    blueprint = '{"name":"Big","flow":["' + "x" * 1_900_000 + '"]}'
    made = api.ok("POST", "/scenarios", scenario(blueprint=blueprint))["scenario"]
    assert api.ok("GET", f"/scenarios/{made['id']}/blueprint")["response"]["blueprint"]["flow"][0] == "x" * 1_900_000
    for size in (2 * 1024 * 1024 + 1, 10_000_000):
        assert_refused(api("POST", "/scenarios", data=b"x" * size), 413, "SC413", "larger than 2 MiB", "Payload Too Large")


def test_the_log_says_which_step_refused_what_was_needed_and_what_was_held(start):
    server = start("--log-format", "json", fixture=fixture_of())
    api = bearer(server, "openid scenarios:read")
    api("DELETE", "/scenarios/1")
    refusal = logged_refusal(server, "scope")
    assert (refusal["expected"], refusal["actual"]) == ("scenarios:write", "openid scenarios:read")
    assert refusal["clause"] == "RFC 6750 3.1"


@pytest.mark.parametrize("user, method, path, check, expected, actual", [
    (3001, "PATCH", "/scenarios/1", "role", "scenario edit", "Team monitoring"), (3000, "GET", "/teams/1", "role", "team view", "no role"),
    (3000, "GET", "/scenarios/1", "role", "a role in the team or organization that it belongs to", "none of user '3000'"),
    (3000, "GET", "/scenarios/99", "scenarios", "one that exists, in a team or organization of the user", "99"),
    (3001, "GET", "/admin/x", "path", "a path of the catalogue", "admin/x"), (1001, "DELETE", "/teams/1", "confirmed", "confirmed=true", "none"),
    (1001, "GET", "/teams/1?organizationId=2", "organizationId", "the team or organization that it belongs to", "2"),
])
def test_the_log_says_of_each_step_what_was_needed_and_what_was_held(start, user, method, path, check, expected, actual):
    """Also where the answer does not: of what is hidden."""
    server = start("--log-format", "json", fixture=fixture_of(lambda fixture: fixture["users"].extend([
        user_with(3000), user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team monitoring")])])))
    Api(server, OWNER_TOKEN if user == 1001 else uuid(user))(method, path)
    refusal = logged_refusal(server, check)
    assert (refusal["expected"], refusal["actual"]) == (expected, actual)


def test_head_answers_as_get_without_a_body(api):
    answer = api("HEAD", "/scenarios/1")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == api.get("/scenarios/1").headers["Content-Length"]


def test_head_is_refused_where_get_is(api):
    for asks, path, status in ((api, "/nothing", 404), (api, "/scenarios/1/run", 405), (api, "/scenarios/99", 404), (Api(api.server, None), "/scenarios/1", 401),
                               (bearer(api.server, "openid"), "/scenarios/1", 403)):
        answer = asks("HEAD", path)
        assert (answer.status_code, answer.content) == (status, b"")
    assert api("HEAD", "/scenarios/1/run").headers["Allow"] == "POST, OPTIONS"


def test_calls_that_come_at_once_before_the_tables_are_read_are_all_answered(start):
    server = start(fixture=fixture_of())
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: Api(server).get("/scenarios").text, range(20)))
    assert len(set(answers)) == 1 and "Nightly report" in answers[0]


def test_a_seed_gives_the_same_answers_whether_or_not_the_api_was_asked(start):
    def tokens(ask):
        server = start_at(start, START, "--seed", "7", fixture=fixture_of())
        first = Api(server).get("/organizations").text.replace(server.issuer.removeprefix("http://"), "") if ask else None
        return sign_in(server)["refresh_token"], first
    (one, documents), (two, _), (three, again) = tokens(True), tokens(False), tokens(True)
    assert one == two == three
    assert documents == again
