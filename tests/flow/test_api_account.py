"""The caller behind Make's API: who it is, what its token may do, API tokens, and changing one's own account."""

import re

import pytest
from support import proves, sign_in
from support_api import PERMISSIONS, SCOPES, Api, assert_refused, bearer, fixture_of, user_with, uuid
from support_clock import START, start_at
from support_pages import begin

pytestmark = pytest.mark.tenants


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


def test_the_caller_is_the_tokens_user(start):
    server = start_at(start, fixture=fixture_of(lambda fixture: fixture["users"].append(user_with(3001))))
    assert Api(server).ok("GET", "/users/me")["authUser"] == {
        "id": 1001, "name": "Olivia Owner", "email": "olivia.owner@example.com", "language": "en", "locale": "en_GB",
        "timezone": "Europe/Prague", "avatar": "https://example.com/people/olivia.png", "features": {}, "timezoneId": 1, "localeId": 1,
        "countryId": 3, "lastLogin": START}
    assert Api(server, uuid(3001)).ok("GET", "/users/me")["authUser"] == {
        "id": 3001, "name": "User 3001", "email": "user3001@example.com", "language": "en", "locale": "en_US",
        "timezone": "Europe/Prague", "avatar": "", "features": {}, "timezoneId": 1, "localeId": 2, "countryId": 4, "lastLogin": START}
    assert bearer(server, "openid", login_hint="1002").ok("GET", "/users/me")["authUser"]["id"] == 1002


@pytest.mark.parametrize("claims, expected", [
    ({"locale": "cs-CZ", "zoneinfo": "Europe/London"}, ("cs", "cs_CZ", 3, 1, "Europe/London", 2)),
    ({"locale": "xx", "zoneinfo": "Asia/Tokyo"}, ("xx", "xx", 1, 1, "Asia/Tokyo", 1)),
    ({"locale": "de-DE"}, ("de", "de_DE", 1, 2, "Europe/Prague", 1)),
])
def test_what_a_user_prefers_has_its_number_in_the_enums(start, claims, expected):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].append(user_with(3001, **claims))))
    me = Api(server, uuid(3001)).ok("GET", "/users/me")["authUser"]
    assert tuple(me[name] for name in ("language", "locale", "localeId", "countryId", "timezone", "timezoneId")) == expected


def test_enums_are_written_as_make_writes_them(api):
    assert all(row["code2"] == row["code2"].lower() for row in api.ok("GET", "/enums/countries")["countries"])
    assert all(re.fullmatch(r"[+-]\d{4}", row["offset"]) for row in api.ok("GET", "/enums/timezones")["timezones"])
    assert [row["name"] for row in api.ok("GET", "/enums/connected-system-apps")["connectedSystemApps"]] == ["http", "sap-agent"]
    assert [row["name"] for row in api.ok("GET", "/keys/types")["keysTypes"]] == ["apikeyauth", "basicauth"]
    assert api.ok("GET", "/organizations/1")["organization"]["license"]["onPremAgent"] is True


def test_an_agent_shows_its_secret_once(api):
    made = api.ok("POST", "/agent/register", {"name": "A", "organizationId": 1})["agent"]
    assert re.fullmatch("[0-9a-f]{32}", made.pop("clientSecret"))
    assert api.ok("GET", f"/agents/{made['id']}")["agent"] == made
    assert api.ok("POST", f"/agents/{made['id']}", {"name": "B"})["agent"] == {**made, "name": "B"}


def test_inputs_of_a_connected_system_are_given_by_name_and_listed(api):
    body = {"name": "S", "organizationId": 1, "agentId": uuid(71), "appName": "http", "inputs": {"url": "https://x.example/", "port": 1}}
    made = api.ok("POST", "/connected-systems", body)["connectedSystem"]
    assert made["inputs"] == [{"name": "url", "value": "https://x.example/"}, {"name": "port", "value": 1}]
    path = f"/connected-systems/{made['id']}"
    assert api.ok("PATCH", path, {"inputs": {"url": "b"}})["connectedSystem"]["inputs"] == [{"name": "url", "value": "b"}]
    assert api.ok("PATCH", path, {"inputs": [{"name": "c", "value": "d"}]})["connectedSystem"]["inputs"] == [{"name": "c", "value": "d"}]
    assert api.ok("GET", path)["connectedSystem"]["inputs"] == [{"name": "c", "value": "d"}]


