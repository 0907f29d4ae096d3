"""Refusals of Make's API, in the shape that Make's clients parse; what is refused has changed nothing."""

import concurrent.futures
import re

import pytest
from support import WEB_SECRET, fixture_with, parse_answer, proves, revoke, sign_in
from support_api import API, OWNER_TOKEN, SCOPES, Api, assert_refused, bearer, fixture_of, user_with, uuid, scenario
from support_clock import START, after, go_to, start_at
from support_refusals import logged_refusal

pytestmark = pytest.mark.tenants

FORMATS = pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def refused_401(response, detail, error="invalid_token"):
    body = assert_refused(response, 401, "SC401", detail, "Unauthorized")
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer")
    assert (f'error="{error}"' in challenge) if error else "error" not in challenge
    return body


# -- 401 ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("header", [None, "", "Basic ZGVtbw==", "Bearer", "Token", f"token={OWNER_TOKEN}", OWNER_TOKEN])
def test_a_call_without_a_token_learns_how_to_send_one(server, header):
    response = server.get(f"{API}/users/me", headers={"Authorization": header} if header is not None else {})
    what = "no token was sent" if header is None else "the Authorization header has no token that is read here"
    refused_401(response, f"^{what}: use Authorization: Bearer", error=None)


@pytest.mark.parametrize("scheme, token, detail", [
    ("Bearer", "nonsense", "."), ("Bearer", OWNER_TOKEN, "."), ("Token", "nonsense", "the API token is none of this server"),
    ("Token", uuid(9), "the API token is none of this server"),
])
def test_a_token_that_is_none_of_this_server_is_refused(server, scheme, token, detail):
    refused_401(Api(server, token, scheme).get("/users/me"), detail)


@FORMATS
def test_a_token_works_until_it_expires(start, access_token_format):
    clients = {"demo-web": {"access_token_format": access_token_format}}
    server = start_at(start, fixture=fixture_with(clients=clients))
    api = bearer(server, "openid user:read")
    go_to(server, after(299))
    assert api.ok("GET", "/users/me")["authUser"]["id"] == 1001
    go_to(server, after(300))
    refused_401(api.get("/users/me"), "expired")


@FORMATS
def test_a_token_that_was_revoked_is_refused(start, access_token_format):
    server = start(fixture=fixture_with(clients={"demo-web": {"access_token_format": access_token_format}}))
    token = sign_in(server)["access_token"]
    api = Api(server, token, "Bearer")
    assert api.get("/users/me").status_code == 200
    revoke(server, token)
    refused_401(api.get("/users/me"), "revoked")


@proves("SCP-07")
def test_a_token_for_another_resource_does_not_open_the_api(server):
    token = sign_in(server, "demo-mcp", resource=f"{server.issuer}/mcp")["access_token"]
    refused_401(Api(server, token, "Bearer").get("/users/me"), "meant for")
    for resource in (f"{server.issuer}/api/v2", server.issuer):
        token = sign_in(server, resource=resource)["access_token"]
        assert Api(server, token, "Bearer").get("/users/me").status_code == 200
    token = sign_in(server, resource=f"{server.issuer}/api/v2")["access_token"]
    assert server.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"},
                       headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize("other", ["refresh_token", "id_token"])
def test_another_kind_of_token_is_refused(server, other):
    token = sign_in(server, scope="openid offline_access user:read")[other]
    refused_401(Api(server, token, "Bearer").get("/users/me"), ".")


def test_a_clients_own_token_is_refused(start):
    server = start("--profile", "standard", fixture=fixture_with(clients={
        "demo-web": {"grant_types": ["authorization_code", "client_credentials"]}}))
    token = server.post("/oauth/v2/token", data={
        "grant_type": "client_credentials", "client_id": "demo-web", "client_secret": WEB_SECRET,
        "scope": "user:read"}).json()["access_token"]
    refused_401(Api(server, token, "Bearer").get("/users/me"), "the client's own")


# -- 404, 405, 406 ---------------------------------------------------------------------------------

@pytest.mark.parametrize("path", ["/nothing", "/scenarios/", "/scenarios/1/nothing", "/Scenarios", "/scenarios//1"])
def test_a_path_that_the_api_does_not_have_is_404_whoever_asks(server, path):
    for token in (None, OWNER_TOKEN):
        body = assert_refused(Api(server, token).get(path), 404, "SC404", message="Not Found")
        assert body["detail"] == f"the API has no path '{path}'; GET /_makeshift/operations lists those it has"


