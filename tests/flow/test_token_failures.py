"""The token endpoint when something is too large, too slow, or broken (RFC 9110 15.5.9, 15.5.14,
15.6.4; RFC 9112 7.1)."""

import json
import re
import resource
import socket
import urllib.parse

import pytest

from support import (CLIENTS, TOKEN, assert_error, authorize, client_form, parse_answer, proves,
                     redeem, refresh, sign_in, userinfo)

LIMIT = 64 * 1024
HEAD = (b"POST /oauth/v2/token HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n")


def body_of(server, size=0):
    """A good request's body, padded to `size` bytes by a parameter that is ignored."""
    form = {"grant_type": "authorization_code", **client_form("demo-web"),
            "code": authorize(server)["code"], "redirect_uri": CLIENTS["demo-web"][1]}
    body = urllib.parse.urlencode(form).encode("ascii")
    return body + b"&pad=" + b"x" * (size - len(body) - 5) if size else body


def chunked(body, size):
    chunks = [body[i:i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"


def assert_too_large(answer):
    status, headers, body = parse_answer(answer)
    assert status == 413
    assert (headers["Cache-Control"], headers["Pragma"]) == ("no-store", "no-cache")
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body)["error"] == "invalid_request"


@proves("TOK-22")
def test_a_body_up_to_the_limit_is_read_and_beyond_it_refused(server):
    for size, accepted in ((LIMIT, True), (LIMIT + 1, False)):
        body = body_of(server, size)
        assert len(body) == size
        answer = server.raw(HEAD + b"Content-Length: %d\r\n\r\n" % size + body)
        if accepted:
            assert parse_answer(answer)[0] == 200
        else:
            assert_too_large(answer)
            assert server.post(TOKEN, data=body.partition(b"&pad")[0], headers={
                "Content-Type": "application/x-www-form-urlencoded"}).status_code == 200


@proves("TOK-22", "TOK-10")
def test_a_body_announced_as_too_large_is_refused_before_it_is_sent(server):
    for size in (LIMIT + 1, 2 ** 31, 2 ** 63 - 1):
        assert_too_large(server.raw(HEAD + b"Content-Length: %d\r\n\r\n" % size))


@pytest.mark.parametrize("size", [1, 7, 4096])
@proves("TOK-22")
def test_a_chunked_body_is_accepted(server, size):
    body = body_of(server)
    answer = server.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, size))
    status, _, text = parse_answer(answer)
    assert status == 200, text
    server.secret(*(v for v in json.loads(text).values() if isinstance(v, str) and "ok" in v))


@proves("TOK-22")
def test_a_chunked_body_beyond_the_limit_is_refused(server):
    body = body_of(server, LIMIT + 1)
    assert_too_large(server.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 4096)))


@proves("TOK-22")
def test_a_body_that_never_ends_coming_is_given_up(server):
    """A byte whenever the server is silent for two seconds: no idle timeout would ever fire."""
    body = body_of(server)
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as connection:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body))
        answer = drip(connection, body)
    assert answer == b"" or parse_answer(answer)[0] == 408
    assert server.post(TOKEN, data=body, headers={
        "Content-Type": "application/x-www-form-urlencoded"}).status_code == 200


def drip(connection, body):
    for byte in body[:40]:
        try:
            return connection.recv(65536)
        except TimeoutError:
            connection.sendall(bytes([byte]))
        except ConnectionResetError:
            return b""
    raise AssertionError("the server waited for 80 s")


class BrokenDisk:
    """As long as this lasts, the server's files cannot grow: writes fail with EFBIG."""

    def __init__(self, server):
        self.pid = server.pid

    def __enter__(self):
        self.before = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (1, self.before[1]))

    def __exit__(self, *_):
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, self.before)


def assert_unavailable(response):
    description = assert_error(response, "temporarily_unavailable", 503)
    assert re.fullmatch(r"[1-9]\d*", response.headers["Retry-After"])
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.json()) <= {"error", "error_description"}
    # Nothing of the machine: no path, no line of code, no message of SQLite or the kernel.
    assert not re.search(r"/|sqlite|errno|EFBIG|I/O|\.c\b|state-0", description, re.I), description


@proves("TOK-23", "TOK-18")
def test_a_failing_disk_is_answered_503_and_nothing_is_issued(start):
    server = start(db=True)
    codes = [authorize(server)["code"] for _ in range(2)]
    tokens = sign_in(server)
    with BrokenDisk(server):
        for _ in range(3):
            assert_unavailable(redeem(server, codes[0]))
            assert_unavailable(refresh(server, tokens["refresh_token"]))
        # What needs no disk goes on.
        assert userinfo(server, tokens["access_token"]).status_code == 200
        assert_error(redeem(server, "no-such-code"), "invalid_grant")
    # The disk works again: code and refresh token are as good as before, and so is the family.
    for code in codes:
        assert redeem(server, code).status_code == 200
    rotated = refresh(server, tokens["refresh_token"])
    assert rotated.status_code == 200
    assert refresh(server, rotated.json()["refresh_token"]).status_code == 200


@proves("TOK-23")
def test_what_a_failing_disk_refused_stays_refused_after_a_restart(start):
    server = start(db=True)
    spent, code = (authorize(server)["code"] for _ in range(2))
    assert redeem(server, spent).status_code == 200
    with BrokenDisk(server):
        assert_unavailable(redeem(server, code))
        assert redeem(server, spent).status_code in (400, 503)
    server.kill9()
    server.restart()
    assert redeem(server, code).status_code == 200
    assert_error(redeem(server, code), "invalid_grant")
    assert_error(redeem(server, spent), "invalid_grant")


@proves("TOK-23")
def test_a_terse_503_has_no_description(start):
    server = start("--explain", "terse", db=True)
    code = authorize(server)["code"]
    with BrokenDisk(server):
        response = redeem(server, code)
    assert (response.status_code, response.json()) == (503, {"error": "temporarily_unavailable"})
    assert response.headers["Retry-After"]


@proves("TOK-23")
def test_a_replay_that_cannot_be_written_down_is_not_taken_for_dealt_with(start):
    """The grant must be revoked; while it cannot be, the answer is 503, so that the replay is seen
    again, and then it is revoked."""
    server = start(db=True)
    code = authorize(server)["code"]
    tokens = redeem(server, code).json()
    with BrokenDisk(server):
        assert_unavailable(redeem(server, code))
    assert userinfo(server, tokens["access_token"]).status_code == 200
    assert_error(redeem(server, code), "invalid_grant")
    assert userinfo(server, tokens["access_token"]).status_code == 401
