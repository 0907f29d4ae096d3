"""Members of a client that choose between what servers differ in: how its users sign in, whom its access
tokens name as audience and as what type, and what its ID tokens tell."""

import json

import pytest

from support import (b64url_decode, decode, fixture_with, introspect, refresh, sign_in, userinfo)
from support_pages import CONSENT, SIGN_IN, begin
from support_refusals import ask, redirected_refusal

pytestmark = pytest.mark.tenants

PROFILE = {"name", "given_name", "family_name", "preferred_username", "zoneinfo"}


def with_web(start, *args, **members):
    return start(*args, fixture=fixture_with(clients={"demo-web": members}))


def header_of(token):
    return json.loads(b64url_decode(token.split(".")[0]))


# -- login -----------------------------------------------------------------------------------------


def test_the_users_of_one_client_see_the_page_and_those_of_another_none(start):
    server = with_web(start, login="page")
    visit = begin(server.browser())
    assert visit.path == SIGN_IN
    assert visit.submit(user="1001").path == CONSENT
    assert visit.submit(decision="approve").params["code"]
    assert "code" in begin(server.browser(), "demo-custom-app").params
    redirected_refusal(ask(server, prompt="none"), "login_required")


def test_a_client_without_the_page_has_none_where_the_server_has_one(start):
    server = with_web(start, "--login", "page", login="auto")
    assert "code" in begin(server.browser()).params
    assert begin(server.browser(), "demo-custom-app").path == SIGN_IN


# -- audience --------------------------------------------------------------------------------------


def test_an_access_token_names_the_audience_of_its_client_and_opens_what_it_opened(start):
    server = with_web(start, "--profile", "standard", audience="https://api.example.com",
                      scope="openid profile email scenarios:read user:read mcp:use")
    plain = sign_in(server, scope="user:read")
    assert decode(server, plain["access_token"])["aud"] == "https://api.example.com"
    assert introspect(server, plain["access_token"]).json()["aud"] == "https://api.example.com"
    tokens = sign_in(server)
    assert decode(server, tokens["access_token"])["aud"] == ["https://api.example.com", server.issuer]
    assert userinfo(server, tokens["access_token"]).json()["sub"] == "1001"
    assert decode(server, tokens["id_token"])["aud"] == "demo-web"
    api = server.get("/api/v2/users/me", headers={"Authorization": f"Bearer {plain['access_token']}"})
    assert api.status_code == 200


def test_a_resource_that_was_asked_for_is_the_audience_all_the_same(start):
    server = with_web(start, audience="https://api.example.com", scope="scenarios:read")
    token = sign_in(server, scope="scenarios:read", resource=server.issuer + "/api/v2")["access_token"]
    assert decode(server, token)["aud"] == server.issuer + "/api/v2"


# -- access_token_typ ------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["make", "standard"])
def test_an_access_token_of_type_jwt_is_an_access_token_and_no_id_token(start, profile):
    server = with_web(start, "--profile", profile, access_token_typ="JWT")
    tokens = sign_in(server)
    assert header_of(tokens["access_token"])["typ"] == "JWT"
    assert userinfo(server, tokens["access_token"]).status_code == 200
    redirected_refusal(ask(server, id_token_hint=tokens["access_token"]), "invalid_request")
    renewed = refresh(server, tokens["refresh_token"]).json()["access_token"]
    assert header_of(renewed)["typ"] == "JWT"


def test_an_access_token_says_at_jwt_where_its_client_says_nothing(server):
    assert header_of(sign_in(server)["access_token"])["typ"] == "at+jwt"


# -- id_token_claims -------------------------------------------------------------------------------


def test_the_id_token_of_the_code_flow_tells_what_its_scopes_open_where_the_client_says_so(start):
    server = with_web(start, id_token_claims="scope")
    tokens = sign_in(server, scope="openid profile")
    claims = decode(server, tokens["id_token"])
    assert PROFILE <= set(claims) and "email" not in claims
    told = userinfo(server, tokens["access_token"]).json()
    assert {name: claims[name] for name in told} == told
    renewed = decode(server, refresh(server, tokens["refresh_token"]).json()["id_token"])
    assert PROFILE <= set(renewed)
    assert not PROFILE & set(decode(server, sign_in(server, scope="openid")["id_token"]))
    assert not PROFILE & set(decode(server, sign_in(server, "demo-custom-app")["id_token"]))