def test_the_api_itself_is_no_path(server):
    for path in (API, API + "/"):
        assert server.get(path).status_code == 404


def test_a_wrong_method_is_405_and_names_the_right_ones(server):
    response = Api(server, None)("PUT", "/scenarios/1")
    assert_refused(response, 405, "SC405", "^PUT is not allowed here, but DELETE, GET, PATCH, HEAD, OPTIONS$", "Method Not Allowed")
    assert response.headers["Allow"] == "DELETE, GET, PATCH, HEAD, OPTIONS"


def test_an_unconfirmed_deletion_is_406(api):
    for query in ("", "?confirmed=false", "?confirmed", "?confirmed=TRUE"):
        assert_refused(api("DELETE", "/teams/2" + query), 406, "IM004", "confirmed=true", "Confirmation required")
    assert api.ok("DELETE", "/teams/2?confirmed=true") == {"team": 2}


# -- 400 and 413 -----------------------------------------------------------------------------------

@pytest.mark.parametrize("path", ["/data-stores/1/data/a%2Fb", "/data-stores/1/data/a%5Cb", "/data-stores/1/data/%00",
                                  "/data-stores/1/data/%zz", "/data-stores/1/data/%FF", "/data-stores/1/data/a%0Ab"])
def test_a_path_that_cannot_be_decoded_is_refused(api, path):
    answer = api.server.raw(f"PATCH {api.server.path}{API}{path} HTTP/1.1\r\nHost: localhost\r\n"
                            f"Authorization: Token {OWNER_TOKEN}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
    status, _, text = parse_answer(answer)
    assert status == 400, text
    assert re.search('"code":"(IM005|SC400)"', text if isinstance(text, str) else text.decode())


@pytest.mark.parametrize("id_", ["0", "-1", "x", "1.5", "2147483648", "99999999999999999999", "01x", "%20"])
def test_an_id_that_is_no_number_is_refused(api, id_):
    assert_refused(api.get(f"/scenarios/{id_}"), 400, "IM005", "in the path is no number; expected a number from 1 to 2147483647")
    assert_refused(api.get(f"/scenarios?teamId={id_}"), 400, "IM005", "^teamId: '.*' is no number")


@pytest.mark.parametrize("query, name", [
    ("pg[limit]=x", "pg[limit]"), ("pg[limit]=-1", "pg[limit]"), ("pg[limit]=10001", "pg[limit]"), ("pg[offset]=1e3", "pg[offset]"),
    ("pg[sortDir]=up", "pg[sortDir]"), ("pg[sortBy]=colour", "pg[sortBy]"), ("cols[]=colour", "cols[]"),
])
def test_a_list_that_cannot_be_cut_so_is_refused(api, query, name):
    body = assert_refused(api.get(f"/scenarios?{query}"), 400, "IM005", message="Validation failed")
    assert body["detail"].startswith(f"{name}: ")


def state(api):
    return [api.ok("GET", path) for path in ("/scenarios", "/teams", "/data-stores", "/data-stores/1/data", "/users/roles",
                                             "/users/me/api-tokens", "/organizations")]


WRONG_BODIES = [
    ("POST", "/scenarios", b"{", None), ("POST", "/scenarios", b"", "teamId: is missing"), ("POST", "/scenarios", b"[]", "the body"),
    ("POST", "/scenarios", b'"x"', "the body"), ("POST", "/scenarios", b'{"teamId":1,"teamId":1}', None),
    ("POST", "/scenarios", b'{"teamId":1,"name":"\xff"}', None), ("POST", "/scenarios", b"\x00", None),
    ("POST", "/scenarios", b'{"teamId":1,"name":7}', "name: is an integer; expected a text"),
    ("POST", "/scenarios", b'{"teamId":1,"name":""}', "name: is empty"),
    ("POST", "/scenarios", b'{"teamId":1,"name":"x","isActive":"yes"}', "isActive: is a text; expected true or false"),
    ("POST", "/scenarios", b'{"teamId":"1","name":"x"}', "teamId: is no number"),
    ("POST", "/scenarios", b'{"teamId":0,"name":"x"}', "teamId: is no number"),
    ("POST", "/scenarios", b'{"teamId":1,"name":"x","scheduling":"{"}', "scheduling: is no JSON"),
    ("PATCH", "/scenarios/1", b'{"id":2}', "id: cannot be changed"), ("PATCH", "/scenarios/1", b'{"usedPackages":{}}', "usedPackages: is an object"),
    ("POST", "/data-stores", b'{"name":"x","teamId":1,"maxSizeMB":0}', "maxSizeMB: is no number"),
    ("POST", "/data-stores/1/data", b'{"key":"a/b","data":{}}', "key: cannot be a key"),
    ("POST", "/data-stores/1/data", b'{"key":"customer-1","data":{}}', "key: 'customer-1' is there already"),
    ("POST", "/users/me/api-tokens", b'{"label":"x","scope":["no:such"]}', "scope: 'no:such' is unknown"),
    ("POST", "/users/me/api-tokens", b'{"label":"","scope":["user:read"]}', "label: is missing or empty"),
    ("POST", "/users/custom-roles", b'{"name":"x","category":"team","organizationId":1,"permissions":[999]}', "permissions: has one"),
    ("POST", "/users/custom-roles", b'{"name":"Owner","category":"team","organizationId":1,"permissions":[]}', "name: is another role's"),
]


@proves("SCP-09")
def test_what_is_refused_for_its_body_has_changed_nothing(api):
    before = state(api)
    for method, path, body, detail in WRONG_BODIES:
        response = api(method, path, data=body, headers={"Content-Type": "application/json"})
        found = assert_refused(response, 400, "IM005", message="Validation failed")
        assert detail is None or found["detail"].startswith(detail), found
        assert state(api) == before, (method, path, body)


@proves("SCP-09")
def test_what_scope_role_or_confirmation_refuses_has_changed_nothing(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].extend([
        user_with(3001, organizations=[(1, "Member")], teams=[(1, "Team monitoring")]),
        user_with(3002, organizations=[(1, "Owner")], scope=" ".join(name for name in SCOPES if not name.endswith(":write")))])))
    api = Api(server)
    before = state(api)
    for token, status in ((uuid(3001), 403), (uuid(3002), 403)):
        for method, path, body in (("POST", "/scenarios", scenario()), ("PATCH", "/scenarios/1", {"name": "x"}),
                                   ("DELETE", "/scenarios/1", None), ("DELETE", "/teams/1?confirmed=true", None),
                                   ("DELETE", "/data-stores/1/data?confirmed=true", {"all": True})):
            assert_refused(Api(server, token)(method, path, body), status, "SC403")
    for path in ("/teams/1", "/data-stores/1", "/organizations/1"):
        assert_refused(api("DELETE", path), 406, "IM004")
    assert state(api) == before


