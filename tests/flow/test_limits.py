"""Too many connections, too few descriptors, clocks that jump, and the end of the process: makeshift goes
on as long as it can, and ends in order."""

import os
import resource
import signal
import socket
import subprocess
import time

import pytest

from support import (DISCOVERY, ROOT, USERINFO, assert_error, authorize, proves, read_answers, redeem,
                     refresh, sign_in, userinfo)
from support_load import (Answer, Load, closed_by_server, code_request, connect, exchange, heard,
                          refresh_request, remember)
from support_time import DAY, EPOCH, at, signed_claims

PER_ADDRESS = 4096  # connections from one address
STOP_SECONDS = 5
QUESTION = f"GET {DISCOVERY} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


@pytest.fixture
def descriptors():
    """This process may open as many as the machine allows."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    yield before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def crowd():
    """crowd(server, count) opens so many connections; all are closed after the test."""
    connections = []

    def gather(server, count):
        connections.extend(connect(server) for _ in range(count))
        return connections

    yield gather
    for connection in connections:
        connection.close()


@proves("HTT-15")
def test_a_thousand_idle_connections_do_not_stop_new_ones(server, crowd, descriptors):
    assert descriptors > 2100
    idle = crowd(server, 1000)
    tokens = sign_in(server)
    assert userinfo(server, tokens["access_token"]).status_code == 200
    for connection in (idle[0], idle[500], idle[999]):  # and they are served when they wake up
        connection.sendall(QUESTION)
        assert Answer(read_answers(connection)).status == 200


@proves("HTT-15")
def test_connections_that_stop_within_a_request_do_not_stop_new_ones(server, crowd, descriptors):
    assert descriptors > 2100
    request = code_request(authorize(server))
    for number, connection in enumerate(crowd(server, 1000)):
        connection.sendall(request[:1 + number % (len(request) - 1)])
    assert userinfo(server, sign_in(server)["access_token"]).status_code == 200


@proves("HTT-15")
def test_one_address_gets_so_many_connections_and_no_more(start, crowd, descriptors):
    if descriptors < 2 * PER_ADDRESS + 200:
        pytest.skip(f"this machine allows {descriptors} descriptors only")
    server = start("--header-timeout", "900", "--idle-timeout", "900")  # no place becomes free while a busy machine takes its time
    connections = crowd(server, PER_ADDRESS)
    for connection in connections:
        connection.sendall(QUESTION)
    for connection in connections:  # who is answered has a place, and not only one in the queue
        assert Answer(read_answers(connection, seconds=60)).status == 200
    over = crowd(server, 1)[-1]
    assert closed_by_server(over, seconds=60)  # sooner than one that only says nothing
    assert server.raw(QUESTION, host="::1")  # another address is another count
    for connection in connections[:100]:
        connection.close()
    assert answers_again(server)


def answers_again(server, seconds=15):
    """Whether the server takes connections again; it learns of a closed one when it next looks."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with connect(server) as connection:
                connection.sendall(QUESTION)
                if Answer(read_answers(connection, 1, 2)).status == 200:
                    return True
        except OSError:
            pass
    return False


@pytest.fixture
def few_descriptors(tmp_path, monkeypatch):
    """Servers are started with RLIMIT_NOFILE 64."""
    import support
    program = tmp_path / "makeshift-64"
    program.write_text(f'#!/bin/sh\nulimit -n 64\nexec "{support.PROGRAM}" "$@"\n', "ascii")
    program.chmod(0o755)
    monkeypatch.setattr("support.PROGRAM", str(program))


