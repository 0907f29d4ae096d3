"""Everything at once, from several connections: nothing is mixed up, nothing breaks. Run under the
thread sanitizer too, whose reports the server fixture looks for."""

import threading

from support import (AUTHORIZE, DISCOVERY, JWKS, authorize, authorize_params, decode, fixture_with, proves,
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
                         scope="openid profile offline_access")
        claims = decode(server, tokens["id_token"], audience="demo-web")
        assert (claims["sub"], claims["nonce"]) == (sub, f"nonce-of-{sub}")
        assert userinfo(server, tokens["access_token"]).json()["name"] == USERS[sub]
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
