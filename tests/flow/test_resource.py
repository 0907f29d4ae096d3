"""The parameter `resource` (RFC 8707): whom an access token is meant for."""

import base64
import json

import pytest

from support import (
    AUTHORIZE, WEB_SECRET, assert_error, authorize, authorize_params, decode, fixture_with,
    introspect, location_params, proves, redeem, refresh, userinfo,
)
from support_refusals import logged_refusal, redirected_refusal

pytestmark = pytest.mark.tenants

FORMATS = pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])


def api(server):
    return server.issuer + "/api/v2"


def mcp(server):
    return server.issuer + "/mcp"


def sign_in(server, scope="openid scenarios:read", token_resource=None, **params):
    code = authorize(server, scope=scope, **params)["code"]
    more = {"resource": token_resource} if token_resource else {}
    response = redeem(server, code, **more)
    assert response.status_code == 200, response.text
    return response.json()


def audience(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]


def test_without_a_resource_the_token_is_for_the_issuer(server):
    assert audience(sign_in(server)["access_token"]) == server.issuer


def test_the_token_is_for_the_resource_that_was_asked_for(server):
    tokens = sign_in(server, scope="scenarios:read", resource=api(server))
    assert audience(tokens["access_token"]) == api(server)


def test_with_openid_the_token_opens_userinfo_beside_its_resource(server):
    token = sign_in(server, resource=api(server))["access_token"]
    assert audience(token) == [api(server), server.issuer]
    assert userinfo(server, token).status_code == 200


@FORMATS
@proves("SCP-07")
def test_userinfo_refuses_a_token_that_is_for_another_resource(start, access_token_format):
    server = start("--log-format", "json",
                   fixture=fixture_with(clients={"demo-web": {"access_token_format": access_token_format}}))
    token = sign_in(server, scope="scenarios:read", resource=api(server))["access_token"]
    response = userinfo(server, token)
    assert response.status_code == 401
    challenge = response.headers["WWW-Authenticate"]
    assert 'error="invalid_token"' in challenge and f"meant for '{api(server)}'" in challenge
    refusal = logged_refusal(server, "audience")
    assert (refusal["expected"], refusal["actual"]) == (server.issuer, api(server))


def test_the_id_token_is_for_the_client_whatever_the_resource(server):
    tokens = sign_in(server, resource=api(server))
    assert decode(server, tokens["id_token"], audience="demo-web")["aud"] == "demo-web"


@pytest.mark.parametrize("name", ["{issuer}", "{issuer}/"])
def test_the_issuer_may_be_named_as_a_resource(server, name):
    url = name.format(issuer=server.issuer)
    assert audience(sign_in(server, resource=url, token_resource=url)["access_token"]) == server.issuer


@pytest.mark.parametrize("resource", ["https://other.example/mcp", "urn:x", "{issuer}/mcp/x", "{issuer}/mc", "/mcp",
                                      "{issuer}/MCP", "{issuer}/mcp#"])
def test_a_resource_that_is_not_served_is_refused_in_the_redirect(start, resource):
    server = start("--log-format", "json")
    url = resource.format(issuer=server.issuer)
    response = server.get(AUTHORIZE, params=authorize_params(resource=url))
    redirected_refusal(response, "invalid_target")
    refusal = logged_refusal(server, "resource")
    assert refusal["actual"] == url
    assert refusal["expected"].split() == [server.issuer, api(server), mcp(server)]


def test_the_token_request_may_name_the_resource_again(server):
    tokens = sign_in(server, resource=api(server), token_resource=api(server))
    again = refresh(server, tokens["refresh_token"], resource=api(server)).json()
    assert audience(again["access_token"]) == [api(server), server.issuer]


def test_what_was_granted_holds_for_every_refresh(server):
    tokens = sign_in(server, scope="scenarios:read", resource=api(server))
    for _ in range(3):
        tokens = refresh(server, tokens["refresh_token"]).json()
        assert audience(tokens["access_token"]) == api(server)


def test_another_resource_than_granted_is_refused_and_the_code_lives_on(server):
    code = authorize(server, scope="scenarios:read", resource=api(server))["code"]
    assert_error(redeem(server, code, resource=server.issuer), "invalid_target")
    assert audience(redeem(server, code, resource=api(server)).json()["access_token"]) == api(server)


def test_another_resource_at_refresh_is_refused_and_the_token_lives_on(server):
    tokens = sign_in(server)
    assert_error(refresh(server, tokens["refresh_token"], resource=api(server)), "invalid_target")
    assert audience(refresh(server, tokens["refresh_token"]).json()["access_token"]) == server.issuer


