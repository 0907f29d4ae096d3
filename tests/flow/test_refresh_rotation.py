"""grant_type=refresh_token: who may refresh, with what, what comes of it, and for how long
(RFC 6749 6, OpenID Connect Core 12)."""

import json
import re
import sqlite3

import pytest

from support import (
    CUSTOM_APP_SECRET, REVOKE, TOKEN, assert_error, authorize, client_form, fixture_with, proves,
    redeem, refresh, revoke, sign_in, userinfo,
)
from support_time import DAY, EPOCH, at, signed_claims

pytestmark = pytest.mark.tenants

WIDE = "openid profile email offline_access"


@proves("RFR-01")
def test_a_missing_refresh_token_is_invalid_request(server):
    assert "refresh_token" in assert_error(refresh(server, None), "invalid_request")
    assert_error(refresh(server, ""), "invalid_request")


@pytest.mark.parametrize("token", ["nobody-issued-this", "A" * 43, "ä", "%", "x" * 4000])
@proves("RFR-01")
def test_an_unknown_or_malformed_refresh_token_is_invalid_grant(server, token):
    assert_error(refresh(server, token), "invalid_grant")


@proves("RFR-01", "RFR-19")
def test_an_expired_refresh_token_is_invalid_grant(start):
    server = start(db=True, env=at(0))
    tokens = sign_in(server)
    server.restart(env=at(180 * DAY))
    assert "expired 0 s ago" in assert_error(refresh(server, tokens["refresh_token"]),
                                             "invalid_grant")
    server.restart(env=at(180 * DAY - 1))  # and it was good until then
    assert refresh(server, tokens["refresh_token"]).status_code == 200


@proves("RFR-01")
def test_a_revoked_refresh_token_is_invalid_grant(server):
    token = sign_in(server)["refresh_token"]
    assert revoke(server, token).status_code == 200
    assert "the client revoked it" in assert_error(refresh(server, token), "invalid_grant")


