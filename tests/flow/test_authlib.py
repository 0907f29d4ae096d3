"""authlib, Debian's, as an application uses it: an OAuth client that nobody here wrote."""

import os
import urllib.parse

import pytest
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.jose import jwt
from authlib.jose.errors import JoseError
from authlib.oidc.core import CodeIDToken, HybridIDToken, ImplicitIDToken

from support import DISCOVERY, SECRET_NAMES, WEB_SECRET, fixture_with, proves

pytestmark = pytest.mark.tenants

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback without TLS

CLIENTS = [
    ("demo-web", WEB_SECRET, "http://localhost:3000/cb", "openid profile email"),
    ("demo-spa", None, "http://localhost:5173/callback", "openid profile email"),
    ("demo-native", None, "http://127.0.0.1:50124/callback", "openid profile offline_access"),
]
every_client = pytest.mark.parametrize("client", CLIENTS, ids=[row[0] for row in CLIENTS])
refreshing = pytest.mark.parametrize("client", [CLIENTS[0], CLIENTS[2]],
                                     ids=["demo-web", "demo-native"])


def secrets_in(token):
    """Of a token answer, what may not stand in the log; its scope may."""
    return [token[name] for name in SECRET_NAMES if name in token]


class Application:
    """One relying party: what its author would write with authlib."""

    def __init__(self, server, client, tenant=""):
        client_id, secret, redirect_uri, scope = client
        self.server = server
        self.metadata = server.get(tenant + DISCOVERY).json()
        self.session = OAuth2Session(
            client_id, secret, scope=scope, redirect_uri=redirect_uri, code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post" if secret else "none",
            revocation_endpoint_auth_method="client_secret_post" if secret else "none")
        self.session.trust_env = False

    def sign_in(self):
        verifier, nonce = generate_token(48), generate_token(20)
        url, state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
        answer = self.server.get(url)
        assert answer.status_code == 302, answer.text
        token = self.session.fetch_token(
            self.metadata["token_endpoint"], code_verifier=verifier, state=state,
            authorization_response=answer.headers["Location"])
        self.server.secret(verifier, *secrets_in(token))
        return token, self.claims(token, nonce)

    def claims(self, token, nonce=None):
        keys = self.server.get(self.metadata["jwks_uri"]).json()
        claims = jwt.decode(
            token["id_token"], keys, claims_cls=CodeIDToken,
            claims_options={"iss": {"essential": True, "value": self.metadata["issuer"]},
                            "aud": {"essential": True, "value": self.session.client_id}},
            claims_params={"nonce": nonce, "client_id": self.session.client_id,
                           "access_token": token["access_token"]})
        claims.validate()
        return claims

    def refresh(self, refresh_token):
        token = self.session.refresh_token(self.metadata["token_endpoint"],
                                           refresh_token=refresh_token)
        self.server.secret(*secrets_in(token))
        return token

    def userinfo(self):
        return self.session.get(self.metadata["userinfo_endpoint"])

    def revoke(self, token):
        return self.session.revoke_token(self.metadata["revocation_endpoint"], token=token)


@every_client
@proves("IDT-02", "IDT-03", "IDT-05", "IDT-09", "IDT-12", "UIN-05")
def test_authlib_signs_in_and_learns_who_the_user_is(server, client):
    application = Application(server, client)
    token, claims = application.sign_in()
    assert token["token_type"] == "Bearer"
    assert claims["sub"] == "1001"
    assert claims.header["alg"] == "RS256"
    assert "at_hash" in claims  # and validate() has compared it with the access token
    user = application.userinfo()
    assert user.status_code == 200
    assert user.json()["sub"] == claims["sub"]
    assert user.json()["name"] == "Olivia Owner"


def test_authlib_signs_in_at_a_tenant_whose_issuer_has_a_path(start_process):
    server = start_process()
    issuer = server.post("/_makeshift/tenants").json()["issuer"]
    application = Application(server, CLIENTS[0], tenant=issuer.removeprefix(server.issuer))
    token, claims = application.sign_in()
    assert claims["iss"] == application.metadata["issuer"] == issuer
    assert application.userinfo().json()["sub"] == claims["sub"]
    assert application.refresh(token["refresh_token"])["access_token"] != token["access_token"]
    elsewhere = Application(server, CLIENTS[0])
    elsewhere.session.token = application.session.token
    assert elsewhere.userinfo().status_code == 401


