"""Secrets that are sent where one of another kind belongs, and client secrets that are nearly right: each is
recognised, and the refusal says what it is."""

import base64

import pytest

from support import (TOKEN, WEB_SECRET, assert_error, authorize, fixture_with, redeem, refresh, sign_in, userinfo)

pytestmark = pytest.mark.tenants

API_TOKEN = "00000000-0000-4000-8000-000000001001"
ODD_SECRET = "a secret+with%and&signs-of-32-bytes"
WHERE = {"access": "this is an access token: it is sent as 'Authorization: Bearer'",
         "refresh": "this is a refresh token: it is for the token endpoint alone",
         "code": "this is an authorization code: it is for the token endpoint alone, as code",
         "id": "this is an ID token: it tells the client who signed in and opens nothing",
         "api": "this is an API token: it is sent as 'Authorization: Token'"}


@pytest.fixture(params=["make", "standard"])
def served(request, start):
    server = start("--profile", request.param)
    tokens = sign_in(server)
    texts = {"access": tokens["access_token"], "refresh": tokens["refresh_token"], "id": tokens["id_token"],
             "code": authorize(server)["code"], "api": API_TOKEN}
    server.secret(*texts.values())
    return server, texts


def challenge(response):
    assert response.status_code == 401, response.text
    return response.headers["WWW-Authenticate"]


def test_what_is_no_access_token_is_recognised_as_bearer(served):
    server, texts = served
    for kind in ("refresh", "code", "api"):
        assert WHERE[kind] in challenge(userinfo(server, texts[kind]))
    for kind in ("refresh", "code", "api", "id"):
        answer = server.get("/api/v2/users/me", headers={"Authorization": f"Bearer {texts[kind]}"})
        assert answer.status_code == 401
        assert "this is an ID token" in answer.text if kind == "id" else WHERE[kind] in answer.text


def test_what_is_no_api_token_is_recognised_as_token(served):
    server, texts = served
    for kind in ("access", "refresh", "code", "id"):
        answer = server.get("/api/v2/users/me", headers={"Authorization": f"Token {texts[kind]}"})
        assert answer.status_code == 401 and WHERE[kind] in answer.json()["detail"]


def test_what_is_no_refresh_token_and_no_code_is_recognised_at_the_token_endpoint(served):
    server, texts = served
    for kind in ("access", "code", "id", "api"):
        assert WHERE[kind] in assert_error(refresh(server, texts[kind]), "invalid_grant")
    for kind in ("access", "refresh", "id", "api"):
        assert WHERE[kind] in assert_error(redeem(server, texts[kind]), "invalid_grant")
    # None of them was spent by it.
    assert refresh(server, texts["refresh"]).status_code == 200
    assert redeem(server, texts["code"]).status_code == 200
    assert "unknown" in assert_error(refresh(server, "x" * 43), "invalid_grant")


# -- client secrets --------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [WEB_SECRET + "\n", WEB_SECRET + "\r\n", WEB_SECRET + " ", " " + WEB_SECRET])
def test_a_right_secret_with_a_newline_or_blank_at_its_end_is_recognised(server, secret):
    said = assert_error(redeem(server, authorize(server), client_secret=secret), "invalid_client", 401)
    assert "has a blank or a newline at its end" in said


def by_basic(server, secret):
    pair = base64.b64encode(f"odd:{secret}".encode()).decode()
    return server.post(TOKEN, {"grant_type": "refresh_token", "refresh_token": "x"},
                       headers={"Authorization": f"Basic {pair}"})


def test_a_right_secret_that_was_not_encoded_for_basic_is_recognised(start):
    odd = {"client_secret": ODD_SECRET, "redirect_uris": ["http://localhost:3000/cb"], "scope": "openid",
           "grant_types": ["authorization_code", "refresh_token"],
           "token_endpoint_auth_method": "client_secret_basic"}
    server = start("--profile", "standard", fixture=fixture_with(clients={"odd": odd}))
    server.secret(ODD_SECRET)
    good = "a+secret%2Bwith%25and%26signs-of-32-bytes"
    assert_error(by_basic(server, good), "invalid_grant")  # the client is known: only its token is not
    for secret, sentence in ((ODD_SECRET, "was not form-encoded"), (good + "%0A", "newline at its end"),
                             (good + "\n", "newline at its end"), ("50%", "cannot be form-decoded"),
                             ("wrong", "is wrong")):
        assert sentence in assert_error(by_basic(server, secret), "invalid_client", 401)


def test_a_wrong_secret_is_told_no_more_than_that(server):
    for secret in ("wrong", "wrong\n", WEB_SECRET[:-1], WEB_SECRET + "\nx", "\n"):
        said = assert_error(redeem(server, authorize(server), client_secret=secret), "invalid_client", 401)
        assert said.endswith("is wrong"), said


def test_a_token_of_another_server_with_the_same_key_is_told_whose_it_is(start_process):
    """The built-in key is the same everywhere, so that the signature is right."""
    fixture = fixture_with(clients={"demo-web": {"access_token_format": "jwt"}})
    here, elsewhere = start_process(fixture=fixture), start_process(fixture=fixture)
    response = userinfo(here, sign_in(elsewhere)["access_token"])
    assert response.status_code == 401
    assert f"issued by '{elsewhere.issuer}'; this server is '{here.issuer}'" in response.headers["WWW-Authenticate"]
