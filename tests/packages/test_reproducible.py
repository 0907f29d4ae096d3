"""The same sources give the same bytes, wherever they lie and whenever they are built."""

import os
import shutil
import tarfile

import pytest
from support_packages import KINDS, NPM_MODULE, ROOT, TARBALLS, needs_arm64, run


# The group of another architecture follows its own tests.
@pytest.mark.parametrize("arch", [pytest.param("x64", marks=pytest.mark.xdist_group("reproducible")),
                                  pytest.param("arm64", marks=[pytest.mark.xdist_group("arm64"), needs_arm64])])
def test_two_builds_in_two_folders_give_the_same_bytes(arch, tmp_path):
    with tarfile.open(TARBALLS[arch]) as tar:
        epoch = tar.next().mtime
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(ROOT, elsewhere, symlinks=True, ignore=shutil.ignore_patterns("build", ".git", "node_modules", "__pycache__"))
    run(elsewhere / "scripts/package", "--arch", arch, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "CCACHE_DISABLE": "1"})
    made = [file for file in (elsewhere / "build/packages").iterdir() if file.suffix in (".gz", ".tgz", ".deb", ".whl", ".tar")]
    first = {kind[arch].name: kind[arch] for kind in KINDS.values()} | ({NPM_MODULE.name: NPM_MODULE} if arch == "x64" else {})
    assert {file.name for file in made} == set(first)
    for file in made:
        assert file.read_bytes() == first[file.name].read_bytes(), file.name
