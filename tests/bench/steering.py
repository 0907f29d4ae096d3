#!/usr/bin/python3
"""What tenants and the control door cost, as rows of the table that scripts/bench prints.

  steering.py FOLDER [MEASUREMENT...]

FOLDER has the release's makeshift and bench_loaded. Times are medians over HTTP on one connection, with the processor
time that the server took for it beside them, which says more on a busy machine."""

import itertools
import json
import os
import resource
import statistics
import sys
import time

import wire

TENANTS = 100
TOKENS = 10_000
HELD = 1_000
IDLE = 200
DOOR_CALLS = 100_000
CLIENTS = 10_000
METADATA = "/.well-known/openid-configuration"
DOOR = "/_makeshift"


def row(what, ours, beside, ratio, measured, target, unit=""):
    """`measured` is at most `target`, or the row says so."""
    verdict = "" if target is None else f"{target}{unit}: {'reached' if measured <= target else 'missed'}"
    print(f"| {what} | {ours} | {beside} | {ratio} | {verdict} |", flush=True)


class Timing:
    """What a call of `action` takes: the median in milliseconds, and the server's share of a processor."""

    def __init__(self, server, times, action, prepare=lambda: None):
        taken, cpu = [], 0.0
        for _ in range(times):
            prepare()
            before, begun = server.cpu(), time.perf_counter()
            action()
            taken.append(time.perf_counter() - begun)
            cpu += server.cpu() - before
        self.median = statistics.median(taken) * 1e3
        self.cpu = cpu / times * 1e3


def timing_row(what, timing, target):
    row(what, f"{timing.median:.2f} ms", f"{timing.cpu:.2f} ms of processor time", "", timing.median, target, " ms")


def makes(connection, names):
    return lambda: connection.call("POST", f"{DOOR}/tenants", {"name": next(names)})


def names_of(prefix):
    return (f"{prefix}-{number}" for number in itertools.count())


def ask_metadata(connection, name):
    status, _, _ = connection.ask(wire.request("GET", f"/t/{name}{METADATA}"))
    assert status == 200, name


def tenants(folder):
    with wire.Server(f"{folder}/makeshift") as server:
        connection = server.connect()
        makes(connection, names_of("first"))()
        timing_row("a new tenant", Timing(server, TENANTS, makes(connection, names_of("one"))), 1)
        names = names_of("many")

        def hundred():
            for name in itertools.islice(names, TENANTS):
                connection.call("POST", f"{DOOR}/tenants", {"name": name})
                ask_metadata(connection, name)

        timing_row(f"{TENANTS} tenants made and answering",
                   Timing(server, 5, hundred, lambda: connection.call("DELETE", f"{DOOR}/tenants")), 150)
        makes(connection, iter(["used"]))()
        timing_row("reset, after a flow",
                   Timing(server, 50, lambda: connection.call("POST", f"/t/used{DOOR}/reset"),
                          lambda: wire.flow(connection, "/t/used")), 1)


def copies(folder):
    os.environ["BENCH_TOKENS"] = str(TOKENS)
    with wire.Server(f"{folder}/bench_loaded", "--fixtures", "tests/bench/fixture.json") as server:
        connection = server.connect()
        names = names_of("fork")
        timing_row(f"fork of a tenant with {TOKENS:,} tokens", Timing(
            server, 30, lambda: connection.call("POST", f"{DOOR}/tenants", {"name": next(names), "fork_of": "default"}),
            lambda: connection.call("DELETE", f"{DOOR}/tenants")), 10)
        connection.call("POST", f"{DOOR}/snapshots", {"name": "kept"})
        timing_row(f"restore of a tenant with {TOKENS:,} tokens",
                   Timing(server, 30, lambda: connection.call("POST", f"{DOOR}/snapshots/kept/restore")), 10)


def p99(connection, requests=3000):
    """Milliseconds of the slowest hundredth of those that nobody holds."""
    text = wire.request("GET", METADATA)
    taken = []
    for _ in range(requests):
        begun = time.perf_counter()
        connection.ask(text)
        taken.append(time.perf_counter() - begun)
    return statistics.quantiles(taken, n=100)[-1] * 1e3


class Held:
    """So many requests that a latch of the tenant `held` holds."""

    def __init__(self, server, control):
        self.control = control
        self.door = f"/t/held{DOOR}/latches"
        latch = control.call("POST", self.door, {"match": {"endpoint": "authorize"}, "timeout": "5m"})
        self.latch = f"{self.door}/{latch['id']}"
        self.connections = [server.connect() for _ in range(HELD)]
        for connection in self.connections:
            connection.send(wire.authorization("/t/held"))
        control.call("GET", f"{self.latch}?held={HELD}&wait=60s")

    def release(self):
        self.control.call("POST", f"{self.latch}/release", {"all": True})
        for connection in self.connections:
            assert connection.read()[0] == 302
            connection.close()
        self.control.call("DELETE", self.latch)


