"""grant_type=authorization_code: who may redeem a code, with what, and until when (RFC 6749 4.1.3)."""

import json

import pytest

from support import (
    CLIENTS, CUSTOM_APP_SECRET, TOKEN, WEB_SECRET, assert_error, authorize, decode, fixture_with,
    pkce, proves, redeem, refresh, sign_in, userinfo,
)
from support_pages import sign_in_by_page
from support_time import EPOCH, at, signed_claims

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

PUBLIC = ("demo-spa", "demo-native")


@proves("ACG-01")
def test_a_missing_code_is_invalid_request(server):
    assert "code" in assert_error(redeem(server, None), "invalid_request")
    assert_error(redeem(server, ""), "invalid_request")


@pytest.mark.parametrize("code", ["a-code-nobody-issued", "A" * 43, "ä", "x" * 4000, "../..", "%"])
@proves("ACG-01")
def test_an_unknown_or_malformed_code_is_invalid_grant(server, code):
    assert_error(redeem(server, code), "invalid_grant")


@proves("ACG-02")
def test_a_redirect_uri_left_out_is_refused(server):
    code = authorize(server)
    assert "redirect_uri" in assert_error(redeem(server, code, redirect_uri=None),
                                          "invalid_request")
    # RFC 6749 4.1.3: REQUIRED. The request was malformed, no proof was wrong: the code is still good.
    assert redeem(server, code).status_code == 200


@pytest.mark.parametrize("uri", [
    "http://localhost:3000/cb/", "http://localhost:3000/CB", "http://localhost:3000/cb?a=b",
    "http://localhost:3000/cb#", "HTTP://localhost:3000/cb", "http://localhost:3000/c%62",
    "http://127.0.0.1:3000/cb", "http://localhost:3001/cb", "https://localhost:3000/cb",
    "http://localhost:3000/cb ", "https://www.make.com/oauth/cb/app",
])
@proves("ACG-02")
def test_a_redirect_uri_that_is_not_identical_is_refused(server, uri):
    assert_error(redeem(server, authorize(server), redirect_uri=uri), "invalid_grant")


@proves("ACG-02")
def test_another_registered_redirect_uri_is_refused_too(server):
    other = "https://www.integromat.com/oauth/cb/app"
    code = authorize(server, "demo-custom-app", redirect_uri=other)
    refused = redeem(server, code, "demo-custom-app")  # sends the first one registered
    assert_error(refused, "invalid_grant")
    code = authorize(server, "demo-custom-app", redirect_uri=other)
    assert redeem(server, code, "demo-custom-app", redirect_uri=other).status_code == 200


@proves("ACG-02")
def test_a_loopback_port_must_be_the_one_that_was_asked_for(server):
    asked = "http://127.0.0.1:50001/callback"
    for uri in ("http://127.0.0.1/callback", "http://127.0.0.1:50002/callback"):
        code = authorize(server, "demo-native", redirect_uri=asked)
        assert_error(redeem(server, code, "demo-native", redirect_uri=uri), "invalid_grant")
    code = authorize(server, "demo-native", redirect_uri=asked)
    assert redeem(server, code, "demo-native", redirect_uri=asked).status_code == 200


@proves("ACG-02")
def test_where_the_registration_makes_it_optional_a_redirect_uri_sent_must_still_fit(server):
    code = authorize(server, "demo-custom-app")
    assert redeem(server, code, "demo-custom-app", redirect_uri=None).status_code == 200
    code = authorize(server, "demo-custom-app")
    assert_error(redeem(server, code, "demo-custom-app", redirect_uri="https://www.make.com/"),
                 "invalid_grant")


@proves("ACG-03", "ACG-11")
def test_a_code_of_another_client_is_refused_and_stays_good_for_its_own(server):
    code = authorize(server)
    for stranger in ("demo-custom-app", "demo-native"):
        refused = redeem(server, code, stranger, redirect_uri=CLIENTS["demo-web"][1])
        assert_error(refused, "invalid_grant")
    tokens = redeem(server, code)
    assert tokens.status_code == 200
    assert userinfo(server, tokens.json()["access_token"]).status_code == 200


@pytest.mark.parametrize("client_id", PUBLIC)
@proves("ACG-04")
def test_a_public_client_must_name_itself(server, client_id):
    code = authorize(server, client_id)
    form = {"grant_type": "authorization_code", "redirect_uri": CLIENTS[client_id][1], **code}
    form = {name: form[name] for name in ("grant_type", "redirect_uri", "code", "code_verifier")}
    assert_error(server.post(TOKEN, data=form), "invalid_client", 401)
    other = next(name for name in PUBLIC if name != client_id)
    if other == "demo-native":
        assert_error(server.post(TOKEN, data={**form, "client_id": other}), "invalid_grant")
    assert_error(server.post(TOKEN, data={**form, "client_id": "demo-web"}), "invalid_client", 401)
    answer = server.post(TOKEN, data={**form, "client_id": client_id})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("secret", [
    None, "wrong-secret", CUSTOM_APP_SECRET, WEB_SECRET + " ",
    WEB_SECRET.capitalize(), WEB_SECRET[:-1]])
@proves("ACG-05", "ACG-15")
def test_a_confidential_client_must_authenticate_and_failing_costs_no_code(server, secret):
    code = authorize(server)
    for _ in range(3):
        refused = redeem(server, code, client_secret=secret)
        assert_error(refused, "invalid_client", 401)
        assert "access_token" not in refused.json()
    assert redeem(server, code).status_code == 200


