"""What `cmake --install` puts where, and whether it works there."""

import os

import pytest
from support_packages import ROOT, VERSION, run, serving, sign_in

pytestmark = pytest.mark.xdist_group("install")
INSTALLED = {
    "bin/makeshift", "libexec/makeshift/makeshift-tools", "lib/systemd/system/makeshift.service",
    "share/man/man1/makeshift.1", "share/bash-completion/completions/makeshift",
    "share/zsh/site-functions/_makeshift", "share/fish/vendor_completions.d/makeshift.fish",
}


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefix")
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
    assert f"ExecStart={prefix}/bin/makeshift\n" in unit.read_text("utf-8")
    run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)


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


def test_fish_completes(prefix, complete_in):
    script = prefix / "share/fish/vendor_completions.d/makeshift.fish"
    def asked(line):
        return complete_in("fish", "--no-config", "-c", f"source {script}; complete -C '{line}'")
    assert asked("makeshift ctl clock a")[0] == "advance"
    assert asked(f"makeshift --db {prefix}/share/m") == [f"{prefix}/share/man/"]


def test_the_manual_page_is_well_formed(prefix):
    if not os.access("/usr/bin/man", os.X_OK):
        pytest.skip("man is not there")
    page = run("man", "--warnings", "-l", prefix / "share/man/man1/makeshift.1")
    assert page.stderr == ""
    assert "--port-file FILE" in page.stdout
