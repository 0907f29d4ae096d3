"""requests-oauthlib, Debian's, on top of oauthlib: a second client for Python that nobody here wrote.

It compares state and granted scopes and leaves ID tokens alone; those are authlib's to judge."""

import os

import pytest
from authlib.common.security import generate_token
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.jose import jwt
from authlib.oidc.core import CodeIDToken
from oauthlib.oauth2 import InvalidGrantError, InvalidScopeError, MismatchingStateError
from requests_oauthlib import OAuth2Session

from support import DISCOVERY, WEB_SECRET
from support_pages import Visit

pytestmark = pytest.mark.tenants

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback without TLS

CLIENTS = [
    ("demo-web", WEB_SECRET, "http://localhost:3000/cb", ["openid", "profile", "email"]),
    ("demo-spa", None, "http://localhost:5173/callback", ["openid", "profile", "email"]),
    ("demo-native", None, "http://127.0.0.1:50125/callback", ["openid", "profile", "offline_access"]),
]
every_client = pytest.mark.parametrize("client", CLIENTS, ids=[row[0] for row in CLIENTS])
refreshing = pytest.mark.parametrize("client", [CLIENTS[0], CLIENTS[2]],
                                     ids=["demo-web", "demo-native"])


class Application:
    """One relying party: what its author would write with requests-oauthlib."""

    def __init__(self, server, client):
        client_id, secret, redirect_uri, scope = client
        self.server = server
        self.metadata = server.get(DISCOVERY).json()
        self.credentials = {"client_id": client_id}
        if secret:
            self.credentials["client_secret"] = secret
        self.session = OAuth2Session(client_id, redirect_uri=redirect_uri, scope=scope)
        self.session.trust_env = False
        self.verifier, self.nonce = generate_token(48), generate_token(20)

    def visit(self):
        """Where the browser is sent back to."""
        url, _ = self.session.authorization_url(
            self.metadata["authorization_endpoint"], nonce=self.nonce, max_age=600,
            code_challenge=create_s256_code_challenge(self.verifier),
            code_challenge_method="S256")
        browser = self.server.browser()
        visit = Visit(browser).go(browser.get(url))
        if visit.page:  # max_age wants a sign-in with a date, so a page is shown
            visit.submit(user="1001").submit(decision="approve")
        return visit.response.headers["Location"]

    def redeem(self, location):
        return self._seen(self.session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=location,
            code_verifier=self.verifier, include_client_id=True,
            client_secret=self.credentials.get("client_secret")))

    def sign_in(self):
        return self.redeem(self.visit())

    def refresh(self, token):
        return self._seen(self.session.refresh_token(
            self.metadata["token_endpoint"], refresh_token=token, **self.credentials))

    def revoke(self, token, hint):
        """oauthlib prepares the request that requests-oauthlib has no method for."""
        url, headers, body = self.session._client.prepare_token_revocation_request(
            self.metadata["revocation_endpoint"], token, hint, **self.credentials)
        return self.session.post(url, data=body, headers=headers, withhold_token=True)

    def userinfo(self):
        return self.session.get(self.metadata["userinfo_endpoint"])

    def _seen(self, token):
        self.server.secret(*(value for value in token.values() if isinstance(value, str)))
        return token


def claims_of(application, token, nonce=None):
    keys = application.server.get(application.metadata["jwks_uri"]).json()
    claims = jwt.decode(
        token["id_token"], keys, claims_cls=CodeIDToken,
        claims_options={"iss": {"essential": True, "value": application.metadata["issuer"]}},
        claims_params={"nonce": nonce, "client_id": application.session.client_id,
                       "access_token": token["access_token"], "max_age": 600})
    claims.validate()
    return claims


@every_client
def test_requests_oauthlib_signs_in_and_learns_who_the_user_is(server, client):
    application = Application(server, client)
    token = application.sign_in()  # a scope that differs from the one asked for would be raised
    assert application.session.authorized
    assert sorted(token["scope"]) == sorted(client[3])
    user = application.userinfo().json()
    assert user["sub"] == claims_of(application, token, application.nonce)["sub"] == "1001"
    assert user["name"] == "Olivia Owner"


@every_client
def test_requests_oauthlib_revokes_an_access_token_and_it_stops_working(server, client):
    application = Application(server, client)
    token = application.sign_in()
    assert application.userinfo().status_code == 200
    assert application.revoke(token["access_token"], "access_token").status_code == 200
    assert application.userinfo().status_code == 401


@refreshing
def test_requests_oauthlib_refreshes_and_is_refused_the_spent_token(server, client):
    application = Application(server, client)
    first = application.sign_in()
    second = application.refresh(first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert claims_of(application, second)["sub"] == "1001"
    assert application.userinfo().status_code == 200
    for token in (first, second):  # the reuse revokes the successor
        with pytest.raises(InvalidGrantError):
            application.refresh(token["refresh_token"])


@refreshing
def test_requests_oauthlib_revokes_a_refresh_token_and_the_grant_ends(server, client):
    application = Application(server, client)
    token = application.sign_in()
    assert application.revoke(token["refresh_token"], "refresh_token").status_code == 200
    assert application.userinfo().status_code == 401
    with pytest.raises(InvalidGrantError):
        application.refresh(token["refresh_token"])


def test_requests_oauthlib_tells_a_forged_state_from_its_own(server):
    application = Application(server, CLIENTS[0])
    location = application.visit()
    application.session._state = "of-another-sign-in"
    with pytest.raises(MismatchingStateError):
        application.redeem(location)


def test_requests_oauthlib_reads_a_refusal_at_the_authorization_endpoint(server):
    client_id, secret, redirect_uri, _ = CLIENTS[0]
    application = Application(server, (client_id, secret, redirect_uri, ["openid", "no:such"]))
    with pytest.raises(InvalidScopeError):
        application.sign_in()
