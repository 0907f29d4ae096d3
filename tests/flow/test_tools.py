"""makeshift-tools: the commands that ask a server, as a shell sees them."""

import re
import shutil
import socket
import subprocess
import time

import pytest

from support import PROGRAM
from support_tools import COMMANDS, NOBODY, TOOLS, recording, run


def test_wait_returns_once_the_server_answers(server):
    result = run("wait", server.base)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{server.base} is well; its issuer is {server.issuer}\n"


def test_wait_asks_until_all_is_well():
    with recording((503, {"status": "starting"}), None, (200, {"status": "starting", "issuer": "x"}), (200, "ok"),
                   (200, {"status": "ok", "issuer": "http://x"})) as server:
        result = run("wait", server.url, "--timeout", "30s")
        assert (result.returncode, result.stdout) == (0, f"{server.url} is well; its issuer is http://x\n")
        assert [request.target for request in server.asked] == ["/_makeshift/health"] * 5


def test_wait_gives_up_when_its_time_is_over():
    began = time.monotonic()
    result = run("wait", NOBODY, "--timeout", "300ms")
    assert 0.3 <= time.monotonic() - began < 10
    assert result.returncode == 1
    assert result.stderr.startswith(f"makeshift wait: no answer from {NOBODY}/_makeshift/health: ")
    assert result.stdout == ""


