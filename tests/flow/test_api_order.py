"""The rule of Make's API is one ladder: of all that is wrong with a call, the first step that fails answers."""

import json
from urllib.parse import quote

import pytest
from support import parse_answer
from support_api import API, OWNER_TOKEN, Api, assert_refused, bearer, fixture_of, user_with, uuid, scenario
from support_clock import START

pytestmark = pytest.mark.tenants

JSON = {"Content-Type": "application/json"}
BROKEN = b'{"teamId":'


def with_monitor(change=None):
    """User 3001 has Team monitoring in team 1: sees scenarios and changes none."""
    def both(fixture):
        fixture["users"].append(user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team monitoring")]))
        if change:
            change(fixture)
    return fixture_of(both)


@pytest.fixture
def server(start):
    return start(fixture=with_monitor())


@pytest.fixture
def owner(server):
    return Api(server)


@pytest.fixture
def monitor(server):
    return Api(server, uuid(3001))


# -- the path, before the token ------------------------------------------------------------------------

def test_a_path_or_method_that_is_none_is_told_before_a_token_is_asked_for(server):
    for token in (None, uuid(9), OWNER_TOKEN):
        api = Api(server, token)
        assert_refused(api("DELETE", "/nothing", data=BROKEN, headers=JSON), 404, "SC404")
        assert_refused(api("PUT", "/scenarios/x", data=BROKEN, headers=JSON), 405, "SC405")


@pytest.mark.parametrize("segment", ["a%2Fb", "a%5cb", "%00", "%zz", "%", "%F0%28%8C%28"])
def test_a_malformed_path_is_told_before_a_token_is_asked_for(server, segment):
    status, headers, text = parse_answer(server.raw(
        f"GET {server.path}{API}/sdk/apps/{segment}/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()))
    assert (status, headers["Content-Type"]) == (400, "application/json")
    assert b'"code":"IM005"' in text and b'"suberrors":[{' in text


# -- the token, before everything that was sent ----------------------------------------------------------

@pytest.mark.parametrize("path, data", [("/scenarios", BROKEN), ("/scenarios?teamId=99", b"{}"), ("/scenarios?teamId=%zz", b"{}"),
                                        ("/scenarios/99/run", b"[]")])
def test_without_a_token_nothing_else_is_looked_at(server, path, data):
    for token in (None, uuid(9)):
        response = Api(server, token)("POST", path, data=data, headers=JSON)
        assert_refused(response, 401, "SC401", message="Unauthorized")
        assert response.headers["WWW-Authenticate"].startswith("Bearer ")


# -- the scopes, before what the call names ----------------------------------------------------------------

@pytest.mark.parametrize("method, path, data", [
    ("GET", "/scenarios/99", None), ("GET", "/scenarios/x", None), ("GET", "/scenarios?teamId=99", None), ("GET", "/scenarios?cols[]=nope", None),
    ("PATCH", "/scenarios/1", b"[]"), ("POST", "/scenarios", b'{"teamId":99}'), ("DELETE", "/teams/1", None),
])
def test_without_the_scope_nothing_is_told_of_what_the_call_names(server, method, path, data):
    response = bearer(server, "openid user:read")(method, path, data=data, headers=JSON if data else None)
    assert_refused(response, 403, "SC403", "which the token lacks")
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("data, type_", [(BROKEN, "application/json"), (b"{}", "text/plain"), (b'{"a":1,"a":1}', "application/json")])
def test_without_the_scope_the_body_is_not_judged(server, data, type_):
    response = bearer(server, "openid user:read")("POST", "/scenarios", data=data, headers={"Content-Type": type_})
    assert_refused(response, 403, "SC403", "needs the scope 'scenarios:write'")


# -- what is there, before the role; the role, before what was asked -----------------------------------------

def test_the_rate_is_judged_after_the_role_and_before_the_act(start):
    def one_call(fixture):
        fixture["organizations"][0]["license"] = {"apiLimit": 1}
    server = start(fixture=with_monitor(one_call), env={"MAKESHIFT_CLOCK": START})
    owner, monitor = Api(server), Api(server, uuid(3001))
    owner.ok("GET", "/scenarios/1")
    for method, path, body in (("DELETE", "/teams/1", None), ("PATCH", "/scenarios/1", {"name": 7}), ("GET", "/scenarios/1?cols[]=nope", None)):
        assert_refused(owner(method, path, body), 429, "SC429")
    assert_refused(owner.get("/scenarios/99"), 404, "SC404")
    assert_refused(monitor("DELETE", "/teams/1"), 403, "SC403")
    assert_refused(bearer(server, "openid user:read").get("/scenarios/1"), 403, "SC403")


# -- bodies ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("type_", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type_is_refused(owner, type_):
    before = owner.ok("GET", "/scenarios")
    response = owner("POST", "/scenarios", data=b'{"teamId":1,"name":"x"}', headers={"Content-Type": type_} if type_ else None)
    assert_refused(response, 400, "IM005", "^Content-Type is '.*': send application/json$")
    assert owner.ok("GET", "/scenarios") == before


@pytest.mark.parametrize("type_", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_json_type_is_one_however_it_is_written(owner, type_):
    response = owner("POST", "/scenarios", data=json.dumps(scenario()), headers={"Content-Type": type_})
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("value", ["1.0", "1e400", "9223372036854775808", "-1", "0", "true", "[1]", "{}", '"1"', "2147483648"])
def test_a_number_of_a_body_is_a_positive_integer(owner, value):
    response = owner("POST", "/scenarios", data=b'{"name":"x","teamId":%s}' % value.encode(), headers=JSON)
    assert_refused(response, 400, "IM005", "teamId: is no number|is not JSON")


@pytest.mark.parametrize("text", [r'"\u0000"', r'"\ud800"', "[" * 100_000, "NaN", "'x'", '"a\nb"', '"x"} {', '"x",}'])
def test_a_body_that_is_no_json_is_refused(owner, text):
    response = owner("POST", "/scenarios", data=b'{"teamId":1,"name":%s}' % text.encode(), headers=JSON)
    assert_refused(response, 400, "IM005", "^the body is not JSON: line ")


@pytest.mark.parametrize("key", ["a/b", "a\\b", "", "x" * 256, "a\nb", "\u007f"])
def test_a_record_gets_no_key_that_a_path_cannot_have(owner, key):
    """A path's segments are without slash, backslash and control characters: nobody could read or change it."""
    before = owner.ok("GET", "/data-stores/1/data")
    assert_refused(owner("POST", "/data-stores/1/data", {"key": key, "data": {}}), 400, "IM005", "^key: ")
    assert owner.ok("GET", "/data-stores/1/data") == before


@pytest.mark.parametrize("key", [5, 1.5, True, [], {}])
def test_a_records_key_is_a_text(owner, key):
    assert_refused(owner("POST", "/data-stores/1/data", {"key": key, "data": {}}), 400, "IM005", "^key: ")


@pytest.mark.parametrize("key", ["a b", "\u017elu\u0165", "50%", "a+b", "a?b#c", "\U0001f600"])
def test_a_record_is_found_by_its_key_as_a_path_has_it(owner, key):
    owner.ok("POST", "/data-stores/1/data", {"key": key, "data": {"a": 1}})
    assert owner.ok("PATCH", f"/data-stores/1/data/{quote(key, safe='')}", {"b": 2}) == {"key": key, "data": {"a": 1, "b": 2}}


# -- methods -----------------------------------------------------------------------------------------------------

def test_head_is_refused_where_get_is(server, owner):
    for api, path, status in ((owner, "/nothing", 404), (owner, "/scenarios/1/run", 405), (owner, "/scenarios/99", 404), (Api(server, None), "/scenarios/1", 401),
                              (bearer(server, "openid"), "/scenarios/1", 403)):
        answer = api("HEAD", path)
        assert (answer.status_code, answer.content) == (status, b"")
    assert owner("HEAD", "/scenarios/1/run").headers["Allow"] == "POST, OPTIONS"


def test_browsers_of_registered_origins_may_read_refusals(server):
    origin = {"Origin": "http://localhost:3000"}
    for token, path, status in ((None, "/users/me", 401), (OWNER_TOKEN, "/scenarios/99", 404), (OWNER_TOKEN, "/nothing", 404)):
        answer = Api(server, token)("GET", path, headers=origin)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, origin["Origin"])
        assert "Origin" in answer.headers["Vary"]


# -- what is kept whole ---------------------------------------------------------------------------------------

def deep(levels):
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("method, path, body, field", [
    ("PATCH", "/data-stores/1/data/customer-1", f'{{"a":{deep(200)}}}', "the body"), ("POST", "/hooks/1/set-data", f'{{"a":{deep(200)}}}', "the body"),
    ("PATCH", "/scenarios/1", '{"scheduling":"{\\"a\\":%s}"}' % deep(200), "scheduling"),
    ("POST", "/scenarios", '{"teamId":1,"name":"x","blueprint":{"flow":%s}}' % deep(2000), "the body"),
])
def test_a_body_is_nested_as_deep_as_it_can_be_read_again(owner, method, path, body, field):
    listing = path.replace("/customer-1", "").replace("/1/set-data", "") if "scenarios" not in path else "/scenarios"
    before = owner.ok("GET", listing)
    assert_refused(owner(method, path, data=body, headers=JSON), 400, "IM005", f"^{field}: is nested too deep; expected .* 200 deep")
    assert owner.ok("GET", listing) == before
    assert owner("PATCH", "/data-stores/1/data/customer-1", data=f'{{"a":{deep(199)}}}', headers=JSON).status_code == 200


@pytest.mark.parametrize("path", ["/sdk/apps/example-shop/1/base", "/sdk/apps/example-shop/1/modules/listOrders/api"])
def test_a_section_can_be_empty(owner, path):
    owner.ok("PUT", path, data=b"", headers=JSON)
    assert owner.get(path).content == b""


@pytest.mark.parametrize("value", ["customer-1", {"customer-1": True}, 1, None])
def test_what_is_excepted_from_a_deletion_is_a_list(owner, value):
    before = owner.ok("GET", "/data-stores/1/data")
    assert_refused(owner("DELETE", "/data-stores/1/data?confirmed=true", {"all": True, "exceptIds": value}), 400, "IM005", "^exceptIds: is no list")
    assert owner.ok("GET", "/data-stores/1/data") == before


@pytest.mark.parametrize("query", ["teamId=1&teamId=2", "teamId=1&teamId=1", "organizationId=1&organizationId=2", "pg[limit]=1&pg[limit]=2"])
def test_what_decides_is_said_once(owner, query):
    name = query.split("=", 1)[0]
    assert owner.get(f"/scenarios?{query}").json()["detail"] == f"{name}: is there more than once; expected it once"


@pytest.mark.parametrize("method, path, body", [
    ("PATCH", "/data-stores/1", {"records": 99}), ("PATCH", "/data-stores/1", {"size": "9"}), ("PATCH", "/organizations/1", {"license": {"apiLimit": 0}}),
    ("PATCH", "/organizations/1", {"zone": "example.com"}), ("PATCH", "/organizations/1", {"teams": []}), ("PATCH", "/hooks/1", {"udid": "x"}), ("PATCH", "/hooks/1", {"scenarioId": 2}),
])
def test_what_the_server_keeps_is_not_changed_by_a_body(owner, method, path, body):
    before = owner.ok("GET", path)
    (name,) = body
    assert_refused(owner(method, path, body), 400, "IM005", f"^{name}: cannot be changed")
    assert owner.ok("GET", path) == before


def test_what_the_server_keeps_is_not_set_by_a_body(owner):
    store = owner.ok("POST", "/data-stores", {"name": "x", "teamId": 1, "maxSizeMB": 1, "records": 7, "size": "7"})["dataStore"]
    assert (store["records"], store["size"]) == (0, "0")
    agent = owner.ok("POST", "/agent/register", {"id": uuid(71), "name": "x", "organizationId": 1})["agent"]["id"]
    assert agent != uuid(71)


@pytest.mark.parametrize("name", ["a\nb", "\u0001", "x" * 256])
def test_a_users_name_is_what_a_fixture_may_have(owner, name):
    assert_refused(owner("PATCH", "/users/1001", {"name": name}), 400, "IM005", "^name: ")
    assert owner.ok("GET", "/users/me")["authUser"]["name"] == "Olivia Owner"


def test_an_invitation_goes_to_an_address(owner):
    assert_refused(owner("POST", "/organizations/1/invite", {"email": "1003", "usersRoleId": 3}), 400, "IM005", "^email: is no user's of the fixture")
