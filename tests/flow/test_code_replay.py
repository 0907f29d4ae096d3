"""A code is good once. Who sends it again, when, and what that costs (RFC 6749 4.1.2)."""

import pytest

from support import (assert_error, authorize, fixture_with, proves, redeem, refresh, sign_in,
                     userinfo)
from support_time import DAY, at


def assert_dead(server, tokens, client_id="demo-web"):
    """Neither the access token nor the refresh token is good for anything."""
    refused = userinfo(server, tokens["access_token"])
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    if "refresh_token" in tokens:
        assert_error(refresh(server, tokens["refresh_token"], client_id), "invalid_grant")


def keep_busy(server):
    """So many POSTs, behind another grant, that the store has been swept of what it may forget."""
    sign_in(server)
    for _ in range(140):
        assert refresh(server, "nothing").status_code == 400


@proves("ACG-07", "ACG-08", "ACG-09")
def test_a_code_redeemed_again_at_once_is_refused_and_its_tokens_die(server):
    code = authorize(server)
    tokens = redeem(server, code).json()
    assert userinfo(server, tokens["access_token"]).status_code == 200
    said = assert_error(redeem(server, code), "invalid_grant")
    assert "redeemed 0 s ago" in said or "redeemed 1 s ago" in said
    assert_dead(server, tokens)
    assert_error(redeem(server, code), "invalid_grant")


@proves("ACG-07", "ACG-08", "ACG-09")
def test_a_code_redeemed_again_after_30_seconds_is_refused_and_its_tokens_die(start):
    server = start(db=True, env=at(0))
    code = authorize(server)
    tokens = redeem(server, code).json()
    server.restart(env=at(30))
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert "redeemed 30 s ago" in assert_error(redeem(server, code), "invalid_grant")
    assert_dead(server, tokens)


@pytest.mark.parametrize("client_id", ["demo-spa", "demo-native", "demo-custom-app"])
@proves("ACG-07", "ACG-08")
def test_a_replay_costs_every_kind_of_client_its_tokens(server, client_id):
    code = authorize(server, client_id)
    tokens = redeem(server, code, client_id).json()
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert_error(redeem(server, code, client_id), "invalid_grant")
    assert_dead(server, tokens, client_id)


@proves("ACG-08", "ACG-09")
def test_opaque_access_tokens_die_as_well(start):
    server = start(fixture=fixture_with(clients={"demo-web": {"access_token_format": "opaque"}}))
    code = authorize(server)
    tokens = redeem(server, code).json()
    assert_error(redeem(server, code), "invalid_grant")
    assert_dead(server, tokens)


@proves("ACG-09")
def test_a_replay_revokes_everything_that_descends_from_the_code(server):
    code = authorize(server)
    generations = [redeem(server, code).json()]
    for _ in range(4):
        generations.append(refresh(server, generations[-1]["refresh_token"]).json())
    for tokens in generations:
        assert userinfo(server, tokens["access_token"]).status_code == 200
    other = sign_in(server)
    assert_error(redeem(server, code), "invalid_grant")
    for tokens in reversed(generations):
        assert_dead(server, tokens)
    assert userinfo(server, other["access_token"]).status_code == 200  # another family, same user


@proves("ACG-10")
def test_a_spent_code_is_remembered_as_long_as_its_longest_token(start):
    server = start(db=True, env=at(0))
    code = authorize(server)
    renewal = redeem(server, code).json()["refresh_token"]
    server.restart(env=at(90 * DAY))
    tokens = refresh(server, renewal).json()
    server.restart(env=at(180 * DAY - 1))
    keep_busy(server)
    server.restart()
    assert "15551999 s ago" in assert_error(redeem(server, code), "invalid_grant")
    assert "redeemed twice" in assert_error(refresh(server, tokens["refresh_token"]),
                                            "invalid_grant")


@proves("ACG-10")
def test_a_spent_code_is_remembered_as_long_as_an_access_token_that_outlives_its_family(start):
    change = {"refresh_token_ttl": 60, "access_token_ttl": 3600 * 24}
    server = start(db=True, env=at(0), fixture=fixture_with(clients={"demo-web": change}))
    code = authorize(server)
    tokens = redeem(server, code).json()
    server.restart(env=at(DAY - 1))
    keep_busy(server)
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert_error(redeem(server, code), "invalid_grant")
    assert_dead(server, tokens)


@proves("ACG-10")
def test_a_spent_code_of_a_client_without_refresh_tokens_is_remembered_as_long_as_its_token(start):
    change = {"grant_types": ["authorization_code"], "access_token_ttl": DAY,
              "refresh_token_ttl": None}
    server = start(db=True, env=at(0), fixture=fixture_with(clients={"demo-web": change}))
    code = authorize(server)
    tokens = redeem(server, code).json()
    assert "refresh_token" not in tokens
    server.restart(env=at(DAY - 1))
    keep_busy(server)
    assert_error(redeem(server, code), "invalid_grant")
    assert_dead(server, tokens)


@proves("ACG-11")
def test_a_stranger_who_replays_a_code_ends_nobodys_session(server):
    code = authorize(server)
    tokens = redeem(server, code).json()
    for answer, error, status in (
            (redeem(server, code, client_secret=None), "invalid_client", 401),
            (redeem(server, code, client_secret="a-wrong-secret"), "invalid_client", 401),
            (redeem(server, code, "demo-custom-app"), "invalid_grant", 400),
            (redeem(server, code, "demo-native"), "invalid_grant", 400),
            (redeem(server, code, "no-such-client"), "invalid_client", 401)):
        assert_error(answer, error, status)
    assert userinfo(server, tokens["access_token"]).status_code == 200
    tokens = refresh(server, tokens["refresh_token"]).json()
    assert_error(redeem(server, code), "invalid_grant")  # the client itself does end it
    assert_dead(server, tokens)


@proves("ACG-19")
def test_a_restart_between_authorize_and_token_leaves_one_redemption(start):
    server = start(db=True)
    code = authorize(server)
    server.restart()
    tokens = redeem(server, code)
    assert tokens.status_code == 200
    server.restart()
    assert userinfo(server, tokens.json()["access_token"]).status_code == 200
    assert_error(redeem(server, code), "invalid_grant")
    assert_dead(server, tokens.json())
    server.restart()
    assert_error(redeem(server, code), "invalid_grant")
    assert_dead(server, tokens.json())


@proves("ACG-19")
def test_without_a_file_a_code_does_not_outlive_the_server(start):
    server = start()
    code = authorize(server)
    server.restart()
    assert_error(redeem(server, code), "invalid_grant")


@proves("ACG-20", "CON-09")
def test_a_clock_that_goes_back_does_not_resurrect_a_code(start):
    server = start(db=True, env=at(0))
    expired, used, burnt = authorize(server), authorize(server), authorize(server)
    tokens = redeem(server, used).json()
    assert_error(redeem(server, burnt, redirect_uri="http://localhost:3000/x"), "invalid_grant")
    server.restart(env=at(301))
    assert "expired" in assert_error(redeem(server, expired), "invalid_grant")
    for moment in (10, 0, -DAY):
        server.restart(env=at(moment))
        for code in (expired, burnt):
            assert_error(redeem(server, code), "invalid_grant")
    assert_error(redeem(server, used), "invalid_grant")
    assert_dead(server, tokens)