def test_wait_tells_why_and_not_that_its_last_try_was_cut_short():
    """A server that answers once that it is not well, and then no more."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with subprocess.Popen([TOOLS, "wait", url, "--timeout", "1s"], stderr=subprocess.PIPE, text=True) as waiting:
            peer, _ = listening.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            said = waiting.communicate(timeout=30)[1]
        assert (waiting.returncode, said) == (1, f"makeshift wait: {url} is not well: it answers 503\n")


@pytest.mark.parametrize("arguments, env", [
    (("{base}",), {}),
    (("{base}/",), {}),
    (("{base}/_makeshift",), {}),
    ((), {"MAKESHIFT_URL": "{base}"}),
    (("{base}",), {"MAKESHIFT_URL": "http://127.0.0.1:1"}),
])
def test_a_healthcheck_prints_one_line(server, arguments, env):
    result = run("healthcheck", *(word.format(base=server.base) for word in arguments),
                 env={name: value.format(base=server.base) for name, value in env.items()})
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"{server.base} is well; its issuer is {server.issuer}\n"


@pytest.mark.parametrize("arguments", [
    ("http://127.0.0.1:1",), ("localhost:8080",), ("--tiemout", "1s"), ("http://[::1", ), ("ftp://localhost",), ("a", "b"),
])
def test_a_healthcheck_leaves_with_nothing_but_0_and_1(arguments):
    result = run("healthcheck", *arguments)
    assert result.returncode == 1
    assert result.stderr.startswith("makeshift healthcheck: ")


def test_another_server_is_not_well(server):
    # Its health is not below this path: it is a server that answers, and not as makeshift does.
    result = run("healthcheck", server.base + "/elsewhere")
    assert result.returncode == 1
    assert result.stderr == f"makeshift healthcheck: {server.base}/elsewhere is not well: it answers 404\n"


def test_over_https_the_ca_is_believed_that_is_named(start, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls")
    assert run("healthcheck", server.base).returncode == 1
    assert run("healthcheck", server.base, "--ca", server.said["ca"]).returncode == 0
    assert run("healthcheck", server.base, env={"MAKESHIFT_CA": server.said["ca"]}).returncode == 0


@pytest.mark.parametrize("variables", [
    {},
    {"MAKESHIFT_HOST": "0.0.0.0"},
    {"MAKESHIFT_HOST": "::"},
    {"MAKESHIFT_HOST": "127.0.0.1"},
    {"MAKESHIFT_HOST": "::1"},
    {"MAKESHIFT_TLS": "auto"},
    {"MAKESHIFT_TLS": "auto", "MAKESHIFT_HTTPS_PORT": "0"},
    {"MAKESHIFT_TLS": "off", "MAKESHIFT_URL": ""},
])
def test_without_a_url_a_healthcheck_asks_the_server_that_its_variables_start(start, tmp_path, variables):
    server = start(env=variables | {"XDG_STATE_HOME": str(tmp_path)})
    result = run("healthcheck", env=variables | {"MAKESHIFT_PORT": str(server.said["port"])})
    assert (result.returncode, result.stderr) == (0, "")
    assert run("healthcheck", env=variables | {"MAKESHIFT_PORT": "1"}).returncode == 1
    assert run("healthcheck", env=variables | {"MAKESHIFT_PORT": "tcp://10.0.0.1:80"}).returncode == 1


@pytest.mark.parametrize("arguments, said", [
    (("wait", "--timeout"), "--timeout needs a value: --timeout DURATION"),
    (("wait", "--timeout", "soon"), "'soon' is no value of --timeout; expected a duration such as"),
    (("wait", "--timeout", "-1s"), "'-1s' is no value of --timeout; expected a duration such as"),
    (("connection run", "--refresh"), "--refresh needs a value: --refresh now|when-due"),
    (("wait", "--timeuot", "1s"), "there is no option '--timeuot' here; did you mean '--timeout'?"),
    (("wait", "--timeout=1s", "--timeout=2s"), "--timeout is given twice"),
    (("wait", "a", "b"), "'b' is one too many"),
    (("wait", "no\nurl"), "'no?url' is no URL of a server; expected one such as http://localhost:8080"),
])
def test_a_wrong_command_line_is_told_in_one_line(arguments, said):
    result = run(*arguments[0].split(), *arguments[1:])
    assert result.returncode == 2
    assert result.stderr.splitlines()[0].startswith(f"makeshift {arguments[0]}: {said}")
    assert result.stdout == ""


@pytest.mark.parametrize("word", ["wait", "healthcheck", "doctor"])
def test_each_tool_prints_what_it_takes_and_an_example(word):
    for arguments in ([word, "--help"], [word, "http://localhost:1", "-h"]):
        result = run(*arguments)
        assert result.returncode == 0
        assert result.stdout.startswith(f"usage: makeshift {word} ")
        assert f"\nExample:\n\n  makeshift {word} " in result.stdout


def without_times(text):
    return re.sub(r"\d+ ms", "N ms", text)


@pytest.mark.parametrize("word", COMMANDS)
def test_makeshift_becomes_the_tool_that_it_is_asked_for(word):
    env = {"MAKESHIFT_URL": NOBODY, "MAKESHIFT_OTHER": "x"}
    brief = ["--timeout", "200ms"] if word == "wait" else []
    for arguments in (["--help"], ["no such word", "--nor-such-option", ""], brief):
        mine, its = (run(word, *arguments, env=env, program=program, stdin="") for program in (PROGRAM, TOOLS))
        assert [mine.returncode, *map(without_times, (mine.stdout, mine.stderr))] == [its.returncode, *map(without_times, (its.stdout, its.stderr))]


def test_a_program_without_its_tools_says_where_they_belong(tmp_path):
    alone = shutil.copy(PROGRAM, tmp_path / "makeshift")
    result = run("wait", "http://localhost:1", program=alone)
    assert result.returncode == 127
    absent = "(No such file or directory)"
    assert result.stderr == (f"makeshift: 'wait' is a command of makeshift-tools, which cannot be run: tried "
                             f"{tmp_path}/makeshift-tools {absent} and "
                             f"{tmp_path}/../libexec/makeshift/makeshift-tools {absent}; put it beside makeshift\n")
    link = tmp_path / "link"
    link.symlink_to(PROGRAM)  # the folder is the program's, not the link's
    assert run("wait", "--help", program=link).returncode == 0


def test_tools_are_found_where_an_installation_has_them(tmp_path):
    for folder in ("bin", "libexec/makeshift"):
        (tmp_path / folder).mkdir(parents=True)
    installed = shutil.copy(PROGRAM, tmp_path / "bin")
    shutil.copy(TOOLS, tmp_path / "libexec/makeshift")
    assert run("wait", "--help", program=installed).returncode == 0


def test_the_server_links_nothing_that_calls():
    def needs(program):
        return subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    assert "libcurl" in needs(TOOLS)
    assert "libcurl" not in needs(PROGRAM)
    assert "libmicrohttpd" in needs(PROGRAM)
    assert "libmicrohttpd" in needs(TOOLS)  # for the page of `connection serve`
    for other in ("libsqlite3", "libjwt"):
        assert other in needs(PROGRAM)
        assert other not in needs(TOOLS)
