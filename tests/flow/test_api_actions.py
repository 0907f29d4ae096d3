"""What operations of Make's API do to a document besides making, changing and deleting it; and what holds for each list
and each path with a document in it."""

import concurrent.futures

import pytest
from support import parse_answer
from support_api import (API, BEYOND, COLLECTIONS, OPERATIONS, OWNER_TOKEN, Api, assert_refused, collection_of, fixture_of,
                         hexadecimal, missing, path_of, user_with, uuid, scenario)
from support_clock import START

pytestmark = pytest.mark.tenants

UNKNOWN = {"integer": "999999", "uuid": uuid(999999), "hex": hexadecimal(0xfffff), "name": "nowhere"}


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of(), env={"MAKESHIFT_CLOCK": START}))


def parameters_of(row):
    """The parameters of the path that name the operation's document, and the kind of its key; (None, None): it names none."""
    collection = COLLECTIONS.get(collection_of(row), {})
    for names in collection.get("parameters", []):
        if all(f"{{{name}}}" in row["path"] for name in names):
            return names, collection["id"]
    of = collection.get("of", {})
    for names in of.get("parameters", []):
        if all(f"{{{name}}}" in row["path"] for name in names):
            return names, COLLECTIONS[of["collection"]]["id"]
    return None, None


ON_DOCUMENTS = [row for row in OPERATIONS + BEYOND if parameters_of(row)[0]]
LISTS = {collection_of(row): row for row in reversed(OPERATIONS) if row["does"].startswith("list ")}


def test_a_document_that_is_not_there_is_404_whatever_is_asked_of_it(api):
    assert len(ON_DOCUMENTS) > 200
    for row in ON_DOCUMENTS:
        if row["does"].startswith("replace "):
            continue  # what is put where nothing was is made
        names, kind = parameters_of(row)
        path = path_of(row, **{names[0]: UNKNOWN[kind]})
        response = api(row["method"], f"{path}?confirmed=true", None if row["method"] == "GET" else {"name": "x"})
        status, code = missing(collection_of(row))
        assert response.status_code == status, f"{row['method']} {path}: {response.status_code} {response.text}"
        assert_refused(response, status, code, UNKNOWN[kind], "Not Found" if status == 404 else "Validation failed")


def test_an_agent_that_is_not_to_be_seen_is_refused_like_one_that_is_not_there(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].append(user_with(3001, organizations=[(2, "Owner")]))))
    for path in ("/agents/", "/connected-systems/"):
        there, not_there = (Api(server, uuid(3001)).get(path + uuid(number)) for number in (71 if path == "/agents/" else 73, 99))
        assert_refused(there, 400, "IM005")
        assert_refused(not_there, 400, "IM005")


@pytest.mark.parametrize("collection", LISTS)
def test_a_list_comes_in_pages_and_columns(api, collection):
    """Whatever the pages' size and order, together they are the whole."""
    path, many = path_of(LISTS[collection]), COLLECTIONS[collection]["many"]
    whole = api.ok("GET", path)[many]
    key = COLLECTIONS[collection]["key"][0]
    pages = [api.ok("GET", f"{path}?pg[limit]=1&pg[offset]={i}") for i in range(len(whole) + 1)]
    assert [page[many] for page in pages] == [[document] for document in whole] + [[]]
    order = COLLECTIONS[collection].get("sorted")
    assert pages[0]["pg"] == ({"sortBy": order["by"], "limit": 1, "sortDir": order["dir"], "offset": 0} if order
                              else {"limit": 1, "sortDir": "asc", "offset": 0})
    ascending = [row[key] for row in api.ok("GET", f"{path}?pg[sortBy]={key}")[many]]
    assert ascending == sorted(row[key] for row in whole)
    descending = [row[key] for row in api.ok("GET", f"{path}?pg[sortBy]={key}&pg[sortDir]=desc")[many]]
    assert descending == sorted(ascending, reverse=True)
    assert api.ok("GET", f"{path}?cols[]={key}")[many] == [{key: row[key]} for row in whole]
    assert_refused(api.get(f"{path}?cols[]=nope"), 400, "IM005", rf"^cols\[\]: 'nope' is no column of {collection}")
    assert_refused(api.get(f"{path}?pg[sortBy]=nope"), 400, "IM005", r"^pg\[sortBy\]: 'nope' is no column")


@pytest.mark.parametrize("collection", LISTS)
def test_keys_in_lists_are_of_the_type_that_the_collection_has(api, collection):
    for document in api.ok("GET", path_of(LISTS[collection]))[COLLECTIONS[collection]["many"]]:
        value = document[COLLECTIONS[collection]["key"][0]]
        assert type(value) is (int if COLLECTIONS[collection]["id"] == "integer" else str)


def test_new_numbers_are_numbers(api):
    for path, one, body in (("/scenarios", "scenario", scenario()), ("/teams", "team", {"organizationId": 1, "name": "x"}),
                            ("/hooks", "hook", {"teamId": 1, "name": "x", "typeName": "gateway-webhook"})):
        assert type(api.ok("POST", path, body)[one]["id"]) is int


# -- actions -----------------------------------------------------------------------------------------------

def test_a_hook_is_switched_on_and_off_and_learns_and_stops_learning(api):
    for action, member, value in (("disable", "enabled", False), ("enable", "enabled", True), ("learn-start", "learning", True),
                                  ("learn-stop", "learning", False)):
        assert api.ok("POST", f"/hooks/1/{action}") == {"success": True}
        assert api.ok("GET", "/hooks/1")["hook"][member] is value


