"""The caller behind Make's API: its tokens, which no log shows and a database keeps, and what the pages say of it."""

import re

import pytest
from support import proves
from support_api import Api, assert_refused, fixture_of
from support_pages import begin

pytestmark = pytest.mark.tenants


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


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
