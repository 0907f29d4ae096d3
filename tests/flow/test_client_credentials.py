"""grant_type=client_credentials (RFC 6749 4.4), which the profile `standard` serves."""

import json

import pytest

from support import (
    AUTHORIZE, CUSTOM_APP_SECRET, TOKEN, WEB_SECRET, assert_error, authorize_params, b64url_decode,
    client_form, decode, fixture_with, proves, refresh, revoke, sign_in, userinfo,
)
from support_time import at

pytestmark = pytest.mark.tenants

STANDARD = ("--profile", "standard")
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]
SERVICE = {"client_secret": "service-secret", "scope": "openid user:read scenarios:read",
           "grant_types": ["client_credentials"]}


def fixture(**service):
    return fixture_with(clients={"demo-web": {"grant_types": GRANTS},
                                 "service": {**SERVICE, **service}})


@pytest.fixture
def server(start):
    return start(*STANDARD, fixture=fixture())


def ask(server, client_id="service", client_secret="service-secret", **params):
    form = {"grant_type": "client_credentials", "scope": "user:read",
            **client_form(client_id, client_secret), **params}
    return server.post(TOKEN, data={k: v for k, v in form.items() if v is not None})


def test_a_client_gets_an_access_token_and_nothing_else(server):
    response = ask(server, scope="user:read scenarios:read")
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    answer = response.json()
    token = answer.pop("access_token")
    assert answer == {"token_type": "Bearer", "expires_in": 300,
                      "scope": "user:read scenarios:read"}
    claims = decode(server, token, audience=server.issuer)
    header = json.loads(b64url_decode(token.split(".")[0]))
    assert header["typ"] == "at+jwt"
    # RFC 9068 2.2: without a resource owner the subject is the client.
    assert (claims["sub"], claims["client_id"]) == ("service", "service")
    assert claims["scope"] == "user:read scenarios:read"
    assert claims["exp"] - claims["iat"] == 300


@proves("CLA-01")
@pytest.mark.parametrize("secret", [None, "wrong"])
def test_the_secret_must_be_right(server, secret):
    assert_error(ask(server, client_secret=secret), "invalid_client", 401)


def test_a_client_beside_its_users_has_tokens_of_both_kinds(server):
    own = ask(server, "demo-web", WEB_SECRET).json()
    assert "refresh_token" not in own and "id_token" not in own
    assert decode(server, own["access_token"])["sub"] == "demo-web"
    tokens = sign_in(server)
    assert refresh(server, tokens["refresh_token"]).status_code == 200


@proves("TOK-07")
def test_a_client_that_is_not_registered_for_it_is_unauthorized(server):
    answer = ask(server, "demo-custom-app", CUSTOM_APP_SECRET, scope="scenarios:read")
    assert "client_credentials" in assert_error(answer, "unauthorized_client")
    public = ask(server, "demo-spa", None, scope="user:read")
    assert_error(public, "unauthorized_client")


@pytest.mark.parametrize("scope", [None, "", "scenarios:write", "no:such", "openid",
                                   "user:read openid"])
def test_a_scope_that_the_client_itself_may_not_have_is_refused(server, scope):
    assert_error(ask(server, scope=scope), "invalid_scope")


def test_openid_is_refused_because_there_is_no_user(server):
    assert "about a user" in assert_error(ask(server, scope="openid"), "invalid_scope")


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_userinfo_refuses_the_token_and_says_that_there_is_no_user(start, token_format, method):
    server = start(*STANDARD, fixture=fixture(access_token_format=token_format))
    refused = userinfo(server, ask(server).json()["access_token"], method)
    assert refused.status_code == 403
    challenge = refused.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert "there is no user" in challenge
    assert "1001" not in refused.text and "olivia" not in refused.text


def test_a_revoked_or_expired_token_of_a_client_is_invalid(start):
    server = start(*STANDARD, db=True, env=at(0), fixture=fixture())
    tokens = [ask(server).json()["access_token"] for _ in range(2)]
    assert revoke(server, tokens[0], "service", "service-secret").status_code == 200
    assert userinfo(server, tokens[0]).status_code == 401
    assert userinfo(server, tokens[1]).status_code == 403
    server.restart(env=at(300))
    assert userinfo(server, tokens[1]).status_code == 401


def test_what_was_granted_survives_a_kill(start):
    server = start(*STANDARD, db=True, fixture=fixture())
    token = ask(server).json()["access_token"]
    server.kill9()
    server.restart()
    assert userinfo(server, token).status_code == 403  # known, and nobody's


def test_a_client_without_redirects_is_no_client_of_the_authorization_endpoint(server):
    params = authorize_params("service", redirect_uri="http://localhost:3000/cb")
    refused = server.get(AUTHORIZE, params=params)
    assert refused.status_code == 400
    assert "Location" not in refused.headers


@pytest.mark.parametrize("profile", ["make", "make-published"])
def test_other_profiles_do_not_serve_it(start, profile):
    server = start("--profile", profile, fixture=fixture())
    said = assert_error(ask(server), "unsupported_grant_type")
    assert "client_credentials" in said and "--profile standard" in said
    password = assert_error(ask(server, grant_type="password"), "unsupported_grant_type")
    assert "profile" not in password  # which none has


def test_what_a_client_sees_otherwise_stands_in_its_own_token_where_it_has_a_value(start):
    rules = {"tenant": {"value": "acme", "in": ["access_token"]},
             "tier": {"value": 3, "in": ["access_token"], "scope": "scenarios:read"},
             "upn": {"from": "email", "in": ["access_token"]},
             "name": {"in": ["access_token"]},
             "elsewhere": {"value": "x", "in": ["id_token", "userinfo"]}}
    server = start(*STANDARD, fixture=fixture(claims=rules))
    claims = decode(server, ask(server).json()["access_token"])
    assert claims["tenant"] == "acme"
    assert not {"tier", "upn", "name", "elsewhere"} & set(claims)  # of no user there is no email
    more = decode(server, ask(server, scope="user:read scenarios:read").json()["access_token"])
    assert more["tier"] == 3