@proves("RFR-02", "RFR-03")
def test_another_clients_refresh_token_is_refused_and_its_family_lives_on(server):
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    for token in (second["refresh_token"], first["refresh_token"]):  # the leaf, and a spent one
        for stranger in ("demo-custom-app", "demo-native"):
            assert_error(refresh(server, token, stranger), "invalid_grant")
    assert userinfo(server, second["access_token"]).status_code == 200
    assert refresh(server, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize("secret", [None, "a-wrong-secret", CUSTOM_APP_SECRET])
@proves("RFR-04")
def test_a_confidential_client_must_authenticate_to_refresh(server, secret):
    token = sign_in(server)["refresh_token"]
    assert_error(refresh(server, token, client_secret=secret), "invalid_client", 401)
    assert refresh(server, token).status_code == 200  # and the failure has not spent it


@proves("RFR-04")
def test_a_public_client_must_name_itself_to_refresh(server):
    token = sign_in(server, "demo-native")["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    assert_error(server.post(TOKEN, data=form), "invalid_client", 401)
    assert_error(server.post(TOKEN, data={**form, "client_id": "demo-web"}), "invalid_client", 401)
    assert server.post(TOKEN, data={**form, "client_id": "demo-native"}).status_code == 200


@proves("RFR-05", "RFR-06")
def test_scope_shrinks_for_one_access_token_and_the_family_keeps_it_all(server):
    tokens = sign_in(server, scope=WIDE)
    assert set(tokens["scope"].split()) == set(WIDE.split())
    for asked in ("openid", "profile openid", "email,openid", WIDE):
        answer = refresh(server, tokens["refresh_token"], scope=asked)
        assert answer.status_code == 200, answer.text
        tokens = answer.json()
        asked = set(re.split("[ ,]", asked))
        assert set(tokens["scope"].split()) == asked
        assert set(signed_claims(server, tokens["access_token"])["scope"].split()) == asked
        assert ("email" in userinfo(server, tokens["access_token"]).json()) == ("email" in asked)
    whole = refresh(server, tokens["refresh_token"]).json()
    assert set(whole["scope"].split()) == set(WIDE.split())


@pytest.mark.parametrize("asked", ["openid profile email phone", "phone", "openid nonsense",
                                   "scenarios:write", "openid OPENID"])
@proves("RFR-05")
def test_scope_never_grows_and_asking_costs_nothing(server, asked):
    tokens = sign_in(server, scope="openid profile email")
    narrow = refresh(server, tokens["refresh_token"], scope="openid").json()
    assert_error(refresh(server, narrow["refresh_token"], scope=asked), "invalid_scope")
    whole = refresh(server, narrow["refresh_token"])
    assert whole.status_code == 200
    assert set(whole.json()["scope"].split()) == {"openid", "profile", "email"}


@pytest.mark.parametrize("client_id", ["demo-native", "demo-web"])
@proves("RFR-07", "RFR-08")
def test_every_use_rotates(server, client_id):
    tokens = sign_in(server, client_id)
    seen = [tokens["refresh_token"]]
    for _ in range(5):
        answer = refresh(server, seen[-1], client_id)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json()["token_type"] == "Bearer"
        seen.append(answer.json()["refresh_token"])
    assert len(set(seen)) == 6
    assert_error(refresh(server, seen[-2], client_id), "invalid_grant")


@proves("RFR-19")
def test_rotation_never_extends_the_life_of_the_family(start):
    server = start(db=True, env=at(0))
    token = sign_in(server)["refresh_token"]
    for day in (60, 120, 179):
        server.restart(env=at(day * DAY))
        token = refresh(server, token).json()["refresh_token"]
    server.restart(env=at(180 * DAY))
    assert_error(refresh(server, token), "invalid_grant")


@proves("RFR-21")
def test_a_refreshed_id_token_is_about_the_same_sign_in(start):
    server = start(db=True, env=at(0))
    tokens = sign_in(server, nonce="the-nonce", acr_values="level-2")
    first = signed_claims(server, tokens["id_token"])
    for moment in (1000, 2000):
        server.restart(env=at(moment))
        tokens = refresh(server, tokens["refresh_token"]).json()
        claims = signed_claims(server, tokens["id_token"])
        for name in ("iss", "sub", "aud", "azp", "auth_time", "acr", "amr"):
            assert claims.get(name) == first.get(name), name
        assert claims["auth_time"] == EPOCH
        assert claims["iat"] == EPOCH + moment
        assert claims.get("nonce", "the-nonce") == "the-nonce"


@proves("RFR-23")
def test_a_grant_without_openid_yields_no_id_token_on_refresh(server):
    tokens = sign_in(server, scope="profile email")
    assert "id_token" not in tokens
    assert "id_token" not in refresh(server, tokens["refresh_token"]).json()


@proves("RFR-25")
def test_offline_access_is_accepted_and_the_registration_says_who_gets_a_refresh_token(start):
    change = {"grant_types": ["authorization_code"], "refresh_token_ttl": None}
    server = start(fixture=fixture_with(clients={"demo-web": change}))
    assert "refresh_token" not in sign_in(server, scope="openid offline_access")
    for client_id in ("demo-custom-app", "demo-native", "demo-spa"):
        for scope in ("openid offline_access", "openid"):
            tokens = sign_in(server, client_id, scope=scope)
            assert "refresh_token" in tokens
            assert set(tokens["scope"].split()) == set(scope.split())


@proves("RFR-25")
def test_a_client_without_the_grant_may_not_refresh(start):
    server = start(fixture=fixture_with(clients={"demo-spa": {"grant_types": ["authorization_code"]}}))
    token = sign_in(server, "demo-native")["refresh_token"]
    assert_error(refresh(server, token, "demo-spa"), "unauthorized_client")


@proves("RFR-26")
def test_refresh_tokens_are_256_random_bits_and_stored_as_hashes_alone(start, tmp_path):
    path = tmp_path / "state.db"
    server = start(db=path)
    tokens, seen = sign_in(server), []
    for _ in range(20):
        seen.append(tokens["refresh_token"])
        tokens = refresh(server, tokens["refresh_token"]).json()
    for token in seen:
        assert re.fullmatch(r"[\x20-\x7E]+", token)  # VSCHAR
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)  # 256 bits
    # No position repeats itself over the tokens but by chance: 21 of 64 letters are seldom the same.
    assert all(len(set(column)) > 4 for column in list(zip(*seen))[:42])
    server.kill9()
    stored = path.read_bytes() + path.with_name("state.db-wal").read_bytes()
    assert b"demo-web" in stored
    for token in seen + [tokens["refresh_token"], tokens["access_token"]]:
        assert token.encode() not in stored
        assert token.encode()[:20] not in stored
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM refresh").fetchone() == (21,)


@proves("RFR-27")
def test_a_removed_user_or_client_refreshes_no_more(start, tmp_path):
    path = tmp_path / "changing.json"
    path.write_text(json.dumps(fixture_with(keys=None)), "utf-8")
    server = start(fixture=path, db=True)
    gone = sign_in(server, login_hint="1002")
    other = sign_in(server, "demo-custom-app")
    kept = sign_in(server, login_hint="1001")
    changed = fixture_with(keys=None, users={"1002": None}, clients={"demo-custom-app": None})
    path.write_text(json.dumps(changed), "utf-8")
    server.restart()
    assert_error(refresh(server, gone["refresh_token"]), "invalid_grant")
    assert userinfo(server, gone["access_token"]).status_code == 401
    assert_error(refresh(server, other["refresh_token"], "demo-custom-app"), "invalid_client", 401)
    assert refresh(server, kept["refresh_token"]).status_code == 200
    # Who comes later under the same name is somebody else.
    path.write_text(json.dumps(fixture_with(keys=None)), "utf-8")
    server.restart()
    assert_error(refresh(server, gone["refresh_token"]), "invalid_grant")
    assert_error(refresh(server, other["refresh_token"], "demo-custom-app"), "invalid_grant")


def test_a_refresh_token_in_the_query_is_not_looked_at(server):
    token = sign_in(server)["refresh_token"]
    form = {"grant_type": "refresh_token", **client_form("demo-web")}
    assert_error(server.post(TOKEN, data=form, params={"refresh_token": token}), "invalid_request")
    assert_error(server.post(REVOKE, data=client_form("demo-web"), params={"token": token}),
                 "invalid_request")
    assert refresh(server, token).status_code == 200


def test_a_spent_code_does_not_mind_that_its_tokens_were_refreshed(server):
    code = authorize(server)
    tokens = redeem(server, code).json()
    tokens = refresh(server, tokens["refresh_token"]).json()
    assert_error(redeem(server, code), "invalid_grant")
    assert userinfo(server, tokens["access_token"]).status_code == 401
