"""Fifty at the same moment, with one code or one refresh token. What comes of it is not a matter of
luck: it is the policy's end state, each time."""

import shutil

import pytest

from support import assert_error, authorize, proves, redeem, refresh, sign_in, userinfo
from support_load import (burst, code_request, policy, post_bytes, refresh_request, statuses,
                          won)
from support_pages import SIGN_IN, begin

ALL = 50
FEW = 10


def assert_refused(answers):
    """All but those that succeeded were told the same."""
    for answer in answers:
        if answer.status != 200:
            assert (answer.status, answer.error) == (400, "invalid_grant")


def assert_dead(server, tokens, client_id):
    assert userinfo(server, tokens["access_token"]).status_code == 401
    if "refresh_token" in tokens:
        assert_error(refresh(server, tokens["refresh_token"], client_id), "invalid_grant")


@pytest.mark.parametrize("count", [2, 3, FEW, ALL])
@pytest.mark.parametrize("client_id", ["demo-web", "demo-spa", "demo-native"])
@proves("ACG-12", "ACG-13")
def test_of_many_who_redeem_one_code_one_gets_tokens_and_they_are_revoked(start, client_id, count):
    server = start("--threads", 4)
    for _ in range(3):
        code = authorize(server, client_id)
        answers = burst(server, [code_request(code, client_id)] * count)
        assert statuses(answers) == {200: 1, 400: count - 1}
        assert_refused(answers)
        assert_dead(server, won(answers)[0], client_id)


@proves("ACG-12")
def test_on_disk_too_one_gets_tokens(start):
    server = start("--threads", 4, db=True)
    code = authorize(server)
    answers = burst(server, [code_request(code)] * ALL)
    assert statuses(answers) == {200: 1, 400: ALL - 1}
    assert_refused(answers)
    server.kill9()
    server.restart()
    assert_error(redeem(server, code), "invalid_grant")
    assert_dead(server, won(answers)[0], "demo-web")


@proves("ACG-12")
def test_many_codes_at_the_same_moment_do_not_get_in_each_others_way(start):
    server = start("--threads", 4)
    codes = [authorize(server) for _ in range(ALL)]
    answers = burst(server, [code_request(code) for code in codes])
    assert statuses(answers) == {200: ALL}
    assert len({body["access_token"] for body in won(answers)}) == ALL
    for body in won(answers):
        assert userinfo(server, body["access_token"]).status_code == 200


@pytest.mark.parametrize("count", [2, FEW, ALL])
@pytest.mark.parametrize("client_id", ["demo-web", "demo-native"])
@proves("RFR-17", "RFR-07")
def test_strict_of_many_who_refresh_one_wins_and_the_family_is_revoked(start, client_id, count):
    server = start("--threads", 4, fixture=policy("strict"))
    for _ in range(3):
        tokens = sign_in(server, client_id)
        answers = burst(server, [refresh_request(tokens["refresh_token"], client_id)] * count)
        assert statuses(answers) == {200: 1, 400: count - 1}
        assert_refused(answers)
        for one in [tokens] + won(answers):
            assert_dead(server, one, client_id)


@proves("RFR-17", "RFR-14")
def test_grace_with_a_cap_takes_so_many_and_the_next_is_a_breach(start):
    server = start("--threads", 4, fixture=policy("grace", seconds=60, uses=3))
    for _ in range(3):
        tokens = sign_in(server)
        answers = burst(server, [refresh_request(tokens["refresh_token"])] * ALL)
        assert statuses(answers) == {200: 1 + 3, 400: ALL - 4}
        assert_refused(answers)
        for one in [tokens] + won(answers):
            assert_dead(server, one, "demo-web")


def usable_leaves(start, server, candidates):
    """Which of the refresh tokens can be used. Each is presented to a copy of the database, since
    presenting one that is spent would end the family for the others."""
    assert server.stop() == 0, server.log()
    usable = []
    for number, token in enumerate(candidates):
        copy = shutil.copy(server.db, f"{server.db}-{number}")
        other = start("--issuer", server.issuer, db=copy, fixture=server.fixture)
        if refresh(other, token).status_code == 200:
            usable.append(token)
        assert other.stop() == 0
    return usable


@pytest.mark.parametrize("mode,settings", [("grace", {"seconds": 60}), ("retry_safe", {}),
                                           ("grace", {"seconds": 60, "uses": FEW})])
@proves("RFR-17", "RFR-18")
def test_lenient_policies_take_all_and_leave_one_usable_leaf(start, mode, settings):
    server = start("--threads", 4, db=True, fixture=policy(mode, **settings))
    tokens = sign_in(server)
    answers = burst(server, [refresh_request(tokens["refresh_token"])] * FEW)
    assert statuses(answers) == {200: FEW}
    for body in won(answers):
        assert userinfo(server, body["access_token"]).status_code == 200
    leaves = usable_leaves(start, server, [body["refresh_token"] for body in won(answers)])
    assert len(leaves) == 1


@pytest.mark.parametrize("mode,settings", [("grace", {"seconds": 60}), ("retry_safe", {})])
@proves("RFR-17", "RFR-18")
def test_lenient_policies_take_all_of_fifty_and_never_two_of_their_leaves(start, mode, settings):
    server = start("--threads", 4, fixture=policy(mode, **settings))
    tokens = sign_in(server)
    answers = burst(server, [refresh_request(tokens["refresh_token"])] * ALL)
    assert statuses(answers) == {200: ALL}
    leaves = [body["refresh_token"] for body in won(answers)]
    assert len(set(leaves)) == ALL
    used = burst(server, [refresh_request(leaf) for leaf in leaves])
    assert len(won(used)) <= 1
    assert_refused(used)
    for one in won(answers) + won(used):  # spent and dead leaves were shown: the family is revoked
        assert userinfo(server, one["access_token"]).status_code == 401


@proves("RFR-17", "RFR-18")
def test_a_retry_that_races_its_successor_ends_with_one_leaf_or_none(start):
    server = start("--threads", 4, fixture=policy("retry_safe"))
    for _ in range(5):
        old = sign_in(server)
        new = refresh(server, old["refresh_token"]).json()
        requests = [refresh_request(old["refresh_token"]), refresh_request(new["refresh_token"])]
        answers = burst(server, requests)
        assert_refused(answers)
        # Whichever came first, the other one then showed a token that is spent or dead.
        assert statuses(answers) == {200: 1, 400: 1}
        for one in [old, new] + won(answers):
            assert_dead(server, one, "demo-web")


def test_of_one_sign_in_form_posted_twenty_times_at_once_one_signs_in(start):
    """RFC 6749 10.12: a form is good once. The others are told so, and begin no session."""
    server = start("--login", "page", "--threads", 4)
    for _ in range(30):
        browser = server.browser()
        visit = begin(browser)
        form = {**visit.page.forms[0]["hidden"], "user": "1001"}
        (name, value), = browser.cookies.items()
        cookie = f"\r\nCookie: {name}={value}\r\n\r\n".encode("ascii")
        request = post_bytes(SIGN_IN, form).replace(b"\r\n\r\n", cookie, 1)
        answers = burst(server, [request] * 20)
        assert statuses(answers) == {303: 1, 403: 19}
        assert [answer for answer in answers if "Set-Cookie" in answer.headers] == [
            answer for answer in answers if answer.status == 303]
