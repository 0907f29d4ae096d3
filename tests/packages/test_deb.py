"""The package of Debian 12, in a Debian 12 that has nothing yet."""

import shutil
import stat
import subprocess

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


# What a person types, on a machine that systemd has started: this one, in a container. Each answer is a line.
SYSTEMD = r"""#!/bin/bash
exec >/srv/said 2>&1
printf '{"extends": "default"}' >/etc/makeshift.json
printf 'MAKESHIFT_PORT=%s\nMAKESHIFT_FIXTURES=/etc/makeshift.json\n' 18099 >/etc/default/makeshift
systemctl enable --quiet --now makeshift && echo started
export MAKESHIFT_URL=http://localhost:18099
makeshift wait --timeout 60s >/dev/null && echo answers
stat --format %a /var/lib/private/makeshift
grep -E '^(NoNewPrivs|CapEff):' "/proc/$(systemctl show makeshift --property MainPID --value)/status"
printf '{"extends": "default", "clients": [{"client_id": "mine", "redirect_uris": ["http://localhost:4000/cb"], "scope": "openid", "token_endpoint_auth_method": "none"}]}' >/etc/makeshift.json
systemctl reload makeshift && echo reloaded
timeout 60 sh -c 'until journalctl --unit makeshift | grep -q "the fixture was .*read again"; do sleep 0.1; done'
makeshift ctl client list | grep -ow mine | sort -u
systemctl kill --signal KILL makeshift
timeout 60 sh -c 'until [ "$(systemctl show makeshift --property NRestarts --value)" = 1 ]; do sleep 0.1; done'
makeshift wait --timeout 60s >/dev/null && echo restarted
systemctl stop makeshift
systemctl show makeshift --property Result --property ExecMainStatus
systemctl disable --quiet makeshift
systemctl clean --what state makeshift
rm -r /etc/default/makeshift /etc/makeshift.json /var/lib/makeshift /var/lib/private/makeshift 2>/dev/null
true
"""
ASKED = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/srv/systemd
ExecStopPost=systemctl poweroff --no-block
TimeoutStartSec=300
"""


@pytest.fixture
def booted(installed):
    """What was said, when the Debian was started by its systemd and a person typed SYSTEMD."""
    nspawn = ["systemd-nspawn", "--quiet", "--directory", installed.root, "--register=no", "--keep-unit", "--console=pipe"]
    if run(*nspawn, "true", check=False).returncode != 0:
        pytest.skip("systemd-nspawn starts nothing here")
    installed.run("apt-get", "-q", "-y", "install", "--no-install-recommends", "systemd-sysv", "dbus")
    script, unit = installed.root / "srv/systemd", installed.root / "etc/systemd/system/asked.service"
    script.write_text(SYSTEMD, "utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    unit.write_text(ASKED, "utf-8")
    (unit.parent / "multi-user.target.wants/asked.service").symlink_to(f"../{unit.name}")
    run(*nspawn, "--boot", check=False, stdin=subprocess.DEVNULL)
    return (installed.root / "srv/said").read_text("utf-8").splitlines()


def test_under_systemd_it_starts_is_confined_reloads_restarts_and_stops(booted):
    assert booted == ["started", "answers", "700", "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "reloaded",
                      "mine", "restarted", "Result=success", "ExecMainStatus=0"]


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