@pytest.mark.parametrize("db", [None, True])
@proves("CON-08")
def test_with_64_descriptors_it_pauses_and_recovers(start, few_descriptors, crowd, db):
    server = start("--threads", 2, db=db)
    assert resource.prlimit(server.pid, resource.RLIMIT_NOFILE) == (64, 64)
    tokens = sign_in(server)
    for _ in range(3):
        connections = crowd(server, 200)
        for connection in connections:
            connection.sendall(QUESTION)
        told = heard(connections)
        assert 200 in told
        assert set(told) <= {200, 503, None}
        for connection in connections:
            connection.close()
        connections.clear()
        assert answers_again(server)
        tokens = refresh(server, tokens["refresh_token"]).json()
        assert userinfo(server, tokens["access_token"]).status_code == 200


# -- the end --------------------------------------------------------------------------------------


@proves("HTT-20")
def test_requests_in_flight_are_answered_whole_after_sigterm(start):
    server = start(db=True)
    code, tokens = authorize(server), sign_in(server)
    requests = [code_request(code), refresh_request(tokens["refresh_token"])]
    connections = [connect(server) for _ in requests]
    for connection, request in zip(connections, requests):
        connection.sendall(request[:-1])
    assert server.get(DISCOVERY).status_code == 200  # it has read what came before
    server.process.send_signal(signal.SIGTERM)
    server.wait_log("SIGTERM")
    for connection, request in zip(connections, requests):
        connection.sendall(request[-1:])
    answers = [Answer(read_answers(connection)) for connection in connections]
    for answer, connection in zip(answers, connections):
        assert answer.status == 200
        assert answer.headers["Connection"] == "close"
        remember(server, answer)
        connection.close()
    assert server.exit_code(STOP_SECONDS + 2) == 0
    server.restart()
    for answer in answers:
        assert userinfo(server, answer.json()["access_token"]).status_code == 200
    assert_error(redeem(server, code), "invalid_grant")


def test_two_threads_that_stop_listening_at_once_do_not_end_in_an_abort(start, tmp_path):
    library = tmp_path / "raced_removal.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, ROOT / "tests/flow/raced_removal.c", "-ldl"], check=True)
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    server = start(env={"LD_PRELOAD": str(library), "ASAN_OPTIONS": options})
    assert server.get(DISCOVERY).status_code == 200
    assert server.stop() == 0, server.log()


def test_who_connects_after_sigterm_is_sent_away(start):
    server = start()
    request = code_request(authorize(server))
    waiting = connect(server)
    waiting.sendall(request[:-1])
    assert server.get(DISCOVERY).status_code == 200  # it has read what came before
    server.process.send_signal(signal.SIGTERM)
    server.wait_log("SIGTERM")
    attempts = (connect(server) for _ in range(10))  # the first may come before it has begun to finish
    assert any(closed_by_server(late, 0.3) for late in attempts)
    waiting.sendall(request[-1:])
    answer = Answer(read_answers(waiting))
    assert answer.status == 200
    remember(server, answer)
    waiting.close()
    assert server.exit_code(STOP_SECONDS + 2) == 0


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
@proves("HTT-20")
def test_a_request_that_never_ends_does_not_keep_the_server(start, end):
    server = start("--stop-timeout", "2", db=True)
    code = authorize(server)
    with connect(server) as slow, connect(server):  # and an idle one
        slow.sendall(code_request(code)[:-1])
        assert server.get(DISCOVERY).status_code == 200
        began = time.monotonic()
        server.process.send_signal(end)
        assert server.exit_code(7) == 0
        # Sanitizers look for leaks at the end, which is no part of the draining.
        assert time.monotonic() - began < 5
    server.restart()
    assert redeem(server, code).status_code == 200  # the half request has not spent it


@proves("HTT-20")
def test_an_idle_server_ends_at_once_and_takes_no_more(server):
    with connect(server):
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < STOP_SECONDS
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)


@proves("HTT-20")
def test_sigterm_under_load_leaves_no_half_issued_tokens(start):
    server = start("--threads", 2, db=True)
    for _ in range(12):
        ledger = []
        load = Load(lambda number: trade(server, ledger), 4)
        load.wait(8)
        server.process.send_signal(signal.SIGTERM)
        code = server.exit_code(STOP_SECONDS + 5)
        load.end()
        assert code == 0
        server.restart()
        for start_code, answer in ledger:
            judge(server, start_code, answer)


