"""The package of Debian 12, in a Debian 12 that has nothing yet."""

import shutil

import pytest
from support_packages import DEB, VERSION, redeem, run, sign_in

pytestmark = pytest.mark.xdist_group("bookworm")
STATE = "/var/lib/makeshift/state.db"


def test_lintian_finds_no_error():
    found = run("lintian", "--fail-on", "error,warning", DEB, check=False)
    assert found.returncode == 0, found.stdout


def test_it_is_below_a_megabyte_and_for_the_debian_it_was_made_on():
    assert DEB.stat().st_size < 1_000_000
    fields = run("dpkg-deb", "--info", DEB).stdout
    for library in ("libjwt0 ", "libmicrohttpd12 ", "libcurl4 ", "libsqlite3-0 ", "libssl3 "):
        assert f" {library}(>= " in fields


@pytest.fixture(scope="module")
def installed(bookworm):
    shutil.copy(DEB, bookworm.root / "srv/makeshift.deb")
    bookworm.run("apt-get", "-q", "update")
    bookworm.run("apt-get", "-q", "-y", "install", "--no-install-recommends", "/srv/makeshift.deb")
    return bookworm


def successor(debian):
    """The same package, of a later version."""
    tree = debian.root / "srv/successor"
    run("dpkg-deb", "--raw-extract", DEB, tree)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text("utf-8").replace(f"Version: {VERSION}\n", f"Version: {VERSION}+1\n"), "utf-8")
    run("dpkg-deb", "--root-owner-group", "--build", tree, debian.root / "srv/successor.deb")
    shutil.rmtree(tree)
    return "/srv/successor.deb"


def test_installed_upgraded_with_a_database_and_removed(installed):
    (installed.root / "var/lib/makeshift").mkdir()
    with installed.serving("/usr/bin/makeshift", "--port", "0", "--db", STATE) as ready:
        tokens = sign_in(ready["issuer"])
        assert "is well" in installed.run("makeshift", "wait", ready["issuer"]).stdout
    installed.run("dpkg", "--install", successor(installed))
    assert f"{VERSION}+1" in installed.run("dpkg-query", "-W", "makeshift").stdout
    with installed.serving("/usr/bin/makeshift", "--port", "0", "--db", STATE, "--issuer", ready["issuer"]) as again:
        base = f"http://localhost:{again['port']}"
        redeem(base, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    installed.run("dpkg", "--purge", "makeshift")
    left = installed.run("find", "/usr", "/lib/", "/etc", "-name", "*makeshift*").stdout
    assert left == ""
    assert (installed.root / STATE.lstrip("/")).is_file()  # the state is nobody's but the person's
