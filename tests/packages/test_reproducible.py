"""The same sources give the same bytes, wherever they lie and whenever they are built."""

import os
import shutil
import tarfile

import pytest
from support_packages import MADE, ROOT, TARBALL, run

pytestmark = pytest.mark.xdist_group("reproducible")


def test_two_builds_in_two_folders_give_the_same_bytes(tmp_path):
    with tarfile.open(TARBALL) as tar:
        epoch = tar.next().mtime
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(ROOT, elsewhere, symlinks=True, ignore=shutil.ignore_patterns("build", ".git", "node_modules", "__pycache__"))
    run(elsewhere / "scripts/package", env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "CCACHE_DISABLE": "1"})
    made = [file for file in (elsewhere / "build/packages").iterdir() if file.suffix in (".gz", ".tgz", ".deb", ".whl", ".tar")]
    assert len(made) == 6
    for file in made:
        assert file.read_bytes() == (MADE / file.name).read_bytes(), file.name
