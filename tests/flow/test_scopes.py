"""Scopes at the door: the catalogue, the client's registration, and what was asked for."""

import json
import shutil

import pytest

from support import (
    ROOT, TOKEN, WEB_SECRET, assert_error, authorize, fixture_with, introspect, proves, redeem, refresh,
    sign_in, userinfo,
)
from support_refusals import ask, logged_refusal, redirected_refusal

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]


def granted(server, **params):
    return sign_in(server, **params)["scope"]


@proves("AUT-17", "AUT-18")
@pytest.mark.parametrize("written", [
    "openid email user:read", "openid,email,user:read", "openid, email, user:read",
    " openid  email   user:read ", "openid,,email,user:read,", "email user:read,openid",
    "openid email openid user:read email",
])
def test_spaces_and_commas_separate_scopes_in_any_order(server, written):
    scope = granted(server, scope=written)
    assert sorted(scope.split(" ")) == ["email", "openid", "user:read"]


@proves("AUT-17")
def test_the_token_answer_always_says_its_scope(server):
    for client_id in ("demo-web", "demo-spa", "demo-native", "demo-custom-app"):
        answer = sign_in(server, client_id, scope="openid scenarios:read")
        assert sorted(answer["scope"].split(" ")) == ["openid", "scenarios:read"]
    tokens = sign_in(server, scope="user:read teams:read")
    for more, wanted in (({}, ["teams:read", "user:read"]),
                         ({"scope": "teams:read"}, ["teams:read"])):
        tokens = refresh(server, tokens["refresh_token"], **more).json()
        assert sorted(tokens["scope"].split(" ")) == wanted


@proves("AUT-17")
@pytest.mark.parametrize("scope", [
    'open"id', "open\\id", "openid\temail", "openid\r\nemail", "openid\x7f", "openid \u00e9mail",
    "\u00a0openid", "openid\x0bemail",
])
def test_a_malformed_scope_is_refused(server, scope):
    description = redirected_refusal(ask(server, scope=scope), "invalid_scope")
    assert "character" in description


@proves("AUT-17")
@pytest.mark.parametrize("scope,named,meant", [
    ("openid no:such", "no:such", None), ("no:such,openid", "no:such", None), ("OPENID", "OPENID", "openid"),
    ("openid openid2", "openid2", "openid"), ("openi", "openi", "openid"), ("sceanrios:read", "sceanrios:read", "scenarios:read"),
    ("scenarios:read:all", "scenarios:read:all", "scenarios:read"), ("*", "*", None), ("openid;email", "openid;email", None),
])
def test_an_unknown_scope_is_refused_by_name_with_the_nearest(server, scope, named, meant):
    description = redirected_refusal(ask(server, scope=scope), "invalid_scope")
    hint = f"; did you mean '{meant}'?" if meant else ""
    assert description == f"scope '{named}' is unknown: it is not in the fixture's catalogue{hint}"


@proves("AUT-17")
@pytest.mark.parametrize("client_id,scope", [
    ("demo-web", "connections:write"), ("demo-web", "admin:read"), ("demo-spa", "teams:read"),
    ("demo-native", "teams:read"), ("demo-custom-app", "user:read"),
])
def test_a_scope_that_is_not_the_clients_is_refused_by_name(server, client_id, scope):
    challenge = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    response = ask(server, client_id, scope=f"openid {scope}", **challenge)
    description = redirected_refusal(response, "invalid_scope")
    assert description == f"scope '{scope}' is not registered for client '{client_id}'; add it to scope of '{client_id}'"


@pytest.mark.parametrize("scope", [None, "", " ", ",", " , "])
def test_a_request_without_scopes_is_refused(server, scope):
    assert "scope is missing" in redirected_refusal(ask(server, scope=scope), "invalid_scope")


def test_a_request_without_scopes_asks_for_the_clients_default(start):
    server = start(fixture=fixture_with(clients={"demo-web": {"default_scope": "openid email"}}))
    assert granted(server, scope=None) == "openid email"
    assert granted(server, scope="") == "openid email"
    assert granted(server, scope="profile") == "profile"


def test_a_client_asks_for_itself_without_naming_scopes(start):
    service = {"client_secret": "service-secret", "scope": "user:read scenarios:read",
               "grant_types": ["client_credentials"]}
    server = start("--profile", "standard", fixture=fixture_with(clients={
        "one": {**service, "default_scope": "user:read"}, "two": service}))
    form = {"grant_type": "client_credentials", "client_secret": "service-secret"}
    assert server.post(TOKEN, {**form, "client_id": "one"}).json()["scope"] == "user:read"
    assert "default_scope" in assert_error(server.post(TOKEN, {**form, "client_id": "two"}), "invalid_scope")


