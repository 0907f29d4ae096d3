"""The tarball: it runs where nothing is installed, on every glibc since 2.34."""

import shutil
import tarfile

import pytest
from support_packages import FLOOR, TARBALL, TARBALLS, elf_files, glibc_needed, inside, needs_arm64, one_line, run, serving, sign_in

pytestmark = pytest.mark.xdist_group("trixie")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tarball")
    with tarfile.open(TARBALL) as tar:
        tar.extractall(folder)
    return folder / TARBALL.name.removesuffix(".tar.gz")


def test_it_runs_from_any_folder_with_the_libraries_that_it_carries(unpacked):
    needed = "".join(run("ldd", program).stdout for program in (unpacked / "libexec/makeshift").iterdir())
    others = {line.split()[0] for line in needed.splitlines() if "=> /lib" in line or "=> /usr" in line}
    assert others <= {"libc.so.6", "libm.so.6", "libresolv.so.2"}
    with serving(unpacked / "bin/makeshift", "--port", "0") as ready:
        sign_in(ready["issuer"])
        assert "is well" in run(unpacked / "bin/makeshift", "wait", ready["issuer"]).stdout


def test_no_file_needs_a_newer_glibc_than_the_floor(unpacked):
    files = list(elf_files(unpacked))
    assert len(files) > 20
    for file in files:
        assert glibc_needed(file) <= FLOOR, file


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
    assert "libjwt.so.0" in one_line(trixie.run("/srv/broken/bin/makeshift", "--version", check=False), 127)


def test_without_its_tools_a_line_says_where_they_were_sought(unpacked, tmp_path):
    broken = shutil.copytree(unpacked, tmp_path / "broken", symlinks=True)
    (broken / "libexec/makeshift/makeshift-tools").unlink()
    assert run(broken / "bin/makeshift", "--version").stdout.startswith("makeshift ")
    line = one_line(run(broken / "bin/makeshift", "wait", check=False), 127)
    assert f"tried {broken}/libexec/makeshift/makeshift-tools (No such file or directory) and {broken}/" in line


def test_a_link_leads_to_the_program(unpacked, tmp_path):
    (tmp_path / "makeshift").symlink_to(unpacked / "bin/makeshift")
    assert run("makeshift", "--version", env={"PATH": f"{tmp_path}:/usr/bin:/bin"}).stdout.startswith("makeshift ")
    assert run("./makeshift", "wait", "--help", cwd=tmp_path).stdout


@pytest.fixture
def busybox(tmp_path):
    """What Alpine has in place of a shell and its commands, and no C library: it needs none."""
    root = tmp_path / "root"
    for folder in ("bin", "proc", "srv"):
        (root / folder).mkdir(parents=True)
    shutil.copy("/bin/busybox", root / "bin/busybox")
    for name in ("sh", "uname", "readlink"):
        (root / "bin" / name).symlink_to("busybox")
    return root


def test_without_glibc_a_line_names_the_image(unpacked, busybox):
    shutil.copytree(unpacked, busybox / "srv/makeshift", symlinks=True)
    (busybox / "bin/makeshift").symlink_to("/srv/makeshift/bin/makeshift")
    for program in ("/srv/makeshift/bin/makeshift", "/bin/makeshift"):
        line = one_line(run(*inside(busybox, program, "--version"), check=False), 127)
        assert "glibc 2.34" in line and line.endswith("as with musl, use the image")


@needs_arm64
def test_on_another_machine_a_line_says_so(tmp_path):
    with tarfile.open(TARBALLS["arm64"]) as tar:
        tar.extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    line = one_line(run(folder / "bin/makeshift", "--version", check=False), 127)
    assert " on aarch64, and here there is x86_64" in line