@every_client
@proves("REV-04", "REV-10", "UIN-08")
def test_authlib_revokes_an_access_token_and_it_stops_working(server, client):
    application = Application(server, client)
    token, _ = application.sign_in()
    assert application.userinfo().status_code == 200
    assert application.revoke(token["access_token"]).status_code == 200
    refused = application.userinfo()
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


@refreshing
@proves("RFR-08", "RFR-09", "RFR-21")
def test_authlib_refreshes_and_is_refused_the_spent_token(server, client):
    application = Application(server, client)
    first, before = application.sign_in()
    second = application.refresh(first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    after = application.claims(second)
    assert (after["iss"], after["sub"], after["auth_time"]) == (
        before["iss"], before["sub"], before["auth_time"])
    assert application.userinfo().status_code == 200
    for token in (first, second):  # the reuse revokes the successor
        with pytest.raises(OAuthError) as refused:
            application.refresh(token["refresh_token"])
        assert refused.value.error == "invalid_grant"
    assert application.userinfo().status_code == 401


@refreshing
@proves("REV-02", "REV-03")
def test_authlib_revokes_a_refresh_token_and_the_grant_ends(server, client):
    application = Application(server, client)
    token, _ = application.sign_in()
    assert application.revoke(token["refresh_token"]).status_code == 200
    with pytest.raises(OAuthError) as refused:
        application.refresh(token["refresh_token"])
    assert refused.value.error == "invalid_grant"
    assert application.userinfo().status_code == 401


def test_a_public_client_gets_a_refresh_token_only_by_its_registration(start):
    server = start(fixture=fixture_with(clients={"demo-spa": {"grant_types": ["authorization_code"]}}))
    token, _ = Application(server, CLIENTS[1]).sign_in()
    assert "refresh_token" not in token


def ask_in_fragment(app, response_type, nonce):
    """The parameters of the fragment that a browser would hand to the application."""
    url, state = app.session.create_authorization_url(
        app.metadata["authorization_endpoint"], response_type=response_type, nonce=nonce)
    answer = app.server.get(url)
    fragment = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).fragment))
    assert fragment["state"] == state
    return fragment


def judge(app, fragment, kind, **params):
    keys = app.server.get(app.metadata["jwks_uri"]).json()
    claims = jwt.decode(
        fragment["id_token"], keys, claims_cls=kind,
        claims_options={"iss": {"essential": True, "value": app.metadata["issuer"]},
                        "aud": {"essential": True, "value": app.session.client_id}},
        claims_params={"client_id": app.session.client_id, **params})
    claims.validate()
    return claims


@proves("RSP-02")
def test_authlib_takes_an_id_token_from_the_fragment(server):
    app = Application(server, CLIENTS[0])
    fragment = ask_in_fragment(app, "id_token", "a-nonce")
    claims = judge(app, fragment, ImplicitIDToken, nonce="a-nonce", response_type="id_token")
    assert (claims["sub"], claims["email"]) == ("1001", "olivia.owner@example.com")
    with pytest.raises(JoseError):
        judge(app, fragment, ImplicitIDToken, nonce="another-nonce", response_type="id_token")


@proves("IDT-13", "IDT-14")
def test_authlib_checks_the_code_hash_of_a_hybrid_answer(server):
    app = Application(server, CLIENTS[0])
    fragment = ask_in_fragment(app, "code id_token", "a-nonce")
    first = judge(app, fragment, HybridIDToken, nonce="a-nonce", code=fragment["code"],
                  response_type="code id_token")
    token = app.session.fetch_token(app.metadata["token_endpoint"], code=fragment["code"])
    assert app.claims(token, "a-nonce")["sub"] == first["sub"]
    assert app.userinfo().json()["sub"] == first["sub"]
    token = app.refresh(token["refresh_token"])
    assert app.revoke(token["refresh_token"]).status_code == 200
    assert app.userinfo().status_code == 401
    with pytest.raises(JoseError):
        judge(app, fragment, HybridIDToken, nonce="a-nonce", code="another-code",
              response_type="code id_token")
