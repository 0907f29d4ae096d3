"""What a client's registration says of its refresh tokens: how long one may lie, when one is replaced,
and whether the nonce comes back."""

import json

import pytest

from support import assert_error, fixture_with, proves, refresh, sign_in, userinfo
from support_time import DAY, at, signed_claims

TTL = 1000
BOTH = ("demo-web", "demo-native")


def registered(**members):
    """A fixture in which demo-web is registered with these members."""
    return fixture_with(clients={"demo-web": members})


@proves("RFR-20")
def test_a_refresh_token_left_idle_is_refused_and_one_in_use_lives_on(start):
    server = start(db=True, env=at(0), fixture=registered(refresh_idle_ttl=60))
    idle, used = sign_in(server), sign_in(server)
    for moment in (59, 118, 177):
        server.restart(env=at(moment))
        used = refresh(server, used["refresh_token"]).json()
    said = assert_error(refresh(server, idle["refresh_token"]), "invalid_grant")
    assert "177 s ago" in said
    server.restart(env=at(177 + 60))
    assert_error(refresh(server, used["refresh_token"]), "invalid_grant")


@proves("RFR-20")
def test_being_idle_ends_no_family_sooner_than_its_clients_registration_says(start):
    server = start(db=True, env=at(0), fixture=registered(refresh_idle_ttl=60))
    other = sign_in(server, "demo-native")
    server.restart(env=at(179 * DAY))
    assert refresh(server, other["refresh_token"], "demo-native").status_code == 200


@proves("RFR-20")
def test_use_does_not_carry_a_token_beyond_the_life_of_its_family(start):
    members = {"refresh_idle_ttl": 60, "refresh_token_ttl": 100}
    server = start(db=True, env=at(0), fixture=registered(**members))
    token = sign_in(server)["refresh_token"]
    for moment in (50, 99):
        server.restart(env=at(moment))
        token = refresh(server, token).json()["refresh_token"]
    server.restart(env=at(100))
    assert_error(refresh(server, token), "invalid_grant")


@pytest.mark.parametrize("policy", [{"mode": "retry_safe"}, {"mode": "grace", "seconds": 60}])
@proves("RFR-20")
def test_a_retry_does_not_revive_a_family_that_lay_idle(start, policy):
    members = {"refresh_idle_ttl": 30, "refresh_policy": policy}
    server = start(db=True, env=at(0), fixture=registered(**members))
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    server.restart(env=at(30))
    assert_error(refresh(server, second["refresh_token"]), "invalid_grant")
    assert_error(refresh(server, first["refresh_token"]), "invalid_grant")


@proves("RFR-20")
def test_reuse_is_a_breach_however_long_the_family_lay_idle(start):
    server = start(db=True, env=at(0), fixture=registered(refresh_idle_ttl=30))
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    server.restart(env=at(30))
    assert "revoked" in assert_error(refresh(server, first["refresh_token"]), "invalid_grant")
    assert userinfo(server, second["access_token"]).status_code == 401


@proves("RFR-22")
def test_refreshed_id_tokens_leave_the_nonce_out(server):
    tokens = sign_in(server, nonce="the-nonce")
    assert signed_claims(server, tokens["id_token"])["nonce"] == "the-nonce"
    for _ in range(2):
        tokens = refresh(server, tokens["refresh_token"]).json()
        assert "nonce" not in signed_claims(server, tokens["id_token"])


@proves("RFR-22")
def test_a_registration_may_ask_for_the_nonce_in_refreshed_id_tokens(start):
    server = start(db=True, fixture=registered(id_token_nonce_on_refresh=True))
    tokens, bare = sign_in(server, nonce="the-nonce"), sign_in(server)
    for _ in range(2):
        server.restart()
        tokens = refresh(server, tokens["refresh_token"]).json()
        assert signed_claims(server, tokens["id_token"])["nonce"] == "the-nonce"
    bare = refresh(server, bare["refresh_token"]).json()
    assert "nonce" not in signed_claims(server, bare["id_token"])


def rotates(server, token, client_id="demo-web"):
    """Refreshes; whether that brought another refresh token, and the answer."""
    answer = refresh(server, token, client_id)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert userinfo(server, body["access_token"]).status_code == 200
    return body["refresh_token"] != token, body


def replaced(start, mode, client_id="demo-web"):
    """Whether a client of this registration gets a new refresh token on first and second use."""
    server = start(fixture=registered(refresh_rotation=mode))
    token, found = sign_in(server, client_id)["refresh_token"], []
    for _ in range(2):
        rotated, body = rotates(server, token, client_id)
        found.append(rotated)
        token = body["refresh_token"]
    return found