@proves("ACG-05")
def test_pkce_is_no_substitute_for_a_clients_secret(server):
    verifier, challenge = pkce()
    code = authorize(server, code_challenge=challenge, code_challenge_method="S256")
    refused = redeem(server, code, client_secret=None, code_verifier=verifier)
    assert_error(refused, "invalid_client", 401)


@proves("ACG-06")
def test_a_code_is_good_for_300_seconds_and_no_longer(start):
    server = start(db=True, env=at(0))
    early, late = authorize(server), authorize(server)
    server.restart(env=at(299))
    assert redeem(server, early).status_code == 200
    server.restart(env=at(300))
    assert "expired" in assert_error(redeem(server, late), "invalid_grant")


@proves("ACG-06")
def test_a_registration_may_make_codes_shorter_lived(start):
    server = start(db=True, env=at(0),
                   fixture=fixture_with(clients={"demo-web": {"code_ttl": 2}}))
    early, late = authorize(server), authorize(server)
    server.restart(env=at(1))
    assert redeem(server, early).status_code == 200
    server.restart(env=at(2))
    assert_error(redeem(server, late), "invalid_grant")


@pytest.mark.parametrize("ttl", [601, 86400, 0, -1])
@proves("ACG-06")
def test_a_registration_with_codes_of_more_than_600_seconds_is_refused(start, ttl):
    server = start(fixture=fixture_with(clients={"demo-web": {"code_ttl": ttl}}), wait=False)
    assert server.exit_code() == 2
    assert "/clients/0/code_ttl" in server.log() and "600" in server.log()


@proves("ACG-14")
def test_the_id_token_carries_nonce_and_acr_of_its_own_authorization_request(server):
    codes = [authorize(server, nonce=f"nonce-{i}", acr_values=f"level-{i}") for i in range(3)]
    bare = authorize(server)
    for i in (2, 0, 1):  # not in the order of the requests
        tokens = redeem(server, codes[i]).json()
        claims = decode(server, tokens["id_token"], audience="demo-web")
        assert (claims["nonce"], claims["acr"]) == (f"nonce-{i}", f"level-{i}")
    claims = decode(server, redeem(server, bare).json()["id_token"], audience="demo-web")
    assert "nonce" not in claims


@proves("ACG-14")
def test_the_id_tokens_auth_time_is_when_the_user_signed_in(start):
    server = start(db=True, env=at(0))
    browser = server.browser()
    authorize(server, browser=browser)
    server.restart(env=at(600))
    code = authorize(server, browser=browser)
    server.restart(env=at(720))
    tokens = redeem(server, code).json()
    claims = signed_claims(server, tokens["id_token"])
    assert claims["auth_time"] == EPOCH  # not when the code was issued or redeemed
    assert claims["iat"] == EPOCH + 720


@pytest.mark.parametrize("wrong", [{"code_verifier": "B" * 43},
                                   {"redirect_uri": "http://localhost:3000/elsewhere"}])
@proves("ACG-16")
def test_one_wrong_proof_burns_the_code(server, wrong):
    verifier, challenge = pkce()
    code = authorize(server, code_challenge=challenge, code_challenge_method="S256")
    good = {"code_verifier": verifier}
    assert_error(redeem(server, code, **{**good, **wrong}), "invalid_grant")
    for _ in range(2):
        assert_error(redeem(server, code, **good), "invalid_grant")


@proves("ACG-17")
def test_codes_and_tokens_do_not_pass_for_each_other(server):
    tokens = sign_in(server)
    code = authorize(server)["code"]
    access, renewal, identity = (tokens[name] for name in
                                 ("access_token", "refresh_token", "id_token"))
    for text in (access, renewal, identity):
        assert_error(redeem(server, text), "invalid_grant")
    for text in (code, access, identity):
        assert_error(refresh(server, text), "invalid_grant")
    for text in (code, renewal):
        assert userinfo(server, text).status_code == 401
    # and none of it was spent by being shown in the wrong place
    assert redeem(server, code).status_code == 200
    assert userinfo(server, access).status_code == 200
    assert refresh(server, renewal).status_code == 200


@proves("ACG-18")
def test_a_user_removed_after_authorize_gets_no_tokens(start, tmp_path):
    path = tmp_path / "users.json"
    path.write_text(json.dumps(fixture_with(keys=None)), "utf-8")
    server = start(fixture=path, db=True)
    code, kept = authorize(server, login_hint="1002"), authorize(server, login_hint="1001")
    path.write_text(json.dumps(fixture_with(keys=None, users={"1002": None})), "utf-8")
    server.restart()
    assert_error(redeem(server, code), "invalid_grant")
    assert redeem(server, kept).status_code == 200
    # Nor does the code come back to life for somebody who later gets the same subject.
    path.write_text(json.dumps(fixture_with(keys=None)), "utf-8")
    server.restart()
    assert_error(redeem(server, code), "invalid_grant")


@proves("ACG-18")
def test_a_client_removed_after_authorize_gets_no_tokens(start, tmp_path):
    path = tmp_path / "clients.json"
    path.write_text(json.dumps(fixture_with(keys=None)), "utf-8")
    server = start(fixture=path, db=True)
    code = authorize(server)
    path.write_text(json.dumps(fixture_with(keys=None, clients={"demo-web": None})), "utf-8")
    server.restart()
    assert_error(redeem(server, code), "invalid_client", 401)
    path.write_text(json.dumps(fixture_with(keys=None)), "utf-8")
    server.restart()
    assert_error(redeem(server, code), "invalid_grant")
