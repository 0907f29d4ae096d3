"""The wire: bytes as no library would send them, and the answer each must get."""

import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import time
import urllib.parse

import pytest

from support import (CLIENTS, DISCOVERY, LIBRARY_IS_1, PROGRAM, TOKEN, USERINFO, authorize, client_form,
                     parse_answer, proves, read_answers)

HOST = b"Host: localhost\r\n"
LAST = b"Connection: close\r\n"
GET = b"GET " + DISCOVERY.encode() + b" HTTP/1.1\r\n"
POST = b"POST " + TOKEN.encode() + b" HTTP/1.1\r\n"
WHOLE = GET + HOST + b"\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else answer


def assert_refused(server, data, status):
    """The server answers `status`, and the connection ends with that answer."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=15)
    with connection:
        connection.sendall(data)
        answer = read_answers(connection, answers=2)
    assert status_of(answer) == status, (data[:200], answer[:300])
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", answer)) == 1, (data[:200], answer)
    head = answer.partition(b"\r\n\r\n")[0]
    assert b"connection: close" in head.lower(), (data[:200], answer)
    return answer


def assert_explained(server, data, status):
    """As assert_refused, and in the gate's own words."""
    _, headers, body = parse_answer(assert_refused(server, data, status))
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Content-Type-Options"] == "nosniff"
    refusal = json.loads(body)
    assert refusal["error"] == "invalid_request"
    return refusal["error_description"]


def assert_refused_early(server, data, status):
    """As assert_explained, of what libmicrohttpd 1.0 refuses before the gate sees it: with 400, whatever it is, and in
    its own words."""
    if LIBRARY_IS_1:
        return assert_refused(server, data, 400)
    return assert_explained(server, data, status)


def ask(server, data):
    """A whole answer, parsed."""
    return parse_answer(server.raw(data))


# -- Host ------------------------------------------------------------------------------------------


@proves("HTT-01")
def test_a_request_names_one_host(server):
    assert_refused_early(server, GET + b"\r\n", 400)
    assert_explained(server, GET + HOST + HOST + b"\r\n", 400)
    assert_explained(server, GET + HOST + b"host: evil.example\r\n\r\n", 400)
    assert_explained(server, GET + b"Host:\r\n\r\n", 400)
    assert ask(server, GET + HOST + LAST + b"\r\n")[0] == 200


@proves("HTT-02")
def test_a_foreign_host_is_refused_and_the_option_named(server):
    description = assert_explained(server, GET + b"Host: evil.example:80\r\n\r\n", 421)
    assert description == \
        "Host 'evil.example' is not served here; add it with --allow-host evil.example"
    for host in (b"localhost.", b"localhost.evil.example", b"127.0.0.1.evil.example", b"127.1",
                 b"0.0.0.0", b"[::ffff:127.0.0.1]"):
        assert_explained(server, GET + b"Host: " + host + b"\r\n\r\n", 421)
    for host in (b"LOCALHOST", b"localhost:1", b"127.0.0.1:65535", b"[::1]", b"[::1]:80"):
        assert ask(server, GET + b"Host: " + host + b"\r\n" + LAST + b"\r\n")[0] == 200