def test_the_catalogue_is_the_fixtures(start):
    scopes = [{"name": "openid", "kind": "oidc", "description": "Know who you are"},
              {"name": "moon:land", "kind": "user", "description": "Land on the moon"}]
    client = {"client_id": "demo-web", "client_secret": WEB_SECRET, "client_name": "Lander",
              "redirect_uris": ["http://localhost:3000/cb"], "scope": "openid moon:land",
              "token_endpoint_auth_method": "client_secret_post"}
    server = start(fixture=fixture_with(clients=[client], scopes=scopes))
    assert granted(server, scope="openid,moon:land") == "openid moon:land"
    assert "unknown" in redirected_refusal(ask(server, scope="profile"), "invalid_scope")


def test_the_log_tells_the_check_and_what_was_compared(start):
    server = start("--log-format", "json")
    ask(server, "demo-spa", scope="teams:read")
    logged = logged_refusal(server, "scope")
    assert logged["error"] == "invalid_scope"
    assert logged["expected"] == "openid profile email offline_access user:read scenarios:read"
    assert (logged["actual"], logged["clause"]) == ("teams:read", "RFC 6749 3.3")


@proves("AUT-20")
def test_an_id_token_comes_with_openid_alone(server):
    for scope, wanted in (("openid", True), ("profile email", False), ("user:read,openid", True),
                          ("offline_access user:read", False)):
        answer = redeem(server, authorize(server, scope=scope)["code"]).json()
        assert ("id_token" in answer) == wanted


@pytest.mark.parametrize("form", ["opaque", "jwt"])
@proves("SCP-08")
def test_a_scope_taken_from_the_client_ends_at_once_for_opaque_tokens_and_with_a_jwt(start, tmp_path, form):
    client = {"access_token_format": form, "access_token_ttl": 100}
    server = start("--clock", "2026-01-01T00:00:00Z", "--profile", "standard", db=True,
                   fixture=fixture_with(clients={"demo-web": client}))
    tokens = sign_in(server, scope="openid email mcp:use")
    less = tmp_path / "less.json"
    less.write_text(json.dumps(fixture_with(clients={"demo-web": {**client, "scope": "openid mcp:use profile"}})))
    server.fixture_path = less
    server.restart()
    before = ["mcp:use", "openid"] if form == "opaque" else ["email", "mcp:use", "openid"]
    assert sorted(introspect(server, tokens["access_token"]).json()["scope"].split()) == before
    assert ("email" in userinfo(server, tokens["access_token"]).json()) == (form == "jwt")
    # A refreshed token has no more than is registered, whatever was granted.
    assert_error(refresh(server, tokens["refresh_token"], scope="openid email"), "invalid_scope")
    again = refresh(server, tokens["refresh_token"]).json()
    assert sorted(again["scope"].split()) == ["mcp:use", "openid"]
    assert "email" not in userinfo(server, again["access_token"]).json()
    server.restart("--clock", "2026-01-01T00:01:40Z")
    assert introspect(server, tokens["access_token"]).json() == {"active": False}


def test_a_grant_of_which_nothing_is_left_is_refused_a_refresh_and_lives_on(start, tmp_path):
    server = start(db=True)
    tokens = sign_in(server, scope="email")
    other, back = tmp_path / "other.json", tmp_path / "back.json"
    other.write_text(json.dumps(fixture_with(clients={"demo-web": {"scope": "openid"}})))
    back.write_text(json.dumps(fixture_with()))
    shutil.copytree(ROOT / "fixtures/keys", tmp_path / "keys", dirs_exist_ok=True)
    server.restart("--fixtures", other)
    assert "nothing any more" in assert_error(refresh(server, tokens["refresh_token"]), "invalid_scope")
    server.restart("--fixtures", back)
    assert refresh(server, tokens["refresh_token"]).json()["scope"] == "email"


@proves("SCP-06")
def test_two_hundred_scopes_of_four_kib_are_granted_and_refreshed(start):
    names = [f"long-name-of-scope:{i:03}" for i in range(200)]
    asked = " ".join(names)
    assert len(asked) > 4096
    fixture = fixture_with(clients={"demo-web": {"scope": asked}}, scopes=[
        {"name": name, "kind": "user", "description": "Do it"} for name in names])
    fixture["clients"] = [client for client in fixture["clients"] if client["client_id"] == "demo-web"]
    server = start(fixture=fixture)
    tokens = sign_in(server, scope=f"{asked} {asked}")
    assert tokens["scope"] == asked
    assert refresh(server, tokens["refresh_token"]).json()["scope"] == asked
