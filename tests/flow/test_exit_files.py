"""What a server leaves in files when it ends: its journals, and its state."""

import json
import os
import signal
import stat

import pytest
from support import DISCOVERY, JWKS, authorize, fixture_with, redeem, sign_in, userinfo
from test_door import tell
from test_journal import read
from test_start import refused


def end(server, by=signal.SIGTERM):
    """One signal; a second one would end it at once, without its files."""
    server.process.send_signal(by)
    server.process.wait(10)
    return server.stop()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_journals_of_all_tenants_are_lines_of_a_file_at_the_end_and_have_no_secret(start, tmp_path):
    path = tmp_path / "journal.ndjson"
    server = start("--journal-file", path)
    assert list(tmp_path.iterdir()) == []
    sign_in(server)
    tell(server, "POST", "tenants", {"name": "z"})
    server.get("/t/z" + DISCOVERY)
    tell(server, "DELETE", "tenants/z")
    tell(server, "POST", "tenants", {"name": "a"})
    server.get("/t/a" + DISCOVERY)
    server.get("/t/a/nowhere")
    read(server)  # by now what became of each is known
    below = server.get("/t/a/_makeshift/journal").json()["items"]
    expected = [{"tenant": "a", **entry} for entry in below] + [{"tenant": "default", **entry} for entry in read(server)]
    assert end(server) == 0
    text = path.read_text(encoding="utf-8")
    assert [json.loads(line) for line in text.splitlines()] == expected and len(expected) == 4
    assert not [secret for secret in server.secrets if secret in text]
    assert mode(path) == 0o644 and list(tmp_path.iterdir()) == [path]


def test_a_state_is_a_database_at_the_end_that_a_server_goes_on_from(start, tmp_path):
    """With keys that nobody else has: what was signed before is known after."""
    path, fixture = tmp_path / "state.db", fixture_with(keys="generate")
    server = start("--export-on-exit", path, fixture=fixture)
    code, tokens, keys = authorize(server)["code"], sign_in(server), server.get(JWKS).json()
    assert end(server, signal.SIGINT) == 0
    assert mode(path) == 0o600 and list(tmp_path.iterdir()).count(path) == 1
    after = start("--issuer", server.issuer, fixture=fixture, db=path)
    assert after.get(JWKS).json() == keys
    assert userinfo(after, tokens["access_token"]).status_code == 200
    assert redeem(after, code).status_code == 200


def test_a_journal_of_a_former_run_does_not_pass_for_this_ones_and_a_state_stays_until_it_is_replaced(start, tmp_path):
    journal, state = tmp_path / "journal", tmp_path / "state"
    journal.write_text("old", encoding="ascii")
    state.write_text("old", encoding="ascii")
    server = start("--journal-file", journal, "--export-on-exit", state)
    assert not journal.exists() and state.read_text(encoding="ascii") == "old"
    server.kill9()
    assert not journal.exists() and state.read_text(encoding="ascii") == "old"


@pytest.mark.parametrize("option", ["--journal-file", "--export-on-exit"])
def test_a_file_that_cannot_be_written_is_told_at_the_start(tmp_path, option):
    notes, fifo, link, shut = tmp_path / "notes", tmp_path / "fifo", tmp_path / "link", tmp_path / "none" / "file"
    notes.write_text("precious", encoding="ascii")
    os.mkfifo(fifo)
    link.symlink_to(notes)
    before = sorted(tmp_path.iterdir())
    for path, why in ((fifo, "is no regular file"), (link, "is no regular file"), (tmp_path, "is no regular file"),
                      (shut, "No such file or directory")):
        line = refused("--port", "0", option, str(path))
        assert f"{option}: {path} " in line and why in line
    assert sorted(tmp_path.iterdir()) == before and notes.read_text(encoding="ascii") == "precious"


def test_a_file_of_another_option_and_a_journal_that_is_not_kept_are_told_at_the_start(tmp_path):
    path, same = tmp_path / "state", tmp_path / "." / ".." / tmp_path.name / "state"
    for option in ("--db", "--port-file", "--journal-file"):
        line = refused("--port", "0", option, str(path), "--export-on-exit", str(same))
        assert f"--export-on-exit: {same} is the file of {option}; name another" in line
    assert not path.exists()
    assert "--journal-file needs a journal; leave --journal out" in refused("--journal", "0", "--journal-file", str(path))
    assert "leave MAKESHIFT_JOURNAL out" in refused("--journal-file", str(path), MAKESHIFT_JOURNAL="0")


def test_a_file_that_cannot_be_written_in_the_end_fails_the_run_and_the_other_is_written(start, tmp_path):
    folder, state = tmp_path / "gone", tmp_path / "state"
    folder.mkdir()
    server = start("--journal-file", folder / "journal", "--export-on-exit", state)
    folder.rmdir()
    assert end(server) == 2
    assert f"makeshift: --journal-file: {folder / 'journal'} cannot be written: No such file or directory" in server.log()
    assert state.exists() and list(tmp_path.iterdir()) == [state]
