"""A spent refresh token that comes again: strict, grace, retry_safe, and refuse (RFC 9700 4.14.2)."""

import pytest

from support import assert_error, proves, refresh, sign_in, userinfo
from support_load import policy
from support_time import at

WINDOW = 30


def rotated(server, times, client_id="demo-web"):
    """A family's token answers, each got with the refresh token of the one before."""
    answers = [sign_in(server, client_id)]
    for _ in range(times):
        answers.append(refresh(server, answers[-1]["refresh_token"], client_id).json())
    return answers


def take(server, tokens, client_id="demo-web"):
    """Presents a refresh token that must be taken."""
    answer = refresh(server, tokens["refresh_token"], client_id)
    assert answer.status_code == 200, answer.text
    return answer.json()


def assert_family_dead(server, answers, client_id="demo-web"):
    for tokens in reversed(answers):
        assert userinfo(server, tokens["access_token"]).status_code == 401
        assert_error(refresh(server, tokens["refresh_token"], client_id), "invalid_grant")


@pytest.mark.parametrize("client_id", ["demo-web", "demo-native"])
@pytest.mark.parametrize("age", [1, 2, 5])
@proves("RFR-08", "RFR-09", "RFR-10")
def test_strict_reuse_ends_the_family_however_old_the_token(server, client_id, age):
    answers = rotated(server, 5, client_id)
    assert userinfo(server, answers[-1]["access_token"]).status_code == 200
    said = assert_error(refresh(server, answers[-1 - age]["refresh_token"], client_id),
                        "invalid_grant")
    assert "revoked" in said and f"generation {6 - age} of 6" in said
    assert_family_dead(server, answers, client_id)


@proves("RFR-09")
def test_reuse_ends_no_other_family_of_the_same_user_and_client(server):
    answers, other = rotated(server, 1), rotated(server, 1)
    assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    assert userinfo(server, other[-1]["access_token"]).status_code == 200
    take(server, other[-1])


@proves("RFR-11")
def test_reuse_is_still_known_after_a_restart(start):
    server = start(db=True)
    answers = rotated(server, 2)
    server.restart()
    assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    server.restart()
    assert_family_dead(server, answers)


@proves("RFR-11")
def test_reuse_is_still_known_at_the_end_of_the_familys_life(start):
    server = start(db=True, env=at(0))
    answers = rotated(server, 2)
    server.restart(env=at(180 * 86400 - 1))
    sign_in(server)
    for _ in range(140):  # so many POSTs that the store has been swept of what it may forget
        assert refresh(server, "nothing").status_code == 400
    said = assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    assert "15551999 s ago" in said
    assert_family_dead(server, answers)


@proves("RFR-12")
def test_without_a_policy_there_is_no_leeway(start):
    server = start("--clock", "2026-01-01T00:00:00Z")  # in the same second
    answers = rotated(server, 1)
    assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    assert_family_dead(server, answers)


@proves("RFR-12")
def test_in_the_grace_window_the_preceding_token_is_taken(start):
    server = start(db=True, env=at(0), fixture=policy("grace", seconds=WINDOW))
    answers = rotated(server, 2)
    server.restart(env=at(WINDOW))
    again = take(server, answers[1])
    take(server, again)


@proves("RFR-12")
def test_in_the_grace_window_the_token_before_the_preceding_one_is_a_breach(start):
    server = start("--clock", "2026-01-01T00:00:00Z", fixture=policy("grace", seconds=WINDOW))
    answers = rotated(server, 2)
    assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    assert_family_dead(server, answers)


@proves("RFR-12")
def test_after_the_grace_window_the_preceding_token_is_a_breach(start):
    server = start(db=True, env=at(0), fixture=policy("grace", seconds=WINDOW))
    answers = rotated(server, 1)
    server.restart(env=at(WINDOW + 1))
    assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    assert_family_dead(server, answers)


@proves("RFR-13")
def test_a_use_in_the_grace_window_does_not_start_it_again(start):
    server = start(db=True, env=at(0), fixture=policy("grace", seconds=WINDOW))
    answers = rotated(server, 1)
    for moment in (20, WINDOW):
        server.restart(env=at(moment))
        answers.append(take(server, answers[0]))
    server.restart(env=at(WINDOW + 1))  # 11 s after the second use, 31 s after the first
    assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    assert_family_dead(server, answers)


