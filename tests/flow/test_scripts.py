"""What scripts/setup says where it cannot help, and what scripts/test shows of a stage that failed."""

import os
import shutil
import subprocess

import pytest

from support import ROOT


def run_setup(tmp_path, system, purpose, *commands):
    """scripts/setup on a system of this name that has just these commands."""
    release, folder = tmp_path / "os-release", tmp_path / "bin"
    release.write_text(system, "utf-8")
    folder.mkdir()
    for command in ("bash", "dirname", "sort", "paste", "sed", *commands):
        os.symlink(shutil.which(command), folder / command)
    return subprocess.run(["/bin/bash", ROOT / "scripts/setup", purpose], capture_output=True, text=True, check=False,
                          env={"PATH": str(folder), "OS_RELEASE": str(release)})


@pytest.mark.parametrize("purpose, named", [
    ("run", ["libmicrohttpd 0.9.75", "GnuTLS 3.7", "SQLite 3.40", "jansson 2.14", "libjwt 1.10.2", "OpenSSL 3.0", "libcurl 7.88", "CMake 3.23"]),
    ("test", ["libmicrohttpd 0.9.75", "cmocka 1.1", "clang-format 14", "pytest", "Node.js 18.19", "Chromium"]),
    ("bench", ["libmicrohttpd 0.9.75", "wrk"]),
])
def test_on_another_system_setup_lists_what_to_install_by_its_upstream_name(tmp_path, purpose, named):
    result = run_setup(tmp_path, "ID=fedora\nVERSION_ID=44\n", purpose)
    assert result.returncode == 1
    assert "this is fedora 44, neither Debian 12 nor 13" in result.stderr
    lacks = result.stderr.splitlines()[0]
    assert " cmake," in lacks and " gcc," in lacks
    for name in named:
        assert name in result.stderr


def test_on_another_system_that_has_all_setup_is_silent(tmp_path):
    result = run_setup(tmp_path, "ID=fedora\nVERSION_ID=44\n", "run", "gcc", "cmake", "ninja", "pkg-config")
    assert (result.returncode, result.stderr) == (0, "")


LOGS = {
    "pytest": ("""____ test_a[x y] ____
    def test_a(): ...
E       assert 1 == 2
E        +  where 1 = f()

test_x.py:7: AssertionError
____ test_b ____
E       assert 3 == 4
FAILED test_x.py::test_a[x y] - assert 1 == 2
FAILED test_x.py::test_b - assert 3 == 4
""", ["  test_x.py::test_a[x y]\n", "  test_x.py::test_b\n", "assert 1 == 2"], ["3 == 4"]),
    "cmocka": ("""12: [ RUN      ] it_holds
12: [  ERROR   ] --- 0x1 != 0x2
12: [   LINE   ] --- test_a.c:24: error: Failure!
12: [  FAILED  ] it_holds
12: [       OK ] it_does
\t 44 - http/test_mhd (Failed)
""", ["  it_holds\n", "  http/test_mhd\n", "0x1 != 0x2", "test_a.c:24"], ["it_does"]),
    "node": ("""not ok 3 - a client signs in
  ---
  failureType: 'testCodeFailure'
  error: 'no cookie'
  ...
not ok 4 - a file
  ---
  failureType: 'subtestsFailed'
  ...
""", ["  a client signs in\n", "error: 'no cookie'"], ["a file"]),
    "ninja": ("""[1/3] Building C object a.o
FAILED: a.o
cc -c a.c
a.c:3:5: error: 'x' undeclared
ninja: build stopped: subcommand failed.
""", ["  a.o\n", "a.c:3:5: error: 'x' undeclared"], ["ninja:"]),
    "check": ("ok layers: 7 looked at\nnot ok words: a.c:7: 'x'\n", ["words: a.c:7: 'x'"], ["layers"]),
}


@pytest.mark.parametrize("runner", LOGS)
def test_of_a_stage_that_failed_the_names_and_the_first_cause_are_shown(tmp_path, runner):
    text, shown, left_out = LOGS[runner]
    log = tmp_path / "stage.log"
    log.write_text(text, "utf-8")
    result = subprocess.run([ROOT / "scripts/failures", log], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    for line in shown:
        assert line in result.stdout
    for line in left_out:
        assert line not in result.stdout


def test_what_was_skipped_is_shown_with_its_reason(tmp_path):
    log = tmp_path / "stage.log"
    log.write_text("skip format: clang-format-14 is not there\nSKIPPED [1] test_x.py:3: no descriptors\n", "utf-8")
    result = subprocess.run([ROOT / "scripts/failures", "--skipped", log], capture_output=True, text=True, check=True)
    assert "format: clang-format-14 is not there" in result.stdout
    assert "test_x.py:3: no descriptors" in result.stdout


def test_a_log_that_says_nothing_known_is_left_to_the_caller(tmp_path):
    log = tmp_path / "stage.log"
    log.write_text("all is well\n", "utf-8")
    assert subprocess.run([ROOT / "scripts/failures", log], capture_output=True, check=False).returncode == 1
