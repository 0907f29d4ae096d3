"""What is cross-built for arm64: it is for that machine, and serves a flow under qemu's user mode, which has no seccomp."""

import re
import shutil
import tarfile
import zipfile

import pytest
from support_packages import (DEBS, FLOOR, IMAGES, KINDS, TARBALLS, VERSION, WHEELS, Archive, bare, elf_files, glibc_needed,
                              needs_arm64, run, serving, sign_in)

pytestmark = [pytest.mark.xdist_group("arm64"), needs_arm64,
              pytest.mark.skipif(not shutil.which("qemu-aarch64-static"), reason="scripts/setup cross_arm64 was not run")]
QEMU = "qemu-aarch64-static"
TREES = {  # where each kind has the tree
    "tarball": f"makeshift-{VERSION}-linux-arm64", "deb": "usr", "npm": "package", "wheel": "makeshift_oauth/tree", "image": "usr"}


def unpack(kind, folder):
    file = KINDS[kind]["arm64"]
    if kind == "image":
        with Archive(file).layer() as layer:
            layer.extractall(folder, numeric_owner=True)
    elif kind == "deb":
        run("dpkg-deb", "--extract", file, folder)
    elif kind == "wheel":
        run("/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--only-binary=:all:",
            "--platform", "manylinux_2_34_aarch64", "--target", folder, file, env=bare(HOME=str(folder)))
    else:
        with tarfile.open(file) as tar:
            tar.extractall(folder)
    return folder / TREES[kind]


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    return {kind: unpack(kind, tmp_path_factory.mktemp(kind)) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_flow_from_each_package(trees, kind):
    tree = trees[kind]
    emulated = [QEMU, *(["-L", tree.parent] if kind == "image" else [])]
    server = next(path for path in (tree / "libexec/makeshift/makeshift", tree / "bin/makeshift") if path.is_file())
    with serving(*emulated, server, "--port", "0") as ready:
        sign_in(ready["issuer"])
        assert "is well" in run(*emulated, tree / "libexec/makeshift/makeshift-tools", "wait", ready["issuer"]).stdout


def test_programs_and_libraries_are_for_that_machine_and_no_newer_glibc(trees):
    for kind, tree in trees.items():
        files = list(elf_files(tree))
        assert len(files) == 2 if kind == "deb" else len(files) > 20
        for file in files:
            assert re.search(r"Machine: +AArch64", run("readelf", "-h", file).stdout), file
            if kind != "image":  # which has the C library itself
                assert glibc_needed(file, "aarch64-linux-gnu-objdump") <= FLOOR, file


def test_the_libraries_are_those_that_the_package_carries(trees):
    for program in (trees["tarball"] / "libexec/makeshift").iterdir():
        needed = run(QEMU, "-E", "LD_TRACE_LOADED_OBJECTS=1", program).stdout
        others = {line.split()[0] for line in needed.splitlines() if "=>" in line and str(trees["tarball"].parent) not in line}
        assert others <= {"libc.so.6", "libm.so.6", "libresolv.so.2"}
        assert "libjansson.so.4 => " in needed


def field(deb, name):
    return run("dpkg-deb", "--field", deb, name).stdout.strip()


def test_the_package_of_debian_is_the_other_architectures_but_for_it():
    assert field(DEBS["arm64"], "Architecture") == "arm64"
    for name in ("Package", "Version", "Description"):
        assert field(DEBS["arm64"], name) == field(DEBS["x64"], name)
    depends = [{entry.split()[0] for entry in field(deb, "Depends").split(", ")} for deb in DEBS.values()]
    assert depends[0] == depends[1] >= {"libc6", "libjwt0"}
    listed = [[line.split()[-1] for line in run("dpkg-deb", "--contents", deb).stdout.splitlines()] for deb in DEBS.values()]
    assert listed[0] == listed[1]


def test_names_and_tags_say_the_machine(trees):
    with zipfile.ZipFile(WHEELS["arm64"]) as wheel:
        assert "\nTag: py3-none-manylinux_2_34_aarch64\n" in wheel.read(f"makeshift_oauth-{VERSION}.dist-info/WHEEL").decode()
    package = (trees["npm"] / "package.json").read_text("utf-8")
    for said in ('"name": "@makeshift-oauth/linux-arm64"', '"cpu": ["arm64"]', '"os": ["linux"]', f'"version": "{VERSION}"'):
        assert said in package
    image = Archive(IMAGES["arm64"])
    assert image.config["architecture"] == image.named["platform"]["architecture"] == "arm64"
    with tarfile.open(TARBALLS["arm64"]) as tar:
        assert {name.split("/")[0] for name in tar.getnames()} == {TREES["tarball"]}