def test_the_authorization_tells_the_tokens_own_scopes(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].append(user_with(3001, scope="teams:read user:read"))))
    assert bearer(server, "openid scenarios:read").ok("GET", "/users/me/current-authorization") == {
        "authorization": {"authUsed": "oauth", "scope": ["openid", "scenarios:read"]}}
    assert Api(server, uuid(3001)).ok("GET", "/users/me/current-authorization") == {
        "authorization": {"authUsed": "token", "scope": ["teams:read", "user:read"]}}


def test_the_scopes_of_api_tokens_are_those_of_the_fixture(api):
    names = [row["name"] for row in api.ok("GET", "/enums/user-api-token-scopes")["userApiTokenScopes"]]
    assert names == SCOPES


def test_the_roles_are_those_of_the_table(api):
    roles = {role["name"]: role for role in api.ok("GET", "/users/roles")["usersRoles"]}
    assert set(roles) == {name for names in PERMISSIONS.values() for name in names}
    for name, role in roles.items():
        assert set(role["permissions"]) == {
            permission for (kind, permission), names in PERMISSIONS.items() if name in names and kind == role["category"]}
        assert api.ok("GET", f"/users/roles/{role['id']}")["usersRole"] == role
    teams = [role["category"] for role in api.ok("GET", "/users/roles?category=team")["usersRoles"]]
    assert teams == ["team"] * 5
    listed = api.ok("GET", "/users/roles/permissions")["usersRolesPermissions"]
    assert {(row["category"], row["name"]) for row in listed} == set(PERMISSIONS)


@proves("ADM-09")
def test_an_api_token_is_made_shown_once_used_and_deleted(api):
    made = api.ok("POST", "/users/me/api-tokens", {"label": "Mine", "scope": ["user:read"]})["apiToken"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made["token"])
    api.server.secret(made["token"])
    mine = Api(api.server, made["token"])
    assert mine.ok("GET", "/users/me")["authUser"]["id"] == 1001
    assert_refused(mine.get("/scenarios?teamId=1"), 403, "SC403", "scenarios:read")
    listed = api.ok("GET", "/users/me/api-tokens")["apiTokens"]
    assert [row["label"] for row in listed] == ["of the fixture", "Mine"]
    assert listed[1] == {**made, "token": made["token"][:8] + "-****"}
    path = f"/users/me/api-tokens/{made['timestamp']}"
    assert_refused(api("DELETE", path + "0?confirmed=true"), 404, "SC404")
    api.ok("DELETE", path + "?confirmed=true")
    assert_refused(mine.get("/users/me"), 401, "SC401", "was deleted")


def test_api_tokens_of_others_are_not_shown(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].append(user_with(3001))))
    other = Api(server, uuid(3001))
    assert len(other.ok("GET", "/users/me/api-tokens")["apiTokens"]) == 1
    timestamp = Api(server).ok("POST", "/users/me/api-tokens", {"label": "x", "scope": ["user:read"]})["apiToken"]["timestamp"]
    assert_refused(other("DELETE", f"/users/me/api-tokens/{timestamp}?confirmed=true"), 404, "SC404")


def test_a_token_of_the_fixture_goes_with_the_fixture(start, tmp_path):
    server = start(fixture=fixture_of(), db=True)
    made = Api(server).ok("POST", "/users/me/api-tokens", {"label": "Kept", "scope": ["user:read"]})["apiToken"]["token"]
    fixture = fixture_of(lambda fixture: fixture["users"][0].pop("api_tokens"))
    changed = start(fixture=fixture, db=tmp_path / "other.db")
    assert_refused(Api(changed).get("/users/me"), 401, "SC401")
    server.stop()
    again = start("--issuer", server.issuer, fixture=fixture, db=server.db)
    assert_refused(Api(again).get("/users/me"), 401, "SC401")
    assert Api(again, made).get("/users/me").status_code == 200


@pytest.mark.parametrize("method, path, body", [
    ("PATCH", "/users/1002", {"name": "x"}), ("PUT", "/users/1002/attributes/email", {"email": "x@example.com"}),
    ("PUT", "/users/1002/attributes/password", {"password": "x"}), ("GET", "/users/1002/user-team-roles", None),
    ("GET", "/users/1002/user-organization-roles", None), ("GET", "/mailhub/users/1002/preferences", None),
])
def test_nobody_sees_or_changes_the_account_of_another(api, method, path, body):
    assert_refused(api(method, path, body), 403, "SC403", "^you may see and change this of yourself alone")


