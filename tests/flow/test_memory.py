"""Memory that runs out: whichever allocation fails, the process ends with its one line, or the request is answered with 503
or its connection closed. Never with SIGSEGV.

An allocator loaded before the program's (oom.c) fails at the n-th call. A sanitizer has an allocator of its own and would be in
its way: with a sanitized build these tests are skipped, and `scripts/test --full` runs them with the release build."""

import itertools
import os
import pathlib
import re
import signal
import subprocess

import pytest
import requests
from support import PROGRAM, REGISTER, ROOT, authorize, redeem
from support_api import Api, fixture_of

SANITIZED = b"__asan_init" in pathlib.Path(PROGRAM).read_bytes() or b"__tsan_init" in pathlib.Path(PROGRAM).read_bytes()
pytestmark = pytest.mark.skipif(SANITIZED, reason="needs a build without a sanitizer: scripts/test --full")

EACH = int(os.environ.get("OOM_EACH", "0"))  # every so many allocations; 0: some 60 of each operation
# OpenSSL does not say why it fails.
LINE = re.compile('level=error event="(out of memory|OpenSSL cannot compute a digest|no randomness from OpenSSL)"$', re.M)


@pytest.fixture
def failing(tmp_path):
    """(env, arm, count): the environment of a server; arm(pid, n) lets the n-th allocation from now on fail."""
    library, file = tmp_path / "oom.so", tmp_path / "n"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, ROOT / "tests/flow/oom.c"], check=True)
    file.write_text("0", encoding="ascii")

    def text_when(is_so):
        texts = (file.read_text(encoding="ascii") for _ in itertools.count())
        return next(text for text in texts if is_so(text))

    def arm(pid, n):
        file.write_text(str(n), encoding="ascii")
        os.kill(pid, signal.SIGUSR2)
        text_when(lambda text: not text)  # a signal comes some time after it was sent

    def left(pid):
        file.write_text("", encoding="ascii")
        os.kill(pid, signal.SIGUSR1)
        return int(text_when(bool))

    return {"LD_PRELOAD": str(library), "OOM_FILE": str(file)}, arm, left


def steps(count):
    step = EACH or max(1, count // 60)
    return range(1, count + 1, step)


def ended_well(code, log):
    """Of a process that ended: by itself, or aborted, and either with a line."""
    assert code not in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE), f"{code}\n{log}"
    if code == -signal.SIGABRT:
        assert len(LINE.findall(log)) == 1, log
    assert code == 0 or log.strip(), code


def flow(server):
    """RFC 6749 4.1.2.1: a redirect cannot carry a 503; its error says so instead."""
    answer = authorize(server, scope="openid email offline_access")
    assert "code" in answer or answer["error"] == "temporarily_unavailable", answer
    assert "code" in answer, "503"
    return redeem(server, answer)


OPERATIONS = {
    "flow": flow,
    "api": lambda server: Api(server).get("/scenarios?teamId=1"),
    "api-write": lambda server: Api(server)("POST", "/data-stores", {"name": "Made", "teamId": 1, "maxSizeMB": 1}),
    "registration": lambda server: server.post(REGISTER, json={"redirect_uris": ["http://localhost:4000/cb"]}),
    "discovery": lambda server: server.get("/.well-known/openid-configuration"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_survives_or_ends_the_process_with_its_line(start, failing, operation):
    env, arm, left = failing
    ask = OPERATIONS[operation]
    server = start(fixture=fixture_of(), env=env)
    assert ask(server).status_code in (200, 201)
    arm(server.pid, 10**9)
    ask(server)
    count = 10**9 - left(server.pid)
    assert count > 10
    for n in steps(count):
        arm(server.pid, n)
        code = outcome_of_request(server, ask, f"{operation} at {n}")
        if code is not None:
            ended_well(server.exit_code(), server.log())
            server._killed = True  # it ended, as it may
            server = start(fixture=fixture_of(), env=env)
            ask(server)
    arm(server.pid, 0)  # it may end


def outcome_of_request(server, ask, what):
    """The exit code of a process that ended of it; None: it lives, and has answered as it may or closed the connection."""
    try:
        status = ask(server).status_code
        assert status in (200, 201, 503), f"{what}: {status}"
    except AssertionError as problem:
        assert "503" in str(problem), f"{what}: {problem}"
    except requests.ConnectionError:
        pass
    for _ in range(3):  # what was not needed for the answer may be missing now
        try:
            server.get("/_makeshift/health")
            return None
        except requests.ConnectionError:
            continue
    return server.process.wait(10)


def test_a_start_that_lacks_memory_says_so(failing, tmp_path):
    """Some it can do without: then it is ready all the same."""
    env, _, left = failing
    process = start_with(env, 10**9, tmp_path / "n")
    assert process.stdout.readline()
    count = 10**9 - left(process.pid)
    process.terminate()
    assert process.communicate(timeout=30) and count > 1000
    for n in steps(count):
        process = start_with(env, n, tmp_path / "n")
        is_ready = process.stdout.readline()
        if is_ready:
            process.terminate()
        _, errors = process.communicate(timeout=30)
        ended_well(process.returncode, errors.decode())
        assert is_ready or process.returncode != 0


def start_with(env, n, file):
    file.write_text(str(n), encoding="ascii")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKESHIFT_")}
    return subprocess.Popen([PROGRAM, "--port", "0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**environment, **env, "OOM_AT_START": "1"})
