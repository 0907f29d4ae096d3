"""The introspection endpoint (RFC 7662), which the profile `standard` serves."""

import json
import time

import pytest

from support import (
    CUSTOM_APP_SECRET, DISCOVERY, INTROSPECT, TOKEN, WEB_SECRET, assert_error, authorize,
    client_form, decode, fixture_with, introspect, jwks, proves, redeem, refresh, revoke, sign_in,
)
from support_time import DAY, at
from test_userinfo_tokens import forgeries, read, server_key, signed

pytestmark = pytest.mark.tenants

STANDARD = ("--profile", "standard")


@pytest.fixture
def server(start):
    return start(*STANDARD)


def claims_of(response):
    """What an introspection answered; it is in good form whatever it says."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert isinstance(body["active"], bool)
    return body


def assert_inactive(server, token, client_id="demo-web", **params):
    assert claims_of(introspect(server, token, client_id, **params)) == {"active": False}


def assert_active(server, token, client_id="demo-web", **params):
    claims = claims_of(introspect(server, token, client_id, **params))
    assert claims["active"] is True
    return claims


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
@proves("INT-03", "INT-05", "INT-08")
def test_an_access_token_is_described_in_the_types_of_the_standard(start, token_format):
    fixture = fixture_with(clients={"demo-web": {"access_token_format": token_format}})
    server = start(*STANDARD, fixture=fixture)
    before = int(time.time())
    tokens = sign_in(server, scope="openid email")
    claims = assert_active(server, tokens["access_token"])
    iat = claims.pop("iat")
    assert before <= iat <= time.time()
    assert type(iat) is int and type(claims["exp"]) is int
    assert claims == {"active": True, "scope": "openid email", "client_id": "demo-web",
                      "token_type": "Bearer", "exp": iat + 300, "sub": "1001",
                      "aud": server.issuer, "iss": server.issuer}


@proves("INT-05")
def test_what_is_told_of_a_jwt_is_what_stands_in_it(server):
    token = sign_in(server)["access_token"]
    told = assert_active(server, token)
    inside = decode(server, token)
    for name in ("iss", "sub", "aud", "client_id", "scope", "iat", "exp"):
        assert told[name] == inside[name], name


@proves("INT-03", "INT-05")
def test_a_refresh_token_is_described_to_its_own_client(start):
    server = start(*STANDARD, env=at(0))
    tokens = sign_in(server, scope="openid email offline_access")
    iat = assert_active(server, tokens["access_token"])["iat"]
    assert assert_active(server, tokens["refresh_token"]) == {
        "active": True, "scope": "openid email offline_access", "client_id": "demo-web",
        "exp": iat + 180 * DAY, "sub": "1001", "iss": server.issuer}
    assert_inactive(server, tokens["refresh_token"], "demo-custom-app")


@proves("INT-05")
def test_a_refreshed_token_with_fewer_scopes_shows_its_own(server):
    tokens = sign_in(server, scope="openid email user:read")
    fewer = refresh(server, tokens["refresh_token"], scope="openid").json()
    assert assert_active(server, fewer["access_token"])["scope"] == "openid"
    assert assert_active(server, fewer["refresh_token"])["scope"] == "openid email user:read"


@proves("INT-01")
def test_any_confidential_client_may_introspect_an_access_token(server):
    token = sign_in(server, "demo-spa")["access_token"]
    assert assert_active(server, token, "demo-custom-app")["client_id"] == "demo-spa"


def test_an_introspection_stands_in_the_journal_under_who_asks(server):
    token = sign_in(server, "demo-spa")["access_token"]
    assert_active(server, token, "demo-custom-app")
    [entry] = server.get("/_makeshift/journal?endpoint=introspect").json()["items"]
    assert entry["client_id"] == "demo-custom-app"


@pytest.mark.parametrize("form", [
    {}, {"client_id": "demo-web"}, {"client_id": "demo-web", "client_secret": "wrong"},
    {"client_id": "nobody", "client_secret": WEB_SECRET}, {"client_id": "demo-spa"},
    {"client_id": "demo-native"}], ids=str)
@proves("INT-01", "INT-08")
def test_who_cannot_prove_to_be_a_client_is_answered_401(server, form):
    for token in (sign_in(server)["access_token"], sign_in(server, "demo-native")["refresh_token"]):
        refused = server.post(INTROSPECT, data={**form, "token": token})
        assert_error(refused, "invalid_client", 401)
        assert refused.headers["Cache-Control"] == "no-store"
        assert "active" not in refused.json()


@proves("INT-01")
def test_an_access_token_does_not_authorise_the_caller(server):
    token = sign_in(server)["access_token"]
    refused = server.post(INTROSPECT, data={"token": token},
                          headers={"Authorization": f"Bearer {token}"})
    assert_error(refused, "invalid_client", 401)


@proves("INT-01")
def test_http_basic_authorises_a_client_that_is_registered_for_it(start):
    basic = {"token_endpoint_auth_method": "client_secret_basic"}
    server = start(*STANDARD, fixture=fixture_with(clients={"demo-custom-app": basic}))
    token = sign_in(server)["access_token"]
    answer = server.post(INTROSPECT, data={"token": token},
                         auth=("demo-custom-app", CUSTOM_APP_SECRET))
    assert claims_of(answer)["active"] is True
    refused = server.post(INTROSPECT, data={"token": token}, auth=("demo-custom-app", "wrong"))
    assert_error(refused, "invalid_client", 401)
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")


@proves("INT-02")
def test_token_is_required_and_may_not_come_twice(server):
    assert "token" in assert_error(introspect(server, None), "invalid_request")
    assert_error(introspect(server, ""), "invalid_request")
    token = sign_in(server)["access_token"]
    assert_error(introspect(server, [token, token]), "invalid_request")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
@proves("INT-02")
def test_only_post_introspects_and_the_query_is_not_looked_at(server, method):
    token = sign_in(server)["access_token"]
    refused = server.request(method, INTROSPECT, params={**client_form("demo-web"), "token": token})
    assert refused.status_code == 405
    assert refused.headers["Allow"] == "POST"
    by_query = server.post(INTROSPECT, data=client_form("demo-web"), params={"token": token})
    assert_error(by_query, "invalid_request")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
@proves("INT-02")
def test_only_a_form_is_taken(server, content_type):
    token = sign_in(server)["access_token"]
    body = f"token={token}&client_id=demo-web&client_secret={WEB_SECRET}"
    refused = server.post(INTROSPECT, data=body.encode(), headers={"Content-Type": content_type})
    assert_error(refused, "invalid_request")


@pytest.mark.parametrize("token", ["unknown", "A" * 43, "%", "ä", "eyJ.eyJ.x", "x" * 4000])
@proves("INT-03", "INT-04")
def test_an_unknown_or_malformed_token_is_inactive(server, token):
    assert_inactive(server, token)


@proves("INT-04")
def test_a_jwt_that_was_not_issued_here_is_inactive(start_process):
    server = start_process(*STANDARD)
    token = sign_in(server)["access_token"]
    for forged in forgeries(server, token):
        assert_inactive(server, forged)
    header, claims = read(token)
    foreign = {"iss": "https://elsewhere.example"}
    early = {"nbf": claims["exp"] + 60, "iat": claims["exp"] + 60, "exp": claims["exp"] + 360}
    for change in (foreign, early):
        assert_inactive(server, signed(header, {**claims, **change}, server_key(server)))
    assert_active(server, token)


@proves("INT-04")
def test_a_token_of_another_server_is_inactive(start_process):
    server, other = (start_process(*STANDARD) for _ in range(2))
    assert jwks(server) == jwks(other)
    other = sign_in(other)
    assert_inactive(server, other["access_token"])
    assert_inactive(server, other["refresh_token"])


@proves("INT-04")
def test_a_code_or_id_token_is_inactive_and_not_touched(server):
    code = authorize(server)
    assert_inactive(server, code["code"])
    tokens = redeem(server, code)
    assert tokens.status_code == 200
    assert_inactive(server, tokens.json()["id_token"])


@proves("INT-04")
def test_an_expired_token_is_inactive_from_its_second_on(start):
    server = start(*STANDARD, db=True, env=at(0))
    tokens = sign_in(server)
    server.restart(env=at(299))
    assert_active(server, tokens["access_token"])
    server.restart(env=at(300))
    assert_inactive(server, tokens["access_token"])
    server.restart(env=at(180 * DAY - 1))
    assert_active(server, tokens["refresh_token"])
    server.restart(env=at(180 * DAY))
    assert_inactive(server, tokens["refresh_token"])


@proves("INT-04", "INT-05")
def test_a_refresh_token_left_unused_for_too_long_is_inactive(start):
    fixture = fixture_with(clients={"demo-web": {"refresh_idle_ttl": 1000}})
    server = start(*STANDARD, db=True, env=at(0), fixture=fixture)
    tokens = sign_in(server)
    now = assert_active(server, tokens["access_token"])["iat"]
    assert assert_active(server, tokens["refresh_token"])["exp"] == now + 1000
    server.restart(env=at(1000))
    assert_inactive(server, tokens["refresh_token"])


@proves("INT-04")
def test_a_revoked_token_is_inactive_at_once(server):
    tokens = sign_in(server)
    revoke(server, tokens["access_token"])
    assert_inactive(server, tokens["access_token"])
    assert_active(server, tokens["refresh_token"])
    born = refresh(server, tokens["refresh_token"]).json()
    revoke(server, born["refresh_token"])
    assert_inactive(server, born["refresh_token"])
    assert_inactive(server, born["access_token"])


@proves("INT-04")
def test_tokens_of_a_user_who_is_gone_are_inactive(start):
    server = start(*STANDARD, db=True, fixture=fixture_with())
    tokens = sign_in(server)
    without = fixture_with(users={"1001": None})
    server.fixture_path.write_text(json.dumps(without), encoding="utf-8")
    server.restart()
    assert_inactive(server, tokens["access_token"])
    assert_inactive(server, tokens["refresh_token"])


@pytest.mark.parametrize("policy", [{"mode": "strict"}, {"mode": "retry_safe"},
                                    {"mode": "grace", "seconds": 30}], ids=lambda p: p["mode"])
@proves("INT-07")
def test_a_rotated_refresh_token_is_inactive_and_asking_harms_no_family(start, policy):
    server = start(*STANDARD, fixture=fixture_with(clients={"demo-web": {"refresh_policy": policy}}))
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    assert_inactive(server, first["refresh_token"])
    assert_active(server, second["refresh_token"])
    assert_active(server, first["access_token"])
    assert refresh(server, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "nonsense", ""])
@proves("INT-06")
def test_a_wrong_or_unknown_hint_does_not_matter(server, hint):
    tokens = sign_in(server)
    for name in ("access_token", "refresh_token"):
        assert_active(server, tokens[name], token_type_hint=hint)


@proves("INT-05")
def test_a_token_of_a_client_itself_has_the_client_as_its_subject(start):
    grants = ["authorization_code", "client_credentials"]
    server = start(*STANDARD, fixture=fixture_with(clients={"demo-web": {"grant_types": grants}}))
    form = {"grant_type": "client_credentials", "scope": "user:read", **client_form("demo-web")}
    token = server.post(TOKEN, data=form).json()["access_token"]
    claims = assert_active(server, token, "demo-custom-app")
    assert (claims["sub"], claims["client_id"]) == ("demo-web", "demo-web")


@pytest.mark.parametrize("profile", ["make", "make-published"])
def test_other_profiles_have_no_introspection(start, profile):
    server = start("--profile", profile)
    token = sign_in(server)["access_token"]
    assert "profile 'standard'" in assert_error(introspect(server, token), "not_found", 404)
    document = server.get(DISCOVERY).json()
    assert not [name for name in document if name.startswith("introspection")]


def test_discovery_names_the_endpoint_and_how_to_authenticate(server):
    document = server.get(DISCOVERY).json()
    assert document["introspection_endpoint"] == server.issuer + INTROSPECT
    assert document["introspection_endpoint_auth_methods_supported"] == [
        "client_secret_post", "client_secret_basic", "private_key_jwt"]
