"""makeshift connection run and serve where what they got cannot be kept, shown or taken away."""

import json
import os
import pathlib
import subprocess

import pytest

from support import PROGRAM
from support_connections import put
from support_tools import run
from test_connection_bad_answers import TOKEN, asking, provider  # noqa: F401: provider is a fixture
from test_connection_run import connect  # noqa: F401: a fixture

pytestmark = pytest.mark.tenants


def nowhere(folder):
    return folder / "no" / "store.json", "cannot be written: No such file or directory; name one that is there, or make it"


def below_a_file(folder):
    (folder / "file").touch()
    return folder / "file" / "store.json", "cannot be written: Not a directory; a file stands where a folder is named"


def link(folder):
    (folder / "link").symlink_to(folder / "elsewhere")
    return folder / "link", "is no regular file; name one, or a new one"


def pipe(folder):
    os.mkfifo(folder / "pipe")
    return folder / "pipe", "is no regular file; name one, or a new one"


@pytest.mark.parametrize("place", [nowhere, below_a_file, link, pipe])
@pytest.mark.parametrize("verb", ["run", "serve"])
def test_a_store_that_cannot_be_written_is_told_before_anybody_is_asked(provider, tmp_path, verb, place):  # noqa: F811
    store, says = place(tmp_path)
    result = run("connection", verb, put(tmp_path, asking(provider, "zipped")), "--store", store)
    assert (result.returncode, result.stderr) == (2, f"makeshift connection {verb}: --store: {store} {says}\n")
    assert provider.sent == 0


def test_a_store_that_is_no_store_is_told_before_anybody_is_asked(provider, connect):  # noqa: F811
    for text in ("", "{", "\0", "[]", '{"data": []}'):
        connect.store.write_text(text, "utf-8")
        result = connect(asking(provider, "zipped"), "--invalidate")
        assert (result.returncode, provider.sent) == (2, 0)
        assert "is no connection's store" in result.stderr
        assert connect.store.read_text("utf-8") == text


def test_a_store_that_can_be_written_no_longer_fails_the_run(provider, connect):  # noqa: F811
    provider.meanwhile = connect.store.mkdir
    result = connect(asking(provider, "meanwhile"))
    assert (result.returncode, result.stderr) == (
        4, f"makeshift connection run: {connect.store} is no regular file; name one, or a new one\n")
    assert [path.name for path in connect.store.parent.glob("store*")] == ["store.json"]


def test_a_store_that_cannot_be_deleted_behind_invalidate_fails_the_run(provider, connect):  # noqa: F811
    def stay():
        connect.store.unlink()
        connect.store.mkdir()
    provider.meanwhile = stay
    connection = asking(provider, "zipped", ("invalidate.url", f"{provider.url}/meanwhile"))
    result = connect(connection, "--invalidate")
    assert (result.returncode, result.stderr) == (
        4, f"makeshift connection run: --store: '{connect.store}' cannot be deleted: Is a directory; the connection is ended, delete it by hand\n")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_standard_output_that_is_full_fails_a_run_whose_store_is_written_all_the_same(provider, tmp_path, options):  # noqa: F811
    store = tmp_path / "store.json"
    with pathlib.Path("/dev/full").open("wb") as full:
        result = subprocess.run([PROGRAM, "connection", "run", put(tmp_path, asking(provider, "zipped")), "--store", store, *options],
                                stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=30)
    assert (result.returncode, result.stderr) == (4, "makeshift connection run: standard output cannot be written to\n")
    assert json.loads(store.read_text("utf-8"))["data"]["accessToken"] == TOKEN["access_token"]


def test_a_transcript_that_is_full_fails_a_run_whose_store_is_written_all_the_same(provider, connect):  # noqa: F811
    result = connect(asking(provider, "zipped"), "--transcript", "/dev/full")
    assert (result.returncode, result.stderr) == (
        4, "makeshift connection run: --transcript: it cannot be written: No space left on device; make room, or name another place\n")
    assert connect.store.exists()