def test_a_user_changes_name_address_and_password(start):
    server = start("--login", "page", fixture=fixture_of())
    api = Api(server)
    assert api.ok("PATCH", "/users/1001", {"name": "Olivia Other"})["user"]["name"] == "Olivia Other"
    assert api.ok("PUT", "/users/1001/attributes/email", {"email": "olivia@example.org"})["user"]["email"] == "olivia@example.org"
    assert_refused(api("PUT", "/users/1001/attributes/email", {"email": "max.member@example.com"}), 400, "IM005", "another user's")
    api.ok("PUT", "/users/1001/attributes/password", {"password": "a new password"})
    page = begin(server.browser()).page
    assert "Olivia Other" in page.text and "olivia@example.org" in page.text
    visit = begin(server.browser())
    visit.submit(username="olivia@example.org", password="member-password")
    assert "The password is wrong." in visit.page.text
    visit.submit(username="olivia@example.org", password="a new password")
    visit.submit(decision="approve")
    assert visit.params["code"]


def test_an_account_ends(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].append(user_with(3001))))
    api = Api(server, uuid(3001))
    token = sign_in(server, login_hint="3001")["access_token"]
    assert_refused(api("DELETE", "/users"), 406, "IM004")
    assert api.ok("DELETE", "/users?confirmed=true") == {"user": 3001}
    assert_refused(api.get("/users/me"), 401, "SC401")
    assert_refused(Api(server, token, "Bearer").get("/users/me"), 401, "SC401")
    assert Api(server).get("/users/me").status_code == 200


def test_notifications_are_ones_own(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].append(user_with(3001))))
    api, other = Api(server), Api(server, uuid(3001))
    assert api.ok("GET", "/users/unread-notifications") == {"unreadNotifications": 1}
    assert other.ok("GET", "/notifications")["notifications"] == []
    assert_refused(other.get("/notifications/1"), 404, "SC404")
    api.ok("POST", "/notifications/mark-as-read", {"ids": [1]})
    assert api.ok("GET", "/users/unread-notifications") == {"unreadNotifications": 0}
    assert other.ok("DELETE", "/notifications?confirmed=true", {"all": True}) == {"notifications": []}
    assert api.ok("DELETE", "/notifications?confirmed=true", {"all": True}) == {"notifications": ["1"]}


def test_colleagues_are_listed_and_strangers_are_not(start):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].extend([
        user_with(3001, organizations=[(2, "Owner")]), user_with(3002)])))
    ids = lambda api, query="": [user["id"] for user in api.ok("GET", "/users" + query)["users"]]  # noqa: E731
    assert ids(Api(server)) == [1001, 1002, 3001]
    assert ids(Api(server), "?organizationId=1") == [1001, 1002]
    assert ids(Api(server), "?teamId=2") == [1001]
    assert ids(Api(server, uuid(3002))) == [3002]
    assert_refused(Api(server, uuid(3002)).get("/users?organizationId=1"), 403, "SC403")


def test_somebody_whom_the_fixture_knows_is_invited(api):
    roles = {role["name"]: role["id"] for role in api.ok("GET", "/users/roles")["usersRoles"]}
    invited = api.ok("POST", "/organizations/1/invite", {"email": "nadia.norights@example.com", "usersRoleId": roles["Member"]})
    assert invited["invitation"]["role"] == "Member"
    assert "1003" in {str(row["userId"]) for row in api.ok("GET", "/organizations/1/user-organization-roles")["userOrganizationRoles"]}
    assert_refused(api("POST", "/organizations/1/invite", {"email": "x@example.com", "usersRoleId": roles["Member"]}), 400, "IM005",
                   "no user's of the fixture")
    assert_refused(api("POST", "/organizations/1/invite", {"email": "nadia.norights@example.com", "usersRoleId": roles["Admin"]}), 400,
                   "IM005", "^email: is a member's already")


@pytest.mark.parametrize("address", ["nonsense", "a\nb@example.com", "@", "", 7])
def test_a_users_address_is_one(api, address):
    """As in a fixture: it goes into ID tokens, and the sign-in page asks for it."""
    assert_refused(api("PUT", "/users/1001/attributes/email", {"email": address}), 400, "IM005", "^email: ")
    assert api.ok("GET", "/users/me")["authUser"]["email"] == "olivia.owner@example.com"