def test_a_body_may_have_two_mebibytes_and_no_more(api):
    blueprint = '{"name":"Big","flow":["' + "x" * 1_900_000 + '"]}'
    made = api.ok("POST", "/scenarios", scenario(blueprint=blueprint))["scenario"]
    assert api.ok("GET", f"/scenarios/{made['id']}/blueprint")["response"]["blueprint"]["flow"][0] == "x" * 1_900_000
    for size in (2 * 1024 * 1024 + 1, 10_000_000):
        assert_refused(api("POST", "/scenarios", data=b"x" * size), 413, "SC413", "larger than 2 MiB", "Payload Too Large")


# -- all of them -----------------------------------------------------------------------------------

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


def test_with_terse_refusals_the_detail_gives_nothing_away(start):
    api = Api(start("--explain", "terse", fixture=fixture_of()))
    assert assert_refused(api.get("/scenarios/99"), 404, "SC404")["detail"] == "Not Found"
    assert assert_refused(api("POST", "/scenarios", {}), 400, "IM005")["detail"] == "Validation failed"


def test_pages_of_registered_origins_may_call_and_no_others(server):
    for origin, allowed in (("http://localhost:3000", "http://localhost:3000"), ("http://evil.example", None)):
        answer = server.request("OPTIONS", f"{API}/scenarios/1", headers={
            "Origin": origin, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,content-type"})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        if allowed:
            assert answer.status_code == 204
            assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
            assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()


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


@pytest.mark.parametrize("path", ["/sdk/apps/example-shop/1/base", "/sdk/apps/example-shop/1/modules/listOrders/api"])
def test_a_section_can_be_empty(api, path):
    api.ok("PUT", path, data=b"", headers={"Content-Type": "application/json"})
    assert api.get(path).content == b""


def test_answers_are_not_kept_by_caches(api):
    for path in ("/users/me", "/nothing"):
        assert "no-store" in api.get(path).headers["Cache-Control"]


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
