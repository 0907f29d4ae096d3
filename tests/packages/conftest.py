"""Fixtures of the tests of packages; support_packages.py says what a test gets."""

import os
import pathlib
import shutil
import sys
import tempfile

import pytest

sys.dont_write_bytecode = True

from support_packages import ROOT, Debian, may_mount, run  # noqa: E402


def fresh(suite):
    """A Debian that has nothing yet; not below a folder in memory, which may hold no devices. It is gone afterwards."""
    if not may_mount():
        pytest.skip("this machine lets nobody mount")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="makeshift-packages.", dir="/var/tmp"))
    root = folder / suite
    (ROOT / "build/fresh" / suite).mkdir(parents=True, exist_ok=True)
    made = run("bash", "-euc", '. scripts/fresh.sh; mkdir "$2"; bootstrap "$1" "$2"; connect "$2"', "bash", suite, root,
               cwd=ROOT, env=dict(os.environ), check=False)
    if made.returncode != 0:
        shutil.rmtree(folder)
        pytest.skip(f"debootstrap makes no {suite} here: {made.stderr.strip().splitlines()[-1]}")
    yield Debian(root)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def bookworm():
    yield from fresh("bookworm")


@pytest.fixture(scope="session")
def trixie():
    yield from fresh("trixie")
