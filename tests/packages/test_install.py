"""What `cmake --install` puts where, and whether it works there."""

import configparser
import json
import os
import pathlib
import shlex

import pytest
import requests
from support_packages import ROOT, VERSION, bare, run, serving, sign_in

pytestmark = pytest.mark.xdist_group("install")
INSTALLED = {
    "bin/makeshift", "libexec/makeshift/makeshift-tools", "lib/systemd/system/makeshift.service",
    "share/man/man1/makeshift.1", "share/bash-completion/completions/makeshift",
    "share/zsh/site-functions/_makeshift", "share/fish/vendor_completions.d/makeshift.fish",
}

CLIENT = {"client_id": "mine", "client_secret": "mine-secret-for-tests-only-000001", "redirect_uris": ["http://localhost:4000/cb"],
          "grant_types": ["authorization_code"], "scope": "openid"}


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pre fix")
    run("cmake", "--install", ROOT / "build/release", "--prefix", folder)
    return folder


@pytest.fixture
def complete_in(prefix):
    """complete_in(SHELL, SCRIPT) -> what the script prints, with the installed program in PATH."""
    path = f"{prefix}/bin:/usr/bin:/bin"
    return lambda *command: run(*command, env={"PATH": path, "HOME": str(prefix)}).stdout.split()


def test_all_lies_below_the_prefix_and_nothing_else(prefix):
    assert {str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()} == INSTALLED


def test_an_installed_program_serves_and_finds_its_tools(prefix):
    with serving(prefix / "bin/makeshift", "--port", "0") as ready:
        sign_in(ready["issuer"])
        assert "is well" in run(prefix / "bin/makeshift", "wait", ready["issuer"]).stdout


def test_the_version_stands_in_one_place(prefix):
    assert run(prefix / "bin/makeshift", "--version").stdout == f"makeshift {VERSION}\n"
    assert f'"makeshift {VERSION}"' in (prefix / "share/man/man1/makeshift.1").read_text("utf-8").splitlines()[0]


def test_the_unit_starts_what_was_installed_and_is_confined(prefix):
    unit = prefix / "lib/systemd/system/makeshift.service"
    assert f'ExecStart="{prefix}/bin/makeshift"\n' in unit.read_text("utf-8")
    assert "is not executable" not in run("systemd-analyze", "verify", unit, check=False).stderr
    run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)


@pytest.fixture
def service(prefix, tmp_path):
    """What the unit says, with its state in a folder of the test."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(prefix / "lib/systemd/system/makeshift.service", "utf-8")
    (tmp_path / unit["Service"]["StateDirectory"]).mkdir(mode=0o700)
    return {name: value.replace("%S", str(tmp_path)) for name, value in unit["Service"].items()}


def test_a_reload_of_the_unit_reads_the_fixture_again(service, tmp_path):
    file, log = tmp_path / "fixture.json", tmp_path / "log"
    file.write_text('{"extends": "default"}', "utf-8")
    env = dict(entry.split("=", 1) for entry in service["Environment"].split())
    env |= {"MAKESHIFT_PORT": "0", "MAKESHIFT_FIXTURES": str(file)}  # of /etc/default/makeshift
    as_systemd = ["sh", "-c", 'SYSTEMD_EXEC_PID=$$ exec "$@"', "sh", *shlex.split(service["ExecStart"])]
    with log.open("w+", encoding="utf-8") as errors, serving(*as_systemd, env=bare(**env), stderr=errors) as ready:
        file.write_text(json.dumps({"extends": "default", "clients": [CLIENT]}), "utf-8")
        run(*shlex.split(service["ExecReload"].replace("$MAINPID", str(ready["pid"]))))
        run("timeout", "60", "sh", "-c", 'until grep -q "read again" "$0"; do sleep 0.05; done', log)
        clients = requests.get(f"{ready['issuer']}/_makeshift/clients", timeout=10).json()["items"]
    assert CLIENT["client_id"] in {client["client_id"] for client in clients}
    assert pathlib.Path(env["MAKESHIFT_DB"]).is_file()


def test_bash_completes(prefix, complete_in):
    script = prefix / "share/bash-completion/completions/makeshift"
    asked = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _makeshift makeshift; echo "${COMPREPLY[@]}"'
    assert complete_in("bash", "-c", asked, script, "makeshift", "ctl", "clock", "a") == ["advance"]
    assert complete_in("bash", "-c", asked, script, "makeshift", "--port") == ["--port", "--port-file"]
    assert complete_in("bash", "-c", asked, script, "makeshift", "--db", "") == []


def test_zsh_completes(prefix, complete_in):
    script = prefix / "share/zsh/site-functions/_makeshift"
    asked = """_describe() { print -l -- ${${(P)2}%%:*} }; _files() { print FILES }
               words=("$@"); CURRENT=$#words; source "$0" """
    assert complete_in("zsh", "-fc", asked, script, "makeshift", "ctl", "clock", "a") == ["advance"]
    assert complete_in("zsh", "-fc", asked, script, "makeshift", "--db", "") == ["FILES"]


def test_fish_completes(prefix, complete_in, tmp_path):
    place = tmp_path / "prefix"
    place.symlink_to(prefix)  # a name without a blank, which fish would show with a backslash
    script = place / "share/fish/vendor_completions.d/makeshift.fish"
    def asked(line):
        return complete_in("fish", "--no-config", "-c", f"source {script}; complete -C '{line}'")
    assert asked("makeshift ctl clock a")[0] == "advance"
    assert asked(f"makeshift --db {place}/share/m") == [f"{place}/share/man/"]


def test_the_manual_page_is_well_formed(prefix):
    if not os.access("/usr/bin/man", os.X_OK):
        pytest.skip("man is not there")
    page = run("man", "--warnings", "-l", prefix / "share/man/man1/makeshift.1")
    assert page.stderr == ""
    assert "--port-file FILE" in page.stdout