@proves("RFR-29")
def test_the_switch_says_who_rotates(start):
    assert replaced(start, None) == [True, True]
    assert replaced(start, "always") == [True, True]
    assert replaced(start, "public") == [False, False]
    assert replaced(start, "never") == [False, False]
    assert replaced(start, "near_expiry") == [False, False]


@proves("RFR-29", "RFR-07")
def test_public_rotates_for_public_clients(start):
    server = start(fixture=fixture_with(clients={one: {"refresh_rotation": "public"}
                                                 for one in BOTH}))
    for client_id, expected in (("demo-web", False), ("demo-native", True)):
        rotated, _ = rotates(server, sign_in(server, client_id)["refresh_token"], client_id)
        assert rotated is expected


@proves("RFR-29")
def test_near_expiry_rotates_once_seven_tenths_of_the_life_are_over(start):
    members = {"refresh_rotation": "near_expiry", "refresh_token_ttl": TTL}
    server = start(db=True, env=at(0), fixture=registered(**members))
    token = sign_in(server)["refresh_token"]
    for moment, expected in ((1, False), (699, False), (700, True), (900, True)):
        server.restart(env=at(moment))
        rotated, body = rotates(server, token)
        assert rotated is expected, moment
        old, token = token, body["refresh_token"]
    assert_error(refresh(server, old), "invalid_grant")  # once spent, it is spent


@pytest.mark.parametrize("mode", ["never", "near_expiry", "public", "always"])
@proves("RFR-29", "RFR-19")
def test_no_switch_extends_the_total_lifetime(start, mode):
    members = {"refresh_rotation": mode, "refresh_token_ttl": TTL}
    server = start(db=True, env=at(0), fixture=registered(**members))
    token = sign_in(server)["refresh_token"]
    for moment in (500, 999):
        server.restart(env=at(moment))
        token = refresh(server, token).json()["refresh_token"]
    server.restart(env=at(TTL))
    assert_error(refresh(server, token), "invalid_grant")


@pytest.mark.parametrize("mode", ["never", "near_expiry"])
@proves("RFR-29", "RFR-07")
def test_a_public_client_that_would_not_rotate_is_refused_at_the_start(start, mode):
    fixture = fixture_with(clients={"demo-native": {"refresh_rotation": mode}})
    server = start(fixture=fixture, wait=False)
    assert server.exit_code() == 2
    assert len(server.log_lines()) == 1 and "refresh_rotation" in server.log()


@proves("RFR-29", "RFR-20")
def test_a_token_that_is_kept_counts_as_idle_from_its_last_use(start):
    members = {"refresh_rotation": "never", "refresh_idle_ttl": 60}
    server = start(db=True, env=at(0), fixture=registered(**members))
    token = sign_in(server)["refresh_token"]
    for moment in (59, 118):
        server.restart(env=at(moment))
        assert rotates(server, token)[0] is False
    server.restart(env=at(178))
    assert_error(refresh(server, token), "invalid_grant")


@proves("RFR-30")
def test_the_log_tells_rotation_retry_and_breach_apart(start):
    members = {"refresh_policy": {"mode": "grace", "seconds": 60, "uses": 1}}
    server = start("--log-format", "json", "--log-level", "debug", fixture=registered(**members))
    first = sign_in(server)
    refresh(server, first["refresh_token"])
    refresh(server, first["refresh_token"])
    assert_error(refresh(server, first["refresh_token"]), "invalid_grant")
    lines = [json.loads(server.wait_log(pattern)) for pattern in (
        '"refresh token rotated"', '"spent refresh token taken again', '"check": ?"refresh_token"')]
    for line in lines[:2]:
        assert (line["client_id"], line["generation"], line["policy"]) == ("demo-web", 1, "grace")
    assert lines[0]["family"] == lines[1]["family"]
    assert [line["level"] for line in lines] == ["debug", "info", "info"]
    assert lines[2]["actual"] == "a refresh token used before"
    assert "revoked" in lines[2]["detail"]


@proves("RFR-30")
def test_a_retry_is_logged_without_asking_for_it(start):
    server = start(fixture=registered(refresh_policy={"mode": "retry_safe"}))
    first = sign_in(server)
    for _ in range(2):
        assert refresh(server, first["refresh_token"]).status_code == 200
    assert 'client_id="demo-web"' in server.wait_log("taken again")
