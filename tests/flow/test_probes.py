"""Raw HTTP probes: a table of what goes over the wire and the answers it must get, which are all that come before
the server closes the connection, or the client, when it has what it waits for."""

import re
import select
import socket
import time

import pytest

from support import DISCOVERY, LIBRARY_IS_1, TOKEN, proves, read_answers

HOST = b"Host: localhost\r\n"
GET = b"GET " + DISCOVERY.encode() + b" HTTP/1.1\r\n"
POST = b"POST " + TOKEN.encode() + b" HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n" + HOST
GOOD = GET + HOST + b"\r\n"
FORM = b"grant_type=none"
LENGTH = b"Content-Length: %d\r\n" % len(FORM)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"\r\n%x\r\n" % len(FORM) + FORM + b"\r\n0\r\n\r\n"
PATH = DISCOVERY.encode()
UNKNOWN_CODING = [400 if LIBRARY_IS_1 else 501]

# What is sent, and the statuses that must come back. Where GOOD follows a refused request it is what an attacker
# smuggles: no answer to it may come.
PROBES = {
    "one host": (GOOD, [200]),
    "no host": (GET + b"\r\n" + GOOD, [400]),
    "two hosts": (GET + HOST + HOST + b"\r\n" + GOOD, [400]),
    "two hosts that differ": (GET + HOST + b"Host: evil.example\r\n\r\n" + GOOD, [400]),
    "a foreign host": (GET + b"Host: evil.example\r\n\r\n" + GOOD, [421]),
    "a length": (POST + LENGTH + b"\r\n" + FORM, [400]),
    "two lengths that differ": (POST + LENGTH + b"Content-Length: 0\r\n\r\n" + FORM + GOOD, [400]),
    "two lengths that are the same": (POST + LENGTH + LENGTH + b"\r\n" + FORM + GOOD, [400]),
    "a length and chunks": (POST + LENGTH + CHUNKED + CHUNKS + GOOD, [400]),
    "chunks and a length": (POST + CHUNKED + LENGTH + CHUNKS + GOOD, [400]),
    "chunks": (POST + CHUNKED + CHUNKS + GOOD, [400, 200]),
    "an unknown coding": (POST + b"Transfer-Encoding: gzip\r\n\r\n" + FORM + GOOD, UNKNOWN_CODING),
    "an unknown coding beside chunked": (POST + b"Transfer-Encoding: gzip, chunked\r\n" + CHUNKS + GOOD, UNKNOWN_CODING),
    "a coding in HTTP/1.0": (POST.replace(b"HTTP/1.1", b"HTTP/1.0") + CHUNKED + CHUNKS + GOOD, [400]),
    "a space before the colon": (GET + HOST + b"X-A : 1\r\n\r\n" + GOOD, [400]),
    "a space before the colon of a length": (POST + b"Content-Length : 15\r\n\r\n" + FORM + GOOD, [400]),
    "a name that is no token": (GET + HOST + b"X(A): 1\r\n\r\n" + GOOD, [400]),
    "a folded line": (GET + HOST + b"X-A: 1\r\n 2\r\n\r\n" + GOOD, [400]),
    "a NUL in a value": (GET + HOST + b"X-A: a\0b\r\n\r\n" + GOOD, [400]),
    "a bare CR in a value": (GET + HOST + b"X-A: a\rb\r\n\r\n" + GOOD, [400]),
    "a bare LF in a value": (GET + HOST + b"X-A: a\nX-B: b\r\n\r\n" + GOOD, [400]),
    "%00 in the path": (b"GET " + PATH + b"%00 HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [404, 200]),
    "%00 in the query": (b"GET /oauth/v2/authorize?client_id=a%00b HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [400, 200]),
    "%00 in a form": (POST + b"Content-Length: 17\r\n\r\ngrant_type=a%00bc" + GOOD, [400, 200]),
    "traversal": (b"GET /../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [404, 200]),
    "traversal, encoded": (b"GET /..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [404, 200]),
    "traversal to a route": (b"GET /x/..%2f" + PATH[1:] + b" HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [404, 200]),
    "absolute form": (b"GET http://localhost" + PATH + b" HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [200, 200]),
    "absolute form of a foreign host": (b"GET http://evil.example" + PATH + b" HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD,
                                        [421]),
    "authority form": (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [400]),
    "40 KiB of headers": (GET + HOST + b"X-A: " + b"a" * 40960 + b"\r\n\r\n" + GOOD, [431]),
    "500 headers": (GET + HOST + b"X-A: 1\r\n" * 500 + b"\r\n" + GOOD, [431]),
    "a target of 20 KiB": (b"GET /" + b"a" * 20480 + b" HTTP/1.1\r\n" + HOST + b"\r\n" + GOOD, [414]),
    "a body of 100 KiB": (POST + b"Content-Length: 102400\r\n\r\n" + b"a" * 102400 + GOOD, [413]),
    "requests behind one another": (GOOD * 5, [200] * 5),
    "requests behind an error in the content": (POST + LENGTH + b"\r\n" + FORM + GOOD * 2, [400, 200, 200]),
    "requests behind a path that is not there": (GET.replace(PATH, b"/x") + HOST + b"\r\n" + GOOD * 2, [404, 200, 200]),
    "requests behind an error in the framing": (GET + HOST + HOST + b"\r\n" + GOOD * 2, [400]),
    "an expectation": (POST + LENGTH + b"Expect: 100-continue\r\n\r\n" + FORM, [400]),
    "an expectation of who is refused": (POST + b"Content-Length: 99999\r\nExpect: 100-continue\r\n\r\n", [413]),
    "another expectation": (POST + LENGTH + b"Expect: 200-maybe\r\n\r\n" + FORM + GOOD, [400, 200]),
    "HTTP/2's preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]),
    "a method in small letters": (GET.replace(b"GET", b"get") + HOST + b"\r\n" + GOOD, [405, 200]),
}

# The head that comes at once, and how long, in seconds, the server bears a byte now and then behind it.
SLOW = {
    "a slow line": (b"GE", 2),
    "a slow header": (GET + HOST + b"X-A: ", 2),
    "a slow body": (POST + b"Content-Length: 60000\r\n\r\na=", 5),
}


def statuses(data):
    found = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]
    return [status for status in found if status != 100]


@pytest.mark.parametrize("name", PROBES)
@proves("HTT-01", "HTT-03", "HTT-04", "HTT-05", "HTT-06", "HTT-08", "HTT-18")
def test_a_probe_gets_the_answers_of_its_row_and_no_others(server, name):
    sent, expected = PROBES[name]
    # The last request asks for the end, so that what comes is all there is.
    last = b"GET /last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        connection.sendall(sent + last)
        got = statuses(read_answers(connection, answers=20))
    framed = got[-1] == 404 and len(got) == len(expected) + 1
    assert (got[:-1] if framed else got) == expected
    assert server.get(DISCOVERY).status_code == 200


@proves("HTT-14")
def test_whoever_sends_a_byte_now_and_then_is_borne_for_as_long_as_its_row_says(start):
    server = start("--header-timeout", "2", "--body-timeout", "5")
    lines = {}
    for name, (head, _) in SLOW.items():
        lines[name] = socket.create_connection(("127.0.0.1", server.port))
        lines[name].sendall(head)
    begin, ended = time.monotonic(), {}
    while len(ended) < len(SLOW) and time.monotonic() - begin < 45:
        open_ones = [line for name, line in lines.items() if name not in ended]
        closed = select.select(open_ones, [], [], 0.2)[0]
        for name, line in lines.items():
            if line in closed:
                ended.setdefault(name, time.monotonic() - begin)
            elif name not in ended:
                line.send(b"a")
    for name, (_, seconds) in SLOW.items():
        lines[name].close()
        assert seconds - 0.5 < ended[name] < seconds + 6, (name, ended)
