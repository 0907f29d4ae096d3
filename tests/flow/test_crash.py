"""kill -9, and what the disk then has. What the server acknowledged survives; what it did not is there
whole, or not at all."""

import os
import random
import shutil
import signal
import subprocess
import threading

import pytest

from support import (ROOT, assert_error, authorize, proves, redeem, refresh, revoke, sign_in,
                     userinfo)
from support_crash import close_story, judge, live
from support_load import Load, policy

CRASHES = 50
WORKERS = 4
SEED = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(1 << 32))


@pytest.fixture(autouse=True)
def seeded():
    """Where the crashes fall is drawn: a test that fails prints the seed, and CRASH_SEED takes it back."""
    print(f"CRASH_SEED={SEED}")
    random.seed(SEED)


def mixed_fixture():
    """demo-web is strict, demo-native retry_safe."""
    fixture = policy("strict")
    native = next(c for c in fixture["clients"] if c["client_id"] == "demo-native")
    native["refresh_policy"] = {"mode": "retry_safe"}
    return fixture


def crash_under_load(server):
    """Runs clients against the server, kills it at some moment, and returns their stories."""
    stories, clients = [[] for _ in range(WORKERS)], ("demo-web", "demo-native")
    load = Load(lambda i: live(server, stories[i], clients[i % 2]), WORKERS)
    load.wait(random.randrange(1, 6))
    threading.Event().wait(random.random() * 0.02)  # so that it falls anywhere within a request
    server.kill9()
    load.end()
    assert server.process.returncode == -signal.SIGKILL, server.log()
    return sum(stories, [])


@proves("CON-01", "CON-02", "CON-03", "REV-14", "RFR-11")
def test_killed_at_fifty_moments_under_load_it_keeps_what_it_acknowledged(start):
    server = start("--threads", 2, db=True, fixture=mixed_fixture())
    stories = []
    for _ in range(CRASHES):
        fresh = crash_under_load(server)
        server.restart()
        for story in fresh + random.sample(stories, min(3, len(stories))):
            judge(server, story)
        stories += fresh
    assert sum(len(story.answers) for story in stories) > 100  # it did work in between
    server.kill9()
    server.restart()
    for story in stories:
        close_story(server, story)


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
@proves("REV-14", "CON-03")
def test_a_revocation_that_was_answered_survives_a_kill_right_after(start, name):
    server = start(db=True)
    for _ in range(5):
        tokens = sign_in(server)
        assert revoke(server, tokens[name]).status_code == 200
        server.kill9()
        server.restart()
        assert userinfo(server, tokens["access_token"]).status_code == 401
        expected = 400 if name == "refresh_token" else 200
        assert refresh(server, tokens["refresh_token"]).status_code == expected


@pytest.fixture
def without_unsynced(tmp_path):
    """(env, forget): a server with this environment remembers what of its database it has synced, and
    forget(server) then takes away all else, as a power cut would."""
    library = tmp_path / "lost_sync.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library,
                    ROOT / "tests/flow/lost_sync.c", "-ldl"], check=True)
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))

    def forget(server):
        for path in (server.db, server.db + "-wal"):
            shutil.copy(path + ".synced", path)

    return {"LD_PRELOAD": str(library), "ASAN_OPTIONS": options}, forget


@proves("CON-04")
def test_when_unsynced_writes_are_lost_what_was_acknowledged_is_there(start, without_unsynced):
    env, forget = without_unsynced
    server = start("--threads", 2, db=True, fixture=mixed_fixture(), env=env)
    stories = []
    for _ in range(10):
        fresh = crash_under_load(server)
        forget(server)
        server.restart()
        for story in fresh:
            judge(server, story)
        stories += fresh
    assert sum(len(story.answers) for story in stories) > 20
    server.kill9()
    forget(server)
    server.restart()
    for story in stories:
        close_story(server, story)


def last_acts(server):
    """Three requests whose answers a client might never have seen, by what they do."""
    code, leaf, doomed = authorize(server), sign_in(server), sign_in(server)
    return {"redeem": (code, lambda: redeem(server, code)),
            "refresh": (leaf, lambda: refresh(server, leaf["refresh_token"])),
            "revoke": (doomed, lambda: revoke(server, doomed["refresh_token"]))}


def absent_or_whole(server, what, subject):
    """Whether the act was done; that it was done by half cannot be."""
    if what == "redeem":
        answer = redeem(server, subject)
        return answer.status_code == 400
    access = userinfo(server, subject["access_token"]).status_code
    answer = refresh(server, subject["refresh_token"])
    if what == "revoke":
        assert (access, answer.status_code) in ((401, 400), (200, 200))
        return access == 401
    assert access == 200
    return answer.status_code == 400


@pytest.mark.parametrize("what", ["redeem", "refresh", "revoke"])
@proves("CON-04", "CON-01", "CON-02", "CON-03")
def test_a_torn_last_record_is_absent_or_whole_and_costs_nothing_before_it(start, tmp_path, what):
    server = start(db=True)
    before = sign_in(server)
    spent = before["refresh_token"]
    before = refresh(server, spent).json()
    subject, act = last_acts(server)[what]
    log = tmp_path / "state-0.db-wal"
    synced = log.stat().st_size
    assert act().status_code == 200
    server.kill9()
    torn = log.read_bytes()
    assert len(torn) > synced
    done = []
    cuts = sorted({synced, synced + 1, synced + 24, (synced + len(torn)) // 2, len(torn) - 1,
                   len(torn)})
    for number, cut in enumerate(cuts):
        for filler in (b"", b"\0", b"\xff"):  # cut off, or never written out
            path = shutil.copy(server.db, tmp_path / f"torn-{number}-{filler.hex()}.db")
            path.with_name(path.name + "-wal").write_bytes(
                torn[:cut] + filler * (len(torn) - cut))
            other = start("--issuer", server.issuer, db=path)
            assert userinfo(other, before["access_token"]).status_code == 200
            done.append((cut, absent_or_whole(other, what, subject)))
            assert_error(refresh(other, spent), "invalid_grant")
            assert userinfo(other, before["access_token"]).status_code == 401
            other.kill9()
    assert (cuts[0], False) in done and (cuts[-1], True) in done
    assert all(whole for cut, whole in done if cut == len(torn))
    assert not any(whole for cut, whole in done if cut == synced)
