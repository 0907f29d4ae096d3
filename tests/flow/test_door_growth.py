"""What the door makes and takes away again leaves nothing behind: rounds of its calls, with large bodies so that it shows soon."""

import itertools
import json
import os

from support import AUTHORIZE
from test_door_storm import DOOR, UNCACHED, Caller, resident

ROUNDS = int(os.environ.get("GROWTH_ROUNDS", "40"))  # 700 are 100,000 calls
WARM = 20
ROOM = 512 << 10
WINDOWS = 4
LARGE = "x" * 16_000
TEXT = "x" * 900  # where texts are short


class Steering:
    """One connection; each call has to succeed."""

    def __init__(self, server):
        self.caller, self.count = Caller(server), 0

    def __call__(self, method, path, body=None, door=DOOR):
        self.count += 1
        headers = {} if body is None else {"Content-Type": "application/json"}
        status, text = self.caller.call(door, (method, "/" + path, headers, None if body is None else json.dumps(body)))
        assert status in (200, 201, 204, 302), (method, path, status, text[:300])
        return json.loads(text) if text[:1] == b"{" else None


def listed_things(tell):
    """Latches, faults, sign-ins: made, read, deleted."""
    latch = tell("POST", "latches", {"match": {"endpoint": "token", "path": LARGE[:1000]}})["id"]
    tell("POST", f"latches/{latch}/release", {"all": True, "do": {"status": 503, "body": LARGE}})
    tell("DELETE", f"latches/{latch}")
    fault = tell("POST", "faults", {"match": {"endpoint": "mcp"}, "do": {"status": 503, "body": LARGE}})["id"]
    tell("GET", "faults")
    tell("DELETE", f"faults/{fault}")
    sign_in = tell("POST", "sign-ins", {"decision": "deny", "match": {"parameters": {"login_hint": TEXT}}})["id"]
    tell("GET", f"sign-ins/{sign_in}")
    tell("DELETE", f"sign-ins/{sign_in}")


def records(tell):
    """Users, clients, sessions, tokens: put, changed, taken away."""
    tell("PUT", "users/u9", {"sub": "u9", "email": "u9@example.com", "password": "x", "claims": {"more": LARGE}})
    tell("PATCH", "users/u9", {"claims": {"other": LARGE}})
    tell("DELETE", "users/u9")
    tell("PUT", "clients/c9", {"client_id": "c9", "client_secret": "x" * 40, "redirect_uris": ["http://localhost:1/cb"],
                               "scope": "openid"})
    tell("DELETE", "clients/c9")
    tell("POST", "sessions", {"user": "1001"})
    tell("POST", "tokens", {"claims": {"more": LARGE}})
    tell("POST", "expirations", {"all": True})
    tell("POST", "revocations", {"all": True})


def the_tenant(tell):
    """Clock, keys, JWKS, snapshots: as they were, in the end."""
    tell("POST", "clock", {"advance": "1m"})
    tell("PUT", "jwks", {"serve": "stale"})
    tell("PUT", "jwks", {"serve": "live"})
    tell("DELETE", "keys/" + tell("POST", "keys")["kid"])
    tell("POST", "keys/rotate")
    tell("POST", "snapshots", {"name": "s"})
    tell("POST", "snapshots/s/restore")
    tell("DELETE", "snapshots/s")
    tell("POST", "reset")


def other_tenants(tell, number):
    """One that stays and is called otherwise each time, and those that come and go."""
    for port in range(1000, 1100):
        tell("PATCH", "tenants/stays", {"issuer": f"http://{LARGE[:150]}{number}.example:{port}"})
    for more in ({}, {"fork_of": "default"}, {"fixture": {"extends": "default"}}):
        tell("POST", "tenants", {"name": "goes", **more})
        tell("GET", "clock", door="/t/goes" + DOOR)
        tell("DELETE", "tenants/goes")


def reads(tell):
    for path in ("health", "openapi.json", "journal?limit=10", "faults/catalogue", "audit"):
        tell("GET", path)
    tell("POST", "journal/verify", {"match": {"endpoint": "mcp"}, "times": {"exactly": 0}})


def play(tell, numbers, rounds):
    for number in itertools.islice(numbers, rounds):
        listed_things(tell)
        records(tell)
        other_tenants(tell, number)
        reads(tell)
        tell("GET", AUTHORIZE[1:] + "?client_id=demo-web&redirect_uri=http://localhost:3000/cb&response_type=code", door="")
        the_tenant(tell)


def test_what_the_door_makes_and_takes_away_leaves_nothing_behind(start):
    server = start("--journal", "100", "--log-level", "error", env=UNCACHED)
    tell, numbers = Steering(server), itertools.count()
    tell("POST", "tenants", {"name": "stays"})
    play(tell, numbers, WARM)
    warm, grown = resident(server), ROOM
    for _ in range(WINDOWS):  # what leaks grows in each; an allocator, a sanitizer's most of all, has its own time to settle
        if grown >= ROOM:
            play(tell, numbers, ROUNDS)
            warm, grown = resident(server), resident(server) - warm
    assert tell.count > 140 * ROUNDS and grown < ROOM, f"{grown} bytes more after {tell.count} calls"
