"""The tarball: it runs where nothing is installed, on every glibc since 2.34."""

import re
import shutil
import tarfile

import pytest
from support_packages import TARBALL, elf_files, run, serving, sign_in

pytestmark = pytest.mark.xdist_group("trixie")
FLOOR = (2, 34)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tarball")
    with tarfile.open(TARBALL) as tar:
        tar.extractall(folder)
    return folder / TARBALL.name.removesuffix(".tar.gz")


def test_it_runs_from_any_folder_with_the_libraries_that_it_carries(unpacked):
    needed = run("ldd", unpacked / "bin/makeshift").stdout + run("ldd", unpacked / "libexec/makeshift/makeshift-tools").stdout
    others = {line.split()[0] for line in needed.splitlines() if "=> /lib" in line or "=> /usr" in line}
    assert others <= {"libc.so.6", "libm.so.6", "libresolv.so.2"}
    with serving(unpacked / "bin/makeshift", "--port", "0") as ready:
        sign_in(ready["issuer"])
        assert "is well" in run(unpacked / "bin/makeshift", "wait", ready["issuer"]).stdout


def test_no_file_needs_a_newer_glibc_than_the_floor(unpacked):
    files = list(elf_files(unpacked))
    assert len(files) > 20
    for file in files:
        needed = re.findall(r"GLIBC_(\d+)\.(\d+)", run("objdump", "-T", file).stdout)
        assert max(tuple(map(int, version)) for version in needed) <= FLOOR, file


def test_each_library_comes_with_its_licence(unpacked):
    licences = {path.stem for path in (unpacked / "share/doc/makeshift/libraries").iterdir()}
    assert {"libcurl4", "libgnutls30", "libjansson4", "libjwt0", "libmicrohttpd12", "libsqlite3-0", "libssl3"} <= licences
    assert (unpacked / "share/doc/makeshift/LICENSE").is_file()


@pytest.mark.parametrize("suite", [pytest.param("bookworm", marks=pytest.mark.xdist_group("bookworm")), "trixie"])
def test_it_runs_in_a_debian_that_has_nothing_yet(unpacked, suite, request):
    debian = request.getfixturevalue(suite)
    shutil.copytree(unpacked, debian.root / "srv/makeshift", symlinks=True)
    with debian.serving("/srv/makeshift/bin/makeshift", "--port", "0") as ready:
        sign_in(ready["issuer"])
        assert "is well" in debian.run("/srv/makeshift/bin/makeshift", "wait", ready["issuer"]).stdout


@pytest.mark.parametrize("place", ["etc/ssl/certs/ca-certificates.crt", "etc/pki/tls/certs/ca-bundle.crt", "etc/ssl/cert.pem"])
def test_certificates_are_sought_where_debian_fedora_and_alpine_have_them(unpacked, trixie, place):
    copy, bundle = trixie.root / f"srv/{place.replace('/', '-')}", trixie.root / place
    if (trixie.root / "etc/ssl/certs/ca-certificates.crt").exists():
        pytest.skip("this machine's mirror needed certificates")
    shutil.copytree(unpacked, copy)
    program = f"/srv/{copy.name}/bin/makeshift"
    with trixie.serving(program, "--port", "0", "--tls", "auto", "--tls-dir", "/srv/tls") as ready:
        assert trixie.run(program, "wait", ready["issuer"], "--timeout", "1ms", check=False).returncode == 1
        bundle.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(trixie.root / ready["ca"].lstrip("/"), bundle)
        assert "is well" in trixie.run(program, "wait", ready["issuer"]).stdout
    bundle.unlink()


def test_a_library_that_is_missing_is_named_in_one_line(unpacked, trixie):
    broken = trixie.root / "srv/broken"
    shutil.copytree(unpacked, broken)
    (broken / "lib/libjwt.so.0").unlink()
    result = trixie.run("/srv/broken/bin/makeshift", "--version", check=False)
    assert result.returncode == 127
    assert "libjwt.so.0" in result.stderr
    assert len(result.stderr.splitlines()) == 1