def held(folder):
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with wire.Server(f"{folder}/makeshift") as server:
        control, other = server.connect(), server.connect()
        control.call("POST", f"{DOOR}/tenants", {"name": "held"})
        without, during, resident = [], [], 0
        for _ in range(4):
            without.append(p99(other))
            waiting = Held(server, control)
            during.append(p99(other))
            resident = max(resident, server.resident() / 1024)
            waiting.release()
        row(f"memory with {HELD:,} requests held", f"{resident:.1f} MiB", "", "", resident, 64, " MiB")
        calm, busy = statistics.median(without), statistics.median(during)
        row(f"p99 of others while {HELD:,} are held", f"{busy:.3f} ms",
            f"with none: {calm:.3f} ms, from {min(without):.3f} to {max(without):.3f}", f"{busy / calm:.2f}", busy,
            round(max(without), 3), " ms, what it is without at the most")


def memory(folder):
    with wire.Server(f"{folder}/makeshift") as server:
        connection = server.connect()
        warm = list(itertools.islice(names_of("warm"), 20))
        names = list(itertools.islice(names_of("idle"), IDLE))

        def each(list_, action):
            before = server.resident()
            for name in list_:
                action(name)
            return (server.resident() - before) / len(list_)

        def make(name):
            connection.call("POST", f"{DOOR}/tenants", {"name": name})
            ask_metadata(connection, name)

        def sign_in(name):
            wire.flow(connection, f"/t/{name}")

        each(warm, make)
        each(warm, sign_in)
        idle = each(names, make)
        used = idle + each(names, sign_in)
        row("an idle tenant, asked for its metadata", f"{idle:.0f} KiB", "", "", idle, 256, " KiB")
        row("a tenant after one flow", f"{used:.0f} KiB", "", "", used, 512, " KiB")


def door_round(connection):
    """Ten calls: what is made is deleted again."""
    for path, body in (("faults", {"fault": "refresh_fails_twice"}), ("latches", {"match": {"endpoint": "revoke"}}),
                       ("sign-ins", {"decision": "deny"})):
        made = connection.call("POST", f"{DOOR}/{path}", body)
        connection.call("DELETE", f"{DOOR}/{path}/{made['id']}")
    connection.call("POST", f"{DOOR}/clock", {"advance": "1s"})
    connection.call("GET", f"{DOOR}/journal?limit=10")
    connection.call("POST", f"{DOOR}/journal/verify", {"match": {"endpoint": "token"}, "times": {"exactly": 0}})
    connection.call("GET", f"{DOOR}/faults")


def growth(folder):
    with wire.Server(f"{folder}/makeshift") as server:
        connection = server.connect()
        for _ in range(DOOR_CALLS // 50):
            door_round(connection)
        before = server.resident()
        for _ in range(DOOR_CALLS // 10):
            door_round(connection)
        grown = server.resident() - before
        row(f"growth by {DOOR_CALLS:,} calls of the door", f"{grown} KiB", f"from {before:,} KiB", "", grown, 256, " KiB")


def registration(number):
    return wire.request("POST", "/oauth/v2/register/mcp", json.dumps({
        "client_name": f"client {number}", "redirect_uris": [f"https://client-{number}.example.test/cb"],
        "token_endpoint_auth_method": "client_secret_post"}).encode())


def token_request(client, secret):
    return wire.form("/oauth/v2/token", {"grant_type": "authorization_code", "code": "none", "client_id": client,
                                         "client_secret": secret, "redirect_uri": wire.CALLBACK})


def register(server, connection, numbers):
    """Milliseconds of processor time for one, and the last one's answer."""
    before = server.cpu()
    for number in numbers:
        status, _, body = connection.ask(registration(number))
        assert status == 201, body
    return (server.cpu() - before) / len(numbers) * 1e3, json.loads(body)


def in_turn(connection, requests, times):
    """What each of the requests takes: the median in milliseconds."""
    taken = {name: [] for name in requests}
    for _ in range(times):
        for name, text in requests.items():
            begun = time.perf_counter()
            connection.ask(text)
            taken[name].append(time.perf_counter() - begun)
    return {name: statistics.median(list_) * 1e3 for name, list_ in taken.items()}


def clients(folder):
    with wire.Server(f"{folder}/makeshift") as server:
        connection = server.connect()
        first, _ = register(server, connection, range(1000))
        register(server, connection, range(1000, CLIENTS - 1000))
        last, known = register(server, connection, range(CLIENTS - 1000, CLIENTS))
        row(f"processor time of a registration, the last 1,000 of {CLIENTS:,}", f"{last:.3f} ms",
            f"the first 1,000: {first:.3f} ms", f"{last / first:.2f}", last / first, 1.2)
        cost = in_turn(connection, {
            "known": token_request(known["client_id"], known["client_secret"]),
            "unknown": token_request(known["client_id"][:-2] + "zz", known["client_secret"])}, 2000)
        ratio = cost["unknown"] / cost["known"]
        row(f"an unknown client among {CLIENTS:,}", f"{cost['unknown']:.3f} ms", f"a known one: {cost['known']:.3f} ms",
            f"{ratio:.2f}", ratio, 1.5)


MEASUREMENTS = (tenants, copies, held, memory, growth, clients)


def main():
    folder, wanted = sys.argv[1], sys.argv[2:]
    for measurement in MEASUREMENTS:
        if not wanted or measurement.__name__ in wanted:
            print(f"bench: {measurement.__name__}", file=sys.stderr)
            measurement(folder)


main()
