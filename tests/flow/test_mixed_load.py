"""Everything at once, from several connections: nothing is mixed up, nothing breaks. Run under the
thread sanitizer too, whose reports the server fixture looks for."""

import threading
import urllib.parse

import requests
from support import (AUTHORIZE, DISCOVERY, JWKS, TOKEN, WEB_SECRET, authorize, authorize_params, decode, fixture_with, proves,
                     redeem, refresh, revoke, sign_in, userinfo)

ROUNDS = 6
USERS = {"1001": "Olivia Owner", "1002": "Max Member", "1003": "Nadia Norights"}


def in_threads(*jobs):
    """Runs the jobs at the same time, from one starting line; raises what one of them raised."""
    problems, line = [], threading.Barrier(len(jobs))

    def work(job):
        try:
            line.wait(30)
            job()
        except Exception as problem:  # shown in the test's own thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def flow_of(server, sub):
    """A user's whole story, again and again; each answer must be about that user."""
    for _ in range(ROUNDS):
        tokens = sign_in(server, login_hint=sub, nonce=f"nonce-of-{sub}",
                         scope="openid profile offline_access user:read")
        claims = decode(server, tokens["id_token"], audience="demo-web")
        assert (claims["sub"], claims["nonce"]) == (sub, f"nonce-of-{sub}")
        assert userinfo(server, tokens["access_token"]).json()["name"] == USERS[sub]
        me = server.get("/api/v2/users/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        assert str(me.json()["authUser"]["id"]) == sub
        following = refresh(server, tokens["refresh_token"]).json()
        assert decode(server, following["id_token"], audience="demo-web")["sub"] == sub
        assert revoke(server, following["refresh_token"]).status_code == 200
        assert userinfo(server, following["access_token"]).status_code == 401


def pages_of(server):
    for _ in range(ROUNDS):
        page = server.browser()
        answer = page.get(AUTHORIZE, params=authorize_params("demo-custom-app"))
        assert answer.status_code in (302, 303), answer.text
        assert page.get(answer.headers["Location"]).status_code == 200


def reads_of(server):
    for _ in range(ROUNDS * 4):
        assert server.get(DISCOVERY).json()["issuer"] == server.issuer
        assert len(server.get(JWKS).json()["keys"]) >= 1
        assert server.get("/nowhere").status_code == 404


@proves("CON-07")
def test_users_at_the_same_time_are_not_mixed_up(start):
    paged = fixture_with(clients={"demo-custom-app": {"login": "page"}})
    server = start("--threads", 4, fixture=paged)
    in_threads(*(lambda sub=sub: flow_of(server, sub) for sub in list(USERS) * 2),
               lambda: pages_of(server), lambda: reads_of(server))


@proves("CON-07")
def test_users_at_the_same_time_are_not_mixed_up_on_disk(start):
    server = start("--threads", 4, db=True)
    in_threads(*(lambda sub=sub: flow_of(server, sub) for sub in USERS), lambda: reads_of(server))


# What ends, changes or holds up a tenant, below its door.
STEERING = [
    ("POST", "reset", None), ("POST", "clock", {"advance": "5m"}), ("POST", "keys/rotate", None), ("PUT", "jwks", {"serve": "stale"}),
    ("POST", "snapshots", {"name": "held"}), ("POST", "snapshots/held/restore", None), ("DELETE", "snapshots", None),
    ("PATCH", "users/1001", {"name": "Other"}), ("DELETE", "clients/demo-web", None), ("POST", "revocations", {"all": True}),
    ("POST", "faults", {"match": {"endpoint": "token"}, "times": 1, "do": {"delay": "1h"}}), ("DELETE", "faults", None),
    ("POST", "faults", {"match": {"endpoint": "userinfo"}, "times": 1, "do": {"change": {"sub": "x"}}}),
    ("POST", "latches", {"match": {"endpoint": "token"}, "when": "after", "timeout": "50ms"}), ("DELETE", "latches", None),
    ("GET", "journal?wait=100ms&since=1000000", None), ("POST", "journal/verify", {"match": {"path": "/nowhere"}, "wait": "100ms"}),
]


@proves("CON-07")
def test_tenants_are_steered_forked_and_ended_while_their_flows_run(start_process):
    """Nothing is said to hold but that each is answered, by who is there, and that nothing breaks."""
    server = start_process("--threads", "4")
    names, answers = ("a", "b"), []

    def ask(method, path, **more):
        answers.append(requests.request(method, server.base + path, timeout=60, allow_redirects=False, **more))
        return answers[-1]

    def flows(name):
        for _ in range(ROUNDS * 2):
            led = ask("GET", f"/t/{name}{AUTHORIZE}", params=authorize_params()).headers.get("Location", "")
            code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(led).query)).get("code", "none")
            ask("POST", f"/t/{name}{TOKEN}", data={"grant_type": "authorization_code", "code": code, "client_id": "demo-web",
                                                  "client_secret": WEB_SECRET, "redirect_uri": "http://localhost:3000/cb"})
            ask("GET", f"/t/{name}{JWKS}")

    def steer(name):
        for method, path, body in STEERING:
            ask(method, f"/t/{name}/_makeshift/{path}", json=body)

    def make(name, other):
        for number in range(ROUNDS * 3):
            ask("POST", "/_makeshift/tenants", json={"name": name, **({"fork_of": other} if number % 3 else {})})
            ask("GET", f"/t/{name}{DISCOVERY}")
            if number % 2:
                ask("DELETE", f"/_makeshift/tenants/{name}")
        ask("DELETE", f"/_makeshift/tenants/{name}")  # with it ends whatever is held up

    in_threads(*(lambda job=job, name=name: job(name) for name in names for job in (flows, flows, steer)),
               lambda: make("a", "b"), lambda: make("b", "a"))
    assert {answer.status_code for answer in answers} >= {200, 201, 302, 404}
    assert [answer.text for answer in answers if answer.status_code >= 500] == []
    assert [row["name"] for row in server.get("/_makeshift/tenants").json()["items"]] == ["default"]


@proves("CON-07")
def test_one_code_and_one_refresh_token_are_spent_once(start):
    server = start("--threads", 4)
    for _ in range(ROUNDS):
        code, statuses = authorize(server)["code"], []
        in_threads(*[lambda: statuses.append(redeem(server, code).status_code)] * 8)
        assert sorted(statuses) == [200] + [400] * 7

        token, statuses = sign_in(server)["refresh_token"], []
        in_threads(*[lambda: statuses.append(refresh(server, token).status_code)] * 8)
        assert sorted(statuses) == [200] + [400] * 7


@proves("CON-07", "REV-16", "RFR-28")
def test_a_refresh_that_races_a_revocation_leaves_nothing_alive(start):
    server = start("--threads", 4)
    for _ in range(ROUNDS):
        tokens, answers = sign_in(server), []
        token = tokens["refresh_token"]
        in_threads(*[lambda: answers.append(refresh(server, token))],
                   *[lambda: answers.append(revoke(server, token))] * 3)
        assert all(answer.status_code in (200, 400) for answer in answers)
        assert userinfo(server, tokens["access_token"]).status_code == 401
        for answer in answers:
            born = answer.json() if answer.content else {}
            if "access_token" in born:
                assert userinfo(server, born["access_token"]).status_code == 401
                assert refresh(server, born["refresh_token"]).status_code == 400
