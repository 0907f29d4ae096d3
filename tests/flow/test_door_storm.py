"""Ten thousand malformed calls of the control door, over a few connections that stay: nothing moves, and nothing is left behind."""

import concurrent.futures
import http.client
import json
import random

from support import proves, sign_in
from test_openapi import DOCUMENT, DOOR, alternatives, around, bodies, operations, places, wrong_for

CALLS = 10_000
THREADS = 4
# What the allocator, and a sanitizer's quarantine, hold once they are warm is no growth.
ROOM = 4 << 20
UNCACHED = {"ASAN_OPTIONS": "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}  # nothing, without that sanitizer

BROKEN = [b"", b"{", b"[" * 3000, b"\xff\xfe", b'{"a":1,"a":2}', b"null x", b'"', b"{" + b'"x":{' * 40 + b"}" * 41, b"1e999",
          b'{"advance":' + b"9" * 400 + b"}", b'{"\\ud800":1}', b'{"a":"\\u0000"}', b"\x00"]
WORDS = ["clock", "tenants", "faults", "..", "%2e%2e", "%00", "%ff", "%zz", "-1", "99999999999999999999", "x" * 300, "{id}", "", "*"]


def wrong_bodies(document):
    """Of each operation the bodies that its schema refuses, and where."""
    for method, path, schema, _ in bodies(document):
        rows = [((), schema)] + [(place, child) for place, child, _ in places(schema)]
        for place, child in rows:
            for value in wrong_for(child) if place else ([], "x", 7, True):
                if value or place:
                    yield method, path, json.dumps(around(place, value)).encode()
            if any(one.get("additionalProperties") is False for one in alternatives(child)):
                yield method, path, json.dumps(around(place, {"no-such-member": 1})).encode()


def malformed(document):
    """(method, path, headers, body) without end: none of them may be taken for a call that changes something."""
    choose = random.Random(1)
    typed = list(wrong_bodies(document))
    taking = [(method, path) for method, path, operation in operations(document) if "requestBody" in operation]
    needing = [(method, path) for method, path, operation in operations(document) if operation.get("requestBody", {}).get("required")]
    kind = {"Content-Type": "application/json"}
    while True:
        yield (*choose.choice(typed)[:2], kind, choose.choice(BROKEN[1:]))
        method, path, body = choose.choice(typed)
        yield method, path, kind, body
        yield (*choose.choice(needing), {}, b"")
        yield (*choose.choice(taking), {"Content-Type": choose.choice(["text/plain", "application/x-www-form-urlencoded"])}, b"a=b")
        yield (*choose.choice(taking), {**kind, "Origin": "https://evil.example"}, b"{}")
        yield (*choose.choice(taking), {**kind, "Host": "evil.example"}, b"{}")
        yield choose.choice(["POST", "PUT", "PATCH", "DELETE"]), "/no-such-thing/" + choose.choice(WORDS), kind, b"{}"
        yield "GET", "/" + choose.choice(["journal", "clock", "tenants"]) + "?no-such=" + choose.choice(WORDS), {}, b""
        yield choose.choice(["OPTIONS", "TRACE", "LOCK"]), "/clock", kind, b'{"advance":"1h"}'


def state(server, document):
    """All that can be read without an argument; the time aside, which a fixed clock has not."""
    return {path: server.get(DOOR + path).text for path, methods in document["paths"].items() if "get" in methods and "{" not in path}


def resident(server):
    with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS"))


class Caller:
    """One connection; a refusal of the gate ends it, and it is opened again."""

    def __init__(self, server):
        self.port = server.port
        self.connection = http.client.HTTPConnection("localhost", self.port, timeout=60)

    def call(self, door, row):
        method, path, headers, body = row
        self.connection.request(method, door + path.replace("\x00", ""), body=body, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.getheader("Connection") == "close":
            self.connection.close()
        return answer.status, text


def storm(server, document, calls, seen):
    rows = malformed(document)
    batch = [next(rows) for _ in range(calls)]

    def work(share):
        caller = Caller(server)
        for number, row in enumerate(batch[share::THREADS]):
            door = DOOR if number % 2 == 0 else "/t/mine" + DOOR
            status, text = caller.call(door, row)
            assert 400 <= status < 500, (row, status, text)
            seen.add(status)

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


@proves("ADM-02")
def test_ten_thousand_malformed_calls_change_nothing_and_leave_nothing_behind(start):
    server = start("--clock", "2026-01-01T00:00:00Z", "--journal", "100", "--log-level", "error", env=UNCACHED)
    assert server.request("POST", DOOR + "/tenants", json={"name": "mine"}).status_code == 201
    sign_in(server)
    document = server.get(DOCUMENT).json()
    before, seen = state(server, document), set()
    storm(server, document, CALLS // 2, seen)
    warm = resident(server)
    storm(server, document, CALLS // 2, seen)
    grown = resident(server) - warm
    assert state(server, document) == before
    assert {400, 403, 404, 405, 421, 422} <= seen
    assert grown < ROOM, f"{grown} bytes more"