def trade(server, ledger):
    """Gets a code and redeems it; False when the server is gone."""
    try:
        code = authorize(server)
    except OSError:
        return False
    answer = exchange(server, code_request(code))
    ledger.append((code, answer))
    return answer.status is not None


def judge(server, code, answer):
    """An answer was a whole one, and true; without an answer the code was not touched."""
    if answer.status is None:
        assert answer.data == b""
        assert redeem(server, code).status_code == 200
        return
    assert answer.status == 200
    assert userinfo(server, answer.json()["access_token"]).status_code == 200


# -- time -----------------------------------------------------------------------------------------


@proves("CON-09")
def test_a_clock_that_jumps_a_day_ahead_ends_what_is_over_and_nothing_else(start):
    server = start(db=True, env=at(0))
    tokens = sign_in(server)
    server.restart(env=at(DAY))
    assert userinfo(server, tokens["access_token"]).status_code == 401
    following = refresh(server, tokens["refresh_token"])
    assert following.status_code == 200
    claims = signed_claims(server, following.json()["access_token"])
    assert (claims["iat"], claims["exp"]) == (EPOCH + DAY, EPOCH + DAY + 300)


@proves("CON-09")
def test_a_clock_that_jumps_a_day_back_keeps_tokens_good_and_spent_ones_spent(start):
    server = start(db=True, env=at(0))
    first = sign_in(server)
    second = refresh(server, first["refresh_token"]).json()
    server.restart(env=at(-DAY))
    assert userinfo(server, second["access_token"]).status_code == 200
    third = refresh(server, second["refresh_token"]).json()
    assert userinfo(server, third["access_token"]).status_code == 200
    assert_error(refresh(server, first["refresh_token"]), "invalid_grant")
    for tokens in (first, second, third):
        assert userinfo(server, tokens["access_token"]).status_code == 401
    server.restart(env=at(0))
    assert_error(refresh(server, third["refresh_token"]), "invalid_grant")


@proves("CON-09")
def test_a_day_with_a_leap_second_has_86400_seconds(start):
    """POSIX time repeats the second: what is issued at 23:59:59 is a second old at 00:00:00."""
    server = start(db=True, env={"MAKESHIFT_CLOCK": "2016-12-31T23:59:59Z"})
    code = authorize(server)
    server.restart(env={"MAKESHIFT_CLOCK": "2017-01-01T00:00:00Z"})
    tokens = redeem(server, code).json()
    claims = signed_claims(server, tokens["id_token"])
    assert (claims["auth_time"], claims["iat"]) == (1483228799, 1483228800)
    wrong = start("--clock", "2016-12-31T23:59:60Z", wait=False)
    assert wrong.exit_code() == 2
    assert len(wrong.log_lines()) == 1 and "--clock" in wrong.log()


@pytest.fixture
def suspended():
    """suspended(server) stops the process until resume(), or the test's end."""
    stopped = []

    def suspend(server):
        stopped.append(server.pid)
        os.kill(server.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, server.pid, os.WSTOPPED | os.WNOWAIT)
        return resume

    def resume():
        while stopped:
            os.kill(stopped.pop(), signal.SIGCONT)

    yield suspend
    resume()


@proves("CON-09")
def test_a_server_that_was_suspended_goes_on_where_it_was(server, suspended):
    tokens = sign_in(server)
    bearer = f"Authorization: Bearer {tokens['access_token']}\r\n\r\n"
    with connect(server) as connection:
        connection.sendall(f"GET {USERINFO} HTTP/1.1\r\nHost: localhost\r\n".encode())
        resume = suspended(server)
        connection.sendall(bearer.encode())
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        resume()
        answer = Answer(read_answers(connection))
    assert (answer.status, answer.json()["sub"]) == (200, "1001")
    assert refresh(server, tokens["refresh_token"]).status_code == 200