def test_two_resources_at_once_are_an_invalid_target_and_one_named_twice_is_one(server):
    """RFC 8707 2: resource may come several times; a token from here is for one."""
    pairs = [*authorize_params(scope="scenarios:read").items(), ("resource", api(server))]
    for other in (server.issuer, "urn:x"):
        answer = server.get(AUTHORIZE, params=[*pairs, ("resource", other)])
        assert other in redirected_refusal(answer, "invalid_target")
    params = location_params(server.get(AUTHORIZE, params=[*pairs, ("resource", api(server))]))
    form = [("grant_type", "authorization_code"), ("redirect_uri", "http://localhost:3000/cb"),
            ("client_id", "demo-web"), ("client_secret", WEB_SECRET), ("code", params["code"])]
    twice = [("resource", api(server)), ("resource", server.issuer)]
    assert_error(server.post("/oauth/v2/token", [*form, *twice]), "invalid_target")
    same = server.post("/oauth/v2/token", [*form, *twice[:1], *twice[:1]])
    assert audience(same.json()["access_token"]) == api(server)


def test_the_scheme_and_host_of_a_resource_know_no_case_and_its_path_does(start_process):
    """RFC 3986 6.2.2.1"""
    server = start_process()
    shouted = server.issuer.upper() + "/api/v2"
    tokens = sign_in(server, scope="scenarios:read", resource=shouted, token_resource=shouted)
    assert audience(tokens["access_token"]) == api(server)
    assert audience(refresh(server, tokens["refresh_token"], resource=shouted).json()["access_token"]) == api(server)


@FORMATS
def test_introspection_says_whom_the_token_is_for(start, access_token_format):
    clients = {"demo-web": {"access_token_format": access_token_format}}
    server = start("--profile", "standard", fixture=fixture_with(clients=clients))
    token = sign_in(server, scope="scenarios:read", resource=api(server))["access_token"]
    assert introspect(server, token).json()["aud"] == api(server)


def test_a_clients_own_token_is_for_the_resource_it_asks_for(start):
    clients = {"demo-web": {"grant_types": ["authorization_code", "client_credentials"]}}
    server = start("--profile", "standard", fixture=fixture_with(clients=clients))
    form = {"grant_type": "client_credentials", "client_id": "demo-web", "client_secret": WEB_SECRET,
            "scope": "scenarios:read"}
    own = server.post("/oauth/v2/token", {**form, "resource": api(server)}).json()
    assert audience(own["access_token"]) == api(server)
    assert_error(server.post("/oauth/v2/token", {**form, "resource": "urn:x"}), "invalid_target")


@pytest.mark.parametrize("mode, separator", [("query", "?"), ("fragment", "#")])
def test_a_client_of_the_other_issuer_is_refused_in_the_name_of_the_right_one(start, mode, separator):
    """Who found the MCP issuer in the resource's metadata takes no answer of another one (RFC 9207 2.4)."""
    server = start("--log-format", "json")
    response = server.get(AUTHORIZE, params=authorize_params(resource=mcp(server), scope="mcp:use", response_mode=mode))
    assert response.headers["Location"].startswith("http://localhost:3000/cb" + separator)
    answer = location_params(response)
    assert (answer["error"], answer["iss"]) == ("invalid_target", mcp(server))
    assert f"belongs to issuer '{server.issuer}'" in answer["error_description"]
    assert f"guarded by issuer '{mcp(server)}'" in answer["error_description"]
    refusal = logged_refusal(server, "issuer")
    assert (refusal["expected"], refusal["actual"]) == (mcp(server), server.issuer)
    assert '"issuer": "mcp"' in refusal["detail"]


def test_a_clients_own_token_for_another_issuers_resource_is_refused_too(start):
    clients = {"demo-web": {"grant_types": ["authorization_code", "client_credentials"]}}
    server = start("--profile", "standard", fixture=fixture_with(clients=clients))
    form = {"grant_type": "client_credentials", "client_id": "demo-web", "client_secret": WEB_SECRET,
            "scope": "mcp:use", "resource": mcp(server)}
    assert "issuer" in assert_error(server.post("/oauth/v2/token", form), "invalid_target")


def test_a_client_of_the_fixture_belongs_to_the_issuer_it_says(server):
    granted = authorize(server, "demo-mcp", scope="openid mcp:use", resource=mcp(server))
    assert granted["iss"] == mcp(server)
    tokens = redeem(server, granted, "demo-mcp").json()
    assert audience(tokens["access_token"]) == [mcp(server), server.issuer]
    for name in ("access_token", "id_token"):
        payload = tokens[name].split(".")[1]
        assert json.loads(base64.urlsafe_b64decode(payload + "=="))["iss"] == mcp(server)
    assert refresh(server, tokens["refresh_token"], "demo-mcp").status_code == 200


def test_a_client_of_the_mcp_issuer_that_names_nothing_asks_for_what_it_is_registered_for(start):
    server = start(fixture=fixture_with(clients={"demo-mcp": {"default_scope": None, "scope": "openid mcp:use"}}))
    assert redeem(server, authorize(server, "demo-mcp", scope=None), "demo-mcp").json()["scope"] == "openid mcp:use"
    server = start()
    granted = redeem(server, authorize(server, "demo-mcp", scope=None), "demo-mcp").json()
    assert granted["scope"] == "mcp:use" and audience(granted["access_token"]) == mcp(server)
