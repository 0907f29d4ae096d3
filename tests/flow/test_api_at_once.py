"""Calls of Make's API that come at once, or one after the other on one connection."""

import concurrent.futures

import pytest
from support import parse_answer
from support_api import API, OWNER_TOKEN, Api, assert_refused, fixture_of, scenario

pytestmark = pytest.mark.tenants


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def test_documents_made_at_once_have_numbers_of_their_own(api):
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda i: api.ok("POST", "/scenarios", scenario(str(i)))["scenario"]["id"], range(30)))
    assert sorted(made) == list(range(5, 35))


def test_of_records_with_one_key_made_at_once_one_is_made(api):
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda i: api("POST", "/data-stores/1/data", {"key": "k", "data": {"i": i}}), range(10)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] + [400] * 9
    assert_refused(next(answer for answer in answers if answer.status_code == 400), 400, "IM005", "key: 'k' is there already")


def test_properties_posted_at_once_are_posted_once(api):
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda i: api("POST", "/scenarios/1/custom-properties", {"i": i}), range(10)))
    (taken,) = [answer for answer in answers if answer.status_code == 200]
    for answer in answers:
        if answer is not taken:
            assert_refused(answer, 400, "IM005", "there already")
    assert api.ok("GET", "/scenarios/1/custom-properties") == taken.json()


def test_runs_at_once_are_all_counted(api):
    api.ok("POST", "/scenarios/2/start")
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        ids = list(pool.map(lambda _: api.ok("POST", "/scenarios/2/run")["executionId"], range(20)))
    assert len(set(ids)) == 20
    assert {row["id"] for row in api.ok("GET", "/scenarios/2/logs")["scenarioLogs"]} == set(ids)
    assert api.ok("GET", "/scenarios/2")["scenario"]["operations"] == 20


def test_records_put_and_deleted_at_once_are_counted_right(api):
    def act(i):
        api.ok("POST", "/data-stores/1/data", {"key": f"k{i}", "data": {}})
        if i % 2:
            api.ok("DELETE", "/data-stores/1/data?confirmed=true", {"keys": [f"k{i}"]})
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        list(pool.map(act, range(20)))
    assert len(api.ok("GET", "/data-stores/1/data")["records"]) == 11
    assert api.ok("GET", "/data-stores/1")["dataStore"]["records"] == 11


def test_a_call_on_a_kept_connection_answers_for_itself(api):
    """Two calls with two tokens, one after the other on the same connection."""
    request = "GET {}{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
    path = api.server.path + API
    data = api.server.raw((request.format(path, "/users/me", f"Authorization: Token {OWNER_TOKEN}\r\n")
                           + request.format(path, "/users/me", "")).encode(), answers=2)
    first, second = data.split(b"HTTP/1.1 ")[1:]
    assert parse_answer(b"HTTP/1.1 " + first)[0] == 200
    assert parse_answer(b"HTTP/1.1 " + second)[0] == 401
