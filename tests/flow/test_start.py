"""The command: how it starts, what it says, and how it ends."""

import gzip
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import time

import pytest

from support import DISCOVERY, PROGRAM, ROOT, proves, sign_in, userinfo


def run(*args, under=(), **env):
    """The program as a command that ends by itself; `under` another that starts it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MAKESHIFT_")}
    return subprocess.run([*under, PROGRAM, *args], env={**clean, **env}, capture_output=True, text=True,
                          timeout=20, check=False)


def refused(*args, under=(), **env):
    """The one line of a start that is refused."""
    result = run(*args, under=under, **env)
    assert result.returncode == 2, result
    assert result.stdout == ""
    assert re.fullmatch(r"makeshift: [^\n]+\n", result.stderr), result.stderr
    return result.stderr.strip()


def options():
    """The table of options, from its source."""
    table = (ROOT / "server/cli/options.c").read_text(encoding="utf-8")
    return re.findall(r'\{"(--[a-z-]+)",\s*PREFIX "([A-Z_]+)"', table)


# -- what it says ---------------------------------------------------------------------------------


def test_stdout_carries_the_ready_line_and_nothing_else(server):
    assert list(server.said) == ["ready", "issuer", "port", "pid"]
    assert server.said["issuer"] == f"http://localhost:{server.port}"
    assert server.said["pid"] == server.pid
    sign_in(server)
    assert server.stop() == 0
    assert server.stdout_rest == b""


def test_once_it_says_ready_it_answers_on_both_loopback_addresses(server):
    for host in ("127.0.0.1", "::1"):
        answer = server.raw(b"GET /.well-known/openid-configuration HTTP/1.1\r\n"
                            b"Host: localhost\r\nConnection: close\r\n\r\n", host=host)
        assert answer.startswith(b"HTTP/1.1 200 ")


def test_the_port_file_holds_the_port_and_a_newline(start, tmp_path):
    path = tmp_path / "port"
    server = start("--port-file", path)
    deadline = time.monotonic() + 10
    while not path.exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert path.read_bytes() == b"%d\n" % server.port
    assert [entry.name for entry in tmp_path.iterdir()] == ["port"]


def test_a_port_file_stays_when_the_start_fails(tmp_path):
    path = tmp_path / "port"
    path.write_text("1\n", encoding="ascii")
    for wrong in (["--fixtures", str(tmp_path / "none.json")], ["--host", "256.1.1.1"]):
        refused("--port", "0", "--port-file", str(path), *wrong)
        assert path.read_text(encoding="ascii") == "1\n"


def test_a_port_file_of_a_former_run_is_replaced(start, tmp_path):
    path = tmp_path / "port"
    path.write_text("1\n", encoding="ascii")
    server = start("--port-file", path)
    assert path.read_bytes() == b"%d\n" % server.port


def test_a_port_file_that_is_no_regular_file_is_refused_and_stays(tmp_path):
    notes, fifo, link = tmp_path / "notes", tmp_path / "fifo", tmp_path / "link"
    notes.write_text("precious", encoding="ascii")
    os.mkfifo(fifo)
    link.symlink_to(notes)
    for path in (fifo, link, tmp_path, pathlib.Path("/dev/null")):
        before = os.lstat(path)
        assert "is no regular file" in refused("--port", "0", "--port-file", str(path))
        after = os.lstat(path)
        assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)
    assert notes.read_text(encoding="ascii") == "precious"


def test_a_port_file_that_cannot_be_written_ends_the_server_before_it_says_ready(tmp_path):
    line = refused("--port", "0", "--port-file", str(tmp_path / "no" / "port"))
    assert "--port-file: " in line and "No such file or directory" in line


def test_the_start_up_line_says_that_nobody_is_asked_to_sign_in(start):
    assert "no page" in start().wait_log("serving, for tests only")
    line = start("--login", "page").wait_log("serving, for tests only")
    assert 'login="page"' in line


def test_a_log_in_json_is_one_object_a_line(start):
    server = start("--log-format", "json", "--log-level", "debug")
    sign_in(server)
    assert server.stop() == 0
    assert [json.loads(line)["level"] for line in server.log_lines()]


def test_a_log_level_leaves_out_what_is_less_severe(start):
    server = start("--log-level", "error")
    sign_in(server)
    assert server.stop() == 0
    assert server.log() == ""


def test_help_lists_each_option_with_its_variable(tmp_path):
    result = run("--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert len(options()) == 35
    for flag, variable in options():
        assert re.search(rf"^  {flag}(?: \S+)?$", result.stdout, re.M)
        assert f"MAKESHIFT_{variable}" in result.stdout


def test_print_fixtures_prints_the_built_in_fixture():
    result = run("--print-fixtures", "--prot")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == (ROOT / "fixtures/default.json").read_text(encoding="utf-8")


def test_what_could_not_be_printed_is_told():
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([PROGRAM, "--print-fixtures"], stdout=full, stderr=subprocess.PIPE,
                                text=True, timeout=20, check=False)
    assert result.returncode == 2
    assert "standard output cannot be written to" in result.stderr


@pytest.mark.parametrize("word", ["--print-fixtures", "--help", "--version"])
def test_a_reader_that_leaves_early_is_no_failure(word):
    theirs, ours = os.pipe()
    os.close(theirs)
    with open(ours, "wb") as closed:
        result = subprocess.run([PROGRAM, word], stdout=closed, stderr=subprocess.PIPE, timeout=20, check=False)
    assert (result.returncode, result.stderr) == (0, b"")


def test_version_is_the_projects(tmp_path):
    version = re.search(r"project\(makeshift VERSION (\S+)",
                        (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
    result = run("--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"makeshift {version}\n", "")


@pytest.mark.parametrize("document", ["docs/options.md", "docs/makeshift.1"])
def test_every_option_is_documented(document):
    text = (ROOT / document).read_text(encoding="utf-8").replace("\\-", "-")
    for flag, variable in options():
        assert flag in text
        assert f"MAKESHIFT_{variable}" in text


def pasted_from_a_terminal(*args):
    """What came of the line that a server started at a terminal says to paste."""
    ours, theirs = os.openpty()
    with subprocess.Popen([PROGRAM, "--port", "0", *args], stdout=subprocess.PIPE, stderr=theirs,
                          env={k: v for k, v in os.environ.items()
                               if not k.startswith("MAKESHIFT_")}) as process:
        issuer = json.loads(process.stdout.readline())["issuer"]
        greeting = ""
        while "Ctrl-C" not in greeting:
            greeting += os.read(ours, 65536).decode()
        assert f"{issuer}/.well-known/openid-configuration" in greeting
        assert "demo-native" in greeting
        assert f"{issuer}/_makeshift/openapi.json" in greeting
        line = re.search(r"curl .*", greeting)[0].strip()
        pasted = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    os.close(ours)
    os.close(theirs)
    return pasted


@pytest.mark.parametrize("folder", [None, "a b", "it's"], ids=["http", "https", "https, quoted"])
def test_a_person_at_a_terminal_can_paste_a_line_that_signs_in(folder, tmp_path):
    pasted = pasted_from_a_terminal(*(["--tls", "auto", "--tls-dir", str(tmp_path / folder)] if folder else []))
    assert {"access_token", "id_token", "refresh_token"} <= set(json.loads(pasted.stdout)), pasted.stderr


def test_the_line_to_paste_says_why_nothing_comes_of_it(tmp_path):
    """Nobody trusts a certificate of one's own making, and the server knows of no CA that would."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    pasted = pasted_from_a_terminal("--tls-cert", str(cert), "--tls-key", str(key))
    assert pasted.returncode != 0
    assert "self-signed certificate" in pasted.stderr