def test_a_connection_is_tested_and_is_as_before(api):
    before = api.ok("GET", "/connections/1")
    assert api.ok("POST", "/connections/1/test") == {"verified": True}
    assert api.ok("GET", "/connections/1") == before
    assert_refused(api("POST", "/connections/99/test"), 404, "SC404")


def test_what_a_connection_was_given_is_not_shown(api):
    before = api.ok("GET", "/connections/1")
    assert api.ok("POST", "/connections/1/set-data", {"apiKey": "not-for-anybody"}) == {"changed": True}
    assert api.ok("GET", "/connections/1") == before


def test_a_record_that_is_not_there_is_not_changed(api):
    before = api.ok("GET", "/data-stores/1/data")
    assert_refused(api("PATCH", "/data-stores/1/data/none", {"a": 1}), 404, "SC404")
    assert api.ok("GET", "/data-stores/1/data") == before
    assert api.ok("GET", "/data-stores/1")["dataStore"]["records"] == len(before["records"])


def test_a_record_without_a_key_is_given_one(api):
    record = api.ok("POST", "/data-stores/1/data", {"data": {"a": 1}})
    assert len(record["key"]) == 32 and set(record["key"]) <= set("0123456789abcdef")
    assert api.ok("PUT", f"/data-stores/1/data/{record['key']}", {"b": 2})["data"] == {"b": 2}


def test_the_same_key_in_two_data_stores_is_two_records(api):
    other = api.ok("POST", "/data-stores", {"name": "Other", "teamId": 1, "maxSizeMB": 1})["dataStore"]["id"]
    api.ok("POST", f"/data-stores/{other}/data", {"key": "customer-1", "data": {"other": True}})
    api.ok("DELETE", f"/data-stores/{other}?confirmed=true")
    assert [row["key"] for row in api.ok("GET", "/data-stores/1/data")["records"]] == ["customer-1"]
    assert_refused(api.get(f"/data-stores/{other}/data"), 404, "SC404")


def test_a_team_takes_all_that_is_in_it_along(api):
    api.ok("DELETE", "/scenarios/1")  # into the trash
    assert api.ok("DELETE", "/teams/1?confirmed=true") == {"team": 1}
    for path in ("/teams/1", "/scenarios/2", "/hooks/1", "/connections/1", "/data-stores/1/data", "/teams/1/variables", "/scenarios?teamId=1"):
        assert_refused(api.get(path), 404, "SC404")
    assert [row["id"] for row in api.ok("GET", "/scenarios")["scenarios"]] == [3]
    assert api.ok("GET", "/scenarios/trash/count") == {"count": 0}
    assert_refused(api("POST", "/scenarios/1/restore"), 404, "SC404")


def test_a_deleted_scenario_is_hidden_in_the_trash_too(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].extend([
        user_with(3001, teams=[(1, "Team monitoring")]), user_with(3000)])))
    Api(server).ok("DELETE", "/scenarios/1")
    assert_refused(Api(server, uuid(3001))("POST", "/scenarios/1/restore"), 403, "SC403", "scenario edit")
    assert_refused(Api(server, uuid(3000))("POST", "/scenarios/1/restore"), 404, "SC404")
    assert Api(server, uuid(3001)).ok("GET", "/scenarios/trash/count") == {"count": 1}
    assert Api(server, uuid(3000)).ok("GET", "/scenarios/trash/count") == {"count": 0}


def test_a_deletion_of_several_names_them_in_a_list(api):
    before = api.ok("GET", "/data-stores/1/data")
    for body in ({"keys": "customer-1"}, {"ids": {"customer-1": True}}, {"all": "true"}, {"exceptIds": []}, {"all": False}):
        assert_refused(api("DELETE", "/data-stores/1/data?confirmed=true", body), 400, "IM005", "^ids: is missing")
    assert api.ok("DELETE", "/data-stores/1/data?confirmed=true", {"ids": []}) == {"records": []}
    assert api.ok("GET", "/data-stores/1/data") == before


def test_a_switch_that_is_thrown_does_not_obey_the_body(api):
    assert api.ok("POST", "/scenarios/2/start", {"isActive": False})["scenario"]["isActive"] is True
    assert_refused(api("POST", "/scenarios/2/stop", {"id": 3}), 400, "IM005", "^id: cannot be changed")
    assert api.ok("GET", "/scenarios/2")["scenario"]["isActive"] is True


def test_the_fixed_members_of_a_document_stay(api):
    before = api.ok("GET", "/scenarios/1")
    for body in ({"id": 2}, {"teamId": 2}, {"teamId": 0}, {"id": "1"}):
        assert api("PATCH", "/scenarios/1", body).status_code in (400, 404)
    assert api.ok("GET", "/scenarios/1") == before


@pytest.mark.parametrize("method, path, body", [
    ("PATCH", "/scenarios/1", {"name": ""}), ("PATCH", "/scenarios/1", {"name": None}), ("PATCH", "/teams/1", {"name": ""}),
    ("POST", "/scenarios/1/start", {"name": ""}), ("PATCH", "/data-stores/1", {"name": ""}),
])
def test_what_a_document_needs_is_not_taken_away(api, method, path, body):
    before = api.ok("GET", path.removesuffix("/start"))
    assert_refused(api(method, path, body), 400, "IM005", "^name: is (empty|missing)")
    assert api.ok("GET", path.removesuffix("/start")) == before


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