@proves("HTT-11")
def test_the_authority_of_an_absolute_target_is_what_counts(server):
    path = DISCOVERY.encode()
    assert_explained(server, b"GET http://evil.example" + path + b" HTTP/1.1\r\n" + HOST + b"\r\n",
                     421)
    status, _, body = ask(server, b"GET http://LocalHost:1" + path +
                          b" HTTP/1.1\r\nHost: evil.example\r\n" + LAST + b"\r\n")
    assert status == 200
    assert json.loads(body)["issuer"] == server.issuer
    assert b"LocalHost" not in body and b"evil" not in body
    for target in (b"http://", b"http://u@localhost/", b"ftp://localhost/", b"localhost:80", b"*"):
        assert_explained(server, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n", 400)


@pytest.mark.parametrize("path, status", [(DISCOVERY, 200), ("/_makeshift/health", 200),
                                          ("/_makeshift/operations", 421)])
def test_health_answers_wherever_discovery_does(start, path, status):
    """A container's health check knows the server by its service name."""
    server = start("--host", "0.0.0.0", "--issuer", "http://makeshift.test:8080")
    answer = ask(server, b"GET " + path.encode() + b" HTTP/1.1\r\nHost: makeshift:8080\r\n" + LAST +
                 b"\r\n")
    assert answer[0] == status


# -- where a request ends --------------------------------------------------------------------------


@proves("HTT-03")
def test_a_length_beside_a_transfer_coding_is_refused(server):
    for lines in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                  b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"):
        assert_refused_early(server, POST + HOST + lines + b"\r\n0\r\n\r\n" + WHOLE, 400)


@proves("HTT-04")
def test_two_lengths_are_refused_be_they_the_same(server):
    for second in (b"3", b"4", b"0"):
        assert_explained(server, POST + HOST + b"Content-Length: 3\r\nContent-Length: " + second +
                         b"\r\n\r\nabc" + WHOLE, 400)
    for length in (b"3, 3", b"+3", b"-3", b"0x3", b"3a", b"3 3"):
        # the library's own refusal, whose head it sends twice (libmicrohttpd 0.9.75)
        request = POST + HOST + b"Content-Length: " + length + b"\r\n\r\nabc" + WHOLE
        answer = server.raw(request, answers=4)
        assert set(re.findall(rb"HTTP/1.1 (\d+)", answer)) == {b"400"}, (length, answer)


@proves("HTT-05")
def test_a_transfer_coding_other_than_chunked_is_refused(server):
    for coding in (b"gzip", b"gzip, chunked", b"chunked, gzip", b"xchunked", b"identity", b""):
        assert_refused_early(server, POST + HOST + b"Transfer-Encoding: " + coding +
                             b"\r\n\r\n0\r\n\r\n", 501)
    assert_explained(server, POST + HOST + b"Transfer-Encoding: chunked\r\n" * 2 +
                     b"\r\n0\r\n\r\n", 501)


def test_a_blank_behind_chunked_is_answered_at_once(server):
    """RFC 9110 5.5: the blank is no part of the value. A library that does not know so waits for a
    body without an end; refusing is as good as understanding, silence is not."""
    body = b"4\r\na=bc\r\n0\r\n\r\n"
    for line in (b"Transfer-Encoding: chunked ", b"Transfer-Encoding: chunked\t",
                 b"Transfer-Encoding:chunked \t "):
        began = time.monotonic()
        answer = server.raw(POST + HOST + FORM + LAST + line + b"\r\n\r\n" + body)
        assert status_of(answer) == 400, answer
        assert time.monotonic() - began < 10


def test_a_blank_behind_100_continue_does_not_leave_the_client_waiting(server):
    head = POST + HOST + FORM + LAST + b"Content-Length: 3\r\nExpect: 100-continue \r\n\r\n"
    assert status_of(server.raw(head)) in (100, 400)


def test_a_blank_behind_close_closes(server):
    answer = server.raw(GET + HOST + b"Connection: close \r\n\r\n", answers=2)
    assert status_of(answer) == 200


@proves("HTT-06", "HTT-07")
def test_a_header_name_is_a_token_up_to_the_colon(server):
    for line in (b"X-A : 1", b"X-A\t: 1", b"X A: 1", b"X(A): 1", b"X\x80: 1"):
        assert_refused_early(server, GET + HOST + line + b"\r\n\r\n", 400)
    assert_refused_early(server, GET + b"Host : localhost\r\n\r\n", 400)
    assert_refused(server, GET + HOST + b"no colon\r\n\r\n", 400)
    for line in (b":", b": 1"):  # which the library takes for the end of the headers
        assert_refused_early(server, GET + HOST + line + b"\r\nX-B: 1\r\n\r\n", 400)


@proves("HTT-07")
def test_a_folded_header_line_is_refused(server):
    for lines in (b"X-A: 1\r\n b\r\n", b"X-A: 1\r\n\tb\r\nX-B: 2\r\n", b"X-A:\r\n b\r\n"):
        assert_refused_early(server, GET + HOST + lines + b"\r\n", 400)
    assert_refused_early(server, GET + b"Host: localhost\r\n .evil.example\r\n\r\n", 400)


@proves("HTT-08")
def test_a_header_line_has_no_nul_no_bare_cr_and_no_bare_lf(server):
    for value in (b"a\0b", b"a\0", b"\0", b"a\rb", b"\rX-B: 1", b"a\x01", b"a\x7f"):
        assert_refused_early(server, GET + HOST + b"X-A: " + value + b"\r\nX-B: 2\r\n\r\n", 400)
        assert_refused_early(server, GET + HOST + b"X-A: " + value + b"\r\n\r\n", 400)
    assert_refused_early(server, GET + b"Host: localhost\n\r\n", 400)
    assert_refused_early(server, GET + b"Host: localhost\0.evil.example\r\n\r\n", 400)
    assert_refused(server, GET + HOST + b"X\0A: 1\r\n\r\n", 400)
    nul = b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n"
    if LIBRARY_IS_1: # which closes the connection
        assert server.raw(nul) == b""
    else:
        assert_explained(server, nul, 400)


# -- the target ------------------------------------------------------------------------------------


@proves("HTT-09")
def test_a_parameter_with_a_nul_or_a_bad_escape_is_refused(server):
    for form in (b"grant_type=%00", b"grant_type=a%00b", b"grant_type=%zz", b"grant_type=%",
                 b"grant_type=%a", b"%00=a", b"grant_type=%c3%28"):
        request = POST + HOST + LAST + FORM + b"Content-Length: %d\r\n\r\n" % len(form) + form
        status, _, body = ask(server, request)
        assert (status, json.loads(body)["error"]) == (400, "invalid_request"), form


@proves("HTT-10")
def test_a_path_is_compared_as_sent_and_leads_to_no_file(server):
    for path in ("/a/..%2f..%2fetc/passwd", "/../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd",
                 "/.well-known/../oauth/v2/token", "/oauth/v2/%2e%2e/v2/token",
                 "//.well-known/openid-configuration", "/%2ewell-known/openid-configuration%00",
                 "/oauth/v2/token%00", "/oauth/v2/token/", "/oauth/v2/token%3fa=b"):
        status, _, body = ask(server, b"GET " + path.encode() + b" HTTP/1.1\r\n" + HOST + LAST +
                              b"\r\n")
        assert status == 404, path
        assert b"root:" not in body
    for target in (b"/\xc3\xa9", b"/\x01", b"/a#b"):
        assert_explained(server, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n", 400)
    assert_refused_early(server, b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", 400)


@proves("HTT-12")
def test_methods_know_case_and_versions_are_told_apart(server):
    path = DISCOVERY.encode()
    lower = b"get " + path + b" HTTP/1.1\r\n" + HOST + LAST + b"\r\n"
    assert ask(server, lower)[0] == 405
    assert ask(server, b"GET " + path + b" HTTP/1.7\r\n" + HOST + LAST + b"\r\n")[0] == 200
    assert_refused(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)
    assert ask(server, b"OPTIONS * HTTP/1.1\r\n" + HOST + LAST + b"\r\n")[0] == 204


# -- sizes -----------------------------------------------------------------------------------------


@proves("HTT-13")
def test_sizes_are_served_up_to_their_limit(server):
    def get(query, header):
        return (b"GET " + DISCOVERY.encode() + b"?" + query + b" HTTP/1.1\r\n" + HOST + LAST +
                b"X-A: " + header + b"\r\n\r\n")
    assert ask(server, get(b"a" * 8192, b""))[0] == 200
    assert ask(server, get(b"&" * 8192, b""))[0] == 200
    assert ask(server, get(b"a" * 8192, b"b" * 30000))[0] == 200
    for size in (16384, 40000, 100000):
        assert_refused(server, get(b"a" * size, b""), 414)
    for size in (32768, 40960, 100000):
        assert_refused(server, get(b"", b"b" * size), 431)
    assert_explained(server, GET + HOST + b"X-A: 1\r\n" * 100 + b"\r\n", 431)


@proves("HTT-13")
def test_a_body_beyond_64_kib_is_refused_before_it_is_read(server):
    assert_explained(server, POST + HOST + FORM + b"Content-Length: 65537\r\n\r\n", 413)
    assert_explained(server, POST + HOST + FORM +
                     b"Transfer-Encoding: chunked\r\n\r\n10001\r\n" + b"x" * 65537 +
                     b"\r\n0\r\n\r\n", 413)
    request = POST + HOST + LAST + FORM + b"Content-Length: 65536\r\n\r\n" + b"x" * 65536
    assert ask(server, request)[0] == 400  # read, and no form of ours


# -- time ------------------------------------------------------------------------------------------


@proves("HTT-15")
def test_a_thousand_idle_connections_do_not_stop_a_new_one(server):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(1000)]
    try:
        assert server.get(DISCOVERY).status_code == 200
    finally:
        for connection in idle:
            connection.close()
    assert server.get(DISCOVERY).status_code == 200


@proves("HTT-15")
def test_a_server_short_of_files_recovers_when_connections_end():
    process = subprocess.Popen(
        [PROGRAM, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKESHIFT_")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    try:
        port = json.loads(process.stdout.readline())["port"]
        crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
        descriptors = pathlib.Path(f"/proc/{process.pid}/fd")
        assert len(os.listdir(descriptors)) < 64
        for connection in crowd:
            connection.close()
        with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
            connection.sendall(WHOLE)
            assert status_of(read_answers(connection)) == 200
    finally:
        process.terminate()
        _, log = process.communicate(timeout=15)
    assert process.returncode == 0, log


@proves("HTT-15")
def test_a_connection_on_which_nothing_is_asked_is_closed_in_its_time(start):
    server = start("--idle-timeout", "1")
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        connection.sendall(WHOLE)
        assert status_of(read_answers(connection)) == 200
        begin = time.monotonic()
        assert connection.recv(1) == b""
        assert 0.5 < time.monotonic() - begin < 8


# -- connections -----------------------------------------------------------------------------------


@proves("HTT-16")
def test_head_says_what_get_would_and_405_what_is_allowed(server):
    get, head = server.get(DISCOVERY), server.request("HEAD", DISCOVERY)
    assert head.status_code == 200 and head.content == b""
    for answer in (get, head):
        answer.headers.pop("Date")
        answer.headers.pop("X-Request-Id")
    assert dict(head.headers) == dict(get.headers)
    assert int(head.headers["Content-Length"]) == len(get.content)
    for method, path in (("DELETE", DISCOVERY), ("GET", TOKEN), ("PUT", USERINFO)):
        answer = server.request(method, path)
        assert answer.status_code == 405
        assert method not in answer.headers["Allow"].split(", ")
        assert "OPTIONS" in answer.headers["Allow"].split(", ")


@proves("HTT-17")
def test_every_answer_forbids_sniffing_and_names_no_version(server):
    answers = [server.get(path) for path in (DISCOVERY, TOKEN, USERINFO, "/", "/nowhere")]
    answers.append(server.get(DISCOVERY, headers={"Host": "evil.example"}))
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not any(c.isdigit() for c in answer.headers.get("Server", ""))
        assert "X-Powered-By" not in answer.headers


@proves("HTT-18")
def test_pipelined_requests_are_answered_in_order(server):
    form = b"grant_type=none"
    data = (WHOLE + POST + HOST + FORM + b"Content-Length: %d\r\n\r\n" % len(form) + form +
            b"GET /nowhere HTTP/1.1\r\n" + HOST + b"\r\n" + WHOLE)
    answers = server.raw(data, answers=4)
    statuses = [status_of(b"HTTP/1.1 " + part) for part in answers.split(b"HTTP/1.1 ")[1:]]
    # an error in the content leaves the connection in step
    assert statuses == [200, 400, 404, 200]


@proves("HTT-18")
def test_nothing_behind_a_refused_request_is_answered(server):
    answers = server.raw(WHOLE + POST + HOST + HOST + b"Content-Length: 200\r\n\r\n" + WHOLE * 2,
                         answers=4)
    statuses = [status_of(b"HTTP/1.1 " + part) for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 400]


@proves("HTT-19")
def test_a_client_that_expects_100_continue_is_told_to_go_on(server):
    form = b"grant_type=none"
    head = POST + HOST + LAST + FORM + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        connection.sendall(head % len(form))
        assert read_answers(connection) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(form)
        assert status_of(read_answers(connection)) == 400
    # who is refused by the head alone is not asked for the rest
    assert_explained(server, head % 70000, 413)


def begin_to_redeem(server, connection):
    """Sends a token request up to its body, which the server has then agreed to read."""
    code = authorize(server)["code"]
    form = urllib.parse.urlencode({
        "grant_type": "authorization_code", **client_form("demo-web"), "code": code,
        "redirect_uri": CLIENTS["demo-web"][1]}).encode()
    connection.sendall(POST + HOST + FORM + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                       % len(form))
    assert read_answers(connection) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return form


@proves("HTT-20")
def test_a_request_in_flight_is_answered_whole_after_sigterm(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        form = begin_to_redeem(server, connection)
        server.process.send_signal(signal.SIGTERM)
        server.wait_log("finishing what is in flight")
        connection.sendall(form)
        status, headers, body = parse_answer(read_answers(connection))
    assert (status, headers["Connection"]) == (200, "close")
    tokens = json.loads(body)
    server.secret(*(value for value in tokens.values() if isinstance(value, str)
                    and value not in ("Bearer", tokens["scope"])))
    assert server.exit_code() == 0


@proves("HTT-20")
def test_a_request_that_does_not_end_is_given_the_time_there_is(start):
    server = start("--stop-timeout", "2")
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        begin_to_redeem(server, connection)
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.exit_code() == 0
        assert 1.5 < time.monotonic() - begin < 6
        assert read_answers(connection) == b""


def listening_addresses(server):
    """As /proc has them, of the sockets that listen on the server's port."""
    listening = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in pathlib.Path(table).read_text(encoding="ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, port = local.split(":")
            if state == "0A" and int(port, 16) == server.port:
                listening.add(address)
    return listening


@proves("HTT-21", "ADM-14")
def test_it_listens_on_loopback_alone_unless_told_otherwise(server, start):
    assert listening_addresses(server) == {"0100007F", "00000000000000000000000001000000"}
    server.wait_log("serving, for tests only")
    assert "reached from beyond this machine" not in server.log()
    wide = start("--host", "0.0.0.0")
    assert listening_addresses(wide) == {"00000000"}
    wide.wait_log("serving, for tests only")
    wide.wait_log("0.0.0.0 is reached from beyond this machine: anybody there can sign in as anybody")