# -- what it refuses ------------------------------------------------------------------------------


@proves("ADM-12")
@pytest.mark.parametrize("args, says", [
    (["--prot", "1"], "unknown option --prot; did you mean --port?"),
    (["--port"], "--port needs a value"),
    (["--port", "http"], 'is not a port: 0 to 65535'),
    (["--port", "1", "--port=1"], "--port stands twice"),
    (["serv"], "there is no command serv; did you mean serve?"),
    (["--issuer", "http://localhost/"], "is not an issuer"),
    (["--clock", "noon"], "is not a time"),
    (["--profile", "x\ny"], "is not a profile"),
    (["--host", "host.invalid"], "--host: host.invalid is no name or address of this machine"),
    (["--fixtures", "/nonexistent.json"], "/nonexistent.json: cannot be opened: No such file"),
    (["--db", "/nonexistent/state.db"], "--db: "),
])
def test_a_mistake_is_one_line_and_exit_code_2(args, says):
    assert says in refused(*args)


ABSENT = "No such file or directory; name one that is there, or make it"


@pytest.mark.parametrize("option, name, says", [
    ("--db", "no/state.db", f"cannot be opened: {ABSENT}"),
    ("--db", "folder", "cannot be opened: it is a directory; name a file in it"),
    ("--db", "fifo", "cannot be opened: it is not a regular file; name one"),
    ("--db", "letter", "was not made by makeshift: name another file"),
    ("--fixtures", "no.json", f"cannot be opened: {ABSENT}"),
    ("--port-file", "no/port", f"cannot be written: {ABSENT}"),
    ("--journal-file", "no/journal", f"cannot be written: {ABSENT}"),
    ("--export-on-exit", "no/state.db", f"cannot be written: {ABSENT}"),
    ("--export-on-exit", "letter/state.db", "cannot be written: Not a directory; a file stands where a folder is named"),
    ("--tls-cert", "letter", "holds no certificate in PEM; name the file that begins with -----BEGIN CERTIFICATE-----"),
])
def test_a_file_that_is_not_what_it_should_be_is_refused_with_what_mends_it(tmp_path, option, name, says):
    (tmp_path / "folder").mkdir()
    (tmp_path / "letter").write_text("Dear aunt", encoding="ascii")
    os.mkfifo(tmp_path / "fifo")
    more = ["--tls-key", str(tmp_path / "letter")] if option == "--tls-cert" else []
    assert says in refused("--port", "0", option, str(tmp_path / name), *more)