@pytest.mark.parametrize("uses", [1, 3])
@proves("RFR-14")
def test_uses_cap_how_often_the_window_is_used(start, uses):
    server = start(fixture=policy("grace", seconds=60, uses=uses))
    answers = rotated(server, 1)
    for _ in range(uses):
        answers.append(take(server, answers[0]))
    assert_error(refresh(server, answers[0]["refresh_token"]), "invalid_grant")
    assert_family_dead(server, answers)


@proves("RFR-14")
def test_without_a_cap_the_window_is_used_any_number_of_times(start):
    server = start(fixture=policy("grace", seconds=60))
    answers = rotated(server, 1)
    for _ in range(20):
        answers.append(take(server, answers[0]))
    take(server, answers[-1])


@proves("RFR-14")
def test_the_cap_counts_for_each_token_anew(start):
    server = start(fixture=policy("grace", seconds=60, uses=1))
    tokens = sign_in(server)
    for _ in range(3):
        take(server, tokens)
        tokens = take(server, tokens)  # the one reuse that this token has


@pytest.mark.parametrize("mode,settings", [("grace", {"seconds": 60}), ("retry_safe", {})])
@proves("RFR-18")
def test_when_the_predecessor_is_taken_again_its_unused_successor_dies(start, mode, settings):
    server = start(fixture=policy(mode, **settings))
    answers = rotated(server, 1)
    answers.append(take(server, answers[0]))
    said = assert_error(refresh(server, answers[1]["refresh_token"]), "invalid_grant")
    assert "replaced before its first use" in said
    assert_family_dead(server, answers)  # two had the token, and one of them is not the client


@pytest.mark.parametrize("client_id", ["demo-web", "demo-native"])
@proves("RFR-18")
def test_retry_safe_takes_the_predecessor_until_its_successor_was_used(start, client_id):
    server = start(db=True, env=at(0), fixture=policy("retry_safe"))
    answers = rotated(server, 1, client_id)
    for moment in (0, 1000, 100 * 86400):  # the response was lost, whenever that comes out
        server.restart(env=at(moment))
        answers.append(take(server, answers[0], client_id))
    last = take(server, answers[-1], client_id)
    assert_error(refresh(server, answers[0]["refresh_token"], client_id), "invalid_grant")
    assert_family_dead(server, answers + [last], client_id)


@proves("RFR-18")
def test_retry_safe_takes_no_token_older_than_the_predecessor(start):
    server = start(fixture=policy("retry_safe"))
    answers = rotated(server, 3)
    assert_error(refresh(server, answers[1]["refresh_token"]), "invalid_grant")
    assert_family_dead(server, answers)


@proves("RFR-18")
def test_a_retry_keeps_scope_and_end_of_the_family(start):
    server = start(db=True, env=at(0), fixture=policy("retry_safe"))
    answers = [sign_in(server, scope="openid profile email")]
    answers.append(refresh(server, answers[0]["refresh_token"], scope="openid").json())
    server.restart(env=at(180 * 86400 - 1))
    again = take(server, answers[0])
    assert set(again["scope"].split()) == {"openid", "profile", "email"}
    server.restart(env=at(180 * 86400))
    assert_error(refresh(server, again["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize("settings,wrong", [
    ({"seconds": 61}, True), ({"seconds": 60}, False), ({"seconds": 301, "uses": 1}, True),
    ({"seconds": 300, "uses": 1}, False), ({"seconds": 61, "uses": 1}, False),
    ({"seconds": 0}, True), ({"seconds": -1}, True), ({"seconds": 61, "uses": 0}, True),
])
@proves("RFR-16")
def test_a_grace_window_out_of_bounds_is_refused_at_the_start(start, settings, wrong):
    server = start(fixture=policy("grace", **settings), wait=not wrong)
    if not wrong:
        assert server.said["ready"] is True
        return
    assert server.exit_code() == 2
    assert "/clients/0/refresh_policy" in server.log()
    assert len(server.log_lines()) == 1


@pytest.mark.parametrize("client_id", ["demo-web", "demo-native"])
def test_refuse_refuses_a_spent_token_and_leaves_its_family_alive(start, client_id):
    server = start(fixture=policy("refuse"))
    answers = rotated(server, 3, client_id)
    for tokens in answers[:-1] * 2:
        said = assert_error(refresh(server, tokens["refresh_token"], client_id), "invalid_grant")
        assert "its family lives on" in said and "policy refuse" in said
    for tokens in answers:
        assert userinfo(server, tokens["access_token"]).status_code == 200
    latest = take(server, answers[-1], client_id)
    take(server, latest, client_id)
