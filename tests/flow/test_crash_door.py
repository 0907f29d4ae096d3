"""kill -9 amid calls of the control door: what it answered stands, and what it did not is there whole, or not at all."""

import os
import random
import threading

import requests

from test_crash import SEED
from test_door import DOOR, tell

KILLS = int(os.environ.get("CRASH_KILLS", 3))


class Things:
    """What one worker makes and deletes by the door, as numbers, and what it knows to be there."""

    def __init__(self, server, below, put, drop, read):
        self.server, self.below, self.put, self.drop, self.read = server, below, put, drop, read
        self.there, self.pending, self.answers = set(), None, 0
        self.ids = {}

    def door(self, method, resource, body=None):
        return requests.request(method, self.server.base + self.below + DOOR + resource, json=body, timeout=30)

    def live(self, chance, first):
        for number in range(first, first + 100000):
            is_put = len(self.there) < 3 or chance.random() < 0.5
            number = number if is_put else chance.choice(sorted(self.there))
            self.pending = (is_put, number)
            try:
                answer = (self.put if is_put else self.drop)(self, number)
            except requests.RequestException:
                return
            assert answer.status_code < 300, answer.text
            self.there = self.with_pending()
            self.pending = None
            self.answers += 1

    def with_pending(self):
        is_put, number = self.pending
        return self.there | {number} if is_put else self.there - {number}

    def judge(self):
        found = self.read(self)
        assert found == self.there or (self.pending and found == self.with_pending()), (found, self.there, self.pending)
        self.there, self.pending = found, None


def items(things, resource):
    return things.door("GET", resource).json()["items"]


def put_fault(things, number):
    return things.door("POST", "faults", {"match": {"path": f"/{number}"}, "do": {"status": 500}})


def drop_fault(things, number):
    [one] = [fault["id"] for fault in items(things, "faults") if fault["match"]["path"] == f"/{number}"]
    return things.door("DELETE", f"faults/{one}")


FAULTS = (put_fault, drop_fault, lambda things: {int(fault["match"]["path"][1:]) for fault in items(things, "faults")})
USERS = (lambda things, number: things.door("PUT", f"users/u{number}", {"name": f"{number}"}),
         lambda things, number: things.door("DELETE", f"users/u{number}"),
         lambda things: {int(user["sub"][1:]) for user in items(things, "users") if user["sub"].startswith("u")})
TENANTS = (lambda things, number: things.door("POST", "tenants", {"name": f"n{number}"}),
           lambda things, number: things.door("DELETE", f"tenants/n{number}"),
           lambda things: {int(tenant["name"][1:]) for tenant in items(things, "tenants") if tenant["name"].startswith("n")})


def test_killed_amid_calls_of_the_door_it_keeps_what_it_answered(start):
    print(f"CRASH_SEED={SEED}")
    chance = random.Random(SEED)
    server = start("--threads", 2, db=True)
    tell(server, "POST", "tenants", {"name": "a"})
    workers = [Things(server, below, *row) for below, row in (("", FAULTS), ("/t/a", FAULTS), ("", USERS), ("/t/a", USERS), ("", TENANTS))]
    for kill in range(KILLS):
        threads = [threading.Thread(target=one.live, args=(random.Random(chance.random()), 100000 * kill)) for one in workers]
        for thread in threads:
            thread.start()
        threading.Event().wait(0.1 + 0.2 * chance.random())  # so that it falls anywhere
        server.kill9()
        for thread in threads:
            thread.join()
        server.restart()
        for one in workers:
            one.judge()
        for number in workers[-1].there:  # each is a tenant, and no half of one
            assert server.get(f"/t/n{number}/.well-known/openid-configuration").status_code == 200
    assert sum(one.answers for one in workers) > 10 * KILLS