@proves("CON-11")
@pytest.mark.parametrize("damage, says", [
    (lambda held: held[:len(held) // 3], "is damaged: restore a copy, or delete it to start anew"),
    (lambda held: held[:4096] + bytes(len(held) - 4096), "is damaged: restore a copy, or delete it to start anew"),
    (gzip.compress, "was not made by makeshift: name another file"),
])
def test_a_snapshot_that_was_damaged_or_packed_is_refused_with_what_mends_it_and_left_as_it_is(server, tmp_path, damage, says):
    server.request("POST", "/_makeshift/snapshots", json={"name": "held"})
    path = tmp_path / "held.db"
    path.write_bytes(damage(server.get("/_makeshift/snapshots/held").content))
    before = path.read_bytes()
    assert refused("--port", "0", "--db", str(path)) == f"makeshift: --db: the database '{path}' {says}"
    assert path.read_bytes() == before


def test_a_database_in_the_place_of_a_fixture_is_told_where_it_belongs(start, tmp_path):
    path = tmp_path / "state.db"
    assert start(db=path).stop() == 0
    assert refused("--port", "0", "--fixtures", str(path)) == (
        f"makeshift: {path}: it is a database; name a fixture, or give it with --db")


def on_a_disk(folder, script, *arguments):
    """The line of a start that is refused, where the folder is a disk that the script made; nobody else sees it."""
    unshare = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("no mount of one's own here")
    return refused("--port", "0", *arguments, under=[*unshare, "sh", "-c", f'{script}; shift && exec "$@"', "sh", str(folder)])


@pytest.mark.parametrize("option, name, says", [
    ("--db", "held.db", "cannot be opened: "), ("--db", "new.db", "cannot be opened: "), ("--port-file", "port", "cannot be written: "),
    ("--journal-file", "journal", "cannot be written: "), ("--export-on-exit", "end.db", "cannot be written: "),
    ("--tls-dir", "tls", "cannot be made: "),
])
def test_a_read_only_disk_is_told_with_what_mends_it(tmp_path, option, name, says):
    script = 'mount -t tmpfs none "$1" && touch "$1/held.db" && mount -o remount,ro "$1"'
    more = ["--tls", "auto"] if option == "--tls-dir" else []
    line = on_a_disk(tmp_path, script, option, str(tmp_path / name), *more)
    assert re.fullmatch(rf"makeshift: {option}: .*{says}Read-only file system; name (a place that can be written to|another directory)", line)


def test_a_full_disk_is_told_with_what_mends_it(tmp_path):
    script = 'mount -t tmpfs -o size=64k none "$1" && ! head -c 1m /dev/zero 2>/dev/null >"$1/fill"'
    line = on_a_disk(tmp_path, script, "--db", str(tmp_path / "new.db"))
    assert line.endswith("cannot be used: database or disk is full; make room, or name another place")


def test_a_program_that_lacks_a_library_says_which(tmp_path):
    # What the loader says before makeshift is there to say more; docs/install.md tells what brings it.
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "libsqlite3.so.0").write_bytes(b"")
    result = run("--version", LD_LIBRARY_PATH=str(folder))
    assert result.returncode == 127 and len(result.stderr.splitlines()) == 1 and "libsqlite3.so.0" in result.stderr
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    assert result.stderr.split(": ")[1] in page


@proves("ADM-12")
def test_a_variable_with_a_slip_in_it_is_refused():
    assert "did you mean MAKESHIFT_PORT?" in refused(MAKESHIFT_PROT="1")
    assert "MAKESHIFT_LOGIN: " in refused(MAKESHIFT_LOGIN="no")


def test_a_variable_of_somebody_elses_is_left_alone_with_a_warning(start):
    server = start(env={"MAKESHIFT_SERVICE": "http://localhost:8080", "MAKESHIFT_BIN": PROGRAM})
    assert server.get(DISCOVERY).status_code == 200
    [line] = [line for line in server.log().splitlines() if "warn" in line]
    assert "MAKESHIFT_SERVICE" in line and "MAKESHIFT_BIN" in line and "--help" in line


def test_a_taken_port_is_refused_with_the_remedy(server):
    line = refused("--port", str(server.port))
    assert f"port {server.port} is taken; choose another with --port" in line


# -- what it takes from the environment -----------------------------------------------------------


def test_variables_set_options_and_the_command_line_wins(start):
    env = {"MAKESHIFT_ISSUER": "https://auth.example.com/a", "MAKESHIFT_LOGIN": "page"}
    server = start(env=env)
    assert server.said["issuer"] == "https://auth.example.com/a"
    other = start("--issuer", "https://other.example.com", env=env)
    assert other.said["issuer"] == "https://other.example.com"


def test_the_profile_of_the_command_line_wins_over_the_fixtures(start):
    server = start("--profile", "make-published")
    published = server.get(DISCOVERY).json()
    assert published["scopes_supported"] == ["openid"]
    assert published["rename_connection_endpoint"] == server.issuer + "/oauth/v2/rename"


def test_a_host_is_served_once_it_is_allowed(start):
    request = b"GET " + DISCOVERY.encode() + b" HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
    assert start().raw(request % b"app.test").startswith(b"HTTP/1.1 421 ")
    server = start("--allow-host", "App.test", "--allow-host", "other.test")
    for host in (b"app.test", b"APP.TEST:80", b"other.test"):
        assert server.raw(request % host).startswith(b"HTTP/1.1 200 ")
    assert server.raw(request % b"third.test").startswith(b"HTTP/1.1 421 ")


def test_the_issuers_host_is_served(start):
    request = b"GET " + DISCOVERY.encode() + b" HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
    server = start("--issuer", "https://auth.example.com")
    assert server.raw(request % b"auth.example.com").startswith(b"HTTP/1.1 200 ")


def test_listening_beyond_loopback_is_said(start):
    start("--host", "0.0.0.0").wait_log("level=warn .*reached from beyond this machine")


# -- how it ends ----------------------------------------------------------------------------------


def test_a_server_ends_with_the_process_that_it_is_not_to_outlive(start_process, tmp_path):
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as other:
        server = start_process("--while", str(other.pid), "--journal-file", str(tmp_path / "journal"))
        server.get(DISCOVERY)
        other.kill()
        server.wait_log(f"process {other.pid} has ended: finishing")
        assert server.exit_code() == 0
    assert (tmp_path / "journal").read_text("utf-8").count("\n") == 1
    gone = start_process(wait=False, env={"MAKESHIFT_WHILE": str(other.pid)})
    assert gone.exit_code() == 2
    assert gone.log() == f"makeshift: --while: there is no process {other.pid}; give the id of one that runs"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(server, number):
    server.process.send_signal(number)
    assert server.exit_code() == 0
    assert f"{number.name}: finishing what is in flight" in server.log()


def test_a_second_signal_ends_it_at_once(server):
    """A request that is not all there holds the first one up; were the second not heard, the server
    would leave with 0."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"POST /oauth/v2/token HTTP/1.1\r\nHost: localhost\r\n"
                           b"Content-Type: application/x-www-form-urlencoded\r\n"
                           b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        server.process.send_signal(signal.SIGTERM)
        server.wait_log("SIGTERM: finishing")
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(4)
    server.process.stdout.close()
    assert code == -signal.SIGTERM


def test_a_signal_is_heard_even_where_a_shell_had_it_ignored():
    command = ["sh", "-c", 'trap "" INT; exec "$0" --port 0', PROGRAM]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MAKESHIFT_")}
    with subprocess.Popen(command, env=clean, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        assert json.loads(process.stdout.readline())["ready"]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@proves("JWK-11")
def test_no_core_dump_can_hold_a_key(server):
    limits = open(f"/proc/{server.pid}/limits", encoding="ascii").read()
    assert re.search(r"Max core file size\s+0\s+0\s", limits)


@proves("JWK-11")
def test_the_file_with_the_state_is_its_owners_alone(start, tmp_path):
    path = tmp_path / "state.db"
    server = start(db=path)
    sign_in(server)
    for file in tmp_path.glob("state.db*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


# -- the file it keeps ----------------------------------------------------------------------------


@proves("CON-10")
def test_a_second_process_on_the_same_file_is_refused(start, tmp_path):
    path = tmp_path / "state.db"
    server = start(db=path)
    line = refused("--port", "0", "--db", str(path))
    assert line.startswith("makeshift: --db: ")
    assert server.get(DISCOVERY).status_code == 200
    assert server.stop() == 0
    again = start(db=path)
    assert again.get(DISCOVERY).status_code == 200


@proves("CON-11")
@pytest.mark.parametrize("bytes_", [b"not a database", b"\0" * 4096, b"{}" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path, bytes_):
    path = tmp_path / "state.db"
    path.write_bytes(bytes_)
    assert refused("--port", "0", "--db", str(path)).startswith("makeshift: --db: ")
    assert path.read_bytes() == bytes_


@proves("CON-11")
def test_the_database_of_another_program_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "state.db"
    other = sqlite3.connect(path)
    other.executescript("CREATE TABLE poem (line TEXT); INSERT INTO poem VALUES ('a rose');")
    other.close()
    before = path.read_bytes()
    assert refused("--port", "0", "--db", str(path)).startswith("makeshift: --db: ")
    assert path.read_bytes() == before


@proves("CON-11")
@pytest.mark.parametrize("damage", ["half", "zeros"])
def test_a_damaged_file_is_refused(start, tmp_path, damage):
    path = tmp_path / "state.db"
    server = start(db=path)
    sign_in(server)
    assert server.stop() == 0
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] + (b"\0" * half if damage == "zeros" else b""))
    assert refused("--port", "0", "--db", str(path)).startswith("makeshift: --db: ")


def test_what_was_issued_works_after_a_restart(start):
    server = start(db=True)
    token = sign_in(server)["access_token"]
    server.restart()
    assert userinfo(server, token).status_code == 200
